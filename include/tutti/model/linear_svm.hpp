// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/model/affine.hpp>

#include <cmath>
#include <span>

namespace tutti {

/// Linear support vector machines: the w and b that minimise
///   (|w|^2 + b^2 / s^2) / 2 + sum_i C w_i loss_i,   s the `intercept_scale`, w_i the row weights,
/// loss max(0, 1 - y f) of f = x w + b squared, or with `squared = false` as it is; of numbers max(0, |y - f| - epsilon), squared
/// or not. Of more than two classes each is told from all others. The same as scikit-learn's LinearSVC and LinearSVR, of which
/// the latter's default is squared = false and epsilon = 0.
/// Outputs for a Label choose classes as LinearSVC does and rank rows: the logistic function of f for two classes, the softmax of
/// all f for more. They are not calibrated. A class without a training row gets 0. NaN: refused in fitting; a row with NaN has
/// NaN as its outputs. Rows of weight 0 are not there.
/// The search: Newton's where the loss is squared, columns are fewer than 512 and no more than rows, until a step changes no
/// decision by more than `tolerance`; else row by row in the dual, until no derivative is beyond it in a pass over all rows, which
/// takes far longer where columns differ in scale or lie far from 0: Cascade{Standardize{}, LinearSVM{}}. It ends after
/// `iterations` steps or passes, which is reported as progress.
/// Shapes   x (width) -> y: K probabilities for a Label, 1 number for Real.
/// Cost     fit: about ten times N width^2 flops a class, or 4 N width for each pass, classes side by side; a copy of the rows.
///          Predict: 2 width K flops.
/// Errors   FitError when C, epsilon, tolerance, iterations or intercept_scale is out of range, no row has a positive weight,
///          or an input or a target is not finite; DataError for class_weights of another
///          number of classes.
/// Source   Hsieh, Chang, Lin, Keerthi, Sundararajan, A dual coordinate descent method for large-scale linear SVM, ICML 2008;
///          of numbers: Ho, Lin, Large-scale linear support vector regression, JMLR 13 (2012); Newton's steps: finite_newton.hpp.
struct LinearSVM {
  float C = 1;
  bool squared = true;
  float epsilon = 0.1f;  // of numbers
  bool intercept = true;
  float intercept_scale = 1;
  bool balanced = false;          // each class weighs as much as any other in sum
  ClassWeights class_weights{};  // none: all 1
  float tolerance = 1e-4f;
  int iterations = 1000;

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .probabilities = true};

  /// How many decisions there are for so many outputs.
  template <class Y> static constexpr int decisions(int outputs) { return Y::is_label && outputs == 2 ? 1 : outputs; }

  template <class X, class Y> struct Model : Affine<X, decisions<Y>(Y::outputs)> {  // an intercept of -infinity: no rows
    int outputs_of_row = 0;

    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
      this->apply(x, y, workspace);
      if constexpr (Y::is_label)
        for (std::ptrdiff_t i = 0; i < y.rows(); ++i) to_shares(y.row(i));
    }
    static void visit(auto& self, auto& archive) {
      archive("width", self.width)("outputs", self.outputs_of_row)("coefficients", self.coefficients)("intercept", self.intercept);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(this->width == columns && outputs_of_row == outputs,
                       {"expected coefficients of ", columns, " columns for ", outputs, " outputs"}, outputs_of_row);
    }
    void loaded() const {
      check<FileError>(outputs_of_row >= 1 && (Y::outputs == Dynamic || outputs_of_row == Y::outputs),
                       {"expected ", Y::outputs, " outputs"}, outputs_of_row);
      this->check_sizes(static_cast<std::size_t>(decisions<Y>(outputs_of_row)));
    }
  };

  /// Decisions to numbers that sum to 1, in place; the one decision of two classes stands first.
  static void to_shares(std::span<float> p) noexcept {
    if (p.size() == 2) {
      const float f = p[0];
      p[0] = 1 / (1 + std::exp(f));
      p[1] = 1 / (1 + std::exp(-f));
      return;
    }
    float most = p[0], sum = 0;
    for (const float f : p) most = f > most ? f : most;
    for (float& f : p) sum += f = std::exp(f - most);
    for (float& f : p) f /= sum;
  }

  template <class X, class Y>
    requires(Y::is_label || Y::width == 1)
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("C", self.C)("squared", self.squared)("epsilon", self.epsilon)("intercept", self.intercept)(
        "intercept_scale", self.intercept_scale)("balanced", self.balanced)(
        "tolerance", self.tolerance)("iterations", self.iterations);
  }
};

}  // namespace tutti
