// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/auc.hpp>
#include <tutti/measure/judged_rows.hpp>
#include <tutti/measure/regression.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

TEST_CASE("rows that are taken bring their outputs, truth, weights and groups, as often as they are taken") {
  Case c = weighted_labels();
  c.group = {5, 5, 6, 6, 7, 7, 8};
  const RowIndex rows[] = {3, 0, 3};
  const JudgedRows taken(c.judged(), rows);
  const Judged j = taken.judged();
  REQUIRE(j.rows() == 3);
  CHECK(j.classes == 3);
  CHECK(j.outputs(2, 1) == 0.25f);
  CHECK(j.label(0) == 2);
  CHECK(j.weight_of(1) == 1);
  CHECK(j.group[2] == 6);
}

TEST_CASE("all rows taken score as before") {
  const RowIndex four[] = {0, 1, 2, 3}, five[] = {0, 1, 2, 3, 4};
  const Case numbers = weighted_numbers(), flags = weighted_flags();
  CHECK(RMSE{}(JudgedRows(numbers.judged(), four).judged()) == RMSE{}(numbers.judged()));
  CHECK(AUC{}(JudgedRows(flags.judged(), five).judged()) == AUC{}(flags.judged()));
}

TEST_CASE("rows may be a group of their own, and be cleared for others") {
  Case c = weighted_numbers();
  c.group = {1, 1, 2, 2};
  const RowIndex rows[] = {1, 2};
  JudgedRows taken;
  taken.clear(c.judged());
  taken.append(c.judged(), rows, 40);
  taken.append(c.judged(), rows, 41);
  CHECK(taken.judged().group.size() == 4);
  CHECK(taken.judged().group[1] == 40);
  CHECK(taken.judged().group[2] == 41);
  c.group.clear();
  taken.clear(c.judged());
  CHECK(taken.judged().rows() == 0);
  taken.append(c.judged(), rows, 42);
  CHECK(taken.judged().group.empty());
}
