// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tutti {

/// How far two rows are apart: sqrt(sum d^2), sum |d|, max |d|, (sum |d|^p)^(1/p) of the differences d, or
/// 1 - x y / (|x| |y|), which is 1 where a row is zero.
enum class Distance : unsigned char { euclidean, manhattan, chebyshev, minkowski, cosine };

/// Rows of a block; their columns lie one behind the other, so that a loop runs over the rows.
inline constexpr std::ptrdiff_t neighbour_block = 32;

/// Distances from one row to a block or a box, before the root is taken: what is compared. In double, in an order that
/// depends on the columns alone.
struct RowDistance {
  Distance kind = Distance::euclidean;
  double p = 2;

  /// Shapes   x (columns), block (columns, 32) -> out (32).
  template <class T>
  void of_block(std::ptrdiff_t columns, const T* x, const T* block, double* out) const noexcept {
    switch (kind) {
      case Distance::euclidean: return sums(columns, x, block, out, [](double& sum, double d) { sum += d * d; });
      case Distance::manhattan: return sums(columns, x, block, out, [](double& sum, double d) { sum += std::abs(d); });
      case Distance::chebyshev:  // NaN stays
        return sums(columns, x, block, out, [](double& most, double d) { most = std::abs(d) <= most ? most : std::abs(d) + 0 * most; });
      case Distance::minkowski: {
        const double power = p;
        return sums(columns, x, block, out, [power](double& sum, double d) { sum += std::pow(std::abs(d), power); });
      }
      case Distance::cosine: return cosines(columns, x, block, out);
    }
  }
  /// Of one row, by products or by the sum of squares alone: the same bits as in a block.
  template <class T> double of_row(std::ptrdiff_t columns, const T* x, const T* c) const noexcept {
    double xc = 0, cc = 0, xx = 0;
    if (kind == Distance::euclidean) {
      for (std::ptrdiff_t j = 0; j < columns; ++j) {
        const double d = static_cast<double>(x[j]) - static_cast<double>(c[j]);
        cc += d * d;
      }
      return cc;
    }
    for (std::ptrdiff_t j = 0; j < columns; ++j) {
      const double v = static_cast<double>(x[j]), of_c = static_cast<double>(c[j]);
      xx += v * v;
      xc += v * of_c;
      cc += of_c * of_c;
    }
    return cosine(xc, xx, cc);
  }
  bool by_products() const noexcept { return kind == Distance::euclidean || kind == Distance::cosine; }
  /// No more than the distance to any row within the box, but for rounding.
  template <class T>
  double of_box(std::ptrdiff_t columns, const T* x, const T* low, const T* high) const noexcept {
    double sum = 0;
    for (std::ptrdiff_t j = 0; j < columns; ++j) {
      const double v = static_cast<double>(x[j]);
      const double gap = std::max({static_cast<double>(low[j]) - v, v - static_cast<double>(high[j]), 0.0});
      if (kind == Distance::euclidean) sum += gap * gap;
      else if (kind == Distance::manhattan) sum += gap;
      else if (kind == Distance::chebyshev) sum = std::max(sum, gap);
      else sum += std::pow(gap, p);
    }
    return sum;
  }
  double true_distance(double compared) const noexcept {
    if (kind == Distance::euclidean) return std::sqrt(compared);
    return kind == Distance::minkowski ? std::pow(compared, 1 / p) : compared;
  }
  template <class T> static double norm(std::ptrdiff_t columns, const T* x) noexcept {
    double sum = 0;
    for (std::ptrdiff_t j = 0; j < columns; ++j) sum += static_cast<double>(x[j]) * static_cast<double>(x[j]);
    return std::sqrt(sum);
  }

  static void visit(auto& self, auto& archive) { archive("kind", self.kind)("p", self.p); }
  void loaded() const {
    check<FileError>(kind <= Distance::cosine, "expected a distance of 0 to 4", static_cast<int>(kind));
  }

 private:
  template <class T, class Add>
  static void sums(std::ptrdiff_t columns, const T* x, const T* block, double* out, const Add& add) noexcept {
    double sum[neighbour_block] = {};
    for (std::ptrdiff_t j = 0; j < columns; ++j, block += neighbour_block) {
      const double v = static_cast<double>(x[j]);
      for (std::ptrdiff_t r = 0; r < neighbour_block; ++r) add(sum[r], v - static_cast<double>(block[r]));
    }
    std::copy_n(sum, neighbour_block, out);
  }
  template <class T>
  static void cosines(std::ptrdiff_t columns, const T* x, const T* block, double* out) noexcept {
    double xc[neighbour_block] = {}, cc[neighbour_block] = {}, xx = 0;
    for (std::ptrdiff_t j = 0; j < columns; ++j, block += neighbour_block) {
      const double v = static_cast<double>(x[j]);
      xx += v * v;
      for (std::ptrdiff_t r = 0; r < neighbour_block; ++r) {
        const double c = static_cast<double>(block[r]);
        xc[r] += v * c;
        cc[r] += c * c;
      }
    }
    for (std::ptrdiff_t r = 0; r < neighbour_block; ++r) out[r] = cosine(xc[r], xx, cc[r]);
  }
  static double cosine(double xc, double xx, double cc) noexcept {
    return xx == 0 || cc == 0 ? 1 + 0 * xc : std::max(1 - xc / std::sqrt(xx * cc), 0.0);
  }
};

}  // namespace tutti
