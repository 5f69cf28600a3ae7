// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/vector.hpp>
#include <tutti/model/logistic.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/train/minimize.hpp>

#include <limits>

namespace tutti {
namespace detail {

/// A logistic regression without the types of its data, for classes that all have rows. It searches V and c:
///   W_lj = scale_lj V_lj,   b_l = scale_l c_l - sum_j mean_j W_lj :
/// centred columns, and units in which the Hessian has a diagonal of ones where the search begins.
struct LogisticProblem {
  RowSource x{};
  Buffer<int> target{};  // the logit of each row's class; binary: 0 or 1
  int logits = 0;
  double lambda = 0;
  bool intercept = true;
  Buffer<double> mean{}, scale{};  // scale (logits, width), then (logits)

  std::size_t coefficients() const noexcept {
    return static_cast<std::size_t>(logits) * static_cast<std::size_t>(x.width);
  }
};

/// Log-loss of one row, w log-loss(z, target); z becomes its derivative by the logits.
inline double log_loss(double* z, int logits, int target, double w) noexcept {
  if (logits == 1) {
    const double logit = z[0], away = std::exp(-std::abs(logit)), sure = 1 / (1 + away);
    z[0] = w * ((logit > 0 ? sure : away * sure) - target);
    return w * (std::max(logit, 0.0) - logit * target + std::log1p(away));
  }
  double most = z[0], sum = 0;
  for (int l = 1; l < logits; ++l) most = std::max(most, z[l]);
  const double own = z[target] - most;
  for (int l = 0; l < logits; ++l) sum += z[l] = std::exp(z[l] - most);
  for (int l = 0; l < logits; ++l) z[l] *= w / sum;
  z[target] -= w;
  return w * (std::log(sum) - own);
}

inline constexpr std::ptrdiff_t logistic_block = 16;  // rows that are read together: first cache

/// The sums over rows [begin, end) for W (logits, width) and b: derivatives by W, by b, then the loss.
template <class Problem>
void add_losses(const Problem& p, std::ptrdiff_t begin, std::ptrdiff_t end, const Buffer<double>& W,
                double* sums) {
  constexpr std::ptrdiff_t block = logistic_block;
  const std::ptrdiff_t width = p.x.width, logits = p.logits;
  double* const by_b = sums + logits * width;
  Buffer<float> row(static_cast<std::size_t>(width));
  Buffer<double> x(static_cast<std::size_t>(block * width)), z(static_cast<std::size_t>(logits * block)),
      one(static_cast<std::size_t>(logits));
  for (std::ptrdiff_t first = begin; first < end; first += block) {
    const std::ptrdiff_t n = std::min(block, end - first);
    for (std::ptrdiff_t r = 0; r < n; ++r) {
      p.x.read(first + r, row.data());
      for (std::ptrdiff_t j = 0; j < width; ++j)
        x[static_cast<std::size_t>(r * width + j)] = static_cast<double>(row[static_cast<std::size_t>(j)]);
    }
    std::fill(x.begin() + n * width, x.end(), 0.0);  // rows of fours: the rest count for nothing
    std::fill(z.begin(), z.end(), 0.0);
    for (std::ptrdiff_t l = 0; l < logits; ++l)
      for (std::ptrdiff_t r = 0; r < n; r += 4)
        kernel::four_dots(width, W.data() + l * width, x.data() + r * width, width, z.data() + l * block + r);
    for (std::ptrdiff_t r = 0; r < n; ++r) {
      for (std::ptrdiff_t l = 0; l < logits; ++l)
        one[static_cast<std::size_t>(l)] =
            z[static_cast<std::size_t>(l * block + r)] + W[static_cast<std::size_t>(logits * width + l)];
      const auto i = static_cast<std::size_t>(first + r);
      by_b[logits] += log_loss(one.data(), p.logits, p.target[i], p.x.weight[i]);
      for (std::ptrdiff_t l = 0; l < logits; ++l)
        by_b[l] += z[static_cast<std::size_t>(l * block + r)] = one[static_cast<std::size_t>(l)];
    }
    for (std::ptrdiff_t l = 0; l < logits; ++l) {
      std::fill(z.begin() + l * block + n, z.begin() + (l + 1) * block, 0.0);
      for (std::ptrdiff_t r = 0; r < n; r += 4)
        kernel::add_four_scaled(width, z.data() + l * block + r, x.data() + r * width, width,
                                sums + l * width);
    }
  }
}

/// W (logits, width), then b (logits), of a point of the search.
template <class Problem> Buffer<double> coefficients(const Problem& p, const Buffer<double>& v) {
  Buffer<double> W(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) W[i] = p.scale[i] * v[i];
  for (std::ptrdiff_t l = 0; l < p.logits; ++l)
    W[p.coefficients() + static_cast<std::size_t>(l)] -=
        kernel::sum_of_products(p.x.width, p.mean.data(), W.data() + l * p.x.width);
  if (p.logits > 1 && p.intercept) {  // only differences of logits count: let b sum to 0
    double* const b = W.data() + p.coefficients();
    const double mean = kernel::sum(p.logits, b) / p.logits;
    for (int l = 0; l < p.logits; ++l) b[l] -= mean;
  }
  return W;
}

/// The objective at v and its gradient.
template <class Problem>
double logistic_objective(const Problem& p, const Buffer<double>& v, Buffer<double>& gradient,
                          Buffer<Buffer<double>>& partial) {
  const std::size_t n = p.coefficients(), logits = static_cast<std::size_t>(p.logits);
  const std::ptrdiff_t grain = (p.x.rows + std::ssize(partial) - 1) / std::ssize(partial);
  const Buffer<double> W = coefficients(p, v);
  parallel::for_each(p.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double>& sums = partial[static_cast<std::size_t>(begin / grain)];
    sums.assign(n + logits + 1, 0.0);
    add_losses(p, begin, end, W, sums.data());
  });
  Buffer<double> sums(n + logits + 1);
  for (const Buffer<double>& part : partial)
    for (std::size_t i = 0; i < part.size(); ++i) sums[i] += part[i];

