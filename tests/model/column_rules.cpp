// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/column_rules_fit.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace tutti;

namespace {
const Schema schema{{{"age"}, {"town", ColumnKind::categorical, {"A", "B", "C"}}, {"income"}, {"note", ColumnKind::text}}};

ColumnRules rules(const Monotone& monotone, const Interactions& interactions = {}, CategoryOptions category = {.sets = false}) {
  return detail::column_rules(monotone, interactions, category, schema, 4, 1000);
}
template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}
}  // namespace

TEST_CASE("without options and categories there are no rules") {
  CHECK_FALSE(rules({}).any());
  CHECK_FALSE(rules({0, 0, 0}).any());
  CHECK(rules({}).sign(3) == 0);
}

TEST_CASE("columns are found by name and by place") {
  const ColumnRules named = rules({{"income", -1}}), placed = rules({1});
  CHECK(named.sign(2) == -1);
  CHECK(named.sign(0) == 0);
  CHECK(placed.sign(0) == 1);
  CHECK(placed.limits());
}

TEST_CASE("columns in no set are one more set") {
  const ColumnRules sets = rules({}, {{"age", "income"}, {"age", "town"}});
  CHECK(sets.sets[0] == 3);
  CHECK(sets.sets[1] == 2);
  CHECK(sets.sets[2] == 1);
  CHECK(sets.sets[3] == std::uint64_t{1} << 63);
}

TEST_CASE("categories are what the schema says, unless they are to be numbers") {
  const ColumnRules native = rules({}, {}, {});
  CHECK(native.categories_of(1) == 3);
  CHECK(native.categories_of(0) == 0);
  CHECK(native.category.min_rows == 50);
  CHECK_FALSE(rules({}, {}, {.sets = false}).any());
}

TEST_CASE("what cannot be is refused by the name of the option") {
  CHECK(message([] { rules({{"incme", 1}}); }) == "monotone: there is no column \"incme\"; did you mean \"income\"?");
  CHECK(message([] { rules({0, 0, 0, 0, 1}); }) == "monotone: expected a column below 4, got 4");
  CHECK(message([] { rules({2}); }) == "monotone: expected -1, 0 or 1, got 2");
  CHECK(message([] { rules({{"town", 1}}, {}, {}); }) ==
        "monotone: expected a column of numbers, because categories have no order; column 1 has categories, got 3");
  CHECK(message([] { rules({}, {{0, 7}}); }) == "interactions: expected a column below 4, got 7");
  CHECK(message([] { rules({}, {}, {.smooth = -1}); }) == "categories: expected a smooth of 0 or more, got -1");
  CHECK(message([] { rules({}, {}, {.lambda = -1}); }) == "categories: expected a lambda of 0 or more, got -1");
  CHECK(message([] { rules({}, {}, {.most = 0}); }) == "categories: expected most of 1 or more, got 0");
  CHECK(message([] { rules({}, {}, {.min_rows = -1}); }) == "categories: expected min_rows of 0 (default) or more, got -1");
}
