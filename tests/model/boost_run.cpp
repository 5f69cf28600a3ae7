// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/update.hpp>
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/boost_run.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::bytes;

namespace {

constexpr int width = 4;

/// Rows whose target rises with column 0 and falls with column 1, under so much noise that trees overfit.
template <class Y> Dataset<Row<width>, Y> noisy(std::ptrdiff_t rows, std::uint64_t seed) {
  Random random(seed);
  Buffer<float> x(static_cast<std::size_t>(rows * width));
  for (float& v : x) v = 4 * random.uniform();
  Buffer<typename Y::Element> y;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rows); ++i) {
    const float mean = x[i * width] - x[i * width + 1] + x[i * width + 2] * x[i * width + 3] / 4, noise = 6 * random.uniform() - 3;
    if constexpr (Y::is_label) y.push_back(mean + noise > 1);
    else y.push_back(mean + noise + 8);
  }
  return {DenseStorage<float>(width, std::move(x)), std::move(y)};
}

/// How far the output falls anywhere while a column rises, other columns as in the rows.
template <class Model, class Data> double falls(const Model& model, const Data& data, int column, double sign) {
  double worst = 0;
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    std::array<float, width> x;
    data.x(i).copy_to(x.data());
    double before = -1e300;
    for (float v = -0.5f; v < 4.5f; v += 0.05f) {
      x[static_cast<std::size_t>(column)] = v;
      double out;
      if constexpr (requires { model.probabilities(x); }) out = static_cast<double>(model.probabilities(x)[1]);
      else out = static_cast<double>(model.predict(x).value);
      worst = std::max(worst, before - sign * out);
      before = sign * out;
    }
  }
  return worst;
}

/// The columns on every path from a node to a leaf.
void paths(const TreeTable& trees, std::int32_t node, std::set<int> above, std::set<std::set<int>>& found) {
  const auto n = trees.node(node);
  if (n.column < 0) {
    found.insert(above);
    return;
  }
  above.insert(n.column);
  paths(trees, n.left, above, found);
  paths(trees, n.right, above, found);
}
/// The columns at each depth of a tree.
void depths(const TreeTable& trees, std::int32_t node, std::size_t depth, std::vector<std::set<int>>& found) {
  const auto n = trees.node(node);
  if (n.column < 0) return;
  if (found.size() <= depth) found.resize(depth + 1);
  found[depth].insert(n.column);
  depths(trees, n.left, depth + 1, found);
  depths(trees, n.right, depth + 1, found);
}

Boost<Tree> spec(BoostTreeOptions options, int rounds = 40) {
  options.rounds = rounds;
  return Boost{Tree{.leaves = 12, .min_rows = 2}, options};
}

}  // namespace

TEST_CASE("predictions go with monotone columns in one direction, whatever the objective") {
  const auto data = noisy<Real>(400, 1);
  CHECK(falls(fit(spec({}), data), data, 0, 1) > 0.1);  // without the rule they do not
  CHECK(falls(fit(spec({}), data), data, 1, -1) > 0.1);
  for (const AnyObjective& objective : {AnyObjective(MSE{}), AnyObjective(Huber{0.5}), AnyObjective(PoissonDeviance{})}) {
    const auto model = fit(spec({.objective = objective, .rows = 0.7f, .monotone = {1, -1}}), data);
    CHECK(falls(model, data, 0, 1) == 0);
    CHECK(falls(model, data, 1, -1) == 0);
    CHECK(falls(model, data, 2, 1) > 0.01);
  }
  const auto model = fit(spec({.alpha = 1, .max_step = 0.3f, .monotone = {1, -1, 1, 1}}), data);
  for (const int column : {0, 2, 3}) CHECK(falls(model, data, column, 1) == 0);
}

TEST_CASE("so does the probability of the second of two classes") {
  const auto data = noisy<Label<2>>(400, 2);
  CHECK(falls(fit(spec({}), data), data, 0, 1) > 0.02);
  const auto model = fit(spec({.monotone = {1, -1}}), data);
  CHECK(falls(model, data, 0, 1) == 0);
  CHECK(falls(model, data, 1, -1) == 0);
}

TEST_CASE("a direction against the data leaves the column alone") {
  const auto data = noisy<Real>(400, 3);
  const auto model = fit(spec({.monotone = {-1}}), data);
  CHECK(falls(model, data, 0, -1) == 0);
  double range = 0;
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    std::array<float, width> x;
    data.x(i).copy_to(x.data());
    x[0] = 0;
    const float low = model.predict(x).value;
    x[0] = 4;
    range += std::fabs(static_cast<double>(model.predict(x).value - low));
  }
  CHECK(range / 60 < 0.5);  // the data rise by 4
}

TEST_CASE("directions that cannot be promised are refused") {
  const auto numbers = noisy<Real>(50, 4);
  CHECK_THROWS_WITH_AS(fit(spec({.objective = MAE{}, .monotone = {1}}), numbers),
                       "Boost: monotone: expected an objective whose leaves are steps (Huber has such), got \"MAE\"", FitError);
  CHECK_THROWS_WITH_AS(fit(spec({.monotone = {1}}), tree_data::labels<4, 3>(60, 4)),
                       "Boost: monotone: expected numbers or two classes, got classes, got 3", FitError);
}

TEST_CASE("a path of a tree stays within one set of columns") {
  const auto data = noisy<Real>(500, 5);
  const auto used = [&](const BoostTreeOptions& options) {
    const TreeTable trees = fit(spec(options), data).model().trees;
    std::set<std::set<int>> found;
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) paths(trees, trees.root(t), {}, found);
    return found;
  };
  bool mixed = false;
  for (const auto& path : used({})) mixed |= path.count(0) != 0 && path.count(3) != 0;
  CHECK(mixed);
  bool pair = false;
  for (const auto& path : used({.interactions = {{0, 1}, {1, 2}}})) {
    const bool first = path.count(2) == 0 && path.count(3) == 0, second = path.count(0) == 0 && path.count(3) == 0;
    const bool rest = path == std::set<int>{3};
    CHECK((first || second || rest));
    pair |= path.size() == 2;
  }
  CHECK(pair);
}

