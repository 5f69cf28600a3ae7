// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::bytes;
using tree_data::infinity;
using tree_data::missing_value;

namespace {

/// CART as the textbook has it: every column, every threshold midway between two values that the node holds.
struct BestSplit {
  double score = -1e300;
  int column = -1;
  float threshold = 0;
};
template <class X, class Y> double score(const Dataset<X, Y>& data, const std::vector<std::ptrdiff_t>& rows) {
  if constexpr (Y::is_label) {
    std::vector<double> w(static_cast<std::size_t>(data.classes()));
    double total = 0, squares = 0;
    for (const auto r : rows)
      w[static_cast<std::size_t>(data.y(r).index())] += static_cast<double>(data.weight(r));
    for (const double v : w) total += v, squares += v * v;
    return squares / total;  // total (1 - Gini)
  } else {
    double total = 0, sum = 0, squares = 0;
    for (const auto r : rows) {
      const auto w = static_cast<double>(data.weight(r)), y = static_cast<double>(data.y(r).value);
      total += w;
      sum += w * y;
      squares += w * y * y;
    }
    return sum * sum / total - squares;  // minus the squared error
  }
}
template <class X, class Y>
std::pair<std::vector<std::ptrdiff_t>, std::vector<std::ptrdiff_t>> part(
    const Dataset<X, Y>& data, const std::vector<std::ptrdiff_t>& rows, int column, float threshold) {
  std::pair<std::vector<std::ptrdiff_t>, std::vector<std::ptrdiff_t>> sides;
  for (const auto r : rows) (data.x(r)[column] <= threshold ? sides.first : sides.second).push_back(r);
  return sides;
}
template <class X, class Y>
BestSplit exact_split(const Dataset<X, Y>& data, const std::vector<std::ptrdiff_t>& rows,
                      std::size_t min_rows) {
  BestSplit best;
  for (int j = 0; j < data.width(); ++j) {
    std::set<float> values;
    for (const auto r : rows) values.insert(data.x(r)[j]);
    for (auto v = values.begin(); v != values.end() && std::next(v) != values.end(); ++v) {
      const float threshold = (*v + *std::next(v)) / 2;
      const auto [left, right] = part(data, rows, j, threshold);
      if (left.size() < min_rows || right.size() < min_rows) continue;
      const double s = score(data, left) + score(data, right);
      if (s > best.score + 1e-9) best = {s, j, threshold};
    }
  }
  return best;
}

/// Walks down the tree beside the brute force; returns how many inner nodes were compared.
template <class X, class Y>
int compare(const TreeTable& trees, std::int32_t node, const Dataset<X, Y>& data,
            const std::vector<std::ptrdiff_t>& rows, std::size_t min_rows) {
  const auto n = trees.node(node);
  const BestSplit best = exact_split(data, rows, min_rows);
  if (n.column < 0) {
    bool alike = true;
    for (const auto r : rows) alike = alike && data.target(r)[0] == data.target(rows[0])[0];
    CHECK((alike || best.column < 0));
    double sum = 0, total = 0;
    for (const auto r : rows) {
      total += static_cast<double>(data.weight(r));
      if constexpr (Y::is_label) sum += data.y(r).index() == 1 ? static_cast<double>(data.weight(r)) : 0;
      else sum += static_cast<double>(data.weight(r)) * static_cast<double>(data.y(r).value);
    }
    CHECK(n.values[Y::is_label ? 1 : 0] == static_cast<float>(sum / total));
    return 0;
  }
  const auto [left, right] = part(data, rows, n.column, n.threshold);
  CHECK(score(data, left) + score(data, right) == doctest::Approx(best.score));
  std::set<float> values;  // the threshold is midway between values of this node
  for (const auto r : rows) values.insert(data.x(r)[n.column]);
  const auto above = values.upper_bound(n.threshold);
  REQUIRE(above != values.end());
  REQUIRE(above != values.begin());
  CHECK(n.threshold == (*above + *std::prev(above)) / 2);
  if (Y::is_label) {
    CHECK(n.column == best.column);
    CHECK(n.threshold == best.threshold);
  }
  return 1 + compare(trees, n.left, data, left, min_rows) + compare(trees, n.right, data, right, min_rows);
}
template <class X, class Y> int compare(const Tree& spec, const Dataset<X, Y>& data) {
  const auto model = fit(spec, data);
  std::vector<std::ptrdiff_t> rows;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if (data.weight(i) > 0) rows.push_back(i);
  return compare(model.model().trees, 0, data, rows, static_cast<std::size_t>(std::max(1, spec.min_rows)));
}

template <class Y>
Dataset<Row<1>, Y> one_column(std::vector<float> x, std::vector<typename Y::Element> y,
                              SideColumns side = {}) {
  return {DenseStorage<float>(1, std::span<const float>(x)), std::move(y), std::move(side)};
}

}  // namespace

