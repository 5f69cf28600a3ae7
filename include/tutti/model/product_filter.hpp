// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/transpose.hpp>
#include <tutti/model/neighbour_block.hpp>

#include <cstddef>
#include <limits>

namespace tutti {

/// Tells by products x c and squares |c|^2, made in float, which of some rows x a row c cannot be near. It never errs on that
/// side: either is off by at most (columns + 2) u |x| |c|, with u = 2^-24, in whatever order its terms are added (Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.1); six more u pay for the roundings here.
/// |x - c|^2 <= l means x c - |c|^2 / 2 >= (|x|^2 - l) / 2, and 1 - x c / (|x| |c|) <= l means x c >= (1 - l) |x| |c|.
class ProductFilter {
 public:
  static constexpr std::ptrdiff_t rows = 64;  // of x, at most

  ProductFilter(const RowDistance& distance, std::ptrdiff_t columns) noexcept
      : cosine_(distance.kind == Distance::cosine), error_(static_cast<double>(columns + 8) * 0x1p-24) {
    std::fill_n(of_norm_, rows, 0.0f);
    std::fill_n(least_, rows, std::numeric_limits<float>::infinity());  // nothing stands there
  }
  /// Row i of length `norm` wants what is within `limit`.
  void set(std::ptrdiff_t i, double norm, double limit) noexcept {
    constexpr double smallest = 1e-35;  // what has vanished in float
    const bool open = !(limit < 1e37) || !(norm < 1e18);
    of_norm_[i] = open ? 0.0f : static_cast<float>((cosine_ ? (limit - 1) * norm : 0.0) + 2 * error_ * norm);
    least_[i] = open ? -std::numeric_limits<float>::infinity()
                     : static_cast<float>((cosine_ ? 0.0 : (norm * norm - limit) / 2 - 8 * 0x1p-24 * (norm * norm + limit)) - smallest);
  }
  /// near(i) for each of the first n rows of x that c may be near.
  /// Shapes   product (rows).
  template <class Near> void each(std::ptrdiff_t n, const float* product, float square, const Near& near) const noexcept {
    using kernel::load;
    const bool open = !(square < 1e36f);
    const float norm = std::sqrt(square), half = cosine_ ? 0.0f : square / 2 * static_cast<float>(1 - 2 * error_);
    const kernel::Batch<float> norms(norm), halves(half);
    for (std::ptrdiff_t first = 0; first < n; first += kernel::lanes<float>) {
      const auto reached = kernel::multiply_add<float>(load<float>(of_norm_ + first), norms, load<float>(product + first)) - halves;
      if (!open && xsimd::all(reached < load<float>(least_ + first))) continue;  // NaN is not less
      for (std::ptrdiff_t i = first; i < std::min(n, first + kernel::lanes<float>); ++i)
        if (open || !(product[i] + of_norm_[i] * norm - half < lower(least_[i]))) near(i);
    }
  }

 private:
  /// The same sum by plain arithmetic may be rounded another way.
  static float lower(float least) noexcept { return least - std::abs(least) * 0x1p-22f; }

  bool cosine_ = false;
  double error_ = 0;
  alignas(64) float of_norm_[rows], least_[rows];
};

static_assert(ProductFilter::rows % kernel::lanes<float> == 0);

namespace detail {

inline constexpr auto product = [](const auto& c, const auto& a, const auto& sum) { return kernel::multiply_add<float>(c, a, sum); };
inline constexpr auto squared_difference = [](const auto& c, const auto& a, const auto& sum) {
  return kernel::multiply_add<float>(c - a, c - a, sum);
};

/// sum_j term(c_rj, a_rj) for each of `count` rows c, in float; rows of a are `a_row` apart. term(0, 0) is 0.
/// Shapes   c (count, columns) -> out (count).
template <class T, class Term>
void sums_of_rows(std::ptrdiff_t count, std::ptrdiff_t columns, const T* c, const T* a, std::ptrdiff_t a_row, const Term& term, T* out) noexcept {
  constexpr std::ptrdiff_t w = kernel::lanes<T>;
  for (std::ptrdiff_t first = 0; first < count; first += w) {
    const std::ptrdiff_t n = std::min(w, count - first);
    kernel::Batch<T> sum[static_cast<std::size_t>(w)];
    for (std::ptrdiff_t r = 0; r < w; ++r) {
      kernel::Batch<T> even(T(0)), odd(T(0));
      const T* const row = c + (first + r) * columns;
      const T* const other = a + (first + r) * a_row;
      std::ptrdiff_t j = r < n ? 0 : columns;
      for (; j + 2 * w <= columns; j += 2 * w) {
        even = term(kernel::load<T>(row + j), kernel::load<T>(other + j), even);
        odd = term(kernel::load<T>(row + j + w), kernel::load<T>(other + j + w), odd);
      }
      for (; j < columns; j += w) {
        const std::ptrdiff_t left = std::min(w, columns - j);
        even = term(kernel::load_count<T>(row + j, left), kernel::load_count<T>(other + j, left), even);
      }
      sum[r] = even + odd;
    }
    kernel::transpose<T>(sum);
    for (std::ptrdiff_t r = 1; r < w; ++r) sum[0] = sum[0] + sum[r];
    kernel::store_count<T>(sum[0], out + first, n);
  }
}

}  // namespace detail
}  // namespace tutti
