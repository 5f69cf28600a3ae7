// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>
#include <cmath>

namespace tutti {

struct MinimizeOptions {
  int iterations = 100;
  double tolerance = 1e-4;  // on the largest component of the gradient
  int history = 10;         // pairs of steps that the curvature is learnt from
};

struct Minimum {
  double value = 0;
  int iterations = 0;
  bool converged = false;  // the gradient is within the tolerance
};

namespace detail {

/// A point with its value and gradient.
struct Evaluated {
  Buffer<double> x{}, gradient{};
  double value = 0;
};

/// A step from `from` along `direction` that satisfies the strong Wolfe conditions, found by bracketing and
/// cubic interpolation; after 30 trials the best one that at least descends. False if there is none.
/// Source   Nocedal, Wright, Numerical Optimization, 2nd ed., §3.5.
template <class Evaluate>
bool line_search(const Evaluated& from, const Buffer<double>& direction, double slope, Evaluate&& evaluate,
                 Evaluated& to) {
  constexpr double descent = 1e-4, curvature = 0.9;
  const auto n = static_cast<std::ptrdiff_t>(direction.size());
  const double noise = 1e-13 * std::abs(from.value);  // differences below it mean nothing
  const auto at = [&](double step) {
    std::copy(from.x.begin(), from.x.end(), to.x.begin());
    kernel::axpy(n, step, direction.data(), to.x.data());
    to.value = evaluate(to.x, to.gradient);
  };
  struct Trial {
    double step, value, slope;
  } low{0, from.value, slope}, high{0, 0, 0};  // high.step 0: no upper bound yet
  double step = 1;
  for (int trials = 0; trials < 30; ++trials) {
    at(step);
    const Trial now{step, to.value, kernel::sum_of_products(n, to.gradient.data(), direction.data())};
    if (!std::isfinite(now.value) || !std::isfinite(now.slope)) {
      high = {step, 0, 0};
      step = low.step + 0.1 * (step - low.step);
      continue;
    }
    if (now.value > from.value + descent * step * slope + noise || now.value > low.value + noise) high = now;
    else if (std::abs(now.slope) <= -curvature * slope) return true;
    else if (now.slope < 0) low = now;
    else high = now;
    if (high.step == 0) {
      step *= 4;
      continue;
    }
    const double width = high.step - low.step;  // minimum of the cubic through both ends
    const double d1 = low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step);
    const double root = d1 * d1 - low.slope * high.slope;
    const double d2 = std::sqrt(std::max(root, 0.0));
    const double cubic = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
    const bool known = high.slope != 0 && std::isfinite(cubic);
    step =
        known ? std::clamp(cubic, low.step + 0.1 * width, high.step - 0.1 * width) : low.step + 0.5 * width;
  }
  if (low.step > 0) at(low.step);
  return low.step > 0;
}

struct AlwaysGoesOn {
  constexpr bool operator()(const Buffer<double>&, double) const noexcept { return true; }
};

}  // namespace detail

/// Minimises a smooth function from x on by L-BFGS: `evaluate(x, gradient)` writes the gradient and returns the value;
/// `goes_on(x, value)` is asked behind every iteration.
/// Ends when the gradient is within the tolerance, after so many iterations, or when no step descends any
/// more; a value or gradient that is not finite is never accepted. Best with a Hessian whose diagonal is near
/// 1 at x.
/// Cost     a little more than one evaluation and 8 history n flops an iteration; 2 history + 6 vectors of
///          memory.
/// Source   Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 7.5.
template <class Evaluate, class GoesOn = detail::AlwaysGoesOn>
Minimum minimize(Buffer<double>& x, Evaluate&& evaluate, const MinimizeOptions& options = {}, GoesOn&& goes_on = {}) {
  const auto n = static_cast<std::ptrdiff_t>(x.size());
  struct Pair {
    Buffer<double> step, change;  // of x, of the gradient
    double product;
  };
  Buffer<Pair> pairs;  // the oldest first
  Buffer<double> share;
  detail::Evaluated here{x, Buffer<double>(x.size())}, next{x, Buffer<double>(x.size())};
  Buffer<double> direction(x.size());
  Minimum result;
  here.value = evaluate(here.x, here.gradient);

  const auto largest = [&](const Buffer<double>& v) {
    double most = 0;
    for (const double c : v) most = !(std::abs(c) <= most) ? std::abs(c) : most;
    return most;
  };
  for (;; ++result.iterations) {
    result.converged = largest(here.gradient) <= options.tolerance;
    if (result.converged || result.iterations >= options.iterations || !std::isfinite(here.value)) break;

    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = -here.gradient[i];
    share.assign(pairs.size(), 0.0);
    for (std::size_t p = pairs.size(); p-- > 0;) {
      share[p] = kernel::sum_of_products(n, pairs[p].step.data(), direction.data()) / pairs[p].product;
      kernel::axpy(n, -share[p], pairs[p].change.data(), direction.data());
    }
    if (!pairs.empty()) {
      const Pair& newest = pairs.back();
      const double scale =
          newest.product / kernel::sum_of_products(n, newest.change.data(), newest.change.data());
      for (double& d : direction) d *= scale;
    }
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      const double back =
          kernel::sum_of_products(n, pairs[p].change.data(), direction.data()) / pairs[p].product;
      kernel::axpy(n, share[p] - back, pairs[p].step.data(), direction.data());
    }

    const double slope = kernel::sum_of_products(n, here.gradient.data(), direction.data());
    if (!(slope < 0) || !detail::line_search(here, direction, slope, evaluate, next)) {
      if (pairs.empty()) break;  // not even straight downhill
      pairs.clear();
      continue;
    }
    Pair pair{Buffer<double>(x.size()), Buffer<double>(x.size()), 0};
    for (std::size_t i = 0; i < direction.size(); ++i) {
      pair.step[i] = next.x[i] - here.x[i];
      pair.change[i] = next.gradient[i] - here.gradient[i];
    }
    pair.product = kernel::sum_of_products(n, pair.step.data(), pair.change.data());
    std::swap(here, next);
    if (pair.product > 0) {
      if (static_cast<int>(pairs.size()) >= options.history) pairs.erase(pairs.begin());
      pairs.push_back(std::move(pair));
    }
    if (!goes_on(here.x, here.value)) {
      ++result.iterations;
      break;
    }
  }
  result.value = here.value;
  x = here.x;
  return result;
}

}  // namespace tutti
