// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/column_lists.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <vector>

using namespace tutti;

namespace {
struct Options {
  Monotone monotone{};
  Interactions interactions{};
};
constexpr Options none{};
static_assert(!none.monotone && !none.interactions && std::is_trivially_copyable_v<Options>);
}  // namespace

TEST_CASE("directions are given by place or by name") {
  const Options places{.monotone = {1, 0, -1}}, names{.monotone = {{"age", 1}, {"debt", -1}}}, one{.monotone = {{"age", 1}}};
  REQUIRE(places.monotone.marks().size() == 3);
  CHECK(places.monotone.marks()[2] == ColumnMark{{}, 2, -1});
  REQUIRE(names.monotone.marks().size() == 2);
  CHECK(names.monotone.marks()[1] == ColumnMark{"debt", 0, -1});
  CHECK(one.monotone.marks().size() == 1);
  const std::vector<int> signs{0, 1};
  CHECK(Monotone(signs).marks()[1] == ColumnMark{{}, 1, 1});
}

TEST_CASE("sets of columns are given by place or by name") {
  const Options places{.interactions = {{0, 1}, {2}}}, names{.interactions = {{"age", "income"}, {"region"}}};
  REQUIRE(places.interactions.marks().size() == 3);
  CHECK(places.interactions.marks()[1] == ColumnMark{{}, 1, 0});
  CHECK(places.interactions.marks()[2] == ColumnMark{{}, 2, 1});
  REQUIRE(names.interactions.marks().size() == 3);
  CHECK(names.interactions.marks()[2] == ColumnMark{"region", 0, 1});
  const Options pair{.interactions = {{"age", "income"}}};
  CHECK(pair.interactions.marks().size() == 2);
}
