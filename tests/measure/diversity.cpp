// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/diversity.hpp>

#include "combine/learners.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/calibrate_fit.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/measure/evaluate.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

TEST_CASE("a table worked by hand: of ten rows both get 5 right, the first alone 2, the second alone 1, neither 2") {
  // Q = (5 x 2 - 2 x 1) / (5 x 2 + 2 x 1), correlation = (5 x 2 - 2 x 1) / sqrt(7 x 3 x 6 x 4)
  const Buffer<float> one{0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, other{0, 0, 0, 0, 0, 1, 1, 0, 1, 1}, outputs(10);
  Judged j{.outputs = {outputs.data(), 10, 1}, .classes = 2};
  const PairDiversity p = detail::diversity_of_labels(one, other, j);
  CHECK(p.q == doctest::Approx(8.0 / 12));
  CHECK(p.correlation == doctest::Approx(8 / std::sqrt(504)));
  CHECK(p.disagreement == doctest::Approx(0.3));
  CHECK(p.double_fault == doctest::Approx(0.2));
  const Buffer<float> weight{1, 0, 0, 0, 0, 1, 0, 0, 1, 1};  // a weight of 0 is no row: 1, 1, 0, 2
  j.weight = weight;
  const PairDiversity w = detail::diversity_of_labels(one, other, j);
  CHECK(w.q == 1);
  CHECK(w.disagreement == 0.25);
  CHECK(w.double_fault == 0.5);
}

TEST_CASE("members that are alike, opposite, never wrong") {
  const Buffer<float> one{0, 1, 0, 1}, other{1, 0, 1, 0}, right{0, 0, 0, 0}, outputs(4);
  const Judged j{.outputs = {outputs.data(), 4, 1}, .classes = 2};
  CHECK(detail::diversity_of_labels(one, one, j).q == 1);
  CHECK(detail::diversity_of_labels(one, one, j).correlation == 1);
  CHECK(detail::diversity_of_labels(one, other, j).q == -1);
  CHECK(detail::diversity_of_labels(one, other, j).correlation == -1);
  CHECK(std::isnan(detail::diversity_of_labels(right, right, j).q));
  CHECK(std::isnan(detail::diversity_of_labels(one, right, j).correlation));
  CHECK(detail::diversity_of_labels(right, right, j).disagreement == 0);
}

TEST_CASE("of numbers the errors are correlated, weighted, column by column") {
  const Buffer<float> one{1, 2, 3, 10}, other{2, 1, 4, 0}, outputs(4), weight{1, 1, 1, 0};
  const Judged j{.outputs = {outputs.data(), 4, 1}, .weight = weight};
  // deviations -1 0 1 and -1/3 -4/3 5/3: 2 / sqrt(2 x 14/3)
  CHECK(detail::diversity_of_numbers(one, other, j).correlation == doctest::Approx(2 / std::sqrt(28.0 / 3)));
  const Judged two{.outputs = {outputs.data(), 2, 2}};
  CHECK(detail::diversity_of_numbers(one, other, two).correlation == doctest::Approx(0.0));  // 1 in the first, -1 in the second column
}

TEST_CASE("evaluate compares the members of the highest form that has several, and prints them") {
  const auto data = blobs<2, 2>(60, 1);
  const auto model = fit(Calibrate{Average{Nearest{}, Says{0}, Average{Says{1}, Nearest{}}}}, data);
  const auto e = evaluate(model, data, {.diversity = true});
  REQUIRE(e.pairs.size() == 3);
  CHECK(e.lines[e.pairs[0].first].name == "Nearest");
  CHECK(e.lines[e.pairs[0].second].name == "Says");
  CHECK(e.pairs[0].disagreement == doctest::Approx(0.5));  // one is always right on these rows, the other on half
  CHECK(e.pairs[0].double_fault == 0);
  const std::string text = to_string(e);
  CHECK(text.find("double fault  members") != std::string::npos);
  CHECK(text.find("Says, Average<Says, Nearest>") != std::string::npos);
  CHECK(evaluate(model, data).pairs.empty());
  CHECK(evaluate(fit(Nearest{}, data), data, {.diversity = true}).pairs.empty());

  const auto numbers = line<1>(40, 2);
  const auto regression = evaluate(fit(Average{Nearest{}, Shows{{1}}, Shows{{2}}}, numbers), numbers, {.diversity = true});
  REQUIRE(regression.pairs.size() == 3);
  CHECK(regression.pairs[2].correlation == doctest::Approx(1));
  CHECK(std::isnan(regression.pairs[0].correlation));  // no error varies
  CHECK(to_string(regression).find("correlation of errors") != std::string::npos);
}
