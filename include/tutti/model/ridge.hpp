// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/model/linear_model.hpp>

namespace tutti {

/// Linear least squares with an L2 penalty: the W and b that minimise
///   sum_i w_i |y_i - b - x_i W|^2 + lambda |W|^2,
/// with row weights w; b is not penalised. The same as scikit-learn's Ridge(alpha=lambda). lambda = 0 is
/// ordinary least squares. Columns that are constant in training get the coefficient 0. Scale matters: a
/// penalty that should treat all columns alike wants Cascade{Standardize{}, Ridge{}}.
/// `lambdas` chooses lambda instead, one for all outputs: the first of those given with the least sum of w_i e_i^2, where e_i
/// is the error on row i of the fit without it (scikit-learn's RidgeCV). Rows that repeat others, as in a bootstrap, are
/// left out one by one all the same; what the choice sees are the rows of the fit alone.
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>; all outputs share one factorisation.
/// Cost     fit: N width (width + K) + width^3 / 3 flops in double, or N^2 width + N^3 / 3 where there are
///          more columns than rows, on all threads; of many columns these are in float, and 4 N width K flops in double for
///          each of two to four residuals refine what comes out. A choice adds a tridiagonal form of the smaller side, n:
///          8 n^3 / 3 flops, and 2 N n (n + 2 + K) for each lambda. predict: 2 width K flops.
/// Errors   FitError when lambda is negative or not finite, no row has a positive weight, an input or a
///          target is not finite, or lambda = 0 and the columns are linearly dependent or more than the rows; for
///          lambdas that are not positive, or fewer than two rows to leave out.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1 and §7.10.
struct Ridge {
  float lambda = 1;
  bool intercept = true;
  Buffer<float> lambdas{};

  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};

  template <class X, class Y> struct Model : LinearModel<X, Y> {};

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("lambda", self.lambda)("intercept", self.intercept)("lambdas", self.lambdas);
  }
};

}  // namespace tutti
