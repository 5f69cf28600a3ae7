// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/coordinate_descent.hpp>
#include <tutti/model/weighted_products.hpp>

#include <limits>

namespace tutti {

/// The loss of one row at its linear predictor, with both derivatives.
struct PointLoss {
  double loss = 0, slope = 0, curvature = 0;
};

struct NewtonOptions {
  int iterations = 100;
  double tolerance = 1e-4;  // of each component of the gradient, in units of the root of the curvature there
};

struct NewtonResult {
  int iterations = 0;
  bool converged = false, singular = false;  // singular: columns that depend on each other, without an l2
};

namespace detail {

/// The sum of losses at z + part dz; sets the derivatives r and h there.
template <class Loss, class Point> double losses_at(const Loss& loss, std::ptrdiff_t grain, Point& p, double part) {
  return parallel::ordered_sum(std::ssize(p.z), grain, 0.0, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    double sum = 0;
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const PointLoss found = loss(i, part == 0 ? p.z[at] : p.z[at] + part * p.dz[at]);
      sum += found.loss;
      p.r[at] = found.slope;
      p.h[at] = found.curvature;
    }
    return sum;
  });
}

inline double elastic_value(ElasticPenalty penalty, const Buffer<double>& w, const Buffer<double>& dw, double step) {
  double value = 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const double v = w[j] + step * dw[j];
    value += penalty.l1 * std::abs(v) + penalty.l2 / 2 * v * v;
  }
  return value;
}

/// How far the slope of coordinate w is from what the penalty allows.
inline double breach(ElasticPenalty penalty, double w, double slope) {
  slope += penalty.l2 * w;
  if (w != 0) return std::abs(slope + std::copysign(penalty.l1, w));
  return std::max(0.0, std::abs(slope) - penalty.l1);
}

/// The quadratic model's [X^T h X | X^T h e, -X^T r] without the intercept, which stands at its best for any other step.
/// Gives minus the gradient of the losses.
template <class System> Buffer<double> without_intercept(System& s) {
  const double total = s(s.n, s.n), drift = s(s.n, s.n + 1);
  Buffer<double> g;
  for (std::ptrdiff_t j = 0; j < s.n; ++j) {
    const double share = total > 0 ? s(j, s.n) / total : 0.0;
    for (std::ptrdiff_t k = j; k < s.n; ++k) s(j, k) -= share * s(k, s.n);
    g.push_back(s(j, s.n + 1) - share * drift);
  }
  return g;
}

/// The step to the minimum of the model and a penalty without corners; false where there is no minimum.
template <class System>
bool smooth_step(System& s, ElasticPenalty penalty, const Buffer<double>& g, const Buffer<double>& own, Buffer<double>& step) {
  SymmetricSystem system(s.n, 1);
  for (std::ptrdiff_t j = 0; j < s.n; ++j) {
    const auto at = static_cast<std::size_t>(j);
    for (std::ptrdiff_t k = j; k < s.n; ++k) system(j, k) = s(j, k);
    system(j, j) += s(j, j) > 0 || penalty.l2 > 0 ? penalty.l2 : 1.0;  // a column of zeros: any pivot does
    system(j, s.n) = g[at] - penalty.l2 * own[at];
  }
  if (factorise(system, penalty.l2) < s.n) return false;
  step = substitute(system);
  return true;
}

/// The same with corners, which coordinates end in exactly; no closer to the minimum than a hundredth of what is missing,
/// which is about breach^2.
template <class System>
void elastic_step(System& s, ElasticPenalty penalty, const Buffer<double>& g, double breach, const Buffer<double>& own,
                  Buffer<double>& step) {
  const Buffer<double> H = whole_matrix(s);
  GramResidual residual{s.n, H.data(), g, g, 0};
  double square = s(s.n + 1, s.n + 1);
  for (std::ptrdiff_t j = 0; j < s.n; ++j) {
    const auto at = static_cast<std::size_t>(j);
    const double Hw = kernel::sum_of_products(s.n, H.data() + j * s.n, own.data());
    residual.q[at] += Hw;
    square += own[at] * (Hw + 2 * g[at]);
  }
  residual.target_square = std::max(square, 0.0);
  step = own;
  const double tolerance = std::max(1e-2 * breach * breach / std::max(residual.target_square, 1e-300), 1e-16);
  coordinate_descent(residual, penalty, {1000, tolerance, 1e-2}, step);
  for (std::size_t j = 0; j < step.size(); ++j) step[j] -= own[j];
}

/// Columns whose coefficients are moved: all of a narrow design and of a smooth penalty, else those that are not 0 and the
/// steepest of the others, so that the products stay small.
inline Buffer<int> picked_columns(ElasticPenalty penalty, const Buffer<double>& w, const Buffer<double>& slopes, std::size_t most) {
  Buffer<int> picked;
  double bound = 0;
  if (penalty.l1 > 0 && w.size() > most) {
    double steepest = penalty.l1;
    for (std::size_t j = 0; j < w.size(); ++j) steepest = std::max(steepest, std::abs(slopes[j]));
    bound = penalty.l1;
    for (std::size_t count = w.size(); count > most; bound += (steepest - bound) / 4) {
      count = 0;
      for (std::size_t j = 0; j < w.size(); ++j) count += w[j] == 0 && std::abs(slopes[j]) > bound;
      if (count <= most || !(steepest - bound > 1e-9 * steepest)) break;
    }
  }
  for (std::size_t j = 0; j < w.size(); ++j)
    if (bound == 0 || w[j] != 0 || std::abs(slopes[j]) > bound) picked.push_back(static_cast<int>(j));
  return picked;
}

