// SPDX-License-Identifier: Apache-2.0
#include <tutti/explain/permutation_importance.hpp>

#include "../model/tree_data.hpp"

#include <tutti/measure/regression.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti;

namespace {

/// What permutation_importance estimates for a mean squared error: each row with the value of every row, by weight of the row.
template <class Model, class Data> double expected_of_pairs(const Model& model, const Data& data, int column) {
  double worse = 0, plain = 0, total = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    std::vector<float> x(static_cast<std::size_t>(data.width()));
    data.x(i).copy_to(x.data());
    const auto loss = [&] {
      const double d = static_cast<double>(model.predict(x)) - static_cast<double>(data.target(i)[0]);
      return static_cast<double>(data.weight(i)) * d * d;
    };
    total += static_cast<double>(data.weight(i));
    plain += loss();
    for (std::ptrdiff_t k = 0; k < data.rows(); ++k) {
      x[static_cast<std::size_t>(column)] = data.x(k)[column];
      worse += loss() / static_cast<double>(data.rows());
    }
  }
  return (worse - plain) / total;
}

struct MeanSquaredError {
  static constexpr std::string_view name = "MSE";
  static constexpr bool higher_is_better = false, labels = false;
  double operator()(const Judged& j) const {
    const double rmse = static_cast<double>(RMSE{}(j));
    return rmse * rmse;
  }
};

}  // namespace

TEST_CASE("the importance is the mean loss over permutations, with weights, within four standard errors") {
  auto data = tree_data::numbers<4>(60, 1);
  std::vector<float> weight(60);
  for (std::size_t i = 0; i < 60; ++i) weight[i] = static_cast<float>(i % 3);
  data = tree_data::weighted(data, weight);
  const auto model = fit(Tree{.max_depth = 4}, data);
  constexpr int repeats = 300;
  const Importance found = permutation_importance(model, data, {.metric = MeanSquaredError{}, .repeats = repeats, .seed = 3});
  for (int j = 0; j < 4; ++j) {
    CAPTURE(j);
    const double error = found.deviations[static_cast<std::size_t>(j)] / std::sqrt(static_cast<double>(repeats));
    CHECK(std::fabs(found[j] - expected_of_pairs(model, data, j)) <= 4 * error + 1e-9);
  }
  CHECK(found[0] > found[3]);
}

TEST_CASE("a column that no split looks at counts exactly nothing, and higher scores count the other way round") {
  const auto data = tree_data::labels<5, 2>(200, 2);
  const auto model = fit(Tree{.leaves = 3}, data);
  const Importance by_loss = permutation_importance(model, data), by_hits = permutation_importance(model, data, {.metric = Accuracy{}});
  const Importance splits = split_counts(model);
  for (int j = 0; j < 5; ++j) {
    CHECK((splits[j] == 0) == (by_loss[j] == 0 && by_loss.deviations[static_cast<std::size_t>(j)] == 0));
    if (splits[j] == 0) CHECK(by_hits[j] == 0);
    if (splits[j] > 0) CHECK(by_hits[j] > 0);
  }
}

TEST_CASE("any model will do, subsets are their rows, the threads do not matter, the seed does") {
  const auto all = tree_data::numbers<3>(120, 4);
  const auto model = fit(Ridge{}, all);
  std::vector<RowIndex> rows;
  for (RowIndex i = 0; i < 50; ++i) rows.push_back(7 * i % 120);
  const auto some = all.subset(rows);
  Buffer<float> x(150);
  Buffer<float> y(50);
  for (std::ptrdiff_t i = 0; i < 50; ++i) {
    some.x(i).copy_to(x.data() + 3 * i);
    y[static_cast<std::size_t>(i)] = some.target(i)[0];
  }
  const Dataset<Row<3>, Real> copied(DenseStorage<float>(3, x), y);
  const auto importance = [&](const auto& data, std::uint64_t seed) { return permutation_importance(model, data, {.seed = seed}); };
  const Importance one = parallel::with_threads(1, [&] { return importance(some, 1); });
  CHECK(one.values == parallel::with_threads(7, [&] { return importance(some, 1); }).values);
  CHECK(one.values == importance(copied, 1).values);
  CHECK(one.deviations == importance(copied, 1).deviations);
  CHECK(one.values != importance(some, 2).values);
}

TEST_CASE("columns of a table are permuted whatever their kind, and keep their names") {
  TableColumn a{{"size"}}, b{{"colour", ColumnKind::categorical, {"red", "green", "blue"}}};
  Buffer<std::int32_t> y;
  for (int i = 0; i < 90; ++i) {
    a.numbers.push_back(i * 37 % 10);
    b.codes.push_back(i % 3 - (i % 10 == 0 ? 1 : 0));
    y.push_back(b.codes.back() == 1 ? 1 : 0);
  }
  const Dataset<Table, Label<2>> data(Table{a, b}, y);
  const auto model = fit(Tree{}, data);
  const Importance found = permutation_importance(model, data, {.metric = Accuracy{}});
  CHECK(found.names == Buffer<std::string>{"size", "colour"});
  CHECK(found[0] == 0);
  CHECK(found[1] > 0.2);
}

TEST_CASE("no repeats, no rows and a metric of other targets are refused") {
  const auto data = tree_data::labels<3, 2>(40, 5);
  const auto model = fit(Tree{}, data);
  CHECK_THROWS_WITH_AS(permutation_importance(model, data, {.repeats = 0}),
                       "permutation_importance: expected at least one repeat, got 0", DataError);
  CHECK_THROWS_AS(permutation_importance(model, data.first(0)), DataError);
  CHECK_THROWS_AS(permutation_importance(model, data, {.metric = RMSE{}}), DataError);
}
