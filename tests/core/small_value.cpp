// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/small_value.hpp>

#include <doctest/doctest.h>

using tutti::SmallValue;

namespace {
struct Empty {};
struct Padded {
  double a = 0;
  char b = 0;
};
struct Full {
  double a[4] = {};
};
static_assert(std::is_trivially_copyable_v<SmallValue>);
static_assert(SmallValue(7).as<int>() == 7);
[[maybe_unused]] constexpr Empty empty = SmallValue(Empty{}).as<Empty>();
}  // namespace

TEST_CASE("a small value comes back as it went in") {
  const SmallValue padded(Padded{1.5, 'x'});
  CHECK(padded.as<Padded>().a == 1.5);
  CHECK(padded.as<Padded>().b == 'x');
  const SmallValue full = SmallValue(Full{{1, 2, 3, 4}});
  CHECK(full.as<Full>().a[3] == 4);
  SmallValue copy = padded;
  copy = full;
  CHECK(copy.as<Full>().a[0] == 1);
}
