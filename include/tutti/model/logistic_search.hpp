// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/logistic_objective.hpp>
#include <tutti/model/penalised_newton.hpp>
#include <tutti/train/minimize.hpp>

namespace tutti::detail {

/// What was found: W (logits, width), then b (logits).
struct LogisticOptimum {
  Buffer<double> W{};
  int iterations = 0;
  bool converged = false;
};

/// Log-loss of a row by the logit of class `own`, against what the other classes say: nothing, or log sum exp of theirs.
struct LogitLoss {
  const Buffer<int>& target;
  const Buffer<double>& weight;
  int own = 1;
  const double* others = nullptr;

  PointLoss operator()(std::ptrdiff_t row, double logit) const noexcept {
    const auto i = static_cast<std::size_t>(row);
    const double z = others == nullptr ? logit : logit - others[row], w = weight[i], y = target[i] == own ? 1 : 0;
    const double away = std::exp(-std::abs(z)), sure = 1 / (1 + away);
    return {w * (std::max(z, 0.0) - z * y + std::log1p(away)), w * ((z > 0 ? sure : away * sure) - y),
            w * std::max(away * sure * sure, 1e-12)};  // a curvature that can be divided by
  }
};

/// Two classes by Newton's steps; nothing where columns depend on each other and nothing penalises them.
/// Shapes   start: the logit where w is 0.
template <class Problem>
LogisticOptimum newton_logistic(const Problem& p, ElasticPenalty penalty, const NewtonOptions& options, double start) {
  const auto width = static_cast<std::size_t>(p.rows.x.width);
  Buffer<double> w(width, 0.0);
  double c = start;
  const NewtonResult r = penalised_newton(p.rows, LogitLoss{p.target, p.rows.x.weight}, penalty, p.intercept, options, w, c);
  if (r.singular) return {};
  for (std::size_t j = 0; j < width; ++j) c -= p.rows.shift[j] * w[j];
  w.push_back(c);
  return {std::move(w), r.iterations, r.converged};
}

/// More classes with an l1: class by class, each by one of Newton's steps against what the others say, over and over.
/// Shapes   start (logits): the logits where W is 0.
/// Source   Friedman, Hastie, Tibshirani, Regularization paths for generalized linear models via coordinate descent,
///          J. Stat. Software 33 (2010), §4.
template <class Problem>
LogisticOptimum newton_by_class(const Problem& p, ElasticPenalty penalty, const NewtonOptions& options, const Buffer<double>& start) {
  const auto width = static_cast<std::size_t>(p.rows.x.width), logits = static_cast<std::size_t>(p.logits),
             rows = static_cast<std::size_t>(p.rows.x.rows);
  Buffer<Buffer<double>> w(logits, Buffer<double>(width, 0.0)), z(logits, Buffer<double>(rows, 0.0));
  Buffer<double> c = start, others(rows);
  for (std::size_t l = 0; l < logits; ++l) std::fill(z[l].begin(), z[l].end(), c[l]);
  LogisticOptimum result;
  while (!result.converged && result.iterations < options.iterations) {
    result.converged = true;
    for (std::size_t k = 0; k < logits; ++k) {
      parallel::for_each(p.rows.x.rows, p.rows.grain(), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          double most = z[k == 0 ? 1 : 0][i], sum = 0;
          for (std::size_t l = 0; l < logits; ++l) most = l != k ? std::max(most, z[l][i]) : most;
          for (std::size_t l = 0; l < logits; ++l) sum += l != k ? std::exp(z[l][i] - most) : 0.0;
          others[i] = most + std::log(sum);
        }
      });
      const LogitLoss loss{p.target, p.rows.x.weight, static_cast<int>(k), others.data()};
      const NewtonResult step = penalised_newton(p.rows, loss, penalty, p.intercept, {1, options.tolerance}, w[k], c[k]);
      if (step.iterations == 0 && step.converged) continue;
      result.converged = false;
      p.rows.predictors(w[k], c[k], z[k]);
    }
    result.iterations += result.converged ? 0 : 1;
  }
  double middle = 0;  // only differences of logits count: let b sum to 0
  for (std::size_t l = 0; l < logits; ++l) {
    for (std::size_t j = 0; j < width; ++j) c[l] -= p.rows.shift[j] * w[l][j];
    middle += c[l] / static_cast<double>(logits);
    result.W.append(w[l].data(), width);
  }
  for (std::size_t l = 0; l < logits; ++l) result.W.push_back(p.intercept ? c[l] - middle : 0.0);
  return result;
}

/// Any number of classes without an l1, by L-BFGS.
/// Shapes   share: of the total weight, one for each class.
template <class Problem>
LogisticOptimum smooth_logistic(Problem& p, const Moments& m, const NewtonOptions& options, const Buffer<double>& share) {
  Buffer<double> v = prepare(p, m, share);
  const std::ptrdiff_t most = std::clamp<std::ptrdiff_t>((std::ptrdiff_t{1} << 22) / std::ssize(v), 1, 64);
  Buffer<Buffer<double>> partial(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(p.rows.x.rows / 128, 1, most)));
  const auto objective = [&](const Buffer<double>& at, Buffer<double>& gradient) {
    return logistic_objective(p, at, gradient, partial);
  };
  const Minimum found = minimize(v, objective, {.iterations = options.iterations, .tolerance = options.tolerance});
  return {coefficients(p, v), found.iterations, found.converged};
}

/// The optimum for classes that all have rows, by the method that is fastest for its size and penalty.
template <class Problem>
LogisticOptimum search_logistic(Problem& p, const Moments& m, double l1_ratio, const NewtonOptions& options,
                                const Buffer<double>& share) {
  const ElasticPenalty penalty{p.lambda * l1_ratio, p.lambda * (1 - l1_ratio)};
  p.lambda = penalty.l2;
  const bool narrow = p.rows.x.width <= (p.rows.is_gathered() ? 512 : 128);
  if (p.logits > 1 && penalty.l1 > 0) {
    Buffer<double> start;
    for (const double s : share) start.push_back(p.intercept ? std::log(s) : 0.0);
    return newton_by_class(p, penalty, options, start);
  }
  if (p.logits == 1 && (narrow || penalty.l1 > 0)) {
    const LogisticOptimum found = newton_logistic(p, penalty, options, p.intercept ? std::log(share[1]) - std::log(share[0]) : 0.0);
    if (!found.W.empty()) return found;
  }
  return smooth_logistic(p, m, options, share);
}

}  // namespace tutti::detail
