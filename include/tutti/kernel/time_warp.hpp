// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>

namespace tutti::kernel {

/// A smooth growing map of [0, 1] onto itself: between knots of equal distance its slope is linear.
struct TimeMap {
  static constexpr int most = 16;  // pieces between knots
  int pieces = 1;
  double slope[most + 1]{};        // positive; settle() scales them
  double at[most + 1]{};           // its values at the knots

  constexpr void settle() noexcept {
    at[0] = 0;
    for (int k = 0; k < pieces; ++k) at[k + 1] = at[k] + (slope[k] + slope[k + 1]) / 2;
    const double whole = at[pieces];
    for (int k = 0; k <= pieces; ++k) {
      at[k] /= whole;
      slope[k] /= whole;
    }
  }
  constexpr double operator()(double u) const noexcept {
    const int k = std::min(static_cast<int>(u * pieces), pieces - 1);
    const double f = u * pieces - k;
    return at[k] + f * (slope[k] + f / 2 * (slope[k + 1] - slope[k]));
  }
};

/// f(step of y, first, second, weight of the second): between which two steps of x each step of y lies.
template <class T, class F>
void each_warped_step(std::ptrdiff_t steps, const TimeMap& map, F&& f) noexcept {
  const double last = static_cast<double>(steps - 1);
  for (std::ptrdiff_t t = 0; t < steps; ++t) {
    const double at = last > 0 ? std::min(last * map(static_cast<double>(t) / last), last) : 0;
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(at);
    f(t, first, std::min(first + 1, steps - 1), static_cast<T>(at - static_cast<double>(first)));
  }
}

/// y(t) = x(map(t)), linear between steps; the first and the last step stay.
/// Shapes   x, y (steps, width).
template <class T>
void warp_time(std::ptrdiff_t steps, std::ptrdiff_t width, const TimeMap& map, const T* x, T* y) noexcept {
  each_warped_step<T>(steps, map, [&](std::ptrdiff_t t, std::ptrdiff_t first, std::ptrdiff_t second, T weight) {
    const T *const a = x + first * width, *const b = x + second * width;
    for (std::ptrdiff_t j = 0; j < width; ++j) y[t * width + j] = (1 - weight) * a[j] + weight * b[j];
  });
}
/// The adjoint: dx from dy.
template <class T>
void warp_time_backward(std::ptrdiff_t steps, std::ptrdiff_t width, const TimeMap& map, const T* dy, T* dx) noexcept {
  std::fill_n(dx, steps * width, T(0));
  each_warped_step<T>(steps, map, [&](std::ptrdiff_t t, std::ptrdiff_t first, std::ptrdiff_t second, T weight) {
    T *const a = dx + first * width, *const b = dx + second * width;
    for (std::ptrdiff_t j = 0; j < width; ++j) {
      a[j] += (1 - weight) * dy[t * width + j];
      b[j] += weight * dy[t * width + j];
    }
  });
}

}  // namespace tutti::kernel
