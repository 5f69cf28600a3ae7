// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/model/affine.hpp>

#include <cmath>
#include <span>

namespace tutti {

/// Logistic regression: the W and b that minimise
///   sum_i w_i log-loss_i + lambda (l1_ratio |W|_1 + (1 - l1_ratio) / 2 |W|^2),   p_i = softmax(b + x_i W),
/// with row weights w; b is not penalised. Two classes have one logit, of class 1 against class 0. The same
/// as scikit-learn's LogisticRegression(C=1/lambda). The penalty acts on W in the columns' own units, whatever the search
/// does to them. With an l1_ratio > 0 most coefficients are exactly 0 where lambda is large.
/// `balanced` gives all classes the same weight in total, `class_weights` each its own; both multiply row weights.
/// A class without a training row gets probability 0 and the others are fitted as if it did not exist; one
/// class alone gets probability 1.
/// The search: of two classes, Newton's steps up to 128 columns, or 512 of which most numbers are the same, and L-BFGS for
/// more; L-BFGS for more classes; proximal Newton with coordinate descent for an l1, class by class.
/// Ends when no component of the gradient, with each coefficient measured in (about) its standard errors,
/// exceeds `tolerance`, or after so many iterations, which is reported as progress: separable classes with
/// lambda = 0 have no optimum, only that end.
/// Shapes   x (width) -> y (K), probabilities.
/// Cost     fit, on all threads: 4 N width K flops in double an iteration of L-BFGS, N width^2 + width^3 / 3 one of Newton's,
///          and nothing that grows with N width. One-hot rows, standardised or not, are gathered once as what differs from
///          each column's most common number, and cost what is left. predict: 2 width K flops.
/// Errors   FitError when lambda is negative or not finite, l1_ratio not in [0, 1], tolerance or iterations negative, no row
///          has a positive weight, or an input is not finite; DataError for class_weights of another number of classes.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.4; the search:
///          minimize.hpp, penalised_newton.hpp.
struct Logistic {
  float lambda = 1;
  float l1_ratio = 0;
  bool intercept = true;
  bool balanced = false;
  ClassWeights class_weights{};
  int iterations = 200;
  float tolerance = 1e-2f;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = false, .weights = true, .probabilities = true};

  /// How many logits K classes have.
  static constexpr int logits(int classes) { return classes == 2 ? 1 : classes; }

  template <class X, class Y>
  struct Model : Affine<X, logits(Y::outputs)> {  // an intercept of -infinity: no rows
    int classes = 0;

    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
      this->apply(x, y, workspace);
      for (std::ptrdiff_t i = 0; i < y.rows(); ++i) to_probabilities(y.row(i));
    }
    static void visit(auto& self, auto& archive) {
      archive("width", self.width)("classes", self.classes)("coefficients", self.coefficients)(
          "intercept", self.intercept);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(this->width == columns && classes == outputs,
                       {"expected coefficients of ", columns, " columns for ", outputs, " classes"}, classes);
    }
    void loaded() const {
      check<FileError>(classes >= 1 && (Y::outputs == Dynamic || classes == Y::outputs),
                       {"expected ", Y::outputs, " classes"}, classes);
      this->check_sizes(static_cast<std::size_t>(logits(classes)));
    }
  };

  /// Logits to probabilities, in place; the one logit of two classes stands first.
  static void to_probabilities(std::span<float> p) noexcept {
    if (p.size() == 2) {
      const float z = p[0];
      p[0] = 1 / (1 + std::exp(z));
      p[1] = 1 / (1 + std::exp(-z));
      return;
    }
    float most = p[0], sum = 0;
    for (const float z : p) most = z > most ? z : most;
    for (float& z : p) sum += z = std::exp(z - most);
    for (float& z : p) z /= sum;
  }

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("lambda", self.lambda)("l1_ratio", self.l1_ratio)("intercept", self.intercept)("balanced", self.balanced)(
        "iterations", self.iterations)("tolerance", self.tolerance);
  }
};

}  // namespace tutti
