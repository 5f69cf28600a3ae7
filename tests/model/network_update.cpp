// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include "sectors.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "../thrown_by.hpp"

using namespace tutti;
using testing::sectors;
using testing::share_right;

namespace {

template <class Data>
Data piece(const Data& data, RowIndex first, RowIndex count) {
  std::vector<RowIndex> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return data.subset(rows);
}
using Net = Cascade<Dense<16>, BatchNorm, ReLU, Dropout, Dense<>>;
Network<Net> short_training() { return Network{Net{}, {.epochs = 1, .batch = 16}}; }

}  // namespace

TEST_CASE("updates are the steps that a fit takes over the same rows in the same order") {
  const auto data = sectors(64);
  const AnyOptimizer sgd = SGD{.learning_rate = 0.05f, .momentum = 0.9f};
  NetworkOptions options{.epochs = 1, .batch = 16, .optimizer = sgd, .schedule = Constant{}, .clip_norm = 1};
  const auto fitted = fit(Network{Net{}, options}, data, {.seed = 3});

  options.rates = frozen(5);  // the weights before the first step
  auto model = fit(Network{Net{}, options}, data, {.seed = 3});
  std::vector<RowIndex> order(64);
  std::iota(order.begin(), order.end(), RowIndex{0});
  shuffle(std::span<RowIndex>(order), Random(3).stream("order").stream(std::uint64_t{0}));
  const auto shuffled = data.subset(order);
  auto state = learning_state(model, 3);
  state.batch = 16;
  state.optimizer = sgd;
  state.clip_norm = 1;
  for (RowIndex b = 0; b < 4; ++b) model = update(model, piece(shuffled, 16 * b, 16), state);
  CHECK(state.steps == 4);
  CHECK(model.model().state().weights == fitted.model().state().weights);
  CHECK(model.model().state().buffers == fitted.model().state().buffers);
}

TEST_CASE("rows that come in pieces of whole batches teach what all of them at once do, on any number of threads") {
  const auto data = sectors(96);
  const auto start = fit(short_training(), sectors(50, 1));
  auto state = learning_state(start, 9), pieces = learning_state(start, 9), threads = learning_state(start, 9);
  const auto once = update(start, data, state);
  auto model = start;
  for (RowIndex b = 0; b < 3; ++b) model = update(model, piece(data, 32 * b, 32), pieces);
  CHECK(to_bytes(model) == to_bytes(once));
  CHECK(to_bytes(parallel::with_threads(5, [&] { return update(start, data, threads); })) == to_bytes(once));
  CHECK(state.moments == pieces.moments);
}

TEST_CASE("a net that goes on learning gets better; the old one stays as it is") {
  const auto data = sectors(320), fresh = sectors(200, 77);
  const auto start = fit(short_training(), sectors(40, 1));
  const auto before = to_bytes(start);
  auto model = start;
  auto state = learning_state(model);
  state.optimizer = AdamW{.learning_rate = 0.01f};
  for (int i = 0; i < 10; ++i) model = update(model, data, state);
  CHECK(to_bytes(start) == before);
  CHECK(share_right(start, fresh) < 0.85);
  CHECK(share_right(model, fresh) > 0.9);
}

TEST_CASE("a loaded net goes on learning where the saved one stood, and so does a saved state") {
  const auto data = sectors(64);
  auto model = fit(short_training(), data);
  auto state = learning_state(model, 4);
  model = update(model, data, state);
  const auto loaded = from_bytes<decltype(model)>(to_bytes(model));
  auto again = from_bytes<NetworkLearning>(to_bytes(state));
  CHECK(again.steps == 2);
  CHECK(to_bytes(update(loaded, data, again)) == to_bytes(update(model, data, state)));
}

TEST_CASE("frozen layers keep their weights and statistics in an update") {
  const auto data = sectors(64);
  const auto model = fit(short_training(), data);
  auto state = learning_state(model);
  state.rates = frozen(2);
  const auto next = update(model, data, state);
  const auto &a = model.model().state(), &b = next.model().state();
  const std::ptrdiff_t front = 2 * 16 + 16 + 16 + 16;
  CHECK(std::equal(a.weights.begin(), a.weights.begin() + front, b.weights.begin()));
  CHECK_FALSE(a.weights == b.weights);
  CHECK(a.buffers == b.buffers);
}

TEST_CASE("images and numbers keep the scale of the first fit") {
  using Data = Dataset<Image<1, 3, 3>, Real>;
  const auto images = [](int times) {
    Buffer<std::uint8_t> x;
    std::vector<float> y;
    for (int i = 0; i < 40; ++i) {
      for (int j = 0; j < 9; ++j) x.push_back(static_cast<std::uint8_t>((i * 7 + j * 3) % 11 * times));
      y.push_back(static_cast<float>(times * (100 + i % 5)));
    }
    return Data(DenseStorage<std::uint8_t>(9, x), y);
  };
  using Pixels = Cascade<Conv<2, 2>, ReLU, Dense<>>;
  const auto model = fit(Network{Pixels{}, {.epochs = 2}}, images(1));
  auto state = learning_state(model);
  const auto next = update(model, images(3), state);
  CHECK(next.model().state().pixels.mean == model.model().state().pixels.mean);
  CHECK(next.model().state().target_mean == model.model().state().target_mean);
}

TEST_CASE("an update that goes wrong leaves the state as it was and says why") {
  const auto data = sectors(64);
  const auto model = fit(short_training(), data);
  auto state = learning_state(model);
  update(model, data, state);
  const auto before = to_bytes(state);
  CHECK(thrown_by<FitError>([&] { update(model, data.first(1), state); }) ==
        "update: layers that look at a whole batch (batch norm, mixtures) need at least 2 rows in it");
  state.optimizer = SGD{};
  CHECK(thrown_by<DataError>([&] { update(model, data, state); }).find("the state is of another optimiser or net") == 0);
  state.optimizer = AdamW{.learning_rate = -1};
  CHECK(thrown_by<DataError>([&] { update(model, data, state); }).find("learning_rate") == 0);
  state.optimizer = AdamW{};
  state.loss = MSE{};
  CHECK(thrown_by<DataError>([&] { update(model, data, state); }).find("the loss MSE is for numbers") == 0);
  state.loss = {};
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(), 0, 1, 1};
  const Dataset<Row<2>, Label<3>> nan(DenseStorage<float>(2, Buffer<float>(bad, bad + 4)), {0, 1});
  CHECK(thrown_by<DataError>([&] { update(model, nan, state); }) ==
        "update: row 0, column 0 is nan, and this member takes finite values only");
  const float most = std::numeric_limits<float>::max(), large[] = {most, -most, 1, 1};
  const Dataset<Row<2>, Label<3>> huge(DenseStorage<float>(2, Buffer<float>(large, large + 4)), {0, 1});
  CHECK(thrown_by<FitError>([&] { update(model, huge, state); }).find("update: the loss is no longer finite after step 2") == 0);
  CHECK(to_bytes(state) == before);
  CHECK(to_bytes(update(model, data.first(0), state)) == to_bytes(model));

  const auto experts = fit(Network{Mixture{Dense<2>{}, Dense<>{}, Dense<>{}}, {.epochs = 1}}, data);
  auto learning = learning_state(experts);
  CHECK(thrown_by<FitError>([&] { update(experts, data.first(1), learning); }) ==
        "update: layers that look at a whole batch (batch norm, mixtures) need at least 2 rows in it");
}
