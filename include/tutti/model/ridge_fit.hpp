// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/leave_one_out.hpp>
#include <tutti/model/linear_problem.hpp>
#include <tutti/model/ridge.hpp>

namespace tutti {
namespace detail {

struct RidgeProblem : LinearProblem {
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

}  // namespace detail

template <class X, class Y> Ridge::Model<X, Y> Ridge::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "Ridge", reason);
  };
  expect(lambda >= 0 && std::isfinite(lambda), {"expected a finite lambda >= 0, got ", lambda});
  for (const float v : lambdas) expect(v > 0 && std::isfinite(v), {"expected finite lambdas > 0, got ", v});
  detail::RidgeProblem p{detail::linear_problem(row_source(data), detail::finite_targets(data, context.path(), "Ridge"),
                                                data.outputs(), intercept, context.path(), "Ridge")};
  float chosen = lambda;
  if (!lambdas.empty()) {
    std::ptrdiff_t counted = 0;
    for (const double w : p.x.weight) counted += w > 0;
    expect(counted > 1, {"expected at least two rows to choose lambda by leaving one out, got ", counted});
    const Buffer<double> errors = detail::left_out_errors(p, lambdas, intercept);
    expect(!errors.empty(), {"expected numbers whose squares are finite"});
    chosen = lambdas[detail::least_left_out(errors)];
  }
  p.lambda = static_cast<double>(chosen);

  Buffer<double> W;  // (outputs, width)
  if (p.x.width > p.x.rows) {
    expect(chosen > 0, {"expected lambda > 0 for ", p.x.width, " columns and only ", p.x.rows, " rows, got 0"});
    detail::solve_dual(p, W);
  } else {
    const std::ptrdiff_t lost = detail::solve_primal(p, W);
    expect(lost == p.x.width,
           {"expected lambda > 0, got 0: column ", lost, " is a linear combination of those before it"});
  }

  Model<X, Y> m;
  detail::set_coefficients(m, W, p.mean, p.centre);
  m.lambda.assign(p.centre.size(), chosen);
  return m;
}

}  // namespace tutti
