// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti::likelihood {

/// For NaiveBayes: within a class each column is normal, log p(x | c) = -sum_j (log(2 pi v_cj) + (x_j - m_cj)^2 / v_cj) / 2,
/// with weighted means and population variances. To each variance `smoothing` times the largest variance of a column
/// (over all classes) is added. Where that is still 0 it is 1e-300: any other number than the one seen is all but impossible
/// there. A column without a number in a class has the moments of all classes.
/// Needs    any finite numbers; NaN is left out.
/// Source   The same as scikit-learn's GaussianNB.
struct Gaussian {
  double smoothing = 1e-9;

  static constexpr const char* needs = "finite numbers";
  static bool takes(float v) noexcept { return !std::isinf(v); }

  /// Shapes   each (classes, columns).
  struct Learnt {
    Buffer<double> weight{}, mean{}, squares{};  // squares: sum w (x - mean)^2

    Learnt() = default;
    Learnt(int classes, int columns) {
      for (Buffer<double>* b : {&weight, &mean, &squares}) b->assign(static_cast<std::size_t>(classes * columns), 0.0);
    }
    void add(const float* x, int columns, int c, double w) noexcept {
      const std::size_t first = static_cast<std::size_t>(c) * static_cast<std::size_t>(columns);
      double* const weights = weight.data() + first;
      double* const means = mean.data() + first;
      double* const sums = squares.data() + first;
      for (int j = 0; j < columns; ++j) {  // join, without a jump: the first number of all has the share 1
        const bool known = x[j] == x[j];
        const double before = weights[j], all = before + w, share = w / all;
        const double apart = known ? static_cast<double>(x[j]) - means[j] : 0.0;
        sums[j] += apart * apart * (before * share);
        means[j] += apart * share;
        weights[j] = known ? all : before;
      }
    }
    Learnt& operator+=(const Learnt& other) noexcept {
      for (std::size_t i = 0; i < weight.size(); ++i) join(i, other.weight[i], other.mean[i], other.squares[i]);
      return *this;
    }
    /// Chan, Golub, LeVeque, Algorithms for computing the sample variance, The American Statistician 37 (1983).
    void join(std::size_t i, double w, double m, double s) noexcept {
      if (!(w > 0)) return;
      const double all = weight[i] + w, apart = m - mean[i];
      squares[i] += s + apart * apart * (weight[i] * w / all);
      mean[i] = weight[i] > 0 ? mean[i] + apart * (w / all) : m;
      weight[i] = all;
    }
    static void visit(auto& self, auto& archive) {
      archive("weight", self.weight)("mean", self.mean)("squares", self.squares);
    }
    [[gnu::cold]] void check_sizes(int classes, int columns) const {
      const auto cells = static_cast<std::size_t>(classes) * static_cast<std::size_t>(columns);
      check<FileError>(weight.size() == cells && mean.size() == cells && squares.size() == cells,
                       {"expected moments of ", classes, " classes in ", columns, " columns"}, mean.size());
    }
  };

  /// Shapes   each (columns, classes).
  struct Table {
    Buffer<double> mean{}, half_precision{}, log_scale{};  // half_precision: 1 / (2 v)
    int columns = 0, classes = 0;

    Table() = default;
    [[gnu::cold]] Table(const Gaussian& g, const Learnt& seen, int classes_of, int columns_of) : columns(columns_of), classes(classes_of) {
      Learnt whole(1, columns);  // of all classes
      double largest = 0;
      for (int j = 0; j < columns; ++j) {
        const auto at = static_cast<std::size_t>(j);
        for (std::size_t i = at; i < seen.weight.size(); i += static_cast<std::size_t>(columns))
          whole.join(at, seen.weight[i], seen.mean[i], seen.squares[i]);
        if (whole.weight[at] > 0) largest = std::max(largest, whole.squares[at] / whole.weight[at]);
      }
      for (int j = 0; j < columns; ++j)
        for (int c = 0; c < classes; ++c) {
          const auto cell = static_cast<std::size_t>(c * columns + j), column = static_cast<std::size_t>(j);
          const bool known = seen.weight[cell] > 0;
          const Learnt& from = known ? seen : whole;
          const std::size_t i = known ? cell : column;
          const double population = from.weight[i] > 0 ? from.squares[i] / from.weight[i] : 1.0;
          const double v = std::max(population + g.smoothing * largest, 1e-300);
          mean.push_back(from.mean[i]);
          half_precision.push_back(0.5 / v);
          log_scale.push_back(-0.5 * std::log(6.283185307179586477 * v));
        }
    }
    template <class View> void add_logs(const View& x, double* logs) const noexcept {
      for (int j = 0; j < columns; ++j) {
        const double v = static_cast<double>(x[j]);
        if (v != v) continue;
        const std::size_t first = static_cast<std::size_t>(j) * static_cast<std::size_t>(classes);
        for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
          const double d = v - mean[first + c];
          logs[c] += log_scale[first + c] - d * d * half_precision[first + c];
        }
      }
    }
  };

  static void visit(auto& self, auto& archive) { archive("smoothing", self.smoothing); }
  static void check_options(const Gaussian& g, const auto& expect) {
    expect(g.smoothing >= 0 && std::isfinite(g.smoothing), {"expected a finite smoothing >= 0, got ", g.smoothing});
  }
};

}  // namespace tutti::likelihood
