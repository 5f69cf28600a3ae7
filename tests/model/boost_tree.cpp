// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/auc.hpp>
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>
#include <reference/objectives.hpp>

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::bytes;
using tree_data::missing_value;

namespace {

template <class Model, class X, class Y> double loss_of(const Model& model, const Dataset<X, Y>& data) {
  double sum = 0, total = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto w = static_cast<double>(data.weight(i));
    total += w;
    if constexpr (Y::is_label) {
      sum -= w * std::log(static_cast<double>(
                     model.probabilities(data.x(i))[static_cast<std::size_t>(data.y(i).index())]));
    } else {
      const double d =
          static_cast<double>(model.predict(data.x(i)).value) - static_cast<double>(data.y(i).value);
      sum += w * d * d;
    }
  }
  return sum / total;
}
struct LogLink {
  static constexpr Link link = Link::log;
  double loss(double s, double y) const { return std::exp(s) - y * s; }
  Derivatives operator()(double s, double y) const { return {std::exp(s) - y, std::exp(s)}; }
};
Boost<Tree> rounds(int n, BoostTreeOptions options = {}) {
  options.rounds = n;
  return Boost{Tree{.leaves = 7}, options};
}

}  // namespace

static_assert(capabilities_of<Boost<Tree>>.weights && capabilities_of<Boost<Tree>>.missing &&
              capabilities_of<Boost<Tree>>.probabilities);
static_assert(std::is_same_v<DiagnosisOf<Boost<Tree>, Row<2>, Real>, error::none>);
static_assert(!std::is_same_v<DiagnosisOf<Boost<Tree>, Row<2>, Reals<2>>, error::none>);
static_assert(StaticWorkspace<ModelOf<Boost<Tree>, Row<2>, Real>> &&
              !StaticWorkspace<ModelOf<Boost<Tree>, Record<Field<"a", Row<Dynamic>>>, Real>>);

TEST_CASE("the programs that users write compile and learn") {
  const auto data = tree_data::labels<4, 3>(300, 1);
  CHECK(loss_of(fit(Boost{Tree{.leaves = 15}}, data), data) < 0.7);
  const auto model =
      fit(Boost{Tree{.leaves = 31}, {.rounds = 500, .learning_rate = 0.05f, .early_stop = 30}}, data);
  CHECK(model.model().rounds() < 500);
  CHECK(loss_of(model, data) < 1);
}

TEST_CASE("every round lowers the loss on the rows learnt from") {
  const auto falls = [](const auto& data) {
    double before = 1e300;
    for (int n = 1; n <= 15; ++n) {
      const double loss = loss_of(fit(rounds(n), data), data);
      CHECK(loss < before);
      before = loss;
    }
  };
  falls(tree_data::labels<4, 2>(300, 2, 0.1));
  falls(tree_data::labels<4, 4>(300, 3, 0.1));
  falls(tree_data::numbers<4>(300, 4, 0.1));
}

TEST_CASE("the first round of squared error is a Newton step towards the mean of each leaf") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 0, 1, 1}), {2, 4, 10, 16});
  const auto model =
      fit(Boost{Tree{.leaves = 2, .min_rows = 1}, {.rounds = 1, .learning_rate = 0.5f, .lambda = 2}}, data);
  CHECK(model.predict(std::array{0.0f}).value ==
        doctest::Approx(8 + 0.5 * -(5 + 5 - 0.0) / (2 + 2)));  // G = (8 - 2) + (8 - 4), H = 2
  CHECK(model.predict(std::array{1.0f}).value == doctest::Approx(8 + 0.5 * (2.0 + 8.0) / (2 + 2)));
}

TEST_CASE("two classes are one tree a round, more are one for each class") {
  CHECK(fit(rounds(6), tree_data::labels<4, 2>(100, 5)).model().trees.trees() == 6);
  const auto model = fit(rounds(6), tree_data::labels<4, 3>(100, 5));
  CHECK(model.model().trees.trees() == 18);
  CHECK(model.model().rounds() == 6);
}

