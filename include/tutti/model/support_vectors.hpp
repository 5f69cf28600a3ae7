// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/model/svm_kernel.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti {

/// Decisions by support vectors: of numbers one, f(x) = sum_s b_s k(x, x_s) + offset; of K classes one for each pair a < b,
/// f_ab, which is above 0 for a, from the support vectors of these two. A class begins a block of rows of its own.
/// Shapes   begin (classes + 1), in blocks; coefficients (blocks, K - 1 or 1, 64): those of a vector of class a against
///          the other classes in their order; offset (K (K - 1) / 2 or 1).
struct SupportVectors {
  svm::Kernel kernel{};
  KernelRows rows{};
  Buffer<std::int32_t> begin{};
  Buffer<double> coefficients{}, offset{};

  int classes() const noexcept { return static_cast<int>(begin.size()) - 1; }
  int others() const noexcept { return std::max(classes() - 1, 1); }
  std::ptrdiff_t pairs() const noexcept { return std::ssize(offset); }
  /// How many numbers decide() takes for scratch, of one row.
  std::ptrdiff_t sums() const noexcept { return std::ptrdiff_t{classes()} * others(); }

  /// Shapes   x (n, columns), sums (n, classes, others): scratch, decisions (n, pairs).
  template <class Decision>
  void decide(const float* x, std::ptrdiff_t n, double* sums_of_rows, Decision* decisions) const noexcept {
    using Number = kernel::Batch<double>;
    constexpr std::ptrdiff_t block = KernelRows::block;
    const std::ptrdiff_t of_row = sums();
    std::fill_n(sums_of_rows, n * of_row, 0.0);
    for (int c = 0; c < classes(); ++c)
      for (std::ptrdiff_t b = begin[static_cast<std::size_t>(c)]; b < begin[static_cast<std::size_t>(c) + 1]; ++b)
        for (std::ptrdiff_t i = 0; i < n; ++i) {
          float k[block];
          double wide[block];
          kernel_values(this->kernel, rows, x + i * rows.width, b, b + 1, k);
          for (std::ptrdiff_t t = 0; t < block; ++t) wide[t] = static_cast<double>(k[t]);
          const double* factor = coefficients.data() + b * others() * block;
          for (int m = 0; m < others(); ++m, factor += block) {
            Number sum(0.0);
            for (std::ptrdiff_t t = 0; t < block; t += tutti::kernel::lanes<double>)
              sum = tutti::kernel::multiply_add<double>(tutti::kernel::load<double>(factor + t),
                                                        tutti::kernel::load<double>(wide + t), sum);
            sums_of_rows[i * of_row + c * others() + m] += tutti::kernel::lane_sum<double>(sum);
          }
        }
    for (std::ptrdiff_t i = 0; i < n; ++i) join(sums_of_rows + i * of_row, decisions + i * pairs());
  }

  static void visit(auto& self, auto& archive) {
    archive("kernel", self.kernel)("columns", self.rows.width)("numbers", self.rows.numbers)("begin", self.begin)(
        "coefficients", self.coefficients)("offset", self.offset);
  }
  [[gnu::cold]] void loaded() {
    const std::size_t of_block = static_cast<std::size_t>(KernelRows::block) * static_cast<std::size_t>(std::max(rows.width, 1));
    check<FileError>(rows.width >= 1, "expected support vectors of at least one column", rows.width);
    check<FileError>(begin.size() >= 2 && begin.size() < 65536 && begin[0] == 0,
                     "expected where support vectors of each class begin", begin.size());
    for (std::size_t c = 1; c < begin.size(); ++c)
      check<FileError>(begin[c] >= begin[c - 1], "expected classes of support vectors in order", begin[c]);
    rows.blocks = begin.back();
    check<FileError>(rows.numbers.size() == static_cast<std::size_t>(rows.blocks) * of_block,
                     {"expected ", rows.blocks, " blocks of 64 support vectors of ", rows.width, " numbers"}, rows.numbers.size());
    const auto k = static_cast<std::size_t>(classes());
    check<FileError>(offset.size() == (k == 1 ? 1 : k * (k - 1) / 2), {"expected offsets for ", k, " classes"}, offset.size());
    check<FileError>(coefficients.size() == static_cast<std::size_t>(rows.blocks * others()) * 64,
                     {"expected ", others(), " coefficients of each support vector"}, coefficients.size());
  }

