// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/snapshot_fit.hpp>

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/uncertainty.hpp>
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/train.hpp>

#include "combine/learners.hpp"
#include "model/sectors.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <vector>

using namespace tutti;
using learners::all_outputs;
using testing::sectors;

namespace {

using Net = Cascade<Dense<12>, BatchNorm, ReLU, Dropout, Dense<>>;
const auto data = sectors(100);

NetworkOptions options(int epochs) { return {.epochs = epochs, .batch = 16, .optimizer = AdamW{.learning_rate = 0.02f}}; }
std::vector<float> weights(const auto& net) { return {net.state().weights.begin(), net.state().weights.end()}; }
std::vector<float> buffers(const auto& net) { return {net.state().buffers.begin(), net.state().buffers.end()}; }

/// The same net after `cycles` cycles of a schedule that restarts: what a loop over cycles, written by hand, has then. A replica
/// has the place, and so the random numbers, of a snapshot's net.
auto by_hand(NetworkOptions o, int period, int cycles, const FitOptions& how) {
  o.epochs = period * cycles;
  o.schedule = Cosine{.period = period};
  return fit(Replicate<Network<Net>, 1>{Network{Net{}, o}}, data, how).model().models[0];
}

struct Epochs final : Observer {
  int seen = 0, stop_at = 0;
  Stop stop{};
  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view, const EpochReport&) override {
    if (++seen == stop_at) stop.request();
  }
};

}  // namespace

TEST_CASE("the members are, to the bit, what one training has after one, two and three cycles of its cosine") {
  const auto model = fit(Snapshot{Network{Net{}, options(12)}, {.cycles = 3}}, data, {.seed = 5});
  const auto& members = model.model().models;
  REQUIRE(members.size() == 3);
  for (std::size_t m = 0; m < 3; ++m) {
    const auto net = by_hand(options(12), 4, static_cast<int>(m) + 1, {.seed = 5});
    CHECK(weights(members[m]) == weights(net));
    CHECK(buffers(members[m]) == buffers(net));
  }
  CHECK(weights(members[0]) != weights(members[1]));
  // and the whole is the mean of what they say
  std::vector<float> mean(static_cast<std::size_t>(data.rows() * data.outputs()));
  for (const auto& m : members) {
    const auto said = all_outputs(m, data);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += said[i] / 3;
  }
  const auto said = all_outputs(model, data);
  for (std::size_t i = 0; i < mean.size(); ++i) CHECK(said[i] == doctest::Approx(mean[i]).epsilon(1e-5));
  CHECK(testing::share_right(model, data) > 0.9);
}

TEST_CASE("one cycle is a net with a cosine, and epochs are rounded up to whole cycles") {
  const auto one = fit(Snapshot{Network{Net{}, options(5)}, {.cycles = 1}}, data);
  CHECK(one.model().models.size() == 1);
  CHECK(weights(one.model().models[0]) == weights(by_hand(options(5), 5, 1, {})));
  const auto count = [](int epochs, int cycles) {
    const auto seen = std::make_shared<Epochs>();
    const auto model = fit(Snapshot{Network{Net{}, options(epochs)}, {.cycles = cycles}}, data, {.progress = Progress(seen)});
    CHECK(model.model().models.size() == static_cast<std::size_t>(cycles));
    return seen->seen;
  };
  CHECK(count(6, 3) == 6);
  CHECK(count(7, 3) == 9);
  CHECK(count(2, 4) == 4);
}

TEST_CASE("a moving average of the weights is what is kept of each cycle, and the training goes on from the weights") {
  NetworkOptions o = options(6);
  o.average_decay = 0.8f;
  const auto model = fit(Snapshot{Network{Net{}, o}, {.cycles = 2}}, data);
  for (std::size_t m = 0; m < 2; ++m) CHECK(weights(model.model().models[m]) == weights(by_hand(o, 3, static_cast<int>(m) + 1, {})));
}

