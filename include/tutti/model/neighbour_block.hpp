// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/kernel/simd.hpp>

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
    for (std::ptrdiff_t r = 0; r < neighbour_block; ++r)
      out[r] = xx == 0 || cc[r] == 0 ? 1 + 0 * xc[r] : std::max(1 - xc[r] / std::sqrt(xx * cc[r]), 0.0);
  }
};

/// Tells by the products x c, made in float, that no row of a block is within a limit. It never errs on that side: x c is
/// off by at most (columns + 2) u |x| |c|, with u = 2^-24, in whatever order its terms are added (Higham, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., §3.1); six more u pay for the roundings here.
/// |x - c|^2 <= l means x c - |c|^2 / 2 >= (|x|^2 - l) / 2, and 1 - x c / (|x| |c|) <= l means x c >= (1 - l) |x| |c|.
class ProductFilter {
 public:
  ProductFilter(const RowDistance& distance, std::ptrdiff_t columns, double norm, double limit) noexcept {
    constexpr double u = 0x1p-24, smallest = 1e-35;  // what has vanished in float
    const double error = static_cast<double>(columns + 8) * u * norm;
    const bool cosine = distance.kind == Distance::cosine;
    open_ = !(limit < 1e37) || !(norm < 1e18);
    if (open_) return;
    of_norm_ = static_cast<float>((cosine ? (limit - 1) * norm : 0.0) + error);
    of_half_ = cosine ? 0.0f : 1.0f;
    least_ = static_cast<float>((cosine ? 0.0 : (norm * norm - limit) / 2 - 8 * u * (norm * norm + limit)) - smallest);
  }
  /// Shapes   product, norm, half (32).
  bool passes(const float* product, const float* norm, const float* half) const noexcept {
    using kernel::load;
    if (open_) return true;
    const kernel::Batch<float> a(of_norm_), b(of_half_), least(least_);
    for (std::ptrdiff_t r = 0; r < neighbour_block; r += kernel::lanes<float>) {
      const auto reached = load<float>(product + r) + a * load<float>(norm + r) - b * load<float>(half + r);
      if (!xsimd::all(reached < least)) return true;  // NaN passes
    }
    return false;
  }

 private:
  bool open_ = false;
  float of_norm_ = 0, of_half_ = 0, least_ = 0;
};

static_assert(neighbour_block % kernel::lanes<float> == 0);

}  // namespace tutti
