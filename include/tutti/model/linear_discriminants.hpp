// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/pca.hpp>

namespace tutti {

/// The directions that tell classes apart best: y = (x - mean) V, in which the covariance within classes is I and the
/// means of the classes vary most, one direction after the other; at most K - 1 of them. LDA as a transform, with its
/// options; scikit-learn's transform but for the sign, by which a direction's largest entry is positive. With shrinkage
/// scikit-learn shrinks the covariance of all rows as well; here means are as they are.
/// Shapes   x (columns) -> y (components; 0: as many as there are).
/// Cost     fit: LDA's; transform: 2 columns components flops.
/// Errors   LDA's, and FitError where there are fewer directions than asked for, or none.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.3.3.
struct LinearDiscriminants {
  int components = 0;
  float shrinkage = 0;
  Buffer<float> priors{};

  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  template <class X, class Y> struct Model : PrincipalComponents {
    int width() const noexcept { return components(); }
    template <class T> void transform(const ViewOf<X>& x, T* out) const noexcept { this->project(x, out); }

    static void visit(auto& self, auto& archive) { PrincipalComponents::visit(self, archive); }
    void check_extents(int columns, int) const {
      check<FileError>(this->columns() == columns, {"expected discriminants of ", columns, " columns"}, this->columns());
    }
    void loaded() const {
      PrincipalComponents::loaded();
      check<FileError>(width() >= 1, "expected at least one discriminant", width());
    }
  };

  template <class X, class Y>
    requires(Y::is_label)
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("components", self.components)("shrinkage", self.shrinkage)("priors", self.priors);
  }
};

}  // namespace tutti
