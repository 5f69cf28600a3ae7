// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/model/support_vectors.hpp>
#include <tutti/train/platt.hpp>

#include <span>

namespace tutti {

/// Support vector machines with kernels. Of two classes the decision is f(x) = sum_i b_i k(x, x_i) + offset that minimises
///   |f|^2 / 2 + sum_i C w_i max(0, 1 - y_i f(x_i)),
/// with row weights w; of K classes one for each pair, and they vote. Of numbers the loss is max(0, |y_i - f(x_i)| - epsilon).
/// The same as scikit-learn's SVC and SVR, to `tolerance`, by which the gradients of the dual may still contradict each other.
/// Probabilities: with `probabilities` each pair's decisions are scaled to probabilities (Platt) on decisions that were made
/// out of fold, by a plan of five folds that keeps groups and repeated rows together, and pairs are coupled; fitting then
/// takes about five times as long, and the greatest probability is what is predicted. Without it outputs follow the votes
/// (of two classes: the logistic function of the decision): they rank rows and choose classes, but are not calibrated.
/// Columns count as they are: where units differ, Cascade{Standardize{}, SVM{}}. A class without a training row gets 0. NaN:
/// refused in fitting; a row with NaN has NaN as its outputs. Rows of weight 0 are not there.
/// Shapes   x (columns) -> y: K probabilities for a Label, 1 number for Real.
/// Cost     fit: from rows^2 to rows^3, columns flops each for rows of the kernel that are not in the cache; pairs of classes
///          side by side, with a cache each; predict: 3 columns flops and an exponential for each support vector.
/// Errors   FitError when C, epsilon, tolerance, gamma or degree is out of range, no row has a positive weight, fewer than two
///          classes have rows, or an input or a target is not finite; DataError for class_weights of another number of classes.
///          A search that ends after `iterations` (0: as many as libsvm allows) is reported as progress.
/// Source   Chang, Lin, LIBSVM: a library for support vector machines, ACM TIST 2 (2011); the search: smo.hpp.
struct SVM {
  svm::Kernel kernel{};
  float C = 1;
  float epsilon = 0.1f;  // of numbers
  bool probabilities = false;
  bool balanced = false;          // each class weighs as much as any other in sum
  ClassWeights class_weights{};  // none: all 1
  float tolerance = 1e-3f;
  bool shrinking = true;
  int cache_mb = 200;
  std::int64_t iterations = 0;

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .probabilities = true};

  template <class X, class Y> struct Model {
    SupportVectors support{};
    Buffer<double> objective{};      // of the dual, to be minimised, of each pair
    Buffer<std::int32_t> classes{};  // those that have rows; of numbers none
    Buffer<PlattScale> scales{};     // of pairs; none: shares of votes
    int outputs_of_row = 0;

    /// Decisions of one row: of each pair of classes a < b, above 0 for a; of numbers the prediction.
    Buffer<double> decisions(const ViewOf<X>& x) const {
      Buffer<float> row(static_cast<std::size_t>(support.rows.width));
      Buffer<double> sums(static_cast<std::size_t>(support.sums())), all(support.offset.size());
      x.copy_to(row.data());
      support.decide(row.data(), 1, sums.data(), all.data());
      return all;
    }
    std::size_t workspace_bytes(std::ptrdiff_t) const {
      return workspace_bytes_of<float>(at_once * support.rows.width) + workspace_bytes_of<double>(at_once * support.sums()) +
             workspace_bytes_of<double>(at_once * support.pairs()) + workspace_bytes_of<double>(std::ssize(classes)) +
             workspace_bytes_of<double>(std::ssize(classes) * std::ssize(classes));
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      float* const rows = w.take<float>(at_once * support.rows.width);
      double* const sums = w.take<double>(at_once * support.sums());
      double* const decisions = w.take<double>(at_once * support.pairs());
      double* const p = w.take<double>(std::ssize(classes));
      double* const r = w.take<double>(std::ssize(classes) * std::ssize(classes));
      for (std::ptrdiff_t i = 0; i < std::ssize(x); i += at_once) {
        const std::ptrdiff_t n = std::min(at_once, std::ssize(x) - i);
        for (std::ptrdiff_t k = 0; k < n; ++k) x[static_cast<std::size_t>(i + k)].copy_to(rows + k * support.rows.width);
        support.decide(rows, n, sums, decisions);
        for (std::ptrdiff_t k = 0; k < n; ++k) write(decisions + k * support.pairs(), r, p, y.row(i + k));
      }
    }

    static void visit(auto& self, auto& archive) {
      archive("support", self.support)("objective", self.objective)("classes", self.classes)("scales", self.scales)(
          "outputs", self.outputs_of_row);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(support.rows.width == columns && outputs_of_row == outputs,
                       {"expected support vectors of ", columns, " columns for ", outputs, " outputs"}, support.rows.width);
    }
    void loaded() const {
      const std::size_t with_rows = Y::is_label ? static_cast<std::size_t>(support.classes()) : 0;
      check<FileError>(outputs_of_row >= 1 && (Y::outputs == Dynamic || outputs_of_row == Y::outputs),
                       {"expected ", Y::outputs, " outputs"}, outputs_of_row);
      check<FileError>(classes.size() == with_rows && support.classes() >= 1,
                       {"expected the numbers of ", with_rows, " classes"}, classes.size());
      for (const int c : classes) check<FileError>(c >= 0 && c < outputs_of_row, {"expected a class below ", outputs_of_row}, c);
      check<FileError>(scales.empty() || (Y::is_label && scales.size() == support.offset.size()),
                       {"expected scales of ", support.offset.size(), " pairs"}, scales.size());
    }

   private:
    static constexpr std::ptrdiff_t at_once = 8;  // rows that share what is read of a block

    void write(const double* decisions, double* r, double* p, std::span<float> y) const noexcept {
      if constexpr (!Y::is_label) {
        y[0] = static_cast<float>(decisions[0]);
      } else {
        const int k = static_cast<int>(classes.size());
        if (scales.empty()) {
          detail::shares_of_decisions(decisions, k, p);
        } else {
          const PlattScale* scale = scales.data();
          for (int a = 0; a < k; ++a)
            for (int b = a + 1; b < k; ++b) {
              const double f = (*scale++)(*decisions++);
              r[a * k + b] = f < 1e-7 ? 1e-7 : f > 1 - 1e-7 ? 1 - 1e-7 : f;  // NaN stays
              r[b * k + a] = 1 - r[a * k + b];
            }
          detail::couple(r, k, p);
        }
        for (float& v : y) v = 0;
        for (std::size_t c = 0; c < classes.size(); ++c) y[static_cast<std::size_t>(classes[c])] = static_cast<float>(p[c]);
      }
    }
  };

  template <class X, class Y>
    requires(Y::is_label || Y::width == 1)
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context)
  const;

  static void visit(auto& self, auto& archive) {
    archive("kernel", self.kernel)("C", self.C)("epsilon", self.epsilon)("probabilities", self.probabilities)(
        "balanced", self.balanced)("tolerance", self.tolerance)("shrinking", self.shrinking)(
        "cache_mb", self.cache_mb)("iterations", self.iterations);
  }
};

}  // namespace tutti
