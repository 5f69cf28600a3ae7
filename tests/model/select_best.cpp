// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/select_best_fit.hpp>

using namespace transforms;

static_assert(Transform<SelectBest>);

namespace {

std::vector<float> copies() {
  return {std::begin(reference::candidate_copies), std::end(reference::candidate_copies)};
}
auto classes(std::span<const float> x, std::vector<float> weight = {}) {
  return dataset<Row<8>, Label<3>>(
      8, x, {std::begin(reference::candidate_class), std::end(reference::candidate_class)},
      std::move(weight));
}
auto numbers(std::vector<float> weight = {}) {
  return dataset<Row<8>, Real>(
      8, reference::candidates,
      {std::begin(reference::candidate_number), std::end(reference::candidate_number)}, std::move(weight));
}
/// Scores; the column that is constant has none.
void check_scores(const SelectedColumns& model, const auto& expected) {
  for (std::size_t j = 0; j < 8; ++j) {
    INFO("column ", j);
    if (j == 5) CHECK(!(model.scores[j] > 0));
    else CHECK(model.scores[j] == doctest::Approx(expected[j]).epsilon(1e-9));
  }
}
void check_kept_columns(const SelectBest& spec, const auto& expected) {
  const auto model = spec.fit(classes(reference::candidates), Context{});
  CHECK(model.of == Buffer<std::int32_t>(std::begin(expected), std::end(expected)));
}

}  // namespace

TEST_CASE("F scores are scikit-learn's, for classes and for numbers, for weights those of copies") {
  check_scores(SelectBest{}.fit(classes(reference::candidates), Context{}), reference::f_classes);
  check_scores(SelectBest{}.fit(classes(reference::candidates, copies()), Context{}),
               reference::f_classes_weighted);
  check_scores(SelectBest{}.fit(numbers(), Context{}), reference::f_numbers);
  check_scores(SelectBest{}.fit(numbers(copies()), Context{}), reference::f_numbers_weighted);
}

TEST_CASE("chi-squared scores of counts are scikit-learn's") {
  const auto check_all = [](const SelectedColumns& model, const auto& expected) {
    check_close({model.scores.begin(), model.scores.end()}, expected);
  };
  check_all(SelectBest{.score = Score::chi2}.fit(classes(reference::counts), Context{}),
            reference::chi2_classes);
  check_all(SelectBest{.score = Score::chi2}.fit(classes(reference::counts, copies()), Context{}),
            reference::chi2_classes_weighted);
}

TEST_CASE("the k best, or a percentile of the columns, are those that scikit-learn keeps") {
  check_kept_columns({.k = 1}, reference::best_1);
  check_kept_columns({.k = 3}, reference::best_3);
  check_kept_columns({.k = 7}, reference::best_7);
  check_kept_columns({.percentile = 10}, reference::percentile_10);
  check_kept_columns({.percentile = 30}, reference::percentile_30);
  check_kept_columns({.percentile = 60}, reference::percentile_60);
  check_kept_columns({.percentile = 100}, reference::percentile_100);
  CHECK(SelectBest{.k = 20}.fit(numbers(), Context{}).width() == 8);
}

TEST_CASE("categories are kept and not judged") {
  const float x[] = {1, 0, 5, 2, 1, 5, 1, 2, 9, 2, 0, 9};
  auto storage = std::make_shared<const Row<Dynamic>::Storage>(3, Buffer<float>(std::begin(x), std::end(x)));
  const Dataset<Row<Dynamic>, Label<2>> data(
      storage, {0, 0, 1, 1}, {},
      Schema{{{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}, {"c"}}, {}, {}});
  const auto model = SelectBest{.k = 1}.fit(data, Context{});
  CHECK(model.of == Buffer<std::int32_t>{1, 2});
  CHECK(model.scores[2] == INFINITY);
  CHECK(std::isnan(model.scores[1]));
}

TEST_CASE("SelectBest says what it cannot be fitted to") {
  const auto refused = [&](const SelectBest& spec, const auto& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({.k = 0}, numbers()) == "SelectBest: expected k of 1 or more, got 0");
  CHECK(refused({.percentile = 101}, numbers()) ==
        "SelectBest: expected a percentile from 0 to 100, got 101");
  CHECK(refused({.score = Score::chi2}, numbers()) == "SelectBest: expected labels for chi2, got numbers");
  CHECK(refused({.score = Score::chi2}, classes(reference::candidates))
            .find("SelectBest: expected numbers of 0 or more for chi2, got -") == 0);
  const auto flat = dataset<Row<2>, Real>(2, std::vector<float>(6, 1.0f), {1, 2, 3});
  CHECK(refused({.percentile = 10}, flat) ==
        "SelectBest: expected at least one column to keep, got none of 2");
}

TEST_CASE("a SelectBest that was saved is the same, and so are fits on any number of threads") {
  check_kept(SelectBest{.k = 3}, numbers());
}
