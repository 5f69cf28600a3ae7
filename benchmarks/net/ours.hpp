// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "work.hpp"

#include <tutti/tutti.hpp>

// each net in a file of its own, as it takes long to compile
void add_cnn();
void add_mlp();
void add_resnet20();
void add_mobilenet();

/// Prediction as a program does it that has its rows in memory: a batch is cut evenly between the threads. Training by
/// update(), which takes the rows batch by batch and ends in a new model.
template <class X, class Chain>
void add_net(work::Net net, const Chain& chain) {
  using namespace tutti;
  using Y = Label<10>;
  const auto data = [net](int n) {
    const auto numbers = work::pixels(static_cast<std::size_t>(n) * static_cast<std::size_t>(work::width(net)));
    return dataset<X, Y>(numbers, work::labels<std::int32_t>(n));
  };
  const auto fitted = [=] {
    return fit(Network{chain, {.epochs = 1, .batch = 16, .optimizer = Adam{.learning_rate = 1e-4f}, .standardize = false}}, data(16));
  };
  work::add_prediction(net, "", [=](int batch) {
    return [batch, model = fitted(), rows = data(batch), y = std::vector<Y>(static_cast<std::size_t>(batch)),
            x = Buffer<ViewOf<X>>(static_cast<std::size_t>(batch))]() mutable {
      rows.views(0, x);
      if (batch == 1) y[0] = model.predict(x[0]);
      else
        parallel::for_each(batch, (batch + rows::threads() - 1) / rows::threads(), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
          const auto first = static_cast<std::size_t>(begin), count = static_cast<std::size_t>(end - begin);
          model.predict(std::span<const ViewOf<X>>(x).subspan(first, count), std::span(y).subspan(first, count));
        });
      benchmark::DoNotOptimize(y.data());
    };
  });
  work::add_training(net, "", [=](int batch, int n) {
    auto model = fitted();
    auto state = learning_state(model, 7);
    state.batch = batch;
    state.optimizer = Adam{.learning_rate = 1e-4f};
    return [model, state, rows = data(n)]() mutable { model = update(model, rows, state); };
  });
}