TEST_CASE("a depth tries its share of the columns") {
  const auto data = tree_data::numbers<10>(500, 6);
  const TreeTable trees = fit(Boost{Tree{.leaves = 20, .min_rows = 2}, {.rounds = 10, .level_columns = 0.2f}}, data).model().trees;
  std::set<int> all;
  for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
    std::vector<std::set<int>> found;
    depths(trees, trees.root(t), 0, found);
    for (const auto& level : found) {
      CHECK(level.size() <= 2);
      all.insert(level.begin(), level.end());
    }
  }
  CHECK(all.size() > 4);
}

TEST_CASE("rules keep their bits on any number of threads") {
  const auto data = noisy<Real>(3000, 7);
  const auto with = spec({.rows = 0.5f, .level_columns = 0.5f, .monotone = {1, -1}, .interactions = {{0, 1}, {2, 3}}}, 5);
  CHECK(bytes(fit(with, data, {.seed = 2, .threads = 1}).model()) == bytes(fit(with, data, {.seed = 2, .threads = 7}).model()));
}

TEST_CASE("rounds that are added later are those that one fit would have made") {
  const auto data = noisy<Real>(300, 8);
  const auto labels = tree_data::labels<4, 3>(300, 9);
  const auto same = [](const auto& rows, const BoostTreeOptions& options) {
    const auto whole = fit(spec(options, 12), rows, {.seed = 5});
    auto model = fit(spec(options, 7), rows, {.seed = 5});
    auto state = learning_state(model, 5);
    state.spec = spec(options, 5);
    const auto more = update(model, rows, state);
    CHECK(model.model().rounds() == 7);
    CHECK(more.model().rounds() == 12);
    CHECK(bytes(more.model()) == bytes(whole.model()));
  };
  same(data, {});
  same(data, {.objective = MAE{}, .rows = 0.6f, .columns = 0.5f});
  same(data, {.objective = PoissonDeviance{}, .level_columns = 0.5f});
  same(labels, {.rows = 0.5f});
}

TEST_CASE("a loaded model goes on learning, from other rows too") {
  const auto data = noisy<Real>(300, 10), more = noisy<Real>(600, 11);
  const auto model = fit(spec({}, 5), data);
  auto state = learning_state(model, 3);
  state.spec = spec({}, 20);
  const auto error = [&](const auto& m) {
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < more.rows(); ++i)
      sum += std::pow(static_cast<double>(m.predict(more.x(i)).value) - static_cast<double>(more.y(i).value), 2);
    return sum;
  };
  CHECK(error(update(model, more, state)) < 0.8 * error(model));
  state.spec = spec({.objective = PoissonDeviance{}}, 3);
  CHECK_THROWS_WITH_AS(update(model, more, state),
                       "objective: expected one on the scale of the model's scores, got \"Poisson deviance\"", DataError);
  state.spec = spec({}, 0);
  CHECK_THROWS_WITH_AS(update(model, more, state), "expected at least one round, got 0", DataError);
}

TEST_CASE("early stopping while learning on adds only what helps, at worst nothing") {
  const auto data = noisy<Real>(400, 12);
  const auto model = fit(spec({}, 300), data);
  auto state = learning_state(model, 3);
  Random random(4);
  Buffer<float> y;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) y.push_back(model.predict(data.x(i)).value + static_cast<float>(random.normal()));
  state.spec = spec({.early_stop = 5, .validation = 0.3f}, 100);
  const auto more = update(model, Dataset<Row<width>, Real>(data.storage(), std::move(y)), state);
  CHECK(more.model().rounds() < 320);
  CHECK(more.model().rounds() >= 300);
}

TEST_CASE("a fit that is stopped keeps the rounds that it has, or throws them away") {
  struct Watch : Observer {
    explicit Watch(Stop s) : stop(std::move(s)) {}
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view, std::string_view text) override { lines.emplace_back(text); }
    void round_ended(std::string_view path, const RoundReport& r) override {
      CHECK(path == "Boost");
      CHECK(r.rounds == 500);
      if (r.round == 23) stop.request();
    }
    Stop stop;
    std::vector<std::string> lines;
  };
  const auto data = noisy<Real>(100, 13);
  const Stop keep(Stop::Then::keep), discard(Stop::Then::discard);
  const auto watch = std::make_shared<Watch>(keep);
  const auto model = fit(spec({}, 500), data, {.progress = Progress(watch), .stop = keep});
  CHECK(model.model().rounds() == 23);
  CHECK(bytes(model.model()) == bytes(fit(spec({}, 23), data).model()));
  REQUIRE(watch->lines.size() >= 2);
  CHECK(watch->lines[0].starts_with("round 10 of 500, "));
  CHECK(watch->lines[0].ends_with(" s left"));
  CHECK_THROWS_WITH_AS(
      fit(spec({}, 500), data, {.progress = Progress(std::make_shared<Watch>(discard)), .stop = discard}),
      "Boost: stopped by request, nothing is kept", Stopped);
  CHECK(fit(spec({}, 500), data, {.stop = keep}).model().rounds() == 0);  // asked for before: the constant remains
  CHECK_THROWS_WITH_AS(fit(Tree{}, data, {.stop = discard}), "Tree: stopped by request, nothing is kept", Stopped);
  CHECK_NOTHROW(fit(Tree{}, data, {.stop = keep}));
}