TEST_CASE("weights count as repeated rows do") {
  const auto data = tree_data::numbers<4>(120, 6, 0.1);
  std::vector<float> weight;
  std::vector<RowIndex> repeated;
  for (RowIndex i = 0; i < 120; ++i) {
    weight.push_back(static_cast<float>(i % 3));
    for (RowIndex k = 0; k < i % 3; ++k) repeated.push_back(i);
  }
  const auto spec = Boost{Tree{.leaves = 5, .min_rows = 1}, {.rounds = 10}};
  const auto a = fit(spec, tree_data::weighted(data, weight)), b = fit(spec, data.subset(repeated));
  for (std::ptrdiff_t i = 0; i < 120; ++i)
    CHECK(a.predict(data.x(i)).value == doctest::Approx(b.predict(data.x(i)).value).epsilon(1e-4));
}

TEST_CASE("early stopping keeps the best round by the loss on rows it has not learnt from") {
  struct Watch : Observer {
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view, std::string_view text) override { lines.emplace_back(text); }
    std::vector<std::string> lines;
  };
  const auto data = tree_data::labels<4, 3>(400, 7);
  const auto options = [](int early_stop, int n) {
    return BoostTreeOptions{.rounds = n, .learning_rate = 0.3f, .early_stop = early_stop, .validation = 0.3f};
  };
  const auto watch = std::make_shared<Watch>();
  const auto stopped = fit(Boost{Tree{}, options(10, 400)}, data, {.progress = Progress(watch)});
  const auto best = static_cast<int>(stopped.model().rounds());
  CHECK(best > 0);
  CHECK(best < 390);
  REQUIRE(!watch->lines.empty());
  CHECK(watch->lines.front().starts_with("round 10 of 400, loss on the slice "));
  CHECK(std::ssize(watch->lines) == (best + 10) / 10);  // ten more rounds, none better
  CHECK(bytes(fit(Boost{Tree{}, options(1000, 60)}, data).model()) ==
        bytes(fit(Boost{Tree{}, options(1000, best + 1)}, data).model()));
  CHECK(bytes(fit(Boost{Tree{}, options(1000, best)}, data).model()) == bytes(stopped.model()));
  CHECK(fit(Boost{Tree{}, options(1000, best - 1)}, data).model().rounds() < best);
}

TEST_CASE("on labels that are noise, early stopping stops at once and the prior remains") {
  Random random(8);
  Buffer<float> x(600);
  std::vector<std::int32_t> y(200);
  for (float& v : x) v = random.uniform();
  for (auto& c : y) c = static_cast<std::int32_t>(random.below(2));
  const Dataset<Row<3>, Label<2>> noise(DenseStorage<float>(3, std::move(x)), std::move(y));
  const auto model = fit(rounds(100, {.early_stop = 5, .validation = 0.3f}), noise);
  CHECK(model.model().rounds() < 20);
  CHECK(std::isfinite(model.probabilities(noise.x(0))[0]));
}

TEST_CASE("the slice of early stopping takes whole groups, and the latest rows where there are times") {
  const auto base = tree_data::numbers<3>(100, 9);
  std::vector<float> y;
  std::vector<double> time;
  for (int i = 0; i < 100; ++i) {
    y.push_back(i < 90 ? base.y(i).value
                       : 1e6f);  // the last tenth lies far away: seen, it would move the mean
    time.push_back(i);
  }
  const Dataset<Row<3>, Real> data(base.storage(), y, {.time = time});
  const auto model = fit(rounds(5, {.early_stop = 5, .validation = 0.1f}), data);
  CHECK(model.model().base.front() < 100);
  const Dataset<Row<3>, Real> one_group(base.storage(), y, {.group = std::vector<std::int64_t>(100, 1)});
  CHECK_THROWS_AS(fit(rounds(5, {.early_stop = 5}), one_group), FitError);
}

