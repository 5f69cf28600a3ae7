// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>

#include <cmath>

namespace tutti::kernel {

/// One row (steps, channels, plane), whose channels fall into groups that are normalised by themselves, each over
/// its channels, all steps and all pixels. An image has one step, a sequence a plane of 1.
struct GroupShape {
  std::ptrdiff_t steps = 1;
  std::ptrdiff_t channels = 1;
  std::ptrdiff_t plane = 1;
  std::ptrdiff_t groups = 1;

  constexpr std::ptrdiff_t in_group() const noexcept { return channels / groups; }
  constexpr std::ptrdiff_t size() const noexcept { return steps * channels * plane; }
};

namespace detail {

struct GroupMoments {
  double mean, inverse_deviation;
};

template <class T>
GroupMoments group_moments(const GroupShape& s, std::ptrdiff_t group, double epsilon, const T* x) noexcept {
  const std::ptrdiff_t width = s.in_group() * s.plane, step = s.channels * s.plane;
  const double share = 1 / static_cast<double>(s.steps * width);
  double mean = 0, variance = 0;
  for (std::ptrdiff_t t = 0; t < s.steps; ++t) mean += sum<T>(width, x + t * step + group * width);
  mean *= share;
  const T m = static_cast<T>(mean);
  for (std::ptrdiff_t t = 0; t < s.steps; ++t)
    variance += blocked_sum<T>(
        width, [m](const auto& v) { return (v - m) * (v - m); }, x + t * step + group * width);
  const double rounding = mean - static_cast<double>(m);  // of the mean that was subtracted
  return {mean, 1 / std::sqrt(std::max(0.0, variance * share - rounding * rounding) + epsilon)};
}

/// f(channel, where it begins, how many) for stretches of a group with one gamma each or, where the plane is 1, with
/// one gamma for each number.
template <class F>
void each_stretch(const GroupShape& s, std::ptrdiff_t group, const F& f) noexcept {
  const std::ptrdiff_t first = group * s.in_group();
  for (std::ptrdiff_t t = 0; t < s.steps; ++t) {
    const std::ptrdiff_t step = t * s.channels;
    if (s.plane == 1) {
      f(first, step + first, s.in_group());
    } else {
      for (std::ptrdiff_t c = first; c < first + s.in_group(); ++c) f(c, (step + c) * s.plane, s.plane);
    }
  }
}

}  // namespace detail

/// y = (x - mean) / sqrt(variance + epsilon) gamma[c] + beta[c], mean and variance those of c's group; y may be x.
/// Shapes   x, y (steps, channels, plane), gamma, beta (channels).   Source   Wu, He, Group normalization (2018).
template <class T>
void group_norm_forward(const GroupShape& s, double epsilon, const T* x, const T* gamma, const T* beta,
                        T* y) noexcept {
  for (std::ptrdiff_t group = 0; group < s.groups; ++group) {
    const detail::GroupMoments moments = detail::group_moments<T>(s, group, epsilon, x);
    const T m = static_cast<T>(moments.mean), inverse = static_cast<T>(moments.inverse_deviation);
    detail::each_stretch(s, group, [&](std::ptrdiff_t c, std::ptrdiff_t at, std::ptrdiff_t n) {
      if (s.plane == 1) {
        transform<T>(
            n, y + at, [=](const auto& v, const auto& g, const auto& b) { return (v - m) * inverse * g + b; }, x + at,
            gamma + c, beta + c);
      } else {
        const T a = inverse * gamma[c], b = beta[c];
        transform<T>(
            n, y + at, [=](const auto& v) { return (v - m) * a + b; }, x + at);
      }
    });
  }
}

namespace detail {

/// The sums over a group of d = gamma dy and of d (x - mean); dgamma and dbeta are added to.
template <class T> struct GroupSums {
  double d = 0, dx = 0;

  void add(const GroupShape& s, T m, T inverse, std::ptrdiff_t c, std::ptrdiff_t n, const T* x, const T* dy,
           const T* gamma, T* dgamma, T* dbeta) noexcept {
    const auto product = [m](const auto& v, const auto& e) { return (v - m) * e; };
    if (s.plane == 1) {
      d += sum_of_products<T>(n, dy, gamma + c);
      dx += blocked_sum<T>(
          n, [m](const auto& v, const auto& e, const auto& g) { return (v - m) * e * g; }, x, dy, gamma + c);
      transform<T>(
          n, dgamma + c, [=](const auto& old, const auto& v, const auto& e) { return old + product(v, e) * inverse; },
          dgamma + c, x, dy);
      axpy<T>(n, T(1), dy, dbeta + c);
    } else {
      const double shift = sum<T>(n, dy), slope = blocked_sum<T>(n, product, x, dy), g = static_cast<double>(gamma[c]);
      d += g * shift;
      dx += g * slope;
      dgamma[c] += static_cast<T>(slope * static_cast<double>(inverse));
      dbeta[c] += static_cast<T>(shift);
    }
  }
};

}  // namespace detail

/// The gradients of group_norm_forward for one row: dx = inverse (d - mean d - xhat mean(d xhat)), d = gamma dy, with
/// means over the group. dgamma and dbeta are added to; dx may be null, or dy.
/// Shapes   x, dy, dx (steps, channels, plane), the others (channels).
template <class T>
void group_norm_backward(const GroupShape& s, double epsilon, const T* x, const T* dy, const T* gamma, T* dgamma,
                         T* dbeta, T* dx) noexcept {
  const double share = static_cast<double>(s.groups) / static_cast<double>(s.size());
  for (std::ptrdiff_t group = 0; group < s.groups; ++group) {
    const detail::GroupMoments moments = detail::group_moments<T>(s, group, epsilon, x);
    const T m = static_cast<T>(moments.mean), inverse = static_cast<T>(moments.inverse_deviation);
    detail::GroupSums<T> sums;
    detail::each_stretch(s, group, [&](std::ptrdiff_t c, std::ptrdiff_t at, std::ptrdiff_t n) {
      sums.add(s, m, inverse, c, n, x + at, dy + at, gamma, dgamma, dbeta);
    });
    if (dx == nullptr) continue;
    const T shift = static_cast<T>(sums.d * share),
            slope = static_cast<T>(sums.dx * share * moments.inverse_deviation * moments.inverse_deviation);
    detail::each_stretch(s, group, [&](std::ptrdiff_t c, std::ptrdiff_t at, std::ptrdiff_t n) {
      if (s.plane == 1) {
        transform<T>(
            n, dx + at,
            [=](const auto& v, const auto& e, const auto& g) { return (e * g - shift - (v - m) * slope) * inverse; },
            x + at, dy + at, gamma + c);
      } else {
        const T g = gamma[c];
        transform<T>(
            n, dx + at, [=](const auto& v, const auto& e) { return (e * g - shift - (v - m) * slope) * inverse; },
            x + at, dy + at);
      }
    });
  }
}

}  // namespace tutti::kernel
