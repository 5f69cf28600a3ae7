// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure/auc.hpp>
#include <tutti/measure/precision_recall.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;
namespace fs = std::filesystem;

namespace {

Dataset<Row<2>, Label<2>> rows(float last = 1) {
  Random random(5);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 90; ++i) {
    x.append({static_cast<float>(random.normal()), static_cast<float>(random.normal())});
    y.push_back(x[x.size() - 2] * x.back() > 0);
  }
  x.back() = last;
  return {DenseStorage<float>(2, std::move(x)), std::move(y)};
}

/// Breaks a fit off in the middle of an epoch.
struct Breaker final : Observer {
  int at;
  int epochs = 0;
  explicit Breaker(int epoch) : at(epoch) {}
  void progressed(int, int, std::string_view) override {}
  void reported(std::string_view, std::string_view) override {}
  void epoch_ended(std::string_view, const EpochReport& e) override {
    ++epochs;
    if (e.epoch == at) throw Error("broken off");
  }
};

struct Folder {
  std::string path = (fs::temp_directory_path() / "tutti_checkpoints_test").string();
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
  std::vector<fs::path> files() const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(path)) all.push_back(entry.path());
    return all;
  }
};

using Net = Cascade<Dense<6>, BatchNorm, ReLU, Dropout, Dense<>>;
Network<Net> spec() {
  return Network{Net{}, {.epochs = 9, .batch = 8, .optimizer = AdamW{.learning_rate = 0.02f}, .schedule = ReduceOnPlateau{.patience = 0, .threshold = 0.9f},
                         .accumulate = 2, .clip_norm = 1, .rates = {0, 1, 1, 1, 0.5f}, .average_decay = 0.8f, .early_stop = 5,
                         .validate_every = 2}};
}
/// Stops early on labels that are noise, after the rate was cut.
Network<Net> stopping() {
  return Network{Net{}, {.epochs = 14, .batch = 8, .optimizer = SGD{.learning_rate = 1},
                         .schedule = ReduceOnPlateau{.times = 0.9f, .patience = 0}, .average_decay = 0.5f, .early_stop = 2}};
}
Dataset<Row<2>, Label<2>> noise() {
  Random random(9);
  Buffer<std::int32_t> y;
  for (int i = 0; i < 90; ++i) y.push_back(static_cast<std::int32_t>(random.below(2)));
  return rows().with_targets<Label<2>>(y, 2);
}

}  // namespace

TEST_CASE("a training that is broken off in any epoch goes on and ends with the bytes of an unbroken one") {
  const auto goes_on = [](const Network<Net>& net, const Dataset<Row<2>, Label<2>>& data, bool stops) {
    const auto whole = std::make_shared<Breaker>(0);
    const auto unbroken = to_bytes(fit(net, data, {.seed = 2, .progress = Progress(whole)}));
    const int last = whole->epochs;
    CHECK((last < net.options.epochs) == stops);
    for (int every = 1; every <= 2; ++every)
      for (int at = 1; at <= last; ++at) {
        const Folder folder;
        FitOptions options{.seed = 2, .progress = Progress(std::make_shared<Breaker>(at)),
                           .checkpoints = Checkpoints(folder.path, {.every = every})};
        CHECK_THROWS_WITH_AS(fit(net, data, options), "Network: broken off", FitError);
        const auto watcher = std::make_shared<Breaker>(0);
        options.progress = Progress(watcher);
        CHECK(to_bytes(fit(net, data, options)) == unbroken);
        CHECK(watcher->epochs == last - (at - 1) / every * every);
        CHECK(folder.files().size() == 1);
      }
    const Folder folder;
    const auto after = std::make_shared<Breaker>(0);
    fit(net, data, {.seed = 2, .checkpoints = Checkpoints(folder.path)});
    CHECK(to_bytes(fit(net, data, {.seed = 2, .progress = Progress(after), .checkpoints = Checkpoints(folder.path)})) == unbroken);
    CHECK(after->epochs == 0);  // it was over
  };
  goes_on(spec(), rows(), false);
  goes_on(stopping(), noise(), true);
  Network<Net> monitored = stopping();
  monitored.options.monitor = F1{};
  goes_on(monitored, noise(), true);
}