TEST_CASE("a model has the same bits on any number of threads, for one row as for many") {
  const auto same = [](const auto& data, const Boost<Tree>& spec) {
    const auto model = fit(spec, data, {.seed = 3, .threads = 1});
    for (const int threads : {2, 7})
      CHECK(bytes(fit(spec, data, {.seed = 3, .threads = threads}).model()) == bytes(model.model()));
    return model;
  };
  const auto numbers = tree_data::numbers<20>(3000, 10, 0.05, 300);
  same(numbers, rounds(6, {.rows = 0.7f, .columns = 0.5f, .early_stop = 3}));
  same(tree_data::labels<20, 2>(2000, 11, 0.05), rounds(5));
  same(tree_data::labels<4, 2>(70000, 14, 0.05), rounds(2));  // rows enough to be parted, and leaves to be valued, side by side
  const auto labels = tree_data::labels<20, 4>(2000, 12, 0.05);
  const auto model = same(labels, rounds(5, {.rows = 0.5f}));
  std::vector<DenseView<float, 20>> views(77);
  labels.views(0, views);
  std::vector<float> together(77 * 4);
  model.probabilities(views, Rows<float>(together.data(), 77, 4));
  for (std::size_t i = 0; i < 77; ++i) {
    const auto alone = model.probabilities(views[i]);
    REQUIRE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(4 * i)));
  }
}

TEST_CASE("rows and columns are drawn anew in every round, by the seed") {
  const auto data = tree_data::labels<9, 2>(400, 13);
  const auto spec = Boost{Tree{.leaves = 4}, {.rounds = 12, .rows = 0.5f, .columns = 0.3f}};
  const auto model = fit(spec, data, {.seed = 1});
  CHECK(bytes(model.model()) != bytes(fit(spec, data, {.seed = 2}).model()));
  CHECK(loss_of(model, data) < std::log(2.0));
  std::set<int> all;
  for (std::ptrdiff_t t = 0; t < model.model().trees.trees(); ++t) {
    std::set<int> columns;
    const std::int32_t end = t + 1 < model.model().trees.trees()
                                 ? model.model().trees.root(t + 1)
                                 : static_cast<std::int32_t>(model.model().trees.nodes());
    for (std::int32_t i = model.model().trees.root(t); i < end; ++i)
      if (const int c = model.model().trees.node(i).column; c >= 0) columns.insert(c);
    CHECK(columns.size() <= 3);
    all.insert(columns.begin(), columns.end());
  }
  CHECK(all.size() > 3);
}

TEST_CASE("rows that a round leaves out are scored all the same: steps shrink to nothing") {
  const auto data = tree_data::numbers<4>(200, 14, 0.1);
  const auto start = loss_of(fit(rounds(1), data), data);
  for (const float share : {0.3f, 1.0f}) {
    const auto model = fit(
        Boost{Tree{.min_rows = 1}, {.rounds = 300, .learning_rate = 0.3f, .lambda = 0, .rows = share}}, data);
    CHECK(loss_of(model, data) < 0.01 * start);
  }
  CHECK(std::isfinite(
      loss_of(fit(rounds(5, {.rows = 0.001f}), data), data)));  // a round with no row drawn takes one
}

TEST_CASE("NaN goes where it lowers the loss") {
  const std::vector<float> x{1, 2, missing_value, 1, 2, missing_value, 1, 2, missing_value};
  const auto predict = [&](std::vector<float> y) {
    const Dataset<Row<1>, Real> data(DenseStorage<float>(1, std::span<const float>(x)), std::move(y));
    return fit(Boost{Tree{.min_rows = 1}, {.rounds = 200, .lambda = 0}}, data)
        .predict(std::array{missing_value})
        .value;
  };
  CHECK(predict({1, 5, 1, 1, 5, 1, 1, 5, 1}) == doctest::Approx(1));
  CHECK(predict({1, 5, 5, 1, 5, 5, 1, 5, 5}) == doctest::Approx(5));
  CHECK(predict({1, 1, 9, 1, 1, 9, 1, 1, 9}) == doctest::Approx(9));
}

