// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>

#include <cmath>
#include <cstddef>

namespace tutti {

/// p = 1 / (1 + exp(slope f + shift)), the probability that a decision f is right to be above 0.
struct PlattScale {
  double slope = 0, shift = 0;

  double operator()(double f) const noexcept {
    const double z = slope * f + shift, away = std::exp(-std::abs(z));
    return (z >= 0 ? away : 1) / (1 + away);
  }
  static void visit(auto& self, auto& archive) { archive("slope", self.slope)("shift", self.shift); }
};

/// The scale of greatest likelihood for decisions f that were right (+1) or not, of which targets are drawn in from 0 and 1
/// by as much as one more row of each kind would. Weights count as copies.
/// Source   Platt, Probabilistic outputs for support vector machines (1999); the search: Lin, Lin, Weng, A note on Platt's
///          probabilistic outputs for support vector machines, Machine Learning 68 (2007).
template <class Numbers>  // a template, so that only programs that call it compile it
PlattScale platt_scale(const Numbers& f, const Numbers& above, const Numbers& weight) {
  double yes = 0, no = 0;
  for (std::size_t i = 0; i < f.size(); ++i) (above[i] > 0 ? yes : no) += weight[i];
  const double high = (yes + 1) / (yes + 2), low = 1 / (no + 2);
  const auto loss = [&](const PlattScale& s) {
    double sum = 0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      const double z = s.slope * f[i] + s.shift, t = above[i] > 0 ? high : low;
      sum += weight[i] * ((z >= 0 ? t : t - 1) * z + std::log1p(std::exp(-std::abs(z))));
    }
    return sum;
  };
  PlattScale s{0, std::log((no + 1) / (yes + 1))};
  double now = loss(s);
  for (int iteration = 0; iteration < 100; ++iteration) {
    double a = 1e-12, b = 1e-12, c = 0, ga = 0, gb = 0;  // Hessian (a, c; c, b) and gradient
    for (std::size_t i = 0; i < f.size(); ++i) {
      const double p = s(f[i]), curvature = weight[i] * p * (1 - p), d = weight[i] * ((above[i] > 0 ? high : low) - p);
      a += f[i] * f[i] * curvature;
      b += curvature;
      c += f[i] * curvature;
      ga += f[i] * d;
      gb += d;
    }
    const double least = 1e-10 * (yes + no), determinant = a * b - c * c;
    if (std::abs(ga) < least && std::abs(gb) < least) break;
    const double slope = -(b * ga - c * gb) / determinant, shift = -(a * gb - c * ga) / determinant;
    const double fall = ga * slope + gb * shift;
    double size = 1;
    for (; size >= 1e-10; size /= 2) {
      const PlattScale next{s.slope + size * slope, s.shift + size * shift};
      const double there = loss(next);
      const bool by_rounding = -fall < 1e-12 * now;  // the loss cannot tell any more, the gradient can
      if (!by_rounding && !(there < now + 1e-4 * size * fall)) continue;
      s = next;
      now = there;
      break;
    }
    if (size < 1e-10) break;
  }
  return s;
}

}  // namespace tutti
