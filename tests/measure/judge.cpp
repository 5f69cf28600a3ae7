// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/classification.hpp>
#include <tutti/measure/judge.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>
#include <measure/sign.hpp>
#include <thrown_by.hpp>

using namespace tutti;

TEST_CASE("what a model says is judged beside the targets, weights and groups of the data") {
  const auto data = four_rows({.weight = {1, 1, 1, 5}, .group = {3, 3, 9, 9}});
  const Judgement judged = judge(fit(Sign{0}, four_rows()), data);
  CHECK(judged.rows() == 4);
  CHECK(Accuracy{}(judged) == doctest::Approx(3.0 / 8));
  CHECK(Judged(judged).group[2] == 9);
}

TEST_CASE("judging refuses no rows") {
  CHECK(thrown_by<DataError>([] { judge(fit(Sign{0}, four_rows()), four_rows().first(0)); }) ==
        "judge: expected data with at least one row, got 0");
}
