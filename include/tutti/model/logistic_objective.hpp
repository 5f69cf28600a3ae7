// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/vector.hpp>
#include <tutti/model/design_rows.hpp>

namespace tutti::detail {

/// A logistic regression without the types of its data, for classes that all have rows. It searches V and c:
///   W_lj = scale_lj V_lj,   b_l = scale_l c_l - sum_j mean_j W_lj :
/// centred columns, and units in which the Hessian has a diagonal of ones where the search begins.
struct LogisticProblem {
  const DesignRows& rows;
  Buffer<int> target{};  // the logit of each row's class; binary: 0 or 1
  int logits = 0;
  double lambda = 0;
  bool intercept = true;
  Buffer<double> mean{}, scale{};  // scale (logits, width), then (logits)

  std::size_t coefficients() const noexcept {
    return static_cast<std::size_t>(logits) * static_cast<std::size_t>(rows.x.width);
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
  const std::ptrdiff_t width = p.rows.x.width, logits = p.logits;
  double* const by_b = sums + logits * width;
  Buffer<float> row(static_cast<std::size_t>(width));
  Buffer<double> x(static_cast<std::size_t>(block * width)), z(static_cast<std::size_t>(logits * block)),
      one(static_cast<std::size_t>(logits));
  for (std::ptrdiff_t first = begin; first < end; first += block) {
    const std::ptrdiff_t n = std::min(block, end - first);
    for (std::ptrdiff_t r = 0; r < n; ++r) {
      p.rows.x.read(first + r, row.data());
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
      by_b[logits] += log_loss(one.data(), p.logits, p.target[i], p.rows.x.weight[i]);
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
        kernel::sum_of_products(p.rows.x.width, p.mean.data(), W.data() + l * p.rows.x.width);
  if (p.logits > 1 && p.intercept) {  // only differences of logits count: let b sum to 0
    double* const b = W.data() + p.coefficients();
    const double mean = kernel::sum(p.logits, b) / p.logits;
    for (int l = 0; l < p.logits; ++l) b[l] -= mean;
  }
  return W;
}

/// The same as add_losses for one gathered chunk; z0 (logits) are the logits of a row without numbers.
/// Shapes   W and the sums by it transposed, (width, logits).
template <class Problem>
void add_gathered_losses(const Problem& p, std::ptrdiff_t begin, const Buffer<double>& W, const Buffer<double>& z0, double* sums) {
  const auto& all = p.rows.chunk(begin);
  const auto logits = static_cast<std::size_t>(p.logits);
  double* const by_b = sums + p.coefficients();
  Buffer<double> z(logits);
  for (std::size_t at = 0; at + 1 < all.start.size(); ++at) {
    const std::size_t first = all.start[at], last = all.start[at + 1], i = static_cast<std::size_t>(begin) + at;
    for (std::size_t l = 0; l < logits; ++l) z[l] = z0[l];
    for (std::size_t e = first; e < last; ++e) {
      const double* const w = W.data() + all.column[e] * logits;
      for (std::size_t l = 0; l < logits; ++l) z[l] += all.value[e] * w[l];
    }
    by_b[logits] += log_loss(z.data(), p.logits, p.target[i], p.rows.x.weight[i]);
    for (std::size_t l = 0; l < logits; ++l) by_b[l] += z[l];
    for (std::size_t e = first; e < last; ++e) {
      double* const g = sums + all.column[e] * logits;
      for (std::size_t l = 0; l < logits; ++l) g[l] += all.value[e] * z[l];
    }
  }
}

/// The sums of add_losses over all gathered rows.
template <class Problem>
Buffer<double> gathered_losses(const Problem& p, const Buffer<double>& W, Buffer<Buffer<double>>& partial) {
  const auto width = static_cast<std::size_t>(p.rows.x.width), logits = static_cast<std::size_t>(p.logits);
  const std::size_t n = p.coefficients();
  Buffer<double> turned(n), z0(W.begin() + static_cast<std::ptrdiff_t>(n), W.end());
  for (std::size_t l = 0; l < logits; ++l)
    for (std::size_t j = 0; j < width; ++j) {
      turned[j * logits + l] = W[l * width + j];
      z0[l] += p.rows.shift[j] * W[l * width + j];
    }
  const std::ptrdiff_t chunks = parallel::chunks(p.rows.x.rows, p.rows.grain());
  const std::ptrdiff_t group = (chunks + std::ssize(partial) - 1) / std::ssize(partial);
  parallel::for_each(chunks, group, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
    Buffer<double>& sums = partial[static_cast<std::size_t>(first / group)];
    sums.assign(n + logits + 1, 0.0);
    for (std::ptrdiff_t c = first; c < last; ++c) add_gathered_losses(p, c * p.rows.grain(), turned, z0, sums.data());
  });
  Buffer<double> all(n + logits + 1, 0.0), sums(n + logits + 1);
  for (std::ptrdiff_t g = 0; g < parallel::chunks(chunks, group); ++g)
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += partial[static_cast<std::size_t>(g)][i];
  for (std::size_t i = n; i < all.size(); ++i) sums[i] = all[i];
  for (std::size_t l = 0; l < logits; ++l)
    for (std::size_t j = 0; j < width; ++j) sums[l * width + j] = all[j * logits + l] + p.rows.shift[j] * all[n + l];
  return sums;
}

template <class Problem>
Buffer<double> dense_losses(const Problem& p, const Buffer<double>& W, Buffer<Buffer<double>>& partial) {
  const std::ptrdiff_t grain = (p.rows.x.rows + std::ssize(partial) - 1) / std::ssize(partial);
  parallel::for_each(p.rows.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double>& sums = partial[static_cast<std::size_t>(begin / grain)];
    sums.assign(W.size() + 1, 0.0);
    add_losses(p, begin, end, W, sums.data());
  });
  Buffer<double> sums(W.size() + 1);
  for (const Buffer<double>& part : partial)
    for (std::size_t i = 0; i < part.size(); ++i) sums[i] += part[i];
  return sums;
}

/// The objective at v and its gradient.
template <class Problem>
double logistic_objective(const Problem& p, const Buffer<double>& v, Buffer<double>& gradient,
                          Buffer<Buffer<double>>& partial) {
  const std::size_t n = p.coefficients(), logits = static_cast<std::size_t>(p.logits);
  const Buffer<double> W = coefficients(p, v);
  const Buffer<double> sums = p.rows.is_gathered() ? gathered_losses(p, W, partial) : dense_losses(p, W, partial);
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
template <class Problem> Buffer<double> prepare(Problem& p, const Moments& m, const Buffer<double>& share) {
  const auto width = static_cast<std::size_t>(p.rows.x.width), logits = static_cast<std::size_t>(p.logits);
  Buffer<double> v(p.coefficients() + logits);
  p.scale.assign(v.size(), 0.0);
  p.mean = p.intercept ? m.mean : Buffer<double>(width);
  const double classes = static_cast<double>(share.size());
  double middle = 0;
  for (const double s : share) middle += std::log(s) / classes;
  for (std::size_t l = 0; l < logits; ++l) {
    const double own = share[logits == 1 ? 1 : l];
    double others = 0;  // not 1 - own: that may round to 0
    for (std::size_t k = 0; k < share.size(); ++k) others += k == (logits == 1 ? 1 : l) ? 0 : share[k];
    const double curvature = p.rows.x.total * (p.intercept ? own * others : (classes - 1) / (classes * classes));
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

}  // namespace tutti::detail