  double value = sums.back();
  for (std::size_t l = 0; l < logits; ++l)
    for (std::size_t j = 0; j < p.mean.size(); ++j) {
      const std::size_t i = l * p.mean.size() + j;
      gradient[i] = p.scale[i] * (sums[i] - p.mean[j] * sums[n + l] + p.lambda * W[i]);
      value += p.lambda / 2 * W[i] * W[i];
    }
  for (std::size_t l = 0; l < logits; ++l) gradient[n + l] = p.intercept ? p.scale[n + l] * sums[n + l] : 0.0;
  return value;
}

/// Sets the units of the search and gives the point where it begins: W = 0, b the classes' own log-odds.
/// Shapes   share: of the total weight, one for each class.
template <class Problem> Buffer<double> prepare(Problem& p, Moments m, const Buffer<double>& share) {
  const auto width = static_cast<std::size_t>(p.x.width), logits = static_cast<std::size_t>(p.logits);
  Buffer<double> v(p.coefficients() + logits);
  p.scale.assign(v.size(), 0.0);
  p.mean = p.intercept ? std::move(m.mean) : Buffer<double>(width);
  const double classes = static_cast<double>(share.size());
  double middle = 0;
  for (const double s : share) middle += std::log(s) / classes;
  for (std::size_t l = 0; l < logits; ++l) {
    const double own = share[logits == 1 ? 1 : l];
    double others = 0;  // not 1 - own: that may round to 0
    for (std::size_t k = 0; k < share.size(); ++k) others += k == (logits == 1 ? 1 : l) ? 0 : share[k];
    const double curvature = p.x.total * (p.intercept ? own * others : (classes - 1) / (classes * classes));
    for (std::size_t j = 0; j < width; ++j) {
      const double square = m.variance[j] + (p.intercept ? 0 : m.mean[j] * m.mean[j]);
      if (square > 0) p.scale[l * width + j] = 1 / std::sqrt(curvature * square + p.lambda);
    }
    if (!p.intercept) continue;
    p.scale[logits * width + l] = 1 / std::sqrt(curvature);
    v[logits * width + l] =
        (logits == 1 ? std::log(own / others) : std::log(own) - middle) * std::sqrt(curvature);
  }
  return v;
}

}  // namespace detail

