// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/simd.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace tutti::likelihood {

/// Weighted sums of columns within classes, and the weights of the rows that have a number there.
/// Shapes   each (classes, columns).
struct ColumnSums {
  Buffer<double> sum{}, weight{};

  ColumnSums() = default;
  ColumnSums(int classes, int columns)
      : sum(static_cast<std::size_t>(classes * columns), 0.0), weight(sum.size(), 0.0) {}
  void add(const float* x, int columns, int c, double w) noexcept {
    const std::size_t first = static_cast<std::size_t>(c) * static_cast<std::size_t>(columns);
    double* const sums = sum.data() + first;
    double* const weights = weight.data() + first;
    for (int j = 0; j < columns; ++j) {  // without a jump
      const bool known = x[j] == x[j];
      sums[j] += known ? w * static_cast<double>(x[j]) : 0.0;
      weights[j] += known ? w : 0.0;
    }
  }
  ColumnSums& operator+=(const ColumnSums& other) noexcept {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += other.sum[i];
      weight[i] += other.weight[i];
    }
    return *this;
  }
  static void visit(auto& self, auto& archive) { archive("sum", self.sum)("weight", self.weight); }
  [[gnu::cold]] void check_sizes(int classes, int columns) const {
    const auto cells = static_cast<std::size_t>(classes) * static_cast<std::size_t>(columns);
    check<FileError>(sum.size() == cells && weight.size() == cells,
                     {"expected sums of ", classes, " classes in ", columns, " columns"}, sum.size());
  }
};

/// log p(x | c) = sum_j x_j factor_jc.
/// Shapes   factor (columns, classes), rows of it filled up to whole registers with zeros.
struct LinearTable {
  static constexpr std::ptrdiff_t at_once = 4;  // rows whose sums do not wait for each other
  static constexpr std::ptrdiff_t group = 2 * kernel::lanes<double>;

  Buffer<double> factor{};
  int columns = 0, classes = 0;
  std::ptrdiff_t stride = 0;

  LinearTable() = default;
  LinearTable(int classes_of, int columns_of)
      : columns(columns_of), classes(classes_of), stride((classes + group - 1) / group * group) {
    factor.assign(static_cast<std::size_t>(columns * stride), 0.0);
  }
  const double* row(std::ptrdiff_t j) const noexcept { return factor.data() + j * stride; }
  double& at(std::ptrdiff_t j, int c) noexcept { return factor[static_cast<std::size_t>(j * stride + c)]; }

  /// Shapes   logs (rows, classes), of at most `at_once` rows.
  template <class View> void add_logs(std::span<const View> x, double* logs) const noexcept {
    if (x.size() == at_once) return add_logs_of<at_once>(x.data(), logs);
    for (std::size_t r = 0; r < x.size(); ++r) add_logs_of<1>(&x[r], logs + r * static_cast<std::size_t>(classes));
  }

 private:
  template <std::size_t rows, class View> void add_logs_of(const View* x, double* logs) const noexcept {
    for (std::ptrdiff_t c = 0; c < classes; c += group) {
      kernel::Batch<double> sum[rows][2];
      for (auto& of_row : sum) of_row[0] = of_row[1] = kernel::Batch<double>(0.0);
      const double* factors = factor.data() + c;
      for (std::ptrdiff_t j = 0; j < columns; ++j, factors += stride) {
        const auto a = kernel::load<double>(factors), b = kernel::load<double>(factors + kernel::lanes<double>);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < rows; ++r) {
          const float number = x[r][j];
          const kernel::Batch<double> v(number == number ? static_cast<double>(number) : 0.0);
          sum[r][0] = kernel::multiply_add<double>(v, a, sum[r][0]);
          sum[r][1] = kernel::multiply_add<double>(v, b, sum[r][1]);
        }
      }
      double whole[group];
      for (std::size_t r = 0; r < rows; ++r) {
        kernel::store<double>(sum[r][0], whole);
        kernel::store<double>(sum[r][1], whole + kernel::lanes<double>);
        double* const to = logs + r * static_cast<std::size_t>(classes) + c;
        for (std::ptrdiff_t k = 0; k < std::min<std::ptrdiff_t>(group, classes - c); ++k) to[k] += whole[k];
      }
    }
  }
};

/// What 0 stands for, as in scikit-learn.
inline double at_least_a_trace(double alpha) noexcept { return std::max(alpha, 1e-10); }

[[gnu::cold]] inline void check_alpha(double alpha, const auto& expect) {
  expect(alpha >= 0 && std::isfinite(alpha), {"expected a finite alpha >= 0, got ", alpha});
}

/// For NaiveBayes: columns count something, such as words, log p(x | c) = sum_j x_j log((n_cj + alpha) / sum_k (n_ck + alpha))
/// with n_cj the weighted sum of column j in class c.
/// Needs    numbers of 0 or more; NaN is left out.
/// Source   The same as scikit-learn's MultinomialNB. Manning, Raghavan, Schütze, Introduction to Information Retrieval, §13.2.
struct Multinomial {
  double alpha = 1;

  static constexpr const char* needs = "finite numbers >= 0";
  static bool takes(float v) noexcept { return !(v < 0) && !std::isinf(v); }
  using Learnt = ColumnSums;

