// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/model/affine.hpp>

#include <span>

namespace tutti {

/// Linear least squares with an L2 penalty: the W and b that minimise
///   sum_i w_i |y_i - b - x_i W|^2 + lambda |W|^2,
/// with row weights w; b is not penalised. The same as scikit-learn's Ridge(alpha=lambda). lambda = 0 is
/// ordinary least squares. Columns that are constant in training get the coefficient 0. Scale matters: a
/// penalty that should treat all columns alike wants Cascade{Standardize{}, Ridge{}}.
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>; all outputs share one factorisation.
/// Cost     fit: N width (width + K) + width^3 / 3 flops in double, or N^2 width + N^3 / 3 where there are
///          more columns than rows, on all threads; predict: 2 width K flops.
/// Errors   FitError when lambda is negative or not finite, no row has a positive weight, an input or a
///          target is not finite, or lambda = 0 and the columns are linearly dependent or more than the rows.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1.
struct Ridge {
  float lambda = 1;
  bool intercept = true;

  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};

  template <class X, class Y> struct Model : Affine<X, Y::outputs> {
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
      this->apply(x, y, workspace);
    }
    static void visit(auto& self, auto& archive) {
      archive("width", self.width)("coefficients", self.coefficients)("intercept", self.intercept);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(this->width == columns && std::ssize(this->intercept) == outputs,
                       {"expected coefficients of ", columns, " columns for ", outputs, " numbers"},
                       this->width);
    }
    void loaded() const {
      this->check_sizes(Y::outputs == Dynamic ? this->intercept.size()
                                              : static_cast<std::size_t>(Y::outputs));
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("lambda", self.lambda)("intercept", self.intercept);
  }
};

}  // namespace tutti
