// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/quantile_forest_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

using namespace tutti;
using tree_data::bytes;

namespace {

/// By the definition: rows of the leaf that x falls into weigh as much as they do in the tree's draw, all trees alike.
template <class X> float by_hand(const auto& model, const Dataset<X, Real>& data, const QuantileForest& spec, const Random& random,
                                 const ViewOf<X>& x, double q) {
  std::vector<std::uint32_t> all;
  std::vector<float> weight;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    if (data.weight(i) > 0) all.push_back(static_cast<std::uint32_t>(i));
    weight.push_back(data.weight(i));
  }
  std::vector<std::pair<float, double>> found;
  for (std::ptrdiff_t t = 0; t < spec.trees; ++t) {
    const detail::RowDraw draw(all, weight, spec.rows, spec.bootstrap, random.stream(static_cast<std::uint64_t>(t)).stream("rows"));
    const std::int32_t leaf = tree_data::leaf_of(model.trees, model.trees.root(t), x);
    double sum = 0;
    std::vector<std::pair<float, double>> here;
    for (std::size_t i = 0; i < draw.rows.size(); ++i) {
      if (tree_data::leaf_of(model.trees, model.trees.root(t), data.x(draw.rows[i])) != leaf) continue;
      here.emplace_back(data.y(draw.rows[i]).value, static_cast<double>(draw.weight[i]));
      sum += here.back().second;
    }
    for (const auto& [y, w] : here) found.emplace_back(y, w / sum / spec.trees);
  }
  std::sort(found.begin(), found.end());
  double below = 0;
  for (const auto& [y, w] : found)
    if ((below += w) >= q - 1e-6) return y;
  return found.back().first;
}

}  // namespace

TEST_CASE("a quantile is where the mean weight of the leaves' rows reaches it") {
  auto data = tree_data::numbers<4>(120, 3, 0.05);
  std::vector<float> weight;
  for (int i = 0; i < 120; ++i) weight.push_back(static_cast<float>(i % 4) * 0.5f);
  data = tree_data::weighted(data, weight);
  for (const QuantileForest& spec : {QuantileForest{.quantile = 0.3f, .trees = 7}, QuantileForest{.quantile = 0.9f, .trees = 4, .bootstrap = false, .rows = 0.6f},
                                     QuantileForest{.trees = 3, .tree = {.max_depth = 1}}}) {
    const auto fitted = fit(spec, data, {.seed = 4});
    const auto& model = fitted.model();
    const Random random = Context({.seed = 4}, "QuantileForest").random("tree");
    const float asked[] = {0.05f, 0.5f, 0.77f};
    float found[3];
    Workspace w;
    w.reserve(model.workspace_bytes(1));
    for (std::ptrdiff_t i = 0; i < 120; ++i) {
      CHECK(fitted.predict(data.x(i)).value == by_hand(model, data, spec, random, data.x(i), static_cast<double>(spec.quantile)));
      model.quantiles(data.x(i), asked, found, w);
      for (std::size_t k = 0; k < 3; ++k) CHECK(found[k] == by_hand(model, data, spec, random, data.x(i), static_cast<double>(asked[k])));
    }
  }
}

TEST_CASE("intervals between quantiles hold as many new targets as they say, wide where targets spread") {
  const auto draw = [](std::ptrdiff_t rows, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> x, y;
    for (std::ptrdiff_t i = 0; i < rows; ++i) {
      x.push_back(random.uniform());
      y.push_back(static_cast<float>(random.normal()) * (x.back() < 0.5f ? 1.0f : 5.0f));
    }
    return Dataset<Row<1>, Real>(DenseStorage<float>(1, std::span<const float>(x)), std::move(y));
  };
  const auto train = draw(2000, 1), test = draw(1000, 2);
  const auto model = fit(QuantileForest{.trees = 50, .tree = {.min_rows = 40}}, train).model();
  Workspace w;
  w.reserve(model.workspace_bytes(1));
  const float asked[] = {0.1f, 0.9f};
  int inside = 0;
  double narrow = 0, wide = 0;
  for (std::ptrdiff_t i = 0; i < 1000; ++i) {
    float q[2];
    model.quantiles(test.x(i), asked, q, w);
    inside += q[0] <= test.y(i).value && test.y(i).value <= q[1];
    (test.x(i)[0] < 0.5f ? narrow : wide) += static_cast<double>(q[1] - q[0]) / 500;
  }
  CHECK(inside / 1000.0 == doctest::Approx(0.8).epsilon(0.05));
  CHECK(narrow == doctest::Approx(2 * 1.2816).epsilon(0.2));
  CHECK(wide == doctest::Approx(10 * 1.2816).epsilon(0.2));
}

TEST_CASE("a quantile forest has the same bits on any number of threads and after a file, and refuses files that lead astray") {
  const auto data = tree_data::numbers<4>(200, 6, 0.1);
  const QuantileForest spec{.trees = 10};
  const auto fitted = fit(spec, data, {.threads = 1});
  for (const int threads : {2, 7}) CHECK(bytes(fit(spec, data, {.threads = threads}).model()) == bytes(fitted.model()));
  const auto saved = bytes(fitted.model());
  QuantileForest::Model<Row<4>, Real> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  auto wrong = fitted.model();
  wrong.target[5] = static_cast<std::uint32_t>(wrong.targets.size());
  CHECK_THROWS_AS(wrong.loaded(), FileError);
  wrong = fitted.model();
  wrong.first_leaf.back() += 1;
  CHECK_THROWS_AS(wrong.loaded(), FileError);
  wrong = fitted.model();
  wrong.share.push_back(1);
  CHECK_THROWS_AS(wrong.loaded(), FileError);
  wrong = fitted.model();
  wrong.first_row[3] = -1;
  CHECK_THROWS_AS(wrong.loaded(), FileError);
}

TEST_CASE("one row is its own quantile, and what cannot be asked is refused by name") {
  const Dataset<Row<1>, Real> one(DenseStorage<float>(1, Buffer<float>{3}), {7});
  CHECK(fit(QuantileForest{.quantile = 0.1f}, one).predict(std::array{1.0f}).value == 7);
  CHECK_THROWS_WITH_AS(fit(QuantileForest{.quantile = 1}, one), "QuantileForest: expected a quantile between 0 and 1, got 1", FitError);
  CHECK_THROWS_AS(fit(QuantileForest{.trees = 0}, one), FitError);
  CHECK_THROWS_AS(fit(QuantileForest{.tree = {.prune = 0.1f}}, one), FitError);
}
