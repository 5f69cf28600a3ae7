// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <reference/training.hpp>
#include <tutti/train/adam.hpp>
#include <tutti/train/adamw.hpp>
#include <tutti/train/lion.hpp>
#include <tutti/train/rmsprop.hpp>
#include <tutti/train/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace tutti;

namespace {

constexpr int steps = 10, size = 7;

/// The weights after each of ten steps against PyTorch's. Options and inputs are float, PyTorch's are double.
template <class T, class O>
void follow(const char* what, const O& o, const double* path) {
  CAPTURE(what);
  std::vector<T> w(std::begin(reference::step_weights), std::end(reference::step_weights)), g(size),
      state(static_cast<std::size_t>(size * O::states));
  for (int t = 0; t < steps; ++t) {
    CAPTURE(t);
    std::copy_n(reference::step_gradients + t * size, size, g.begin());
    const Update<T> update{w.data(), g.data(), state.data(), size, size, double(o.learning_rate), t + 1};
    o.update(update.piece(0, 3));
    o.update(update.piece(3, size - 3));
    for (int i = 0; i < size; ++i) {
      const double theirs = path[t * size + i];  // weights begin at about 1
      CHECK(std::abs(double(w[static_cast<std::size_t>(i)]) - theirs) <= 1e-5 * std::max(0.1, std::abs(theirs)));
    }
  }
}
template <class O>
void follow(const char* what, const O& o, const double* path) {
  follow<float, O>(what, o, path);
  follow<double, O>(what, o, path);
}

}  // namespace

TEST_CASE("ten steps of every optimiser are PyTorch's") {
  using namespace reference;
  follow("SGD", SGD{.learning_rate = 0.1f}, sgd_path);
  follow("momentum", SGD{.learning_rate = 0.1f, .momentum = 0.9f, .weight_decay = 0.05f}, sgd_momentum_path);
  follow("nesterov", SGD{.learning_rate = 0.05f, .momentum = 0.8f, .nesterov = true, .weight_decay = 0.1f},
         sgd_nesterov_path);
  follow("l1", SGD{.learning_rate = 0.05f, .l1 = 0.3f}, sgd_l1_path);
  follow("Adam", Adam{.learning_rate = 0.1f}, adam_path);
  follow("Adam with L2", Adam{.learning_rate = 0.05f, .beta1 = 0.8f, .beta2 = 0.95f, .weight_decay = 0.2f},
         adam_l2_path);
  follow("AdamW", AdamW{.learning_rate = 0.1f, .beta1 = 0.8f, .beta2 = 0.95f, .weight_decay = 0.2f}, adamw_path);
  follow("RMSprop", RMSprop{.learning_rate = 0.02f}, rmsprop_path);
  follow("RMSprop with momentum",
         RMSprop{.learning_rate = 0.01f, .alpha = 0.9f, .momentum = 0.8f, .weight_decay = 0.1f},
         rmsprop_momentum_path);
  follow("Lion", Lion{.learning_rate = 0.02f}, lion_path);
}

TEST_CASE("a weight of 0 without a gradient stays where it is") {
  const auto stays = [](const auto& o) {
    float w = 0, g = 0, state[2] = {0, 0};
    o.update(Update<float>{&w, &g, state, 1, 1, 0.1, 1});
    CHECK(w == 0);
  };
  stays(SGD{.weight_decay = 0.1f, .l1 = 0.1f});
  stays(Adam{.l1 = 0.1f});
  stays(RMSprop{.l1 = 0.1f});
  stays(Lion{});
}