  struct Table : LinearTable {
    Table() = default;
    [[gnu::cold]] Table(const Multinomial& m, const Learnt& seen, int classes_of, int columns_of) : LinearTable(classes_of, columns_of) {
      const double alpha = at_least_a_trace(m.alpha);
      for (int c = 0; c < classes; ++c) {
        const double* const n = seen.sum.data() + std::ptrdiff_t{c} * columns;
        double all = 0;
        for (int j = 0; j < columns; ++j) all += n[j] + alpha;
        for (int j = 0; j < columns; ++j) at(j, c) = std::log(n[j] + alpha) - std::log(all);
      }
    }
  };
  static void visit(auto& self, auto& archive) { archive("alpha", self.alpha); }
  static void check_options(const Multinomial& m, const auto& expect) { check_alpha(m.alpha, expect); }
};

/// For NaiveBayes: as Multinomial, from what the other classes count, which suits classes of unlike size:
/// log p(x | c) = -sum_j x_j log((n_j - n_cj + alpha) / sum_k (n_k - n_ck + alpha)), up to a constant; with `norm` the
/// factors of a class are divided by their sum. Priors count for nothing, unless there is but one class.
/// Needs    numbers of 0 or more; NaN is left out.
/// Source   The same as scikit-learn's ComplementNB. Rennie et al., Tackling the poor assumptions of naive Bayes text
///          classifiers, ICML 2003.
struct Complement {
  double alpha = 1;
  bool norm = false;

  static constexpr bool without_priors = true;
  static constexpr const char* needs = "finite numbers >= 0";
  static bool takes(float v) noexcept { return Multinomial::takes(v); }
  using Learnt = ColumnSums;

  struct Table : LinearTable {
    Table() = default;
    [[gnu::cold]] Table(const Complement& m, const Learnt& seen, int classes_of, int columns_of) : LinearTable(classes_of, columns_of) {
      const double alpha = at_least_a_trace(m.alpha);
      Buffer<double> others(static_cast<std::size_t>(columns));
      for (int c = 0; c < classes; ++c) {
        double all = 0, factors = 0;
        for (int j = 0; j < columns; ++j) {
          double& n = others[static_cast<std::size_t>(j)] = alpha;
          for (int k = 0; k < classes; ++k)
            if (k != c) n += seen.sum[static_cast<std::size_t>(k * columns + j)];
          all += n;
        }
        for (int j = 0; j < columns; ++j) factors += at(j, c) = -std::log(others[static_cast<std::size_t>(j)] / all);
        if (m.norm && factors > 0)
          for (int j = 0; j < columns; ++j) at(j, c) /= factors;
      }
    }
  };
  static void visit(auto& self, auto& archive) { archive("alpha", self.alpha)("norm", self.norm); }
  static void check_options(const Complement& m, const auto& expect) { check_alpha(m.alpha, expect); }
};

/// For NaiveBayes: of each column it counts whether it is above `threshold`, which happens in class c with the probability
/// p_cj = (n_cj + alpha) / (n_c + 2 alpha), n_cj and n_c being weights of rows.
/// Needs    any numbers; NaN is left out.
/// Source   The same as scikit-learn's BernoulliNB(binarize=threshold). Manning, Raghavan, Schütze, §13.3.
struct Bernoulli {
  double alpha = 1;
  float threshold = 0;

  static constexpr const char* needs = "numbers";
  static bool takes(float) noexcept { return true; }

  struct Learnt : ColumnSums {
    using ColumnSums::ColumnSums;
  };
  /// A row as what it counts.
  void prepare(float* x, int columns) const noexcept {
    for (int j = 0; j < columns; ++j)
      if (x[j] == x[j]) x[j] = x[j] > threshold ? 1.0f : 0.0f;
  }

  struct Table {
    LinearTable yes{}, no{};
    float threshold = 0;

    Table() = default;
    [[gnu::cold]] Table(const Bernoulli& b, const Learnt& seen, int classes, int columns)
        : yes(classes, columns), no(classes, columns), threshold(b.threshold) {
      const double alpha = at_least_a_trace(b.alpha);
      for (int c = 0; c < classes; ++c)
        for (int j = 0; j < columns; ++j) {
          const auto i = static_cast<std::size_t>(c * columns + j);
          const double all = std::log(seen.weight[i] + 2 * alpha);
          yes.at(j, c) = std::log(seen.sum[i] + alpha) - all;
          no.at(j, c) = std::log(std::max(seen.weight[i] - seen.sum[i], 0.0) + alpha) - all;
        }
    }
    template <class View> void add_logs(const View& x, double* logs) const noexcept {
      for (int j = 0; j < yes.columns; ++j) {
        const float v = x[j];
        if (v != v) continue;
        const double* const row = (v > threshold ? yes : no).row(j);
        for (int c = 0; c < yes.classes; ++c) logs[c] += row[c];
      }
    }
  };
  static void visit(auto& self, auto& archive) { archive("alpha", self.alpha)("threshold", self.threshold); }
  static void check_options(const Bernoulli& b, const auto& expect) { check_alpha(b.alpha, expect); }
};

}  // namespace tutti::likelihood
