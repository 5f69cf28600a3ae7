// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/model/affine.hpp>

#include <span>

namespace tutti {

/// What Ridge, Lasso and ElasticNet find: y = x W + b, and the penalty that each output had in the end.
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>; lambda (outputs).
template <class X, class Y> struct LinearModel : Affine<X, Y::outputs> {
  Buffer<float> lambda{};

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
    this->apply(x, y, workspace);
  }
  static void visit(auto& self, auto& archive) {
    archive("width", self.width)("coefficients", self.coefficients)("intercept", self.intercept)("lambda", self.lambda);
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(this->width == columns && std::ssize(this->intercept) == outputs,
                     {"expected coefficients of ", columns, " columns for ", outputs, " numbers"}, this->width);
  }
  void loaded() const {
    const std::size_t outputs = Y::outputs == Dynamic ? this->intercept.size() : static_cast<std::size_t>(Y::outputs);
    this->check_sizes(outputs);
    check<FileError>(lambda.size() == outputs, {"expected a lambda for each of ", outputs, " outputs"}, lambda.size());
  }
};

}  // namespace tutti