TEST_CASE("on few distinct values a tree is the one that an exhaustive search over all midpoints grows") {
  int nodes = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    const auto rows = static_cast<std::ptrdiff_t>(5 + 10 * seed);
    nodes += compare(Tree{}, tree_data::labels<3, 3>(rows, seed));
    nodes += compare(Tree{.min_rows = 3}, tree_data::labels<4, 2>(rows, seed + 100));
    nodes += compare(Tree{}, tree_data::numbers<3>(rows, seed));
    nodes += compare(Tree{.min_rows = 4}, tree_data::numbers<3>(rows, seed, 0, 40));
    std::vector<float> weight;
    Random random(seed);
    for (std::ptrdiff_t i = 0; i < rows; ++i) weight.push_back(static_cast<float>(random.below(4)));
    weight[0] = 1;
    nodes += compare(Tree{}, tree_data::weighted(tree_data::labels<3, 3>(rows, seed), weight));
    nodes += compare(Tree{}, tree_data::weighted(tree_data::numbers<3>(rows, seed), weight));
  }
  CHECK(nodes > 500);
}

TEST_CASE("a row of weight 2 counts like two rows, a row of weight 0 like none") {
  const auto repeat = [](const auto& data, const std::vector<float>& weight) {
    std::vector<RowIndex> rows;
    for (std::size_t i = 0; i < weight.size(); ++i)
      for (float w = 0; w < weight[i]; ++w) rows.push_back(static_cast<RowIndex>(i));
    return data.subset(rows);
  };
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    std::vector<float> weight;
    for (int i = 0; i < 80; ++i) weight.push_back(static_cast<float>((i + static_cast<int>(seed)) % 3));
    const auto classes = tree_data::labels<4, 3>(80, seed, 0.1);
    const auto reals = tree_data::numbers<4>(80, seed, 0.1);
    for (const Tree& spec : {Tree{}, Tree{.leaves = 7, .criterion = Criterion::entropy},
                             Tree{.max_depth = 3, .min_gain = 0.01f}}) {
      CHECK(bytes(fit(spec, tree_data::weighted(classes, weight)).model()) ==
            bytes(fit(spec, repeat(classes, weight)).model()));
      Tree of_numbers = spec;
      of_numbers.criterion = Criterion::squared;
      CHECK(bytes(fit(of_numbers, tree_data::weighted(reals, weight)).model()) ==
            bytes(fit(of_numbers, repeat(reals, weight)).model()));
    }
  }
}

TEST_CASE("a tree without limits knows its training rows by heart, XOR included") {
  const std::vector<float> x{0, 0, 0, 1, 1, 0, 1, 1};
  const Dataset<Row<2>, Label<2>> exclusive(DenseStorage<float>(2, std::span<const float>(x)), {0, 1, 1, 0});
  const auto model = fit(Tree{}, exclusive);
  for (std::ptrdiff_t i = 0; i < 4; ++i) CHECK(model.predict(exclusive.x(i)) == exclusive.y(i));
  const auto data = tree_data::numbers<3>(50, 2, 0, 1000);
  const auto numbers = fit(Tree{}, data);
  for (std::ptrdiff_t i = 0; i < 50; ++i) CHECK(numbers.predict(data.x(i)).value == data.y(i).value);
}