TEST_CASE("one row, one class, constant and empty columns, and absent classes leave the prior") {
  const Dataset<Row<1>, Real> one(DenseStorage<float>(1, Buffer<float>{3}), {7});
  CHECK(fit(Boost{Tree{}}, one).predict(std::array{1.0f}).value == 7);
  const Dataset<Row<2>, Label<3>> absent(
      DenseStorage<float>(
          2, Buffer<float>{4, missing_value, 4, missing_value, 4, missing_value, 4, missing_value}),
      {0, 2, 2, 2});
  const auto p = fit(Boost{Tree{}}, absent).probabilities(std::array{4.0f, 0.0f});
  CHECK(p[0] == doctest::Approx(0.25));
  CHECK(p[1] < 1e-5);
  CHECK(p[2] == doctest::Approx(0.75));
  const Dataset<Row<1>, Label<2>> only(DenseStorage<float>(1, Buffer<float>{1, 2, 3}), {1, 1, 1});
  CHECK(fit(Boost{Tree{}}, only).probabilities(std::array{2.0f})[1] > 0.99999f);
}

TEST_CASE("depth alone bounds the leaves, and small data still learn") {
  const auto data = tree_data::numbers<4>(1000, 15);
  const TreeTable trees =
      fit(Boost{Tree{.max_depth = 7, .min_rows = 1}, {.rounds = 1, .lambda = 0}}, data).model().trees;
  CHECK(trees.leaves(0) > 31);
  CHECK(fit(Boost{Tree{.min_rows = 1}, {.rounds = 1}}, data).model().trees.leaves(0) == 31);
  const auto small = tree_data::numbers<2>(12, 16);
  CHECK(loss_of(fit(Boost{Tree{}}, small), small) <
        0.2 * loss_of(fit(Boost{Tree{.min_gain = 1e9f}}, small), small));
}

TEST_CASE("a saved model predicts the same bits, and a damaged one is refused") {
  const auto data = tree_data::labels<3, 3>(60, 17);
  const auto model = fit(rounds(4), data).model();
  const auto saved = bytes(model);
  BoostedTrees<Row<3>, Label<3>> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
  const auto refused = [&](auto&& damage) {
    auto copy = model;
    damage(copy);
    const auto file = bytes(copy);
    Reader reader(file);
    CHECK_THROWS_AS(reader("model", again), FileError);
  };
  refused([](auto& m) { m.base.pop_back(); });
  refused([](auto& m) { m.base.clear(); });
  refused([](auto& m) { m.trees.keep(4); });
  refused([](auto& m) { m.trees = TreeTable(3, 2); });
  refused([](auto& m) { m.trees = TreeTable(2, 1); });
}

TEST_CASE("options that make no sense are refused with the path of the node") {
  const auto data = tree_data::numbers<2>(20, 18);
  for (const BoostTreeOptions& wrong :
       {BoostTreeOptions{.rounds = 0}, BoostTreeOptions{.learning_rate = 0}, BoostTreeOptions{.lambda = -1},
        BoostTreeOptions{.min_hessian = -1}, BoostTreeOptions{.rows = 0}, BoostTreeOptions{.rows = 2},
        BoostTreeOptions{.columns = 0}, BoostTreeOptions{.early_stop = -1},
        BoostTreeOptions{.alpha = -1}, BoostTreeOptions{.max_step = -1}, BoostTreeOptions{.monitor = RMSE{}},
        BoostTreeOptions{.balanced = true}, BoostTreeOptions{.objective = CrossEntropy{}},
        BoostTreeOptions{.early_stop = 1, .monitor = AUC{}},
        BoostTreeOptions{.early_stop = 1, .validation = 1}})
    CHECK_THROWS_AS(fit(Boost{Tree{}, wrong}, data), FitError);
  CHECK_THROWS_WITH_AS(fit(rounds(0), data), "Boost: expected at least one round, got 0", FitError);
  CHECK_THROWS_AS(fit(Boost{Tree{.leaves = -1}}, data), FitError);
  for (const Tree& other : {Tree{.criterion = Criterion::squared}, Tree{.min_rows_split = 4}, Tree{.min_weight = 1}, Tree{.prune = 0.1f},
                            Tree{.splits = Splits::exact}, Tree{.balance = Balance::all_rows}})
    CHECK_THROWS_AS(fit(Boost{other}, data), FitError);
  CHECK_THROWS_WITH_AS(fit(Boost{Tree{.prune = 0.5f}}, data),
                       "Boost: expected no prune of a boosted tree: leaves, max_depth and min_gain bound it, got 0.5", FitError);
}

