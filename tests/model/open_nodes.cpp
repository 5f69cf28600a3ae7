// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/open_nodes.hpp>

using namespace tutti;

namespace {
struct Open {
  int node;
  double gain;
};
}  // namespace

TEST_CASE("the most gainful node is next, of equally good ones the first that was made") {
  Buffer<Open> open{{4, 1.0}, {3, 2.0}, {1, 2.0}, {2, 0.5}};
  for (const int expected : {1, 3, 4, 2}) CHECK(detail::take_next(open, true).node == expected);
  CHECK(open.empty());
}

TEST_CASE("depth first, the node that was opened last is next") {
  Buffer<Open> open{{4, 1.0}, {3, 2.0}, {1, 0.5}};
  for (const int expected : {1, 3, 4}) CHECK(detail::take_next(open, false).node == expected);
}
