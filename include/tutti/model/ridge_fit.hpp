// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/leave_one_out.hpp>
#include <tutti/model/refined_ridge.hpp>
#include <tutti/model/ridge.hpp>

namespace tutti {
namespace detail {

/// A ridge regression of at least as many columns as rows is solved by its rows, if lambda > 0.
struct RidgeProblem : LinearProblem {
  double lambda = 0;
  bool by_rows() const noexcept { return x.width >= x.rows && lambda > 0; }
};

/// [X^T X | X^T Y], or [X X^T | Y] by rows.
template <class Problem> SymmetricSystem ridge_system(const Problem& p) {
  if (!p.by_rows()) return normal_equations(p);
  SymmetricSystem s = products_of_rows(p, all_rows(p.x).numbers);
  for (std::ptrdiff_t i = 0; i < s.n; ++i)
    for (std::ptrdiff_t c = 0; c < p.outputs; ++c) s(i, s.n + c) = p.y[static_cast<std::size_t>(i * p.outputs + c)];
  return s;
}

/// X^T A, for the solutions A of a system by rows.
/// Shapes   A (outputs, rows) -> (outputs, width).
template <class Problem> Buffer<double> combined_rows(const Problem& p, const Buffer<double>& a) {
  const std::ptrdiff_t width = p.x.width;
  const FloatRows x = all_rows(p.x);
  Buffer<double> W(static_cast<std::size_t>(width * p.outputs), 0.0);
  parallel::for_each(width, 256, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t i = 0; i < p.x.rows; ++i)
      for (std::ptrdiff_t c = 0; c < p.outputs; ++c) {
        const double share = a[static_cast<std::size_t>(c * p.x.rows + i)];
        double* const to = W.data() + c * width;
        for (std::ptrdiff_t j = begin; j < end; ++j) to[j] += share * p.centred(i, j, x.numbers[i * width + j]);
      }
  });
  return W;
}

/// (X^T X + lambda I) W = X^T Y, or W = X^T A with (X X^T + lambda I) A = Y by rows.
/// Shapes   W transposed (outputs, width); gives width, or the first column that depends on those before it.
template <class Problem, class System> std::ptrdiff_t solve_ridge(const Problem& p, System& s, Buffer<double>& W) {
  for (std::ptrdiff_t j = 0; j < s.n; ++j)
    s(j, j) += s(j, j) == 0 && p.lambda == 0 ? 1.0 : p.lambda;  // a row of zeros is a constant column: any pivot does
  const std::ptrdiff_t lost = factorise(s, p.lambda);
  if (lost < s.n) return lost;
  W = substitute(s);
  if (p.by_rows()) W = combined_rows(p, W);
  return p.x.width;
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
  p.lambda = static_cast<double>(lambdas.empty() ? lambda : lambdas[0]);
  expect(p.lambda > 0 || p.x.width <= p.x.rows,
         {"expected lambda > 0 for ", p.x.width, " columns and only ", p.x.rows, " rows, got 0"});
  Model<X, Y> m;
  Buffer<double> W;  // (outputs, width)
  constexpr int worthwhile = 192;  // columns: fewer take less than the residuals of a refinement
  if (lambdas.empty() && !p.by_rows() && p.x.width >= worthwhile && detail::solve_refined(p, W)) {
    detail::set_coefficients(m, W, p.mean, p.centre);
    m.lambda.assign(p.centre.size(), chosen);
    return m;
  }
  SymmetricSystem s = detail::ridge_system(p);
  if (!lambdas.empty()) {
    std::ptrdiff_t counted = 0;
    for (const double w : p.x.weight) counted += w > 0;
    expect(counted > 1, {"expected at least two rows to choose lambda by leaving one out, got ", counted});
    const Buffer<double> errors = detail::left_out_errors(p, s, lambdas, intercept);
    expect(!errors.empty(), {"expected numbers whose squares are finite"});
    chosen = lambdas[detail::least_left_out(errors)];
    p.lambda = static_cast<double>(chosen);
  }
  const std::ptrdiff_t lost = detail::solve_ridge(p, s, W);
  expect(lost == p.x.width, {"expected lambda > 0, got 0: column ", lost, " is a linear combination of those before it"});

  detail::set_coefficients(m, W, p.mean, p.centre);
  m.lambda.assign(p.centre.size(), chosen);
  return m;
}

}  // namespace tutti
