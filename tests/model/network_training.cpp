// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/archive.hpp>
#include <tutti/layer.hpp>
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
