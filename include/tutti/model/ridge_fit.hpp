// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/ridge.hpp>
#include <tutti/model/solve.hpp>

namespace tutti {
namespace detail {

/// A ridge regression without the types of its data: y (rows, outputs) is centred and scaled by sqrt(w).
struct RidgeProblem {
  RowSource x{};
  Buffer<double> mean{};       // what is taken off each column
  Buffer<double> root{};  // sqrt(w)
  Buffer<double> y{};
  int outputs = 0;
  double lambda = 0;

  double centred(std::ptrdiff_t i, std::ptrdiff_t j, float number) const noexcept {
    return root[static_cast<std::size_t>(i)] *
           (static_cast<double>(number) - mean[static_cast<std::size_t>(j)]);
  }
};

inline constexpr std::ptrdiff_t gram_depth = 128;  // rows that are packed together: second cache

/// [X^T X | X^T Y], rows scaled by sqrt(w), columns centred: partial sums over chunks of rows, added in
/// order.
template <class Problem> SymmetricSystem normal_equations(const Problem& p) {
  const SymmetricSystem zero(p.x.width, p.outputs);
  constexpr std::ptrdiff_t budget = std::ptrdiff_t{1} << 22;  // numbers in all partial sums together
  const std::ptrdiff_t partials =
      std::clamp<std::ptrdiff_t>(budget / std::max(zero.stride * zero.stride, std::ptrdiff_t{1}), 1, 32);
  const std::ptrdiff_t grain = std::max((p.x.rows + partials - 1) / partials, 4 * gram_depth);
  return parallel::ordered_sum(p.x.rows, grain, zero, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    SymmetricSystem sum = zero;
    Buffer<float> row(static_cast<std::size_t>(p.x.width));
    Buffer<double> packed(static_cast<std::size_t>(gram_depth * sum.stride));
    for (std::ptrdiff_t first = begin; first < end; first += gram_depth) {
      const std::ptrdiff_t depth = std::min(gram_depth, end - first);
      for (std::ptrdiff_t k = 0; k < depth; ++k) {
        const auto at = [&](std::ptrdiff_t j) -> double& {
          return packed[static_cast<std::size_t>(kernel::gram_place<double>(depth, k, j))];
        };
        p.x.read(first + k, row.data());
        std::ptrdiff_t j = 0;
        for (; j < p.x.width; ++j) at(j) = p.centred(first + k, j, row[static_cast<std::size_t>(j)]);
        for (std::ptrdiff_t c = 0; c < p.outputs; ++c, ++j)
          at(j) = p.y[static_cast<std::size_t>((first + k) * p.outputs + c)];
        for (; j < sum.stride; ++j) at(j) = 0;
      }
      sum.add(depth, packed.data());
    }
    return sum;
  });
}

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
  Buffer<float> x(static_cast<std::size_t>(rows * width));
  for (std::ptrdiff_t i = 0; i < rows; ++i) p.x.read(i, x.data() + i * width);
  const auto centred = [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    return p.centred(i, j, x[static_cast<std::size_t>(i * width + j)]);
  };

  SymmetricSystem s(rows, p.outputs);
  Buffer<double> packed(static_cast<std::size_t>(gram_depth * s.stride));
  for (std::ptrdiff_t first = 0; first < width; first += gram_depth) {
    const std::ptrdiff_t depth = std::min(gram_depth, width - first);
    std::fill(packed.begin(), packed.end(), 0.0);
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      for (std::ptrdiff_t k = 0; k < depth; ++k)
        packed[static_cast<std::size_t>(kernel::gram_place<double>(depth, k, i))] = centred(i, first + k);
    s.add(depth, packed.data());
  }
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