TEST_CASE("NaN goes where training sent it, and with the heavier child where training had none") {
  const auto learnt =
      fit(Tree{}, one_column<Label<2>>({1, 2, missing_value, 1, 2, missing_value}, {0, 1, 1, 0, 1, 1}));
  CHECK(learnt.predict(std::array{missing_value}).index() == 1);
  const auto apart = fit(Tree{}, one_column<Label<2>>({1, 2, missing_value, infinity}, {0, 0, 1, 0}));
  CHECK(apart.predict(std::array{missing_value}).index() == 1);
  CHECK(apart.predict(std::array{infinity}).index() == 0);
  CHECK(apart.predict(std::array{1e30f}).index() == 0);
  CHECK(fit(Tree{}, one_column<Label<2>>({1, 2, 2}, {0, 1, 1})).predict(std::array{missing_value}).index() ==
        1);
  CHECK(fit(Tree{}, one_column<Label<2>>({1, 1, 2}, {0, 0, 1})).predict(std::array{missing_value}).index() ==
        0);
}

TEST_CASE("infinite and huge inputs are ordinary numbers") {
  const float most = std::numeric_limits<float>::max();
  const std::vector<float> x{-infinity, -most, 0, most, infinity};
  const auto model = fit(Tree{}, one_column<Real>(x, {1, 2, 3, 4, 5}));
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK(model.predict(std::array{x[i]}).value == static_cast<float>(i + 1));
}

TEST_CASE("one row, one class, a constant column and a column of NaN alone give a single leaf") {
  CHECK(fit(Tree{}, one_column<Real>({3}, {7})).predict(std::array{9.0f}).value == 7);
  const auto one_class = fit(Tree{}, one_column<Label<3>>({1, 2, 3}, {2, 2, 2}));
  CHECK(one_class.model().trees.nodes() == 1);
  CHECK(one_class.probabilities(std::array{5.0f}) == std::array{0.0f, 0.0f, 1.0f});
  const auto constant = fit(Tree{}, one_column<Label<2>>({4, 4, 4, 4}, {0, 1, 1, 1}));
  CHECK(constant.probabilities(std::array{4.0f}) == std::array{0.25f, 0.75f});
  const auto missing = fit(Tree{}, one_column<Real>({missing_value, missing_value}, {1, 2}));
  CHECK(missing.predict(std::array{missing_value}).value == 1.5f);
  CHECK(missing.predict(std::array{0.0f}).value == 1.5f);
}

TEST_CASE("a class that no row has gets the probability 0") {
  auto data = tree_data::labels<3, 2>(60, 4);
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < 60; ++i) y.push_back(2 * data.y(i).index());
  const Dataset<Row<3>, Label<4>> sparse(data.storage(), std::move(y));
  const auto model = fit(Tree{.max_depth = 2}, sparse);
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    const auto p = model.probabilities(sparse.x(i));
    CHECK(p[1] == 0);
    CHECK(p[3] == 0);
    CHECK(p[0] + p[2] == doctest::Approx(1));
  }
}

TEST_CASE("leaves, max_depth, min_rows, min_gain and criterion are honoured") {
  const auto data = tree_data::labels<4, 3>(200, 6);
  CHECK(fit(Tree{.leaves = 5}, data).model().trees.leaves(0) == 5);
  CHECK(fit(Tree{.max_depth = 1}, data).model().trees.leaves(0) == 2);
  CHECK(fit(Tree{.min_rows = 101}, data).model().trees.leaves(0) == 1);
  CHECK(fit(Tree{.min_gain = 0.6f}, data).model().trees.leaves(0) == 1);
  CHECK(fit(Tree{.min_gain = 0.001f}, data).model().trees.leaves(0) > 2);
  CHECK(bytes(fit(Tree{.criterion = Criterion::entropy}, data).model()) != bytes(fit(Tree{}, data).model()));
  CHECK(bytes(fit(Tree{.columns = 1}, data, {.seed = 1}).model()) !=
        bytes(fit(Tree{.columns = 1}, data, {.seed = 2}).model()));
}

