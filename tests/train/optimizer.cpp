// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <tutti/train/adam.hpp>
#include <tutti/train/adamw.hpp>
#include <tutti/train/sgd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace tutti;

namespace {

/// Torch's own loops, one number at a time, in double.
struct Reference {
  double w, a = 0, b = 0;

  void sgd(const SGD& o, double g) {
    g += double(o.weight_decay) * w;
    if (o.momentum != 0) {
      a = double(o.momentum) * a + g;
      g = o.nesterov ? g + double(o.momentum) * a : a;
    }
    w -= double(o.learning_rate) * g;
  }
  void adamw(const AdamW& o, double g, int t) {
    w *= 1 - double(o.learning_rate) * double(o.weight_decay);
    a = double(o.beta1) * a + (1 - double(o.beta1)) * g;
    b = double(o.beta2) * b + (1 - double(o.beta2)) * g * g;
    const double step = double(o.learning_rate) / (1 - std::pow(double(o.beta1), t));
    w -= step * a / (std::sqrt(b) / std::sqrt(1 - std::pow(double(o.beta2), t)) + double(o.epsilon));
  }
};

double gradient(double w, int i) { return std::sin(i) + 0.3 * w; }

template <class T, class O, class Step>
void compare(const O& optimizer, Step&& step, double tolerance) {
  for (int n = 1; n <= 19; ++n) {
    CAPTURE(n);
    std::vector<T> w(static_cast<std::size_t>(n)), g(w.size()),
        state(w.size() * static_cast<std::size_t>(O::states));
    std::vector<Reference> reference;
    for (int i = 0; i < n; ++i) {
      w[static_cast<std::size_t>(i)] = static_cast<T>(0.1 * i - 0.7);
      reference.push_back({double(w[static_cast<std::size_t>(i)])});
    }
    for (int t = 1; t <= 10; ++t) {
      for (int i = 0; i < n; ++i)
        g[static_cast<std::size_t>(i)] = static_cast<T>(gradient(double(w[static_cast<std::size_t>(i)]), i));
      const Update<T> update{w.data(), g.data(), state.data(), n, n, double(optimizer.learning_rate), t};
      const int cut = n / 2;  // in pieces, as the training loop does
      optimizer.update(update.piece(0, cut));
      optimizer.update(update.piece(cut, n - cut));
      for (int i = 0; i < n; ++i) {
        Reference& r = reference[static_cast<std::size_t>(i)];
        step(r, gradient(r.w, i), t);
        CHECK(double(w[static_cast<std::size_t>(i)]) == doctest::Approx(r.w).epsilon(tolerance));
      }
    }
  }
}

}  // namespace

TEST_CASE("SGD takes PyTorch's steps") {
  for (const SGD o :
       {SGD{.learning_rate = 0.1f}, SGD{.learning_rate = 0.1f, .momentum = 0.9f},
        SGD{.learning_rate = 0.05f, .momentum = 0.8f, .nesterov = true, .weight_decay = 0.1f}}) {
    compare<double>(o, [&](Reference& r, double g, int) { r.sgd(o, g); }, 1e-12);
    compare<float>(o, [&](Reference& r, double g, int) { r.sgd(o, g); }, 1e-4);
  }
}

TEST_CASE("AdamW takes PyTorch's steps") {
  for (const AdamW o :
       {AdamW{}, AdamW{.learning_rate = 0.1f, .beta1 = 0.8f, .beta2 = 0.95f, .weight_decay = 0.2f}}) {
    compare<double>(o, [&](Reference& r, double g, int t) { r.adamw(o, g, t); }, 1e-9);
    compare<float>(o, [&](Reference& r, double g, int t) { r.adamw(o, g, t); }, 1e-4);
  }
}

TEST_CASE("any optimiser keeps the one it was made of") {
  AnyOptimizer any = AdamW{.learning_rate = 0.25f};
  CHECK(any.learning_rate() == 0.25f);
  CHECK(any.states() == 2);
  any = SGD{.learning_rate = 0.5f};
  float w = 1, g = 0.5f, state = 0;
  any.update({&w, &g, &state, 1, 1, double(any.learning_rate()), 1});
  CHECK(w == 0.75f);
}

TEST_CASE("moments that fade become zeros, not denormal numbers, and the thread computes as before") {
  for (const AnyOptimizer& optimizer : {AnyOptimizer(Adam{}), AnyOptimizer(AdamW{}), AnyOptimizer(SGD{.momentum = 0.9f})}) {
    constexpr std::ptrdiff_t n = 19;
    std::vector<float> w(n, 1.0f), g(n, 1e-3f), state(static_cast<std::size_t>(2 * n));
    for (int step = 1; step <= 1200; ++step) {  // 0.9^830 is the least number that is not denormal
      optimizer.update({w.data(), g.data(), state.data(), n, n, 1e-3, step});
      std::fill(g.begin(), g.end(), 0.0f);
    }
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(std::isfinite(w[i]));
#if defined(__x86_64__)
      CHECK(state[i] == 0);
#endif
    }
    volatile float least = std::numeric_limits<float>::min();
    CHECK(least / 2 > 0);
  }
}
