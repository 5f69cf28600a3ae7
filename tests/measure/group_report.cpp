// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/group_report.hpp>
#include <tutti/measure/ranking.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>
#include <measure/sign.hpp>

#include <sstream>

using namespace tutti;

TEST_CASE("each group of rows has scores of its own") {
  const Case c = weighted_labels();
  const std::int64_t group[] = {-2, 7, -2, 7, 7, -2, 9};  // the row of group 9 has no weight
  const GroupReport r = evaluate_groups(c.judged(), group, Accuracy{}, LogLoss{});
  REQUIRE(r.groups.size() == 3);
  CHECK(r.groups[0].group == -2);
  CHECK(r.groups[0].rows == 3);
  CHECK(r.groups[0].scores[0] == doctest::Approx(4.0 / 5));
  CHECK(r.groups[1].scores[0] == doctest::Approx(2.0 / 5));
  CHECK(std::isnan(r.groups[2].scores[0]));
  CHECK(r.whole.scores[1] == LogLoss{}(c.judged()));
  CHECK(r.gap("accuracy") == doctest::Approx(2.0 / 5));
  CHECK(message_of<DataError>([&] { r.gap("beauty"); }) == "evaluate_groups: no metric is called \"beauty\"");
}

TEST_CASE("a group report prints a line for each group, all rows and the gap") {
  const Case c{1, {1, 2, 3, 4}, {}, {1, 2, 4, 6}};
  const std::int64_t group[] = {1, 1, 20, 20};
  std::ostringstream out;
  out << evaluate_groups(c.judged(), group, MAE{}, ExplainedVariance{});
  CHECK(out.str() ==
        "       group      rows         MAE  explained variance\n"
        "           1         2           0                   1\n"
        "          20         2         1.5                0.75\n"
        "         all         4        0.75             0.81356\n"
        "         gap                   1.5                0.25");
}

TEST_CASE("a fitted model is judged by the data's groups, or by what a function says of a row") {
  const auto model = fit(Sign{0}, four_rows());
  const auto data = four_rows({.group = {3, 3, 3, 4}});
  const GroupReport own = evaluate_groups(model, data, Accuracy{});
  REQUIRE(own.groups.size() == 2);
  CHECK(own.groups[0].scores[0] == 1);
  CHECK(own.groups[1].scores[0] == 0);
  const GroupReport by = evaluate_groups(model, four_rows(), [](const auto& x) { return x[1] > 0; }, Accuracy{});
  REQUIRE(by.groups.size() == 2);
  CHECK(by.groups[0].rows == 2);
  CHECK(by.gap("accuracy") == 0.5);
  CHECK(evaluate_groups(model, data).metrics.size() == 4);  // the default ones
}

TEST_CASE("groups are asked for where there are none, and one for each row") {
  const auto model = fit(Sign{0}, four_rows());
  CHECK(message_of<DataError>([&] { evaluate_groups(model, four_rows(), Accuracy{}); }) ==
        "evaluate_groups: expected data with a group column, got \"none\"");
  const std::int64_t group[] = {1, 2};
  CHECK(message_of<DataError>([&] { evaluate_groups(weighted_labels().judged(), group, Accuracy{}); }) ==
        "expected a group for each of 7 rows, got 2");
  CHECK(message_of<DataError>([&] { evaluate_groups(model, four_rows({.group = {1, 1, 2, 2}}), RMSE{}); }) ==
        "RMSE judges numbers, the targets are labels");
}

TEST_CASE("rankings keep their queries in a group") {
  Case c{1, {0.9f, 0.8f, 0.7f, 0.2f, 0.5f}, {}, {0, 1, 2, 0, 1}};
  c.group = {7, 3, 7, 3, 7};
  const std::int64_t region[] = {1, 2, 1, 2, 1};
  const GroupReport r = evaluate_groups(c.judged(), region, MRR{});
  CHECK(r.groups[0].scores[0] == 0.5);
  CHECK(r.groups[1].scores[0] == 1);
}
