// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/model/discriminant.hpp>

#include <algorithm>
#include <span>

namespace tutti {

/// Quadratic discriminant analysis: classes are normal with covariances and means of their own,
///   p(c | x) in proportion to p(c) |S_c|^-1/2 exp(-(x - m_c)^T S_c^-1 (x - m_c) / 2),
/// S_c = (1 - r) times the unbiased covariance of the class + r I, r the `regularization`: scikit-learn's
/// QuadraticDiscriminantAnalysis. Priors are the shares of the classes' weights, or given. A class without a training row
/// gets probability 0. Row weights w: means and covariances are weighted; weights of another scale mean the same. NaN:
/// refused in fitting; a row with NaN has NaN as its outputs.
/// Shapes   x (columns) -> y (K), probabilities.
/// Cost     fit: rows columns^2 flops and about 3 / 2 K columns^3, in double on all threads; predict: K columns^2.
/// Errors   FitError when regularization is no share, priors are not K numbers >= 0 that sum to 1, no row has a
///          positive weight, columns of a class are linearly dependent and regularization is 0, or an input is not
///          finite.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.3.
struct QDA {
  float regularization = 0;
  Buffer<float> priors{};

  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};

  /// log p(c | x) = log_scale_c - |(x - mean_c) F_c|^2 / 2 up to a constant, with F_c F_c^T = S_c^-1, upper triangular.
  /// Shapes   mean (K, columns), factor F (K, columns, columns), log_scale (K): log p(c) - log |S_c| / 2.
  template <class X, class Y> struct Model {
    Buffer<double> mean{}, factor{}, log_scale{};
    int columns = 0;

    int classes() const noexcept { return static_cast<int>(log_scale.size()); }
    std::size_t workspace_bytes(std::ptrdiff_t) const {
      return 2 * workspace_bytes_of<double>(at_once * columns) + workspace_bytes_of<double>(at_once * classes());
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      double* const rows = w.take<double>(at_once * columns);
      double* const centred = w.take<double>(at_once * columns);
      double* const logs = w.take<double>(at_once * classes());
      for (std::ptrdiff_t i = 0; i < std::ssize(x); i += at_once) {
        const std::ptrdiff_t n = std::min(at_once, std::ssize(x) - i);
        for (std::ptrdiff_t k = 0; k < n; ++k)
          for (int j = 0; j < columns; ++j) rows[k * columns + j] = static_cast<double>(x[static_cast<std::size_t>(i + k)][j]);
        log_joints(rows, n, centred, logs);
        for (std::ptrdiff_t k = 0; k < n; ++k) detail::posterior(logs + k * classes(), y.row(i + k));
      }
    }
    /// log p(c) + log p(x | c) of each class, the latter up to a constant.
    Buffer<double> log_joint(const ViewOf<X>& x) const {
      Buffer<double> row(static_cast<std::size_t>(columns)), centred(row.size()), logs(log_scale.size());
      for (int j = 0; j < columns; ++j) row[static_cast<std::size_t>(j)] = static_cast<double>(x[j]);
      log_joints(row.data(), 1, centred.data(), logs.data());
      return logs;
    }

    static void visit(auto& self, auto& archive) {
      archive("mean", self.mean)("factor", self.factor)("log_scale", self.log_scale)("columns", self.columns);
    }
    void check_extents(int width, int outputs) const {
      check<FileError>(columns == width && classes() == outputs,
                       {"expected covariances of ", width, " columns for ", outputs, " classes"}, columns);
    }
    void loaded() const {
      check<FileError>(columns >= 1, "expected covariances of at least one column", columns);
      check<FileError>(classes() >= 1 && (Y::outputs == Dynamic || classes() == Y::outputs), {"expected ", Y::outputs, " classes"},
                       classes());
      const std::size_t all = log_scale.size() * static_cast<std::size_t>(columns);
      check<FileError>(mean.size() == all, {"expected means of ", classes(), " classes"}, mean.size());
      check<FileError>(factor.size() == all * static_cast<std::size_t>(columns),
                       {"expected factors of ", classes(), " covariances"}, factor.size());
    }

   private:
    static constexpr std::ptrdiff_t at_once = 64, panel = 64;  // rows, and columns of F, that are multiplied together

    /// Shapes   rows, centred (n, columns): the latter scratch, logs (n, classes).
    void log_joints(const double* rows, std::ptrdiff_t n, double* centred, double* logs) const noexcept {
      double z[at_once * panel];
      for (int c = 0; c < classes(); ++c) {
        const double* const m = mean.data() + std::ptrdiff_t{c} * columns;
        const double* const F = factor.data() + std::ptrdiff_t{c} * columns * columns;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
          for (int j = 0; j < columns; ++j) centred[i * columns + j] = rows[i * columns + j] - m[j];
          logs[i * classes() + c] = log_scale[static_cast<std::size_t>(c)];
        }
        for (std::ptrdiff_t first = 0; first < columns; first += panel) {
          const std::ptrdiff_t width = std::min(panel, columns - first);  // the first rows of F alone are not 0 there
          kernel::gemm<double>(n, width, first + width, kernel::matrix(static_cast<const double*>(centred), columns),
                               kernel::matrix(F + first, columns), z, panel);
          for (std::ptrdiff_t i = 0; i < n; ++i) logs[i * classes() + c] -= kernel::sum_of_squares(width, z + i * panel) / 2;
        }
      }
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) { archive("regularization", self.regularization)("priors", self.priors); }
};

}  // namespace tutti
