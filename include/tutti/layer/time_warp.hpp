// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/time_warp.hpp>
#include <tutti/layer/augmentation.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

/// In training a sequence runs faster here and slower there: y(t) = x(w(t)), w a smooth growing map of the time axis
/// onto itself whose slope at `knots` places between the ends and at both ends is e^(strength z), z standard normal,
/// up to a common factor. Linear between steps; both ends stay.
/// Shapes   (N, steps, C) -> the same.
/// Needs    sequences of one length; at most 15 knots, more count as 15.
/// Source   Um et al., Data augmentation of wearable sensor data (ICMI 2017): time-warping.
struct TimeWarp {
  float strength = 0.3f;
  int knots = 4;

  using Needs = tutti::Needs<Rank<2>, OneLength>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("strength", self.strength)("knots", self.knots); }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction
    double strength;
    int pieces;
    std::ptrdiff_t steps, width;

    constexpr Bind(const TimeWarp& s, In in)
        : strength(static_cast<double>(s.strength)),
          pieces(std::clamp(s.knots, 0, kernel::TimeMap::most - 1) + 1),
          steps(in[0]),
          width(in[1]) {}

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      augment_rows(x, y, pass, [this](Random random, const T* from, T* to) {
        kernel::warp_time(steps, width, drawn(random), from, to);
      });
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      augment_rows(dy, dx, pass, [this](Random random, const T* from, T* to) {
        kernel::warp_time_backward(steps, width, drawn(random), from, to);
      });
    }

   private:
    kernel::TimeMap drawn(Random random) const noexcept {
      kernel::TimeMap map;
      map.pieces = pieces;
      for (int k = 0; k <= pieces; ++k) map.slope[k] = std::exp(strength * random.normal());
      map.settle();
      return map;
    }
  };
};

}  // namespace tutti