/// Where the search stands: slopes are those of DesignRows.
struct NewtonPoint {
  Buffer<double> z{}, dz{}, dw{}, r{}, h{}, slopes{};
  double dc = 0, loss = 0, breach = 0;

  double drift() const noexcept { return slopes[slopes.size() - 2]; }
  double total() const noexcept { return slopes.back(); }
};

/// The largest component of the gradient, in units of the root of the curvature there.
template <class Point>
double largest_breach(const Point& p, ElasticPenalty penalty, bool intercept, const Buffer<double>& w) {
  double most = intercept && p.total() > 0 ? std::abs(p.drift()) / std::sqrt(p.total()) : 0;
  for (std::size_t j = 0; j < w.size(); ++j) {
    const double curvature = p.slopes[w.size() + j] + penalty.l2;
    if (curvature > 0) most = std::max(most, breach(penalty, w[j], p.slopes[j]) / std::sqrt(curvature));
  }
  return most;
}

/// Sets dw, dc and dz; gives the slope along them, or NaN where columns depend on each other.
template <class Design, class Point>
double find_direction(const Design& d, ElasticPenalty penalty, bool intercept, const Buffer<double>& w, Point& p) {
  const Buffer<int> picked = picked_columns(penalty, w, p.slopes, 512);
  Buffer<double> own, step;
  for (const int j : picked) own.push_back(w[static_cast<std::size_t>(j)]);
  SymmetricSystem s = weighted_products(d, picked, p.r, p.h);
  if (!intercept) s(s.n, s.n) = 0;
  const Buffer<double> g = without_intercept(s);
  if (penalty.l1 > 0) elastic_step(s, penalty, g, p.breach, own, step);
  else if (!smooth_step(s, penalty, g, own, step)) return std::numeric_limits<double>::quiet_NaN();
  const bool moves = intercept && p.total() > 0;
  p.dc = moves ? -p.drift() / p.total() : 0.0;
  std::fill(p.dw.begin(), p.dw.end(), 0.0);
  double descent = 0;
  for (std::size_t k = 0; k < picked.size(); ++k) {
    const auto j = static_cast<std::size_t>(picked[k]);
    p.dw[j] = step[k];
    if (moves) p.dc -= s(static_cast<std::ptrdiff_t>(k), s.n) / p.total() * step[k];
    descent += (p.slopes[j] + penalty.l2 * w[j]) * step[k] + penalty.l1 * (std::abs(w[j] + step[k]) - std::abs(w[j]));
  }
  d.predictors(p.dw, p.dc, p.dz);
  return descent + p.dc * p.drift();
}

}  // namespace detail

/// Minimises  sum_i loss_i(z_i) + l1 |w|_1 + l2 / 2 |w|^2,  z_i = c + (x_i - shift) w,  from w and c on: Newton's steps, with
/// an l1 by coordinate descent on the quadratic model (proximal Newton), each with a backtracking line search.
/// Ends when the gradient is within the tolerance, after so many iterations, or when no step descends any more; where
/// columns depend on each other and nothing penalises them it says so.
/// Needs    loss(i, z) convex in z and twice differentiable, with a curvature that is not negative.
/// Cost     an iteration: that of weighted_products, n^3 / 3 flops, and three passes over the rows.
/// Source   Lee, Sun, Saunders, Proximal Newton-type methods for minimizing composite functions, SIAM J. Optim. 24 (2014).
template <class Design, class Loss>
NewtonResult penalised_newton(const Design& d, const Loss& loss, ElasticPenalty penalty, bool intercept,
                              const NewtonOptions& options, Buffer<double>& w, double& c) {
  const std::size_t rows = static_cast<std::size_t>(d.x.rows);
  const Buffer<double> none(rows, 0.0);
  detail::NewtonPoint p{none, none, Buffer<double>(w.size(), 0.0), none, none, {}};
  NewtonResult result;
  d.predictors(w, c, p.z);
  p.loss = detail::losses_at(loss, d.grain(), p, 0);
  for (;; ++result.iterations) {
    p.slopes = d.slopes(p.r, p.h);
    p.breach = detail::largest_breach(p, penalty, intercept, w);
    result.converged = p.breach <= options.tolerance;
    if (result.converged || result.iterations >= options.iterations) break;
    const double descent = detail::find_direction(d, penalty, intercept, w, p);
    result.singular = std::isnan(descent);
    if (result.singular) break;
    const double value = p.loss + detail::elastic_value(penalty, w, p.dw, 0), noise = 1e-13 * std::abs(value);
    double part = 1, reached = 0;
    const auto descends = [&] {
      reached = detail::losses_at(loss, d.grain(), p, part);
      return reached + detail::elastic_value(penalty, w, p.dw, part) <= value + 1e-4 * part * descent + noise;
    };
    while (!descends() && part > 1e-9) part /= 2;
    if (!(part > 1e-9)) break;
    for (std::size_t j = 0; j < w.size(); ++j) w[j] += part * p.dw[j];
    for (std::size_t i = 0; i < rows; ++i) p.z[i] += part * p.dz[i];
    c += part * p.dc;
    p.loss = reached;
  }
  return result;
}

}  // namespace tutti
