// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/discriminant.hpp>
#include <tutti/model/pca.hpp>

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
/// Cost     fit: rows columns^2 flops on all threads and about 6 columns^3, in double; predict: 2 (columns + K) (K - 1).
/// Errors   FitError when shrinkage is no share, priors are not K numbers >= 0 that sum to 1, fewer than two classes have
///          rows of positive weight, no class varies in any column, or an input is not finite.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.3.
struct LDA {
  static constexpr float ledoit_wolf = -1;

  float shrinkage = 0;
  Buffer<float> priors{};

  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};

  /// Classes in the space of the discriminants, where their covariance is I.
  /// Shapes   centres (K, discriminants), log_prior (K).
  template <class X, class Y> struct Model {
    PrincipalComponents space{};
    Buffer<double> centres{}, log_prior{};

    int classes() const noexcept { return static_cast<int>(log_prior.size()); }
    std::size_t workspace_bytes(std::ptrdiff_t) const {
      return workspace_bytes_of<double>(space.components()) + workspace_bytes_of<double>(classes());
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      double* const z = w.take<double>(space.components());
      double* const logs = w.take<double>(classes());
      for (std::size_t i = 0; i < x.size(); ++i) {
        log_joint(x[i], z, logs);
        detail::posterior(logs, y.row(static_cast<std::ptrdiff_t>(i)));
      }
    }
    /// log p(c) + log p(x | c) of each class, the latter up to a constant; z: what the discriminants make of x.
    void log_joint(const ViewOf<X>& x, double* z, double* logs) const noexcept {
      const int n = space.components();
      space.project(x, z);
      const double* centre = centres.data();
      for (const double log : log_prior) {
        double sum = 0;
        for (int k = 0; k < n; ++k) sum += (z[k] - centre[k]) * (z[k] - centre[k]);
        *logs++ = log - sum / 2;
        centre += n;
      }
    }

    static void visit(auto& self, auto& archive) {
      archive("space", self.space)("centres", self.centres)("log_prior", self.log_prior);
    }
    void check_extents(int columns, int outputs) const {
      check<FileError>(space.columns() == columns && classes() == outputs,
                       {"expected discriminants of ", columns, " columns for ", outputs, " classes"}, space.columns());
    }
    void loaded() const {
      const std::size_t all = log_prior.size() * static_cast<std::size_t>(space.components());
      check<FileError>(space.columns() >= 1, "expected at least one column", space.columns());
      check<FileError>(classes() >= 1 && (Y::outputs == Dynamic || classes() == Y::outputs), {"expected ", Y::outputs, " classes"},
                       classes());
      check<FileError>(centres.size() == all, {"expected ", all, " numbers of centres"}, centres.size());
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) { archive("shrinkage", self.shrinkage)("priors", self.priors); }
};

}  // namespace tutti
