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

/// Quadratic discriminant analysis: classes are normal with covariances and means of their own,
///   p(c | x) in proportion to p(c) |S_c|^-1/2 exp(-(x - m_c)^T S_c^-1 (x - m_c) / 2),
/// S_c = (1 - r) times the unbiased covariance of the class + r I, r the `regularization`: scikit-learn's
/// QuadraticDiscriminantAnalysis. Priors are the shares of the classes' weights, or given. A class without a training row
/// gets probability 0. Row weights w: means and covariances are weighted; weights of another scale mean the same. NaN:
/// refused in fitting; a row with NaN has NaN as its outputs.
/// Shapes   x (columns) -> y (K), probabilities.
/// Cost     fit: rows columns^2 flops on all threads and about 6 K columns^3, in double; predict: 2 K columns^2.
/// Errors   FitError when regularization is no share, priors are not K numbers >= 0 that sum to 1, fewer than two classes
///          have rows of positive weight, a class does not vary in all directions and regularization is 0, or an input is
///          not finite.
/// Source   Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.3.
struct QDA {
  float regularization = 0;
  Buffer<float> priors{};

  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};

  /// Each class in the space where its covariance is I; one without rows has no columns there.
  /// Shapes   spaces (K), log_scale (K): log p(c) - log |S_c| / 2.
  template <class X, class Y> struct Model {
    Buffer<PrincipalComponents> spaces{};
    Buffer<double> log_scale{};
    int columns = 0;

    int classes() const noexcept { return static_cast<int>(log_scale.size()); }
    std::size_t workspace_bytes(std::ptrdiff_t) const {
      return workspace_bytes_of<double>(columns) + workspace_bytes_of<double>(classes());
    }
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
      double* const z = w.take<double>(columns);
      double* const logs = w.take<double>(classes());
      for (std::size_t i = 0; i < x.size(); ++i) {
        log_joint(x[i], z, logs);
        detail::posterior(logs, y.row(static_cast<std::ptrdiff_t>(i)));
      }
    }
    /// log p(c) + log p(x | c) of each class, the latter up to a constant; z: scratch of as many numbers as columns.
    void log_joint(const ViewOf<X>& x, double* z, double* logs) const noexcept {
      for (std::size_t c = 0; c < spaces.size(); ++c) {
        const int n = spaces[c].components();
        double sum = 0;
        spaces[c].project(x, z);
        for (int k = 0; k < n; ++k) sum += z[k] * z[k];
        logs[c] = log_scale[c] - sum / 2;
      }
    }

    static void visit(auto& self, auto& archive) {
      archive("spaces", self.spaces)("log_scale", self.log_scale)("columns", self.columns);
    }
    void check_extents(int width, int outputs) const {
      check<FileError>(columns == width && classes() == outputs,
                       {"expected covariances of ", width, " columns for ", outputs, " classes"}, columns);
    }
    void loaded() const {
      check<FileError>(classes() >= 1 && (Y::outputs == Dynamic || classes() == Y::outputs), {"expected ", Y::outputs, " classes"},
                       classes());
      check<FileError>(spaces.size() == log_scale.size(), {"expected ", classes(), " covariances"}, spaces.size());
      for (const PrincipalComponents& space : spaces)
        check<FileError>(space.components() == space.columns() && (space.columns() == columns || space.columns() == 0),
                         {"expected a covariance of ", columns, " columns"}, space.columns());
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) { archive("regularization", self.regularization)("priors", self.priors); }
};

}  // namespace tutti