TEST_CASE("squared and absolute errors are boosted as scikit-learn boosts them") {
  constexpr std::size_t n = std::size(reference::boosted_y);
  const Dataset<Row<3>, Real> data(DenseStorage<float>(3, std::span<const float>(reference::boosted_x)),
                                   Buffer<float>(std::begin(reference::boosted_y), std::end(reference::boosted_y)));
  const auto compare = [&](const AnyObjective& objective, const double* expected) {
    const auto model = fit(Boost{Tree{.leaves = 5, .min_rows = 4},
                                 {.rounds = 8, .learning_rate = 0.3f, .objective = objective, .lambda = 0}},
                           data);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(static_cast<double>(model.predict(data.x(static_cast<std::ptrdiff_t>(i))).value) ==
            doctest::Approx(expected[i]).epsilon(1e-5));  // sums of scores are float on both sides
  };
  compare(MSE{}, reference::boosted_squared);
  compare({}, reference::boosted_squared);
  compare(MAE{}, reference::boosted_absolute);
}

TEST_CASE("every round lowers the loss that is asked for, whatever the objective") {
  Random random(21);
  Buffer<float> x = tree_data::inputs<3>(300, 9, 0.05, random.stream("x"));
  std::vector<float> y;
  for (std::size_t i = 0; i < 300; ++i) y.push_back((x[3 * i] > 0 ? 5.0f : 1.0f) * (0.2f + 3 * random.uniform()));
  const Dataset<Row<3>, Real> data(DenseStorage<float>(3, std::move(x)), y);
  const auto falls = [&](const auto& metric, const AnyObjective& objective) {
    double before = 1e300;
    for (int n = 1; n <= 12; ++n) {
      const auto model = fit(rounds(n, {.objective = objective}), data);
      std::vector<float> out;
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) out.push_back(model.predict(data.x(i)).value);
      const double loss = metric(Judged{.outputs = Rows<const float>(out.data(), 300, 1), .numbers = y});
      CHECK(loss < before);
      before = loss;
    }
  };
  falls(MSE{}, MSE{});
  falls(MAE{}, MAE{});
  falls(Quantile{0.8}, Quantile{0.8});
  falls(PoissonDeviance{}, PoissonDeviance{});
  falls(GammaDeviance{}, GammaDeviance{});
  falls(MSE{}, [](double score, double target) { return Derivatives{score - target, 1}; });
}

TEST_CASE("a callable of one's own boosts as the objective that it spells") {
  const auto data = tree_data::numbers<3>(200, 22);
  CHECK(bytes(fit(rounds(6, {.objective = [](double s, double y) { return Derivatives{s - y, 1}; }}), data).model()) ==
        bytes(fit(rounds(6), data).model()));
  Buffer<float> y;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) y.push_back(std::max(0.0f, data.y(i).value));
  const Dataset<Row<3>, Real> counts(data.storage(), std::move(y));
  const auto model = fit(rounds(20, {.objective = LogLink{}, .max_step = 0.5f, .early_stop = 5}), counts);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(model.predict(data.x(i)).value > 0);
  const auto labels = tree_data::labels<3, 2>(200, 23);
  const auto logistic = [](std::span<const float> score, int label, std::span<Derivatives> out) {
    const double p = 1 / (1 + std::exp(-static_cast<double>(score[0])));
    out[0] = {p - label, p * (1 - p)};
  };
  const auto own = fit(rounds(6, {.objective = logistic}), labels), built_in = fit(rounds(6), labels);
  for (std::ptrdiff_t i = 0; i < labels.rows(); ++i)
    CHECK(own.probabilities(labels.x(i))[1] == doctest::Approx(built_in.probabilities(labels.x(i))[1]).epsilon(1e-4));
  CHECK_THROWS_WITH_AS(fit(rounds(6, {.objective = logistic, .early_stop = 2}), labels),
                       "Boost: early_stop: expected a monitor, because there is no loss(score, target) in the objective, got "
                       "\"one of your own\"",
                       FitError);
  CHECK(fit(rounds(6, {.objective = logistic, .early_stop = 6, .monitor = AUC{}, .validation = 0.4f}), labels).model().rounds() > 0);
}

