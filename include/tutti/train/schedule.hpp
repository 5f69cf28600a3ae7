// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/small_value.hpp>

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// Where a training stands when a step is about to be taken.
struct Moment {
  std::int64_t step = 0;    // taken so far
  std::int64_t steps = 1;   // of the whole training
  int epoch = 0;            // finished so far
  int epochs = 1;
  std::span<const double> held_out{};  // the losses on the rows held out so far, in the order of the looks at them
};

/// A schedule is a value that says by what the optimiser's learning rate is multiplied at a moment. One that
/// reads `held_out` says so: static constexpr bool needs_validation = true.
template <class S>
concept Schedule = requires(const S& s, const Moment& now) {
  S(s);
  { s.factor(now) } -> std::convertible_to<double>;
};

namespace detail {
template <class S>
inline constexpr bool needs_validation = [] {
  if constexpr (requires { S::needs_validation; }) return static_cast<bool>(S::needs_validation);
  else return false;
}();
}  // namespace detail

/// The learning rate as it is.
struct Constant {
  constexpr double factor(const Moment&) const noexcept { return 1; }
};

/// Up from 1 / start_divisor to the learning rate in the first part of the steps, then down to 1 /
/// (start_divisor end_divisor), both along half a cosine. The momentum stays.
/// Source   Smith, Topin, Super-convergence (2017), as PyTorch's OneCycleLR with cycle_momentum = False.
struct OneCycle {
  float rising = 0.3f;            // share of the steps
  float start_divisor = 25;
  float end_divisor = 1e4f;

  double factor(const Moment& now) const noexcept {
    const double start = 1 / static_cast<double>(start_divisor),
                 low = start / static_cast<double>(end_divisor);
    const double last = static_cast<double>(now.steps) - 1, step = static_cast<double>(now.step);
    const double top = static_cast<double>(rising) * static_cast<double>(now.steps) - 1;
    if (step <= top) return between(start, 1, top > 0 ? step / top : 1);
    return between(1, low, last > top ? (step - top) / (last - top) : 1);
  }

 private:
  static double between(double from, double to, double share) noexcept {
    return to + (from - to) / 2 * (1 + std::cos(3.141592653589793 * share));
  }
};
static_assert(Schedule<Constant> && Schedule<OneCycle>);

/// Any schedule, for options fields: `.schedule = OneCycle{}`.
class AnySchedule {
 public:
  template <class S>
    requires(!std::same_as<S, AnySchedule>)
  &&Schedule<S> constexpr AnySchedule(const S& schedule)
      : value_(schedule),
  call_(&call<S>), needs_validation_(detail::needs_validation<S>) {}  // implicit: written where any is due

  constexpr bool needs_validation() const noexcept { return needs_validation_; }
  double factor(const Moment& now) const { return call_(value_, now); }
  constexpr bool operator==(const AnySchedule&) const = default;

 private:
  template <class S>
  static double call(const SmallValue& value, const Moment& now) {
    return static_cast<double>(value.template as<S>().factor(now));
  }

  SmallValue value_;
  double (*call_)(const SmallValue&, const Moment&);
  bool needs_validation_;
};

}  // namespace tutti
