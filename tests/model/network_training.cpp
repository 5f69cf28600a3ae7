// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/archive.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include "sectors.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace tutti;
using testing::sectors;
using testing::share_right;

namespace {

template <class Model>
std::vector<std::byte> bytes(const Model& model) {
  Writer out;
  out("model", model);
  return out.bytes();
}
using Net = Cascade<Dense<16>, BatchNorm, ReLU, Dense<>>;

}  // namespace

TEST_CASE("every habit of training learns, with the same bits on any number of threads") {
  const auto data = sectors(200);
  const Network spec{Net{},
                     {.epochs = 20,
                      .batch = 16,
                      .loss = CrossEntropy{.label_smoothing = 0.05},
                      .schedule = WarmUp{Cosine{}, {.epochs = 2}},
                      .accumulate = 2,
                      .clip_norm = 1,
                      .average_decay = 0.9f,
                      .early_stop = 10,
                      .validate_every = 2}};
  const auto one = fit(spec, data, {.threads = 1});
  CHECK(share_right(one, data) > 0.9);
  CHECK(bytes(fit(spec, data, {.threads = 5})) == bytes(one));
}

TEST_CASE("every optimiser trains a net") {
  const auto data = sectors(150);
  const auto learns = [&](const AnyOptimizer& optimizer) {
    return share_right(fit(Network{Net{}, {.epochs = 30, .optimizer = optimizer}}, data), data) > 0.9;
  };
  CHECK(learns(SGD{.learning_rate = 0.1f, .momentum = 0.9f, .nesterov = true}));
  CHECK(learns(Adam{.learning_rate = 0.02f}));
  CHECK(learns(RMSprop{.learning_rate = 0.02f}));
  CHECK(learns(Lion{.learning_rate = 0.005f}));
}

TEST_CASE("two accumulated batches train as one of twice the size") {
  const auto data = sectors(128);
  using Plain = Cascade<Dense<8>, ReLU, Dense<>>;
  const auto once = fit(Network{Plain{}, {.epochs = 4, .batch = 32}}, data),
             twice = fit(Network{Plain{}, {.epochs = 4, .batch = 16, .accumulate = 2}}, data);
  for (std::ptrdiff_t i = 0; i < 10; ++i)
    CHECK(once.probabilities(data.x(i))[0] == doctest::Approx(twice.probabilities(data.x(i))[0]).epsilon(1e-4));
}

TEST_CASE("a frozen layer keeps its weights and statistics, the others learn") {
  const auto data = sectors(100);
  NetworkOptions with{.epochs = 3, .clip_norm = 1};
  with.rates = {0, 0};  // Dense<16> and BatchNorm
  const auto model = fit(Network{Net{}, with}, data);
  with.rates = frozen(4);
  const auto untouched = fit(Network{Net{}, with}, data);
  const auto& learnt = model.model().state();
  const auto& start = untouched.model().state();
  const std::ptrdiff_t front = 2 * 16 + 16 + 16 + 16;  // W, b, and the two of batch norm
  CHECK(std::equal(learnt.weights.begin(), learnt.weights.begin() + front, start.weights.begin()));
  CHECK_FALSE(std::equal(learnt.weights.begin() + front, learnt.weights.end(), start.weights.begin() + front));
  CHECK(std::equal(learnt.buffers.begin(), learnt.buffers.end(), start.buffers.begin()));

  with.rates = {1, 1, 1, 1};
  NetworkOptions without = with;
  without.rates = {};
  CHECK(bytes(fit(Network{Net{}, with}, data)) == bytes(fit(Network{Net{}, without}, data)));
  with.rates = {1, 1, 1, 1, 1};
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, with}, data), "Network: rates: expected at most 4 of them, got 5", FitError);
  with.rates = {-1};
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, with}, data), "Network: rates: expected numbers of 0 or more, got -1", FitError);
}

namespace {

struct Scores final : Observer {
  std::string name;
  std::vector<double> scores;
  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view, const EpochReport& e) override {
    name = e.metric;
    scores.push_back(*e.score);
  }
};

/// What a net that never stops keeps, judged on its slice: the best of the scores that it reported.
template <class Layers, class X, class Y>
void keeps_the_best(const Layers& layers, const Dataset<X, Y>& data, const AnyMetric& metric) {
  const Network net{layers, {.epochs = 30, .optimizer = AdamW{.learning_rate = 0.1f}, .schedule = Constant{},
                            .early_stop = 30, .monitor = metric, .validation = 0.25f}};
  const auto seen = std::make_shared<Scores>();
  const auto model = fit(net, data, {.seed = 4, .threads = 1, .progress = Progress(seen)});
  CHECK(seen->name == metric.name());
  REQUIRE(seen->scores.size() == 30);
  double best = seen->scores[0];
  for (const double s : seen->scores)
    if (metric.improves(s, best)) best = s;
  const Context context = detail::root_context<Network<Layers>>(data, {.seed = 4});
  const auto slice = hold_out(data, 0.25, true, false, context.random("validation")).second;
  CHECK(metric(judge(model, data.subset(slice))) == doctest::Approx(best).epsilon(1e-5));
  CHECK(best != seen->scores.back());
  CHECK(bytes(fit(net, data, {.seed = 4, .threads = 5})) == bytes(model));
}

}  // namespace

TEST_CASE("early stopping by a metric keeps the weights that are best by it, for labels, numbers and flags") {
  using Layers = Cascade<Dense<8>, ReLU, Dense<>>;
  const auto labels = sectors(120);
  keeps_the_best(Layers{}, labels, Brier{});
  Random random(3);
  Buffer<float> points, numbers, weight;
  Buffer<std::uint8_t> flags;
  for (std::ptrdiff_t i = 0; i < labels.rows(); ++i) {
    const auto x = labels.x(i);
    points.append({x[0], x[1]});
    numbers.push_back(100 + 50 * x[0] * x[1] + static_cast<float>(random.normal()));
    weight.push_back(static_cast<float>(1 + random.below(3)));
    flags.push_back(x[0] > 0);
    flags.push_back(static_cast<double>(x[0] * x[1]) > random.normal());
  }
  keeps_the_best(Layers{}, Dataset<Row<2>, Real>(DenseStorage<float>(2, points), numbers, {.weight = weight}), R2{});
  keeps_the_best(Layers{}, labels.with_targets<Flags<2>>(flags, 2), LogLoss{});
}

TEST_CASE("a monitor that does not fit the targets, or has no rows to look at, is refused") {
  const auto data = sectors(60);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.early_stop = 3, .monitor = R2{}}}, data), "Network: R2 judges numbers, the targets are labels",
                       FitError);
  CHECK_THROWS_WITH_AS(fit(Network{Net{}, {.monitor = AUC{}}}, data),
                       "Network: monitor: expected early_stop or validate_every above 0, so that there are rows for it, got \"AUC\"",
                       FitError);
}

TEST_CASE("a CSV log of a fit has a line for each epoch") {
  const auto path = std::filesystem::temp_directory_path() / "tutti_network_log_test.csv";
  fit(Network{Net{}, {.epochs = 4, .validate_every = 2}}, sectors(60), {.progress = CsvLog(path.string())});
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  REQUIRE(lines.size() == 5);
  CHECK(lines[4].find("\"Network\",4,") == 0);
  std::filesystem::remove(path);
}