 private:
  template <class Decision> void join(const double* sum, Decision* decision) const noexcept {
    const int n = others();
    const double* of_pair = offset.data();
    if (classes() == 1) {
      *decision = static_cast<Decision>(sum[0] + *of_pair);
      return;
    }
    for (int a = 0; a < classes(); ++a)
      for (int b = a + 1; b < classes(); ++b) *decision++ = static_cast<Decision>(sum[a * n + b - 1] + sum[b * n + a] + *of_pair++);
  }
};

namespace detail {

/// Votes of all pairs, with the sum of a class's decisions, squeezed below 1 / 3, to break ties; then their softmax. Of two
/// classes it is the logistic function of the decision: no votes, which would make it almost a step.
/// Shapes   decisions (K (K - 1) / 2), shares (K).
template <class Decision> void shares_of_decisions(const Decision* decisions, int classes, double* shares) noexcept {
  if (classes == 2) {
    shares[0] = 1 / (1 + std::exp(-static_cast<double>(decisions[0])));
    shares[1] = 1 / (1 + std::exp(static_cast<double>(decisions[0])));
    return;
  }
  double most = 0, sum = 0;
  for (int c = 0; c < classes; ++c) {
    double votes = 0, confidence = 0;
    for (int d = 0; d < classes; ++d) {
      if (c == d) continue;
      const int a = std::min(c, d), b = std::max(c, d);
      const double f = static_cast<double>(decisions[a * (2 * classes - a - 1) / 2 + b - a - 1]) * (c == a ? 1 : -1);
      votes += f > 0 || (f == 0 && c == b) ? 1 : 0;
      confidence += f;
    }
    shares[c] = votes + confidence / (3 * (std::abs(confidence) + 1));
    most = std::max(most, shares[c]);
  }
  for (int c = 0; c < classes; ++c) sum += shares[c] = std::exp(shares[c] - most);
  for (int c = 0; c < classes; ++c) shares[c] /= sum;
}

/// Probabilities of classes from those of pairs: p minimises sum_ab (r_ba p_a - r_ab p_b)^2 with sum 1; r_ab is that of a
/// against b. Q p = 1 - sum p, of which the matrix Q + 1 1^T is positive definite, has that direction.
/// Shapes   r (K, K), which is used up, p (K).
/// Source   Wu, Lin, Weng, Probability estimates for multi-class classification by pairwise coupling, JMLR 5 (2004), §4.2.
inline void couple(double* r, int classes, double* p) noexcept {
  const int n = classes;
  const auto at = [&](int a, int b) -> double& { return r[a * n + b]; };
  for (int a = 0; a < n; ++a) {  // p holds the diagonal until r is read
    p[a] = 1;
    for (int b = 0; b < n; ++b) p[a] += a == b ? 0 : at(b, a) * at(b, a);
  }
  for (int a = 0; a < n; ++a)
    for (int b = a + 1; b < n; ++b) at(a, b) = at(b, a) = 1 - at(a, b) * at(b, a);
  for (int a = 0; a < n; ++a) at(a, a) = p[a];
  for (int k = 0; k < n; ++k)  // Cholesky's factor, in the lower half
    for (int i = k; i < n; ++i) {
      double v = at(i, k);
      for (int m = 0; m < k; ++m) v -= at(i, m) * at(k, m);
      at(i, k) = i == k ? std::sqrt(v) : v / at(k, k);
    }
  for (int i = 0; i < n; ++i) {
    p[i] = 1;
    for (int m = 0; m < i; ++m) p[i] -= at(i, m) * p[m];
    p[i] /= at(i, i);
  }
  double sum = 0;
  for (int i = n; i-- > 0;) {
    for (int m = i + 1; m < n; ++m) p[i] -= at(m, i) * p[m];
    p[i] /= at(i, i);
  }
  for (int i = 0; i < n; ++i) sum += p[i] = std::max(p[i], 0.0);  // below 0 by rounding alone
  for (int i = 0; i < n; ++i) p[i] /= sum;
}

}  // namespace detail
}  // namespace tutti
