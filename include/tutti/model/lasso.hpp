// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/elastic_net.hpp>

namespace tutti {

/// Linear least squares with an L1 penalty: ElasticNet with l1_ratio = 1, to which its options belong,
///   sum_i w_i (y_i - b - x_i w)^2 / (2 sum_i w_i) + lambda |w|_1.
/// Most coefficients are exactly 0 where lambda is large. The same as scikit-learn's Lasso(alpha=lambda).
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>.
/// Cost     that of ElasticNet.
/// Errors   those of ElasticNet.
/// Source   Tibshirani, Regression shrinkage and selection via the lasso, J. R. Stat. Soc. B 58 (1996).
struct Lasso {
  float lambda = 1;
  bool intercept = true;
  int path = 0;
  Buffer<float> lambdas{};
  int iterations = 1000;
  float tolerance = 1e-4f;

  static constexpr Capabilities capabilities = ElasticNet::capabilities;

  template <class X, class Y> struct Model : LinearModel<X, Y> {};

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("lambda", self.lambda)("intercept", self.intercept)("path", self.path)("lambdas", self.lambdas)(
        "iterations", self.iterations)("tolerance", self.tolerance);
  }
};

}  // namespace tutti
