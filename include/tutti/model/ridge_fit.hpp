// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>
#include <tutti/model/ridge.hpp>

namespace tutti {
namespace detail {

struct RidgeProblem : CentredRows {
  double lambda = 0;
};

/// At least as many rows as columns: (X^T X + lambda I) W = X^T Y.
/// Shapes   W transposed (outputs, width); gives width, or the first column that depends on those before it.
template <class Problem> std::ptrdiff_t solve_primal(const Problem& p, Buffer<double>& W) {
  SymmetricSystem s = normal_equations(p);
  for (std::ptrdiff_t j = 0; j < s.n; ++j)
    s(j, j) += s(j, j) == 0 && p.lambda == 0
                   ? 1.0
                   : p.lambda;  // a row of zeros is a constant column: any pivot does
  const std::ptrdiff_t lost = factorise(s, p.lambda);
  if (lost == s.n) W = substitute(s);
  return lost;
}

/// More columns than rows: W = X^T A with (X X^T + lambda I) A = Y, for lambda > 0.
template <class Problem> void solve_dual(const Problem& p, Buffer<double>& W) {
  const std::ptrdiff_t rows = p.x.rows, width = p.x.width;
  const Buffer<float> x = all_rows(p.x);
  const auto centred = [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    return p.centred(i, j, x[static_cast<std::size_t>(i * width + j)]);
  };
  SymmetricSystem s = products_of_rows(p, x);
  for (std::ptrdiff_t i = 0; i < rows; ++i) {
    s(i, i) += p.lambda;
    for (std::ptrdiff_t c = 0; c < p.outputs; ++c)
      s(i, rows + c) = p.y[static_cast<std::size_t>(i * p.outputs + c)];
  }
  factorise(s, p.lambda);  // no pivot is lost: each is at least lambda
  const Buffer<double> a = substitute(s);
  W.assign(static_cast<std::size_t>(width * p.outputs), 0.0);
  parallel::for_each(width, 256, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      for (std::ptrdiff_t c = 0; c < p.outputs; ++c) {
        const double share = a[static_cast<std::size_t>(c * rows + i)];
        for (std::ptrdiff_t j = begin; j < end; ++j)
          W[static_cast<std::size_t>(c * width + j)] += share * centred(i, j);
      }
  });
}

/// The targets of all rows, centred by `centre` and scaled by sqrt(w).
template <class X, class Y>
Buffer<double> scaled_targets(const Dataset<X, Y>& data, const Buffer<double>& root,
                                   const Buffer<double>& centre) {
  Buffer<double> y;
  y.reserve(root.size() * centre.size());
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (std::size_t c = 0; c < centre.size(); ++c)
      y.push_back(root[static_cast<std::size_t>(i)] * (static_cast<double>(data.target(i)[c]) - centre[c]));
  return y;
}

}  // namespace detail

template <class X, class Y> Ridge::Model<X, Y> Ridge::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "Ridge", reason);
  };
  expect(lambda >= 0 && std::isfinite(lambda), {"expected a finite lambda >= 0, got ", lambda});
  detail::RidgeProblem p;
  p.x = row_source(data);
  p.mean = detail::checked_moments(p.x, context.path(), "Ridge", {.variance = false}).mean;
  p.outputs = data.outputs();
  p.lambda = static_cast<double>(lambda);
  for (const double w : p.x.weight) p.root.push_back(std::sqrt(w));
  if (!intercept) std::fill(p.mean.begin(), p.mean.end(), 0.0);

  const auto width = static_cast<std::size_t>(p.x.width), outputs = static_cast<std::size_t>(p.outputs);
  Buffer<double> centre(outputs, 0.0);
  for (std::ptrdiff_t i = 0; i < p.x.rows; ++i)
    for (std::size_t c = 0; c < outputs; ++c) {
      const float y = data.target(i)[c];
      expect(std::isfinite(y), {"expected finite targets, got ", y, " in row ", i});
      if (intercept)
        centre[c] += p.x.weight[static_cast<std::size_t>(i)] / p.x.total * static_cast<double>(y);
    }
  p.y = detail::scaled_targets(data, p.root, centre);

  Buffer<double> W;  // (outputs, width)
  if (p.x.width > p.x.rows) {
    expect(lambda > 0, {"expected lambda > 0 for ", width, " columns and only ", p.x.rows, " rows, got 0"});
    detail::solve_dual(p, W);
  } else {
    const std::ptrdiff_t lost = detail::solve_primal(p, W);
    expect(lost == p.x.width,
           {"expected lambda > 0, got 0: column ", lost, " is a linear combination of those before it"});
  }

  Model<X, Y> m;
  m.width = p.x.width;
  m.coefficients.resize(width * outputs);
  m.intercept.resize(outputs);
  for (std::size_t c = 0; c < outputs; ++c) {
    for (std::size_t j = 0; j < width; ++j) {
      float& rounded = m.coefficients[j * outputs + c] = static_cast<float>(W[c * width + j]);
      centre[c] -= p.mean[j] * static_cast<double>(rounded);  // the intercept makes up for the rounding
    }
    m.intercept[c] = static_cast<float>(centre[c]);
  }
  return m;
}

}  // namespace tutti
