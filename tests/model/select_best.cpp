// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/select_best_fit.hpp>

#include "../reference/mutual_information.hpp"

#include <algorithm>

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

namespace mutual = mutual_reference;
constexpr Score information = Score::mutual_information;
auto told_numbers(std::vector<float> weight = {}) {
  return dataset<Row<6>, Real>(6, mutual::x, {std::begin(mutual::number), std::end(mutual::number)}, std::move(weight));
}
auto told_classes() {
  return dataset<Row<6>, Label<3>>(6, mutual::x, {std::begin(mutual::classes), std::end(mutual::classes)});
}
std::vector<double> information_of(const SelectBest& spec, const auto& data, const FitOptions& options = {}) {
  const auto model = spec.fit(data, Context(options, "SelectBest"));
  return {model.scores.begin(), model.scores.end()};
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

TEST_CASE("mutual information is scikit-learn's, whatever the seed of the noise") {
  const SelectBest spec{.score = information, .discrete = {4, 5}};
  for (const std::uint64_t seed : {0, 1, 2}) {
    check_close(information_of(spec, told_numbers(), {.seed = seed}), mutual::selected_for_number);
    check_close(information_of(spec, told_classes(), {.seed = seed}), mutual::selected_for_classes);
  }
  const auto model = SelectBest{.k = 2, .score = information}.fit(told_numbers(), Context{});
  CHECK(model.of == Buffer<std::int32_t>{1, 2});  // the line and the parabola, of which F knows nothing
}

TEST_CASE("mutual information of numbers that repeat is about that of classes; a constant has none, the seed decides the rest") {
  Random random(6);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 400; ++i) {
    const float age = static_cast<float>(random.below(4));
    x.insert(x.end(), {age, 7, static_cast<float>(random.below(4))});
    y.push_back(age > 1.5f);
  }
  const auto data = dataset<Row<3>, Label<2>>(3, x, y);
  const auto scores = information_of({.score = information}, data);
  CHECK(scores[0] == doctest::Approx(std::log(2)).epsilon(0.05));
  CHECK(scores[1] == 0);
  CHECK(scores[2] < 0.1);
  CHECK(information_of({.score = information}, data) == scores);
  CHECK(information_of({.score = information}, data, {.seed = 1}) != scores);
  const auto constant = dataset<Row<3>, Real>(3, x, std::vector<float>(400, 2.0f));
  CHECK(information_of({.score = information}, constant) == std::vector<double>{0, 0, 0});
}

TEST_CASE("mutual information judges categories as classes, and rows of no weight do not count") {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 60; ++i) {
    x.insert(x.end(), {static_cast<float>(i % 3), static_cast<float>(i * 7 % 11)});
    y.push_back(i % 3 == 0);
  }
  auto storage = std::make_shared<const Row<Dynamic>::Storage>(2, Buffer<float>(x.begin(), x.end()));
  const Dataset<Row<Dynamic>, Label<2>> data(storage, y, {},
                                             Schema{{{"a", ColumnKind::categorical, {"p", "q", "r"}}, {"b"}}, {}, {}});
  const auto model = SelectBest{.k = 1, .score = information}.fit(data, Context{});
  CHECK(model.of == Buffer<std::int32_t>{0});
  CHECK(model.scores[0] == doctest::Approx(std::log(3) - 2 * std::log(2) / 3));

  std::vector<float> weight(120, 2.0f), half(mutual::x, mutual::x + 360), numbers(mutual::number, mutual::number + 60);
  std::fill(weight.begin() + 60, weight.end(), 0.0f);
  const SelectBest spec{.score = information};
  check_close(information_of(spec, told_numbers(weight)), information_of(spec, dataset<Row<6>, Real>(6, half, numbers)));
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
  CHECK(refused({.score = information}, numbers(copies()))
            .find("SelectBest: expected weights that are all alike (or 0) for mutual information, got ") == 0);
  CHECK(refused({.score = information, .neighbours = 0}, numbers()) == "SelectBest: expected neighbours of 1 or more, got 0");
  CHECK(refused({.score = information, .neighbours = 40}, numbers()) ==
        "SelectBest: expected more than 40 rows for mutual information, got 40");
  CHECK(refused({.score = information, .discrete = {8}}, numbers()) == "SelectBest: expected discrete columns below 8, got 8");
  const auto flat = dataset<Row<2>, Real>(2, std::vector<float>(6, 1.0f), {1, 2, 3});
  CHECK(refused({.percentile = 10}, flat) ==
        "SelectBest: expected at least one column to keep, got none of 2");
}

TEST_CASE("a SelectBest that was saved is the same, and so are fits on any number of threads") {
  check_kept(SelectBest{.k = 3}, numbers());
  check_kept(SelectBest{.k = 2, .score = Score::mutual_information, .discrete = {5}}, told_numbers());
}