TEST_CASE("quantiles leave their share of the rows above, and lie in order") {
  const auto data = tree_data::numbers<3>(1000, 24, 0.1);
  const auto at = [&](double level) {
    return fit(Boost{Tree{.leaves = 5}, {.rounds = 60, .objective = Quantile{level}}}, data);
  };
  const auto low = at(0.1), high = at(0.9);
  int below = 0, above = 0, crossed = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const float l = low.predict(data.x(i)).value, h = high.predict(data.x(i)).value;
    below += data.y(i).value < l;
    above += data.y(i).value > h;
    crossed += h < l;
  }
  CHECK(below <= 130);
  CHECK(above <= 130);
  CHECK(crossed <= 10);
}

TEST_CASE("an outlier pulls the mean, not the absolute error nor Huber's") {
  const auto clean = tree_data::numbers<3>(200, 25);
  Buffer<float> y;
  for (std::ptrdiff_t i = 0; i < clean.rows(); ++i) y.push_back(i % 40 == 0 ? 1e4f : clean.y(i).value);
  const Dataset<Row<3>, Real> dirty(clean.storage(), std::move(y));
  const auto error = [&](const AnyObjective& objective) {
    return std::sqrt(loss_of(fit(rounds(50, {.objective = objective}), dirty), clean));
  };
  CHECK(error(MSE{}) > 100);
  CHECK(error(MAE{}) < 5);
  CHECK(error(Huber{0.001}) < 5);
}

TEST_CASE("an exposure-like weight counts as repeated rows do, for every objective") {
  const auto data = tree_data::numbers<4>(120, 26, 0.1);
  std::vector<float> weight;
  std::vector<RowIndex> repeated;
  for (RowIndex i = 0; i < 120; ++i) {
    weight.push_back(static_cast<float>(i % 3));
    for (RowIndex k = 0; k < i % 3; ++k) repeated.push_back(i);
  }
  for (const AnyObjective& objective : {AnyObjective(MAE{}), AnyObjective(Quantile{0.7}), AnyObjective(Huber{0.5})}) {
    const auto spec = Boost{Tree{.leaves = 5, .min_rows = 1}, {.rounds = 10, .objective = objective}};
    const auto a = fit(spec, tree_data::weighted(data, weight)), b = fit(spec, data.subset(repeated));
    for (std::ptrdiff_t i = 0; i < 120; ++i)
      CHECK(a.predict(data.x(i)).value == doctest::Approx(b.predict(data.x(i)).value).epsilon(1e-4));
  }
}

TEST_CASE("a metric decides when to stop, by its own direction") {
  const auto data = tree_data::labels<4, 2>(500, 27);
  const auto fitted = [&](const Monitor& monitor, int n) {
    return fit(Boost{Tree{}, {.rounds = n, .learning_rate = 0.3f, .early_stop = 1000, .monitor = monitor, .validation = 0.3f}}, data);
  };
  const auto by_auc = fitted(AUC{}, 80), by_loss = fitted({}, 80);
  CHECK(by_auc.model().rounds() > 0);
  CHECK(by_auc.model().rounds() != by_loss.model().rounds());
  CHECK(bytes(fitted(AUC{}, static_cast<int>(by_auc.model().rounds())).model()) == bytes(by_auc.model()));
  CHECK_THROWS_WITH_AS(fit(rounds(5, {.early_stop = 5, .monitor = RMSE{}}), data),
                       "Boost: RMSE judges numbers, the targets are labels", FitError);
}