template <class X, class Y>
Logistic::Model<X, Y> Logistic::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "Logistic", reason);
  };
  expect(lambda >= 0 && std::isfinite(lambda), {"expected a finite lambda >= 0, got ", lambda});
  expect(tolerance >= 0, {"expected a tolerance >= 0, got ", tolerance});
  expect(iterations >= 0, {"expected iterations >= 0, got ", iterations});
  detail::LogisticProblem p;
  p.x = row_source(data);
  p.lambda = static_cast<double>(lambda);
  p.intercept = intercept;
  Moments m = detail::checked_moments(p.x, context.path(), "Logistic", {});

  const auto width = static_cast<std::size_t>(data.width()),
             classes = static_cast<std::size_t>(data.classes());
  Buffer<double> share(classes, 0.0);
  for (std::ptrdiff_t i = 0; i < p.x.rows; ++i)
    share[static_cast<std::size_t>(data.target(i)[0])] += p.x.weight[static_cast<std::size_t>(i)] / p.x.total;
  Buffer<std::size_t> present;  // classes that have rows
  Buffer<int> place(classes, 0);
  for (std::size_t k = 0; k < classes; ++k)
    if (share[k] > 0) {
      place[k] = static_cast<int>(present.size());
      share[present.size()] = share[k];
      present.push_back(k);
    }
  share.resize(present.size());

  Buffer<double> W;
  if (present.size() > 1) {
    p.logits = logits(static_cast<int>(present.size()));
    for (std::ptrdiff_t i = 0; i < p.x.rows; ++i)
      p.target.push_back(place[static_cast<std::size_t>(data.target(i)[0])]);
    Buffer<double> v = detail::prepare(p, std::move(m), share);
    const std::ptrdiff_t most = std::clamp<std::ptrdiff_t>((std::ptrdiff_t{1} << 22) / std::ssize(v), 1, 64);
    Buffer<Buffer<double>> partial(
        static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(p.x.rows / 128, 1, most)));
    const auto objective = [&](const Buffer<double>& at, Buffer<double>& gradient) {
      return detail::logistic_objective(p, at, gradient, partial);
    };
    const Minimum result =
        minimize(v, objective, {.iterations = iterations, .tolerance = static_cast<double>(tolerance)});
    if (!result.converged && context.progress())
      context.progress().report(context.path(),
                                detail::joined({"not converged after ", result.iterations, " iterations"}));
    W = detail::coefficients(p, v);
  }

  const bool binary = classes == 2;  // one logit, of class 1
  const auto outputs = static_cast<std::size_t>(logits(static_cast<int>(classes)));
  constexpr float never = -std::numeric_limits<float>::infinity();
  Model<X, Y> model;
  model.width = data.width();
  model.classes = data.classes();
  model.coefficients.resize(width * outputs);
  model.intercept.assign(outputs, never);
  if (binary && present.size() == 1) model.intercept[0] = present[0] == 0 ? never : -never;
  if (!binary && present.size() <= 2) model.intercept[present[0]] = 0;
  for (std::size_t l = 0; l < static_cast<std::size_t>(p.logits); ++l) {
    const std::size_t k = binary ? 0 : present[p.logits == 1 ? 1 : l];
    double b = W[p.coefficients() + l];
    for (std::size_t j = 0; j < width; ++j) {
      const double exact = W[l * width + j];
      const float rounded = model.coefficients[j * outputs + k] = static_cast<float>(exact);
      b += p.mean[j] * (exact - static_cast<double>(rounded));  // the intercept makes up for the rounding
    }
    model.intercept[k] = static_cast<float>(b);
  }
  return model;
}

}  // namespace tutti