TEST_CASE("a snapshot has the same bits on 1 and 7 threads and after a file, and takes no memory to predict") {
  const Snapshot spec{Network{Net{}, options(4)}, {.cycles = 2}};
  const auto model = fit(spec, data, {.seed = 2, .threads = 1});
  const auto bytes = to_bytes(model);
  CHECK(to_bytes(fit(spec, data, {.seed = 2, .threads = 7})) == bytes);
  const auto loaded = from_bytes<std::remove_const_t<decltype(model)>>(bytes);
  CHECK(to_bytes(loaded) == bytes);
  CHECK(all_outputs(loaded, data) == all_outputs(model, data));
  static_assert(decltype(model)::workspace_bytes(1) > 0);
}

TEST_CASE("a snapshot is a member like any other, and its members are heard one by one") {
  const Average members{Snapshot{Network{Net{}, options(4)}, {.cycles = 2}}, Snapshot{Net{}, {.cycles = 2}}};
  const auto model = fit(Stack{members, Network{Cascade<Dense<>>{}, options(4)}}, data, {.folds = {.k = 2}});
  CHECK(testing::share_right(model, data) > 0.6);
  const auto alone = fit(Snapshot{Network{Net{}, options(4)}, {.cycles = 2}}, data);
  const Uncertainty u = uncertainty(alone, data.x(0));
  CHECK(u.total == doctest::Approx(u.average_entropy + u.disagreement));
  CHECK(u.disagreement > 0);

  const auto start = fit(Network{Net{}, options(2)}, data);
  const auto tuned = fit(Snapshot{FineTune{Network{Net{}, options(4)}, start}, {.cycles = 2}}, data);
  CHECK(tuned.model().models.size() == 2);
  CHECK(weights(tuned.model().models[0]) != weights(fit(Snapshot{Network{Net{}, options(4)}, {.cycles = 2}}, data).model().models[0]));

  auto state = learning_state(alone);
  CHECK(weights(update(alone, data, state).model().models[1]) != weights(alone.model().models[1]));
}

TEST_CASE("a snapshot that is broken off goes on with the cycles it had, and one that is stopped has those it finished") {
  const std::string folder = (std::filesystem::temp_directory_path() / "tutti_snapshot_test").string();
  std::filesystem::remove_all(folder);
  struct Breaker final : Observer {
    int left = 5;
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view, std::string_view) override {}
    void epoch_ended(std::string_view, const EpochReport&) override {
      if (--left == 0) throw Error("broken off");
    }
  };
  const Snapshot spec{Network{Net{}, options(8)}, {.cycles = 4}};
  CHECK_THROWS_AS(fit(spec, data, {.progress = Progress(std::make_shared<Breaker>()), .checkpoints = Checkpoints(folder)}), Error);
  CHECK(to_bytes(fit(spec, data, {.checkpoints = Checkpoints(folder)})) == to_bytes(fit(spec, data)));
  std::filesystem::remove_all(folder);

  const auto members = [&](int at) {
    const auto stopping = std::make_shared<Epochs>();
    stopping->stop_at = at;
    stopping->stop = Stop(Stop::Then::keep);
    return fit(spec, data, {.progress = Progress(stopping), .stop = stopping->stop}).model().models.size();
  };
  CHECK(members(1) == 1);  // no cycle is over: the net as it is
  CHECK(members(5) == 2);
}

TEST_CASE("what contradicts cycles is refused by name") {
  const auto refused = [](NetworkOptions o, int cycles) {
    return thrown_by<FitError>([&] { fit(Snapshot{Network{Net{}, o}, {.cycles = cycles}}, data); });
  };
  CHECK(refused(options(4), 0) == "Snapshot[0]/Network: cycles: expected at least 1, got 0");
  NetworkOptions o = options(4);
  o.early_stop = 3;
  CHECK(refused(o, 2) == "Snapshot[0]/Network: early_stop: expected 0, for the ends of all cycles are members, got 3");
  o = options(4);
  o.schedule = Exponential{};
  CHECK(refused(o, 2) == "Snapshot[0]/Network: schedule: expected none, for every cycle is a cosine, got \"one of the net's own\"");
  o = options(4);
  o.optimizer = LBFGS{};
  CHECK(refused(o, 2) == "Snapshot[0]/Network: optimizer: expected one that steps at a learning rate, got \"one that does not\"");
  CHECK(refused(options(-1), 2) == "Snapshot[0]/Network: epochs: expected 0 or more, got -1");
}
