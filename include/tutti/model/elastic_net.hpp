// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/model/linear_model.hpp>

namespace tutti {

/// Linear least squares with both penalties: for each output the w and b that minimise
///   sum_i w_i (y_i - b - x_i w)^2 / (2 sum_i w_i) + lambda (l1_ratio |w|_1 + (1 - l1_ratio) / 2 |w|^2),
/// with row weights w_i; b is not penalised. The same as scikit-learn's ElasticNet(alpha=lambda). Unlike Ridge's, lambda is
/// that of a mean over rows. Columns that are constant in training get the coefficient 0. Scale matters: a penalty that
/// should treat all columns alike wants Cascade{Standardize{}, ElasticNet{}}.
/// `path` > 0 chooses lambda instead: among so many, from the smallest that leaves no coefficient down to a thousandth of
/// it by equal factors; `lambdas` chooses among those given. Each output gets the one with the least mean squared error on
/// rows held out by the fold plan of the whole composition, of which a member sees only rows that it may learn from; the
/// columns' means are those of a fold's own training rows. On one path each solution is where the next begins.
/// Ends at the gap of scikit-learn's `tol`: within `tolerance` sum_i w_i (y_i - mean)^2; after so many `iterations`
/// (sweeps) without, it says so as progress.
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>.
/// Cost     fit: N width (width + K) flops in double on all threads, then 2 width a step of a coordinate; with more columns
///          than rows, than 4096, or than 128 and 8 for each lambda, 4 N a step, and 8 N width bytes. A choice costs that
///          again for every fold, all folds side by side. Only columns that may matter are visited. predict: 2 width K flops.
/// Errors   FitError when an option is out of its range, no row has a positive weight, or an input or a target is not
///          finite; DataError when there are fewer rows than folds.
/// Source   Zou, Hastie, Regularization and variable selection via the elastic net, J. R. Stat. Soc. B 67 (2005); the
///          search: coordinate_descent.hpp.
struct ElasticNet {
  float lambda = 1;
  float l1_ratio = 0.5f;
  bool intercept = true;
  int path = 0;
  Buffer<float> lambdas{};
  int iterations = 1000;
  float tolerance = 1e-4f;

  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};

  template <class X, class Y> struct Model : LinearModel<X, Y> {};

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("lambda", self.lambda)("l1_ratio", self.l1_ratio)("intercept", self.intercept)("path", self.path)(
        "lambdas", self.lambdas)("iterations", self.iterations)("tolerance", self.tolerance);
  }
};

}  // namespace tutti