TEST_CASE("balanced classes weigh the same, as do the weights that say so") {
  auto y = std::vector<std::int32_t>(100, 0);
  for (std::size_t i = 0; i < 20; ++i) y[5 * i] = 1;
  const Dataset<Row<2>, Label<2>> data(DenseStorage<float>(2, tree_data::inputs<2>(100, 9, 0, Random(28))), y);
  const auto stump = [&](const BoostTreeOptions& options) {
    return fit(Boost{Tree{.min_gain = 1e9f}, options}, data).probabilities(data.x(0))[1];
  };
  CHECK(stump({}) == doctest::Approx(0.2));
  CHECK(stump({.balanced = true}) == doctest::Approx(0.5));
  CHECK(stump({.objective = CrossEntropy{.class_weights = {1, 4}}}) == doctest::Approx(0.5));
  const BoostTreeOptions balanced{.rounds = 10, .balanced = true};
  std::vector<float> weight;
  for (const auto label : y) weight.push_back(label == 1 ? 2.5f : 0.625f);
  CHECK(bytes(fit(rounds(10, balanced), data).model()) == bytes(fit(rounds(10), tree_data::weighted(data, weight)).model()));
}

TEST_CASE("alpha draws leaves to 0, max_step bounds them") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 0, 1, 1}), {2, 4, 10, 16});
  const auto leaf = [&](const BoostTreeOptions& o) {
    BoostTreeOptions options = o;
    options.rounds = 1;
    options.learning_rate = 0.5f;
    options.lambda = 0;
    return fit(Boost{Tree{.leaves = 2, .min_rows = 1}, options}, data).predict(std::array{1.0f}).value;
  };
  CHECK(leaf({}) == doctest::Approx(8 + 0.5 * 5));
  CHECK(leaf({.alpha = 4}) == doctest::Approx(8 + 0.5 * (10 - 4) / 2));
  CHECK(leaf({.alpha = 10}) == 8);
  CHECK(leaf({.max_step = 1.5f}) == doctest::Approx(8 + 0.5 * 1.5));
}

TEST_CASE("targets that the objective does not take are refused with their row") {
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, Buffer<float>{0, 1, 2}), {1, 0, -1});
  CHECK_THROWS_WITH_AS(fit(rounds(3, {.objective = PoissonDeviance{}}), data),
                       "Boost: row 2: the objective Poisson deviance expects targets of 0 or more, got -1", FitError);
  CHECK_THROWS_WITH_AS(fit(rounds(3, {.objective = GammaDeviance{}}), data),
                       "Boost: row 1: the objective gamma deviance expects targets above 0, got 0", FitError);
  const Dataset<Row<1>, Real> zeros(DenseStorage<float>(1, Buffer<float>{0, 1, 2}), {0, 0, 0});
  CHECK_THROWS_WITH_AS(fit(rounds(3, {.objective = PoissonDeviance{}}), zeros),
                       "Boost: expected targets with a mean above 0, got 0", FitError);
}

TEST_CASE("objectives keep their bits on any number of threads, through a file too") {
  const auto data = tree_data::numbers<6>(2500, 29, 0.05, 300);
  Buffer<float> y;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) y.push_back(std::fabs(data.y(i).value) + 1);
  const Dataset<Row<6>, Real> positive(data.storage(), std::move(y));
  for (const AnyObjective& objective : {AnyObjective(MAE{}), AnyObjective(Huber{}), AnyObjective(GammaDeviance{})}) {
    const auto spec = rounds(4, {.objective = objective, .rows = 0.6f, .early_stop = 3});
    const auto model = fit(spec, positive, {.threads = 1});
    const auto saved = bytes(model.model());
    CHECK(bytes(fit(spec, positive, {.threads = 7}).model()) == saved);
    BoostedTrees<Row<6>, Real> again;
    Reader in(saved);
    in("model", again);
    CHECK(bytes(again) == saved);
    CHECK(again.link == model.model().link);
  }
}
