// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/measure/classification.hpp>
#include <tutti/train/loop.hpp>
#include <tutti/train/schedules.hpp>
#include <tutti/train/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

using namespace tutti;

namespace {

/// One weight that grows by 1 with every step; the losses are told in advance.
struct Puppet final : Trainable {
  std::ptrdiff_t n = 10, smallest = 1;
  float weight = 0, buffer = 0, gradient = -1;
  std::vector<double> held_out{}, scores{};
  double bad_at = -1;
  int judged = 0;
  std::vector<std::vector<RowIndex>> batches{};

  std::ptrdiff_t rows() const override { return n; }
  std::ptrdiff_t smallest_batch() const override { return smallest; }
  std::span<float> weights() override { return {&weight, 1}; }
  std::span<float> buffers() override { return {&buffer, 1}; }
  std::span<const float> gradients() const override { return {&gradient, 1}; }
  Loss learn(std::span<const RowIndex> batch, Random) override {
    batches.emplace_back(batch.begin(), batch.end());
    ++buffer;
    return {static_cast<double>(batches.size()) == bad_at ? std::numeric_limits<double>::quiet_NaN() : 1.0,
            static_cast<double>(batch.size())};
  }
  double judge() override { return held_out[static_cast<std::size_t>(judged++)]; }
  double score() override { return scores[static_cast<std::size_t>(judged - 1)]; }
};

struct Lines final : Observer {
  std::vector<std::string> lines;
  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view path, std::string_view text) override {
    lines.push_back(std::string(path) + ": " + std::string(text));
  }
};

LoopOptions options(int epochs, int batch, int early_stop = 0) {
  return {epochs, batch, SGD{.learning_rate = 1}, Constant{}, early_stop};
}
}  // namespace

TEST_CASE("every epoch sees every row once, in an order of its own") {
  Puppet net;
  train(net, options(3, 4), Context(FitOptions{}, "Net"));
  REQUIRE(net.batches.size() == 9);
  std::vector<std::vector<RowIndex>> epochs;
  for (std::size_t e = 0; e < 3; ++e) {
    std::vector<RowIndex> seen;
    for (std::size_t b = 0; b < 3; ++b) {
      CHECK(net.batches[3 * e + b].size() == (b < 2 ? 4 : 2));
      seen.insert(seen.end(), net.batches[3 * e + b].begin(), net.batches[3 * e + b].end());
    }
    epochs.push_back(seen);
    std::sort(seen.begin(), seen.end());
    for (RowIndex i = 0; i < 10; ++i) CHECK(seen[i] == i);
  }
  CHECK(epochs[0] != epochs[1]);
  CHECK(net.weight == 9);
  Puppet again;
  train(again, options(3, 4), Context(FitOptions{}, "Net"));
  CHECK(again.batches == net.batches);
  Puppet other;
  train(other, options(3, 4), Context(FitOptions{.seed = 1}, "Net"));
  CHECK(other.batches != net.batches);
}

TEST_CASE("a last batch of one row is left out where rows are coupled") {
  Puppet net;
  net.n = 9;
  net.smallest = 2;
  train(net, options(2, 4), Context(FitOptions{}, "Net"));
  CHECK(net.batches.size() == 4);
  Puppet one;
  one.smallest = 2;
  CHECK_THROWS_WITH_AS(train(one, options(2, 1), Context(FitOptions{}, "Net")),
                       "Net: layers that look at a whole batch (batch norm, mixtures) need at least 2 rows in it", FitError);
}

TEST_CASE("early stopping keeps the best weights and running statistics") {
  Puppet net;
  net.held_out = {5, 4, 3, 3.5, 3.2, 2};
  auto seen = std::make_shared<Lines>();
  train(net, options(6, 10, 2), Context(FitOptions{.progress = Progress(seen)}, "Net"));
  CHECK(net.judged == 5);
  CHECK(net.weight == 3);
  CHECK(net.buffer == 3);
  REQUIRE(seen->lines.size() == 5);
  CHECK(seen->lines[1] == "Net: epoch 2/6  loss 1  held out 4");

  Puppet to_the_end;
  to_the_end.held_out = {5, 4, 3, 3.5, 3.2, 2};
  train(to_the_end, options(6, 10, 4), Context(FitOptions{}, "Net"));
  CHECK(to_the_end.weight == 6);
}

TEST_CASE("a monitor says in place of the loss which weights are best, and is named; schedules look at the loss") {
  Puppet net;
  net.held_out = {5, 4, 3, 2, 1, 1};  // better and better
  net.scores = {0.5, std::numeric_limits<double>::quiet_NaN(), 0.75, 0.75, 0.5, 1};
  auto seen = std::make_shared<Lines>();
  LoopOptions o = options(6, 10, 2);
  o.monitor = Accuracy{};
  o.schedule = ReduceOnPlateau{.times = 0.5f, .patience = 0};
  train(net, o, Context(FitOptions{.progress = Progress(seen)}, "Net"));
  CHECK(net.judged == 5);
  CHECK(net.weight == 3);  // no step was smaller
  REQUIRE(seen->lines.size() == 5);
  CHECK(seen->lines[2] == "Net: epoch 3/6  loss 1  held out 3  accuracy 0.75");

  Puppet lower;
  lower.held_out = {1, 2, 3, 4, 5, 6};
  lower.scores = {6, 5, 4, 3, 2, 1};
  o.monitor = LogLoss{};
  o.schedule = Constant{};
  train(lower, o, Context(FitOptions{}, "Net"));
  CHECK(lower.weight == 6);
}