TEST_CASE("rows predicted together and alone have the same bits, from images, records and dynamic rows") {
  const auto data = tree_data::labels<4, 3>(70, 8, 0.1);
  const auto model = fit(Tree{}, data);
  std::vector<DenseView<float, 4>> views(70);
  data.views(0, views);
  std::vector<float> together(70 * 3);
  model.probabilities(views, Rows<float>(together.data(), 70, 3));
  for (std::size_t i = 0; i < 70; ++i) {
    const auto alone = model.probabilities(views[i]);
    CHECK(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(3 * i)));
  }
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < 70; ++i) y.push_back(data.y(i).index());
  const Dataset<Row<Dynamic>, Label<Dynamic>> dynamic(data.storage(), y, {},
                                                      Schema{.classes = {"a", "b", "c"}});
  using Both = Record<Field<"one", Row<4>>>;
  const Dataset<Both, Label<3>> record(RecordStorage<Field<"one", Row<4>>>(data.storage()), y);
  const auto from_dynamic = fit(Tree{}, dynamic);
  const auto from_record = fit(Tree{}, record);
  CHECK(bytes(from_dynamic.model()) == bytes(model.model()));
  CHECK(bytes(from_record.model()) == bytes(model.model()));
  for (std::ptrdiff_t i = 0; i < 70; ++i) {
    CHECK(from_dynamic.predict(dynamic.x(i)).index() == model.predict(data.x(i)).index());
    CHECK(from_record.predict(record.x(i)).index() == model.predict(data.x(i)).index());
  }
}

TEST_CASE("a tree has the same bits on any number of threads") {
  const auto data = tree_data::labels<30, 3>(2500, 9, 0.05, 60);
  const auto one = bytes(fit(Tree{}, data, {.threads = 1}).model());
  for (const int threads : {2, 7}) CHECK(bytes(fit(Tree{}, data, {.threads = threads}).model()) == one);
}

TEST_CASE(
    "a saved tree predicts the same bits; one for other widths is refused, or says NaN rather than reading "
    "astray") {
  const auto data = tree_data::labels<4, 3>(50, 10);
  const auto model = fit(Tree{}, data).model();
  const auto saved = bytes(model);
  Tree::Model<Row<4>, Label<3>> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  Tree::Model<Row<5>, Label<3>> wider;
  Reader in_wider(saved);
  CHECK_THROWS_AS(in_wider("model", wider), FileError);
  Tree::Model<Row<4>, Label<2>> fewer;
  Reader in_fewer(saved);
  CHECK_THROWS_AS(in_fewer("model", fewer), FileError);

  Tree::Model<Row<Dynamic>, Label<Dynamic>> dynamic;
  Reader in_dynamic(saved);
  in_dynamic("model", dynamic);
  const std::array<float, 4> x{};
  Workspace none;
  std::array<float, 3> y{};
  const DenseView<float, Dynamic> narrow(x.data(), 3), right(x.data(), 4);
  dynamic.outputs({&right, 1}, Rows<float>(y.data(), 1, 3), none);
  CHECK(y[0] + y[1] + y[2] == doctest::Approx(1));
  dynamic.outputs({&narrow, 1}, Rows<float>(y.data(), 1, 3), none);
  CHECK(std::isnan(y[2]));
  dynamic.outputs({&right, 1}, Rows<float>(y.data(), 1, 2), none);
  CHECK(std::isnan(y[0]));
}

TEST_CASE("what a tree cannot be grown from is refused with the path of the node") {
  const auto data = one_column<Real>({1, 2}, {1, 2});
  for (const Tree& wrong : {Tree{.leaves = -1}, Tree{.max_depth = -1}, Tree{.min_rows = -1},
                            Tree{.min_gain = -1}, Tree{.columns = -1}})
    CHECK_THROWS_AS(fit(wrong, data), FitError);
  CHECK_THROWS_WITH_AS(fit(Tree{}, one_column<Real>({1, 2}, {1, infinity})),
                       "Tree: row 1: expected a finite target, got inf", FitError);
  CHECK_THROWS_WITH_AS(fit(Tree{}, one_column<Real>({1, 2}, {1, 2}, {.weight = {0, 0}})),
                       "Tree: expected a row with a positive weight, got 0", FitError);
}
