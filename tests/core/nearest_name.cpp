// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/nearest_name.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;
using detail::edit_distance;

TEST_CASE("letters that are put in, left out, exchanged or swapped are counted") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "abc") == 0);
  CHECK(edit_distance("abc", "ABC") == 0);
  CHECK(edit_distance("abc", "acb") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("income", "incmoe") == 1);
}

TEST_CASE("a near name is meant, a far one is not") {
  const std::vector<std::string> names{"age", "income", "capital_gain"};
  CHECK(detail::meant("incom", names) == R"(; did you mean "income"?)");
  CHECK(detail::meant("CAPITAL-GAIN", names) == R"(; did you mean "capital_gain"?)");
  CHECK(detail::meant("height", names).empty());
  CHECK(detail::meant("x", names).empty());
  CHECK(detail::meant("", names).empty());
}
