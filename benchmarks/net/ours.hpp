// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "work.hpp"

#include <tutti/tutti.hpp>

// each net in a file of its own, as it takes long to compile
void add_cnn();
void add_mlp();
void add_resnet20();
void add_mobilenet();
void add_wide_mlp();

using Digit = tutti::Label<10>;

template <class X>
auto some_rows(work::Net net, int n) {
  const auto numbers = work::pixels(static_cast<std::size_t>(n) * static_cast<std::size_t>(work::width(net)));
  return tutti::dataset<X, Digit>(numbers, work::labels<std::int32_t>(n));
}
template <class X, class Chain>
auto some_fit(work::Net net, const Chain& chain, bool bf16 = false) {
  using namespace tutti;
  return fit(Network{chain, {.epochs = 1, .batch = 16, .optimizer = Adam{.learning_rate = 1e-4f}, .standardize = false,
                             .predict_in_bf16 = bf16}}, some_rows<X>(net, 16));
}

/// Prediction as a program does it that has its rows in memory: a batch is cut evenly between the threads, which share the layers of
/// a single row.
template <class X, class Chain>
void add_predictions(work::Net net, const Chain& chain, bool bf16 = false) {
  using namespace tutti;
  work::add_prediction(net, "", [=](int batch) {
    auto trained = some_fit<X>(net, chain, bf16);
    auto workspace = trained.workspace(1, parallel::team());
    return [batch, model = std::move(trained), memory = std::move(workspace), rows = some_rows<X>(net, batch),
            y = std::vector<Digit>(static_cast<std::size_t>(batch)),
            x = Buffer<ViewOf<X>>(static_cast<std::size_t>(batch))]() mutable {
      rows.views(0, x);
      if (batch == 1) y[0] = model.predict(x[0], memory);
      else
        parallel::for_each(batch, (batch + rows::threads() - 1) / rows::threads(), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
          const auto first = static_cast<std::size_t>(begin), count = static_cast<std::size_t>(end - begin);
          model.predict(std::span<const ViewOf<X>>(x).subspan(first, count), std::span(y).subspan(first, count));
        });
      benchmark::DoNotOptimize(y.data());
    };
  }, bf16);
}

/// Besides, training by update(), which takes the rows batch by batch and ends in a new model.
template <class X, class Chain>
void add_net(work::Net net, const Chain& chain) {
  using namespace tutti;
  add_predictions<X>(net, chain);
  work::add_training(net, "", [=](int batch, int n) {
    auto model = some_fit<X>(net, chain);
    auto state = learning_state(model, 7);
    state.batch = batch;
    state.optimizer = Adam{.learning_rate = 1e-4f};
    return [model, state, rows = some_rows<X>(net, n)]() mutable { model = update(model, rows, state); };
  });
}
