// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/average.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/fuse_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/columns_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/train/fit_transform.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

Dataset<Table, Real> houses() {
  const Table table({{{"size"}, {1, 2, 3, 4, 5, 6, 7, 8}},
                     {{"town", ColumnKind::categorical, {"Aa", "Bb"}}, {}, {0, 1, 0, 1, 1, 0, -1, 1}},
                     {{"age"}, {8, 6, 7, 5, 3, 0, 9, 1}}});
  return Dataset<Table, Real>(table, {1, 3, 2, 5, 6, 4, 8, 9});
}
Schema named(std::initializer_list<const char*> names) {
  Schema s;
  for (const char* n : names) s.columns.push_back({n});
  return s;
}

}  // namespace

TEST_CASE("columns are taken by name or by number, in the order in which they are named") {
  const auto data = houses();
  const auto by_name = fit(Columns{"age", "size"}, data);
  const auto by_number = fit(Columns{{2, 0}}, data);
  CHECK(by_name.outputs() == 2);
  for (std::ptrdiff_t i = 0; i < 8; ++i) {
    CHECK(by_name.transform(data.x(i)) == std::vector<float>{data.x(i)[2], data.x(i)[0]});
    CHECK(by_number.transform(data.x(i)) == by_name.transform(data.x(i)));
  }
  const auto town = fit(Columns{"town"}, data).transform(data);
  CHECK(town.schema().columns[0].name == "town");
  CHECK(town.schema().columns[0].kind == ColumnKind::categorical);
}

TEST_CASE("members of a committee read columns of their own, those of a Fuse as well") {
  const auto data = line<3>(40, 1);
  const auto one = Cascade{Columns{0}, Ridge{}}, two = Cascade{Columns{1, 2}, Ridge{}};
  const auto both = fit(Average{one, two}, data);
  const auto a = fit(one, data), b = fit(two, data);
  for (std::ptrdiff_t i = 0; i < 40; ++i)
    CHECK(both.predict(data.x(i)).value ==
          doctest::Approx((a.predict(data.x(i)).value + b.predict(data.x(i)).value) / 2));

  const auto table = houses();
  const auto spec = Cascade{
      Fuse{Cascade{Columns{"town"}, OneHot{}}, Columns{"size"}, Cascade{Columns{"age", "size"}, Nearest{}}},
      Ridge{}};
  const auto model = fit(spec, table, {.folds = {.k = 2}});
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  for (std::ptrdiff_t i = 0; i < 8; ++i)
    CHECK(again.predict(table.x(i)).value == model.predict(table.x(i)).value);
}

TEST_CASE("after loading, a table with other columns is refused and one of the same is read as before") {
  const auto data = houses();
  const auto model = fit(Average{Cascade{Columns{"age"}, Ridge{}}, Forest{.trees = 3}}, data);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  for (std::ptrdiff_t i = 0; i < 8; ++i)
    CHECK(again.predict(data.x(i)).value == model.predict(data.x(i)).value);
  const Table other(
      {{{"size"}, {1}}, {{"town", ColumnKind::categorical, {"Aa", "Bb"}}, {}, {0}}, {{"years"}, {8}}});
  CHECK(thrown_by<ShapeError>([&] {
          (void)again.predict(other.row(0));
        }).starts_with("column 2 of the table: expected \"age\", got \"years\""));
}

TEST_CASE("columns that are not there are named, and what was meant") {
  const auto data =
      table<Row<Dynamic>, Real>(2, {1, 2, 3, 4, 5, 7}, {1, 2, 3}, {}, 1, named({"size", "age"}));
  const auto refused = [&](const Columns& columns, const auto& rows) {
    return thrown_by<FitError>([&] { fit(Average{Cascade{columns, Ridge{}}, Ridge{}}, rows); });
  };
  CHECK(refused({"size", "agee"}, data) ==
        "Average[0]/Cascade[0]/Columns: there is no column \"agee\"; did you mean \"age\"?");
  CHECK(refused({0, 2}, data) == "Average[0]/Cascade[0]/Columns: expected columns below 2, got 2");
  CHECK(refused({-1}, data) == "Average[0]/Cascade[0]/Columns: expected columns below 2, got -1");
  CHECK(refused({"age", "age"}, data) == "Average[0]/Cascade[0]/Columns: the column \"age\" is named twice");
  CHECK(refused(Columns(), data) == "Average[0]/Cascade[0]/Columns: expected at least one column");
  CHECK(refused({"age"}, line<2>(20, 1)) ==
        "Average[0]/Cascade[0]/Columns: expected data whose columns have names, to find \"age\"");
}
