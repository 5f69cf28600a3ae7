// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

namespace tutti::kernel {

/// The pixels that one pixel of a resized line is made of: `count` of them from `first` on, with weights that sum to 1. The
/// weights are a triangle around its centre, as wide as one pixel of the coarser of the two lines on either side: between
/// neighbours where the line grows, over all that it covers where it shrinks.
struct ResizeTaps {
  std::ptrdiff_t first, count;
  double centre, reach;

  constexpr double weight(std::ptrdiff_t at) const noexcept {
    const double d = (static_cast<double>(at) + 0.5 - centre) / reach;
    return d < 0 ? (d > -1 ? 1 + d : 0) : (d < 1 ? 1 - d : 0);
  }
};
constexpr ResizeTaps resize_taps(std::ptrdiff_t from, std::ptrdiff_t to, std::ptrdiff_t i) noexcept {
  const double scale = static_cast<double>(from) / static_cast<double>(to), reach = scale > 1 ? scale : 1;
  const double centre = (static_cast<double>(i) + 0.5) * scale;
  const auto first = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(centre - reach + 0.5));
  const auto end = std::min(from, static_cast<std::ptrdiff_t>(centre + reach + 0.5));
  return {first, end - first, centre, reach};
}

/// Lines of `from` numbers `step` apart, resized to `to` numbers as far apart; `lines` of them, a number apart.
/// Shapes   x (from, step), y (to, step), lines <= step.
template <class X, class Y>
void resize_lines(std::ptrdiff_t from, std::ptrdiff_t to, std::ptrdiff_t lines, std::ptrdiff_t step, const X* x, Y* y) noexcept {
  for (std::ptrdiff_t i = 0; i < to; ++i) {
    const ResizeTaps taps = resize_taps(from, to, i);
    double whole = 0;
    for (std::ptrdiff_t k = 0; k < taps.count; ++k) whole += taps.weight(taps.first + k);
    Y* const out = y + i * step;
    std::fill_n(out, lines, Y(0));
    for (std::ptrdiff_t k = 0; k < taps.count; ++k) {
      const Y share = static_cast<Y>(taps.weight(taps.first + k) / whole);
      const X* const in = x + (taps.first + k) * step;
      if constexpr (std::is_same_v<X, Y>) axpy<Y>(lines, share, in, out);
      else
        for (std::ptrdiff_t j = 0; j < lines; ++j) out[j] += share * static_cast<Y>(in[j]);
    }
  }
}

}  // namespace tutti::kernel
