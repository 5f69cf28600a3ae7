// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/model/discriminant.hpp>

#include <algorithm>
#include <span>

namespace tutti {

/// Linear discriminant analysis: classes are normal with one covariance S and means of their own,
///   p(c | x) in proportion to p(c) exp(-(x - m_c)^T S^-1 (x - m_c) / 2).
/// Without shrinkage S is the unbiased covariance within classes, and directions in which no class varies are left out:
/// scikit-learn's LinearDiscriminantAnalysis. With shrinkage s it is the mean, weighted by the priors, of the classes'
/// covariances (1 - s) S_c + s tr(S_c) / columns I; LDA::ledoit_wolf finds s for each class, for columns in units of their
/// deviations: its solvers "eigen" and "lsqr". LinearDiscriminants has the directions as a transform.
/// Priors are the shares of the classes' weights, or given. A class without a training row gets probability 0. Row weights
/// w: means and covariances are weighted; weights of another scale mean the same. NaN: refused in fitting; a row with NaN
/// has NaN as its outputs.
/// Shapes   x (columns) -> y (K), probabilities.
/// Cost     fit: rows columns^2 flops on all threads and about 6 columns^3, in double; predict: 2 columns K and K exponentials.
/// Errors   FitError when shrinkage is no share, priors are not K numbers >= 0 that sum to 1, no row has a
///          positive weight, no class varies in any column, or an input is not finite.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.3.
struct LDA {
  static constexpr float ledoit_wolf = -1;

  float shrinkage = 0;
  Buffer<float> priors{};

  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};

  /// log p(c | x) = (x - mean) w_c + bias_c up to a constant.
  /// Shapes   mean (columns), coefficients w (columns, K), bias (K).
  template <class X, class Y> struct Model {
    Buffer<double> mean{}, coefficients{}, bias{};

    int columns() const noexcept { return static_cast<int>(mean.size()); }
    int classes() const noexcept { return static_cast<int>(bias.size()); }
    std::size_t workspace_bytes(std::ptrdiff_t) const {
      return workspace_bytes_of<double>(at_once * columns()) + workspace_bytes_of<double>(at_once * classes());
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      double* const centred = w.take<double>(at_once * columns());
      double* const logs = w.take<double>(at_once * classes());
      for (std::ptrdiff_t i = 0; i < std::ssize(x); i += at_once) {
        const std::ptrdiff_t n = std::min(at_once, std::ssize(x) - i);
        log_joints(x.data() + i, n, centred, logs);
        for (std::ptrdiff_t k = 0; k < n; ++k) detail::posterior(logs + k * classes(), y.row(i + k));
      }
    }
    /// log p(c) + log p(x | c) of each class, the latter up to a constant.
    Buffer<double> log_joint(const ViewOf<X>& x) const {
      Buffer<double> centred(mean.size()), logs(bias.size());
      log_joints(&x, 1, centred.data(), logs.data());
      return logs;
    }

    static void visit(auto& self, auto& archive) {
      archive("mean", self.mean)("coefficients", self.coefficients)("bias", self.bias);
    }
    void check_extents(int width, int outputs) const {
      check<FileError>(columns() == width && classes() == outputs,
                       {"expected coefficients of ", width, " columns for ", outputs, " classes"}, columns());
    }
    void loaded() const {
      check<FileError>(columns() >= 1, "expected at least one column", columns());
      check<FileError>(classes() >= 1 && (Y::outputs == Dynamic || classes() == Y::outputs), {"expected ", Y::outputs, " classes"},
                       classes());
      const std::size_t all = mean.size() * bias.size();
      check<FileError>(coefficients.size() == all, {"expected ", all, " coefficients"}, coefficients.size());
    }

   private:
    static constexpr std::ptrdiff_t at_once = 64;  // rows

    /// Shapes   x (n), centred (n, columns): scratch, logs (n, classes).
    void log_joints(const ViewOf<X>* x, std::ptrdiff_t n, double* centred, double* logs) const noexcept {
      for (std::ptrdiff_t i = 0; i < n; ++i)
        for (int j = 0; j < columns(); ++j)
          centred[i * columns() + j] = static_cast<double>(x[i][j]) - mean[static_cast<std::size_t>(j)];
      kernel::gemm<double>(n, classes(), columns(), kernel::matrix(static_cast<const double*>(centred), columns()),
                           kernel::matrix(coefficients.data(), classes()), logs, classes(), kernel::add_bias(bias.data()));
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) { archive("shrinkage", self.shrinkage)("priors", self.priors); }
};

}  // namespace tutti