TEST_CASE("a monitor without any score leaves the last weights, as if nobody had looked") {
  Puppet net;
  net.held_out = {1, 2, 3};
  net.scores.assign(3, std::numeric_limits<double>::quiet_NaN());
  LoopOptions o = options(3, 10, 5);
  o.monitor = Accuracy{};
  train(net, o, Context(FitOptions{}, "Net"));
  CHECK(net.weight == 3);
}

TEST_CASE("a loss that is not finite is named with its epoch and batch") {
  Puppet net;
  net.bad_at = 5;
  CHECK_THROWS_WITH_AS(train(net, options(6, 4), Context(FitOptions{}, "Net")),
                       "Net: the loss is nan in epoch 2, batch 2: a smaller learning rate may help, or "
                       "inputs of a smaller scale",
                       FitError);
}

TEST_CASE("several batches make one step, and the rest of an epoch makes one too") {
  Puppet net;  // 10 rows, batches of 2: 5 of them, steps after 2, 4 and 5
  LoopOptions o = options(3, 2);
  o.step.accumulate = 2;
  train(net, o, Context(FitOptions{}, "Net"));
  CHECK(net.batches.size() == 15);
  CHECK(net.weight == doctest::Approx(9));
}

TEST_CASE("the average of the weights is what is judged and what is kept") {
  Puppet net;
  LoopOptions o = options(4, 10);
  o.step.average_decay = 0.5f;
  train(net, o, Context(FitOptions{}, "Net"));
  double average = 1, w = 1;
  for (int t = 1; t < 4; ++t) {
    const double keep = std::min(0.5, (1 + t) / (10.0 + t));
    average = keep * average + (1 - keep) * ++w;
  }
  CHECK(double(net.weight) == doctest::Approx(average));
}

TEST_CASE("rows held out are looked at every n epochs and after the last") {
  Puppet net;
  net.held_out = {3, 2, 1};
  auto seen = std::make_shared<Lines>();
  LoopOptions o = options(5, 10);
  o.validate_every = 2;
  train(net, o, Context(FitOptions{.progress = Progress(seen)}, "Net"));
  CHECK(net.judged == 3);
  CHECK(net.weight == 5);  // nothing is restored without early stopping
  CHECK(seen->lines[0] == "Net: epoch 1/5  loss 1");
  CHECK(seen->lines[1] == "Net: epoch 2/5  loss 1  held out 3");
  CHECK(seen->lines[4] == "Net: epoch 5/5  loss 1  held out 1");
}

TEST_CASE("a plateau cuts the rate of the steps after it, and an observer hears of it") {
  struct Rates final : Observer {
    std::vector<double> rates;
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view, std::string_view) override {}
    void epoch_ended(std::string_view, const EpochReport& e) override {
      CHECK(e.held_out != nullptr);
      CHECK(e.epoch == static_cast<int>(rates.size()) + 1);
      rates.push_back(e.rate);
    }
  };
  Puppet net;
  net.held_out = {5, 5, 5, 5, 5, 5};
  auto seen = std::make_shared<Rates>();
  LoopOptions o = options(6, 10);
  o.schedule = ReduceOnPlateau{.times = 0.5f, .patience = 1};
  train(net, o, Context(FitOptions{.progress = Progress(seen)}, "Net"));
  CHECK(seen->rates == std::vector<double>{1, 1, 1, 0.5, 0.5, 0.25});
}

TEST_CASE("weights that grow beyond all bounds with the last step are named") {
  Puppet net;
  net.gradient = std::numeric_limits<float>::infinity();
  CHECK_THROWS_WITH_AS(train(net, options(1, 10), Context(FitOptions{}, "Net")),
                       "Net: the weights grow beyond all bounds in epoch 1, batch 1: a smaller learning rate may help",
                       FitError);
}

namespace {
/// Asks to stop after so many epochs.
struct Impatient final : Observer {
  Stop stop;
  int epochs;
  Impatient(Stop s, int n) : stop(std::move(s)), epochs(n) {}
  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view, const EpochReport& e) override {
    if (e.epoch == epochs) stop.request();
  }
};
float weight_when_stopped(Stop::Then then, int after, int early_stop = 0) {
  const Stop stop(then);
  FitOptions how{.stop = stop};
  how.progress = Progress(std::make_shared<Impatient>(stop, after));
  Puppet net;
  net.held_out = {3, 1, 2, 2, 2};
  train(net, options(5, 10, early_stop), Context(how, "Net"));
  return net.weight;
}
}  // namespace

TEST_CASE("who asks to stop gets the weights of the epochs until then, the best where there are better") {
  CHECK(weight_when_stopped(Stop::Then::keep, 2) == 2);
  CHECK(weight_when_stopped(Stop::Then::keep, 99) == 5);
  CHECK(weight_when_stopped(Stop::Then::keep, 3, 5) == 2);  // the second epoch was the best of three
}

TEST_CASE("who wants nothing gets nothing, by name; after the last epoch there is nothing to stop") {
  CHECK_THROWS_WITH_AS(weight_when_stopped(Stop::Then::discard, 2), "Net: stopped by request, nothing is kept", Stopped);
  CHECK(weight_when_stopped(Stop::Then::discard, 5) == 5);
}

TEST_CASE("a wish from before the first epoch leaves one epoch: a net without any knows nothing") {
  const Stop stop(Stop::Then::keep);
  stop.request();
  Puppet net;
  train(net, options(5, 10), Context(FitOptions{.stop = stop}, "Net"));
  CHECK(net.weight == 1);
}