TEST_CASE("a training that had ended is not begun again, and another thread count may go on with it") {
  const Folder folder;
  const auto model = to_bytes(fit(spec(), rows(), {.threads = 1, .checkpoints = Checkpoints(folder.path)}));
  const auto watcher = std::make_shared<Breaker>(0);
  CHECK(to_bytes(fit(spec(), rows(), {.threads = 3, .progress = Progress(watcher), .checkpoints = Checkpoints(folder.path)})) == model);
  CHECK(watcher->epochs == 0);
}

TEST_CASE("the checkpoint of another run is refused by what differs") {
  const Folder folder;
  const FitOptions options{.seed = 2, .checkpoints = Checkpoints(folder.path)};
  fit(spec(), rows(), options);
  const auto refusal = [&](const auto& net, const auto& data, const FitOptions& o) {
    const std::string what = thrown_by<FitError>([&] { fit(net, data, o); });
    CHECK(what.find("Network: " + folder.files()[0].string() + ": the checkpoint is of another run: ") == 0);
    return what.substr(what.rfind(": ") + 2);
  };
  CHECK(refusal(spec(), rows(), {.seed = 3, .checkpoints = Checkpoints(folder.path)}) == "another seed");
  CHECK(refusal(spec(), rows(1.0001f), options) == "other rows");
  using Wider = Cascade<Dense<7>, BatchNorm, ReLU, Dropout, Dense<>>;
  CHECK(refusal(Network{Wider{}, spec().options}, rows(), options) == "other layers");
  const auto changed = [&](const auto& change) {
    Network<Net> net = spec();
    change(net);
    return refusal(net, rows(), options);
  };
  CHECK(changed([](auto& net) { net.options.epochs = 10; }) == "other options");
  CHECK(changed([](auto& net) { net.options.batch = 9; }) == "other options");
  CHECK(changed([](auto& net) { net.options.optimizer = AdamW{.learning_rate = 0.02f, .beta1 = 0.8f}; }) == "other options");
  CHECK(changed([](auto& net) { net.options.schedule = ReduceOnPlateau{.patience = 2}; }) == "other options");
  CHECK(changed([](auto& net) { net.options.clip_norm = 2; }) == "other options");
  CHECK(changed([](auto& net) { net.options.monitor = AUC{}; }) == "other options");
  CHECK(changed([](auto& net) { net.options.rates = {0, 1, 1, 1, 0.25f}; }) == "other options");
  CHECK(changed([](auto& net) { net.options.loss = CrossEntropy{.label_smoothing = 0.1}; }) == "another first step");
  CHECK(changed([](auto& net) { std::get<3>(net.chain.steps).rate = 0.25f; }) == "another first step");
}

TEST_CASE("the checkpoint of a run with other options of its monitor is refused") {
  const Folder folder;
  const FitOptions options{.seed = 2, .checkpoints = Checkpoints(folder.path)};
  Network<Net> net = spec();
  net.options.monitor = FBeta{.beta = 2};
  fit(net, rows(), options);
  net.options.monitor = FBeta{.beta = 0.5};
  CHECK(thrown_by<FitError>([&] { fit(net, rows(), options); }).find("another first step") != std::string::npos);
}

TEST_CASE("a damaged checkpoint is refused, what a killed writer left is removed") {
  const Folder folder;
  const FitOptions options{.checkpoints = Checkpoints(folder.path)};
  const auto model = to_bytes(fit(spec(), rows(), options));
  const fs::path file = folder.files()[0];
  std::ofstream(file.string() + ".writing-0") << "half";
  std::ofstream(file.string() + ".writing-1") << "half";
  CHECK(to_bytes(fit(spec(), rows(), options)) == model);
  CHECK(folder.files().size() == 1);
  fs::resize_file(file, fs::file_size(file) - 1);
  CHECK(thrown_by<FitError>([&] { fit(spec(), rows(), options); }).find("Network: " + file.string() + ": the file is truncated") == 0);
}

TEST_CASE("a folder that cannot be written and an interval of nothing are named") {
  CHECK(thrown_by<FitError>([] { fit(spec(), rows(), {.checkpoints = Checkpoints("/no such folder/run")}); })
            .find("Network: /no such folder/run/Network-") == 0);
  CHECK_THROWS_WITH_AS(Checkpoints("run", {.every = 0}), "every: expected at least 1 epoch, got 0", DataError);
}
