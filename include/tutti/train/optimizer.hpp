// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/small_value.hpp>
#include <tutti/kernel/denormals.hpp>
#include <tutti/kernel/simd.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace tutti {

/// One step of an optimiser on a piece of the flat weights. Pieces may be updated side by side, and with
/// rates of their own.
/// Shapes   weights, gradients (size); state k of number i at state[k * stride + i], 0 before the first step.
template <class T>
struct Update {
  T* weights;
  const T* gradients;
  T* state;
  std::ptrdiff_t size;
  std::ptrdiff_t stride;
  double rate;              // the learning rate of this step, as the schedule says
  std::int64_t step;        // from 1

  Update piece(std::ptrdiff_t first, std::ptrdiff_t count) const noexcept {
    return {weights + first, gradients + first, state + first, count, stride, rate, step};
  }
};

/// An optimiser is a value with its `learning_rate`, how many numbers it keeps for each weight (`states`) and
/// `update`.
template <class O>
concept Optimizer = requires(const O& o, const Update<float>& f, const Update<double>& d) {
  O(o);
  { O::states } -> std::convertible_to<int>;
  { o.learning_rate } -> std::convertible_to<float>;
  o.update(f);
  o.update(d);
};

class Trainable;
namespace detail {
template <class Net> class Training;  // loop.hpp
}

/// An optimiser that looks at all rows for every step drives the training by itself, with `run`.
template <class O>
concept WholeOptimizer = requires(const O& o, detail::Training<Trainable>& training) {
  O(o);
  o.run(training);
};

/// Any optimiser, for options fields: `.optimizer = AdamW{.learning_rate = 1e-3f}`. Networks train in float.
class AnyOptimizer {
 public:
  template <class O>
    requires(!std::same_as<O, AnyOptimizer>) && Optimizer<O>
  constexpr AnyOptimizer(const O& optimizer)  // implicit: an optimiser is written where any optimiser is due
      : value_(optimizer), update_(&call<O>), learning_rate_(optimizer.learning_rate), states_(O::states) {}
  template <class O>
    requires(!std::same_as<O, AnyOptimizer>) && WholeOptimizer<O>
  constexpr AnyOptimizer(const O& optimizer) : value_(optimizer), update_(&refuse<O>), run_(&run_whole<O>) {}

  constexpr float learning_rate() const noexcept { return learning_rate_; }
  constexpr int states() const noexcept { return states_; }
  /// Denormal numbers are zeros meanwhile: the moments of weights that get no gradient any more fade into them and stay there.
  /// Errors   DataError where the optimiser needs all rows at once.
  void update(const Update<float>& u) const {
    const kernel::DenormalsAsZeros faded;
    update_(value_, u);
  }
  /// True where the optimiser drives the training by itself.
  constexpr bool whole() const noexcept { return run_ != nullptr; }
  void run(detail::Training<Trainable>& training) const { run_(value_, training); }

 private:
  template <class O>
  static void call(const SmallValue& value, const Update<float>& u) {
    value.template as<O>().update(u);
  }

  template <class O>
  [[noreturn]] static void refuse(const SmallValue&, const Update<float>&) {
    throw DataError("this optimizer needs all rows for every step: it fits a net, and cannot take a step with a batch");
  }
  template <class O>
  static void run_whole(const SmallValue& value, detail::Training<Trainable>& training) {
    value.template as<O>().run(training);
  }

  SmallValue value_;
  void (*update_)(const SmallValue&, const Update<float>&);
  void (*run_)(const SmallValue&, detail::Training<Trainable>&) = nullptr;
  float learning_rate_ = 1;
  int states_ = 0;
};

namespace detail {
/// f(load, store) for each register of [0, n): load(p) reads p[i...], store(v, p) writes there; the tail as a
/// register of its own.
template <class T, class F>
[[gnu::always_inline]] inline void each_register(std::ptrdiff_t n, const F& f) noexcept {
  std::ptrdiff_t i = 0;
  for (; i + kernel::lanes<T> <= n; i += kernel::lanes<T>)
    f([&](const T* p) { return kernel::load<T>(p + i); },
      [&](const kernel::Batch<T>& v, T* p) { kernel::store<T>(v, p + i); });
  if (i < n)
    f([&](const T* p) { return kernel::load_part<T>(p + i, n - i); },
      [&](const kernel::Batch<T>& v, T* p) { kernel::store_part<T>(v, p + i, n - i); });
}
/// size with the sign of v, lane by lane; 0 for 0 (and for NaN).
template <class T>
[[gnu::always_inline]] inline kernel::Batch<T> signed_like(const kernel::Batch<T>& v, T size) noexcept {
  using V = kernel::Batch<T>;
  const V zero(T(0));
  return xsimd::select(v > zero, V(size), xsimd::select(v < zero, V(-size), zero));
}

/// g + l2 w + l1 sign(w): what weight decay adds to a gradient.
template <class T>
struct Penalty {
  kernel::Batch<T> l2;
  T l1;

  Penalty(float decay, float absolute) : l2(static_cast<T>(decay)), l1(static_cast<T>(absolute)) {}
  [[gnu::always_inline]] kernel::Batch<T> operator()(const kernel::Batch<T>& g, const kernel::Batch<T>& w) const noexcept {
    const kernel::Batch<T> sum = g + l2 * w;
    return l1 == 0 ? sum : sum + signed_like<T>(w, l1);
  }
};
}  // namespace detail

}  // namespace tutti
