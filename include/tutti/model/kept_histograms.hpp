// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/gradient_histogram.hpp>
#include <tutti/kernel/gradient_scan.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace tutti {

/// Columns that one task looks at.
inline constexpr std::ptrdiff_t column_block = 16;

/// Updates (rows x columns) of a node that is worth other threads, some 150 us: where a virtual processor has gone to sleep in the
/// meantime, waking it takes 50.
inline constexpr std::ptrdiff_t worth_threads = 1 << 18;

/// body(first, last) for blocks of columns, side by side if so told; the blocks are the same anyway, so nothing depends on it.
template <class Body>
void over_column_blocks(bool parallel, std::ptrdiff_t columns, const Body& body) {
  if (parallel) return parallel::for_each(columns, column_block, body);
  for (std::ptrdiff_t first = 0; first < columns; first += column_block)
    body(first, std::min(columns, first + column_block));
}

/// Histograms of derivatives of whole nodes over all columns, kept until a node's children have theirs: a pool, since few
/// are alive at a time. A histogram is known by its number. Derivatives are rounded to whole numbers of a unit: a gradient
/// to 2^-30 of the largest (2^-52 of what all could sum up to), a hessian to 2^-29 of the sum of all; so nothing that is
/// found here depends on the order of rows or on threads.
class KeptHistograms {
 public:
  static constexpr int none = -1;

  KeptHistograms(const Binned& binned, bool parallel) : binned_(binned), parallel_(parallel) {}

  /// The columns (ascending) that histograms have from now on, and the derivatives of these rows.
  void begin(std::span<const std::int32_t> columns, const kernel::GradientPair* pair, std::span<const std::uint32_t> rows) {
    const Bundles& bundles = binned_.bundles;
    source_.clear();  // columns of codes, bundles where there are any
    for (const std::int32_t j : columns) {
      const std::int32_t from = bundles.empty() ? j : bundles.column[index(j)].bundle;
      if (std::binary_search(source_.begin(), source_.end(), from)) continue;
      source_.push_back(from);
      for (std::size_t i = source_.size() - 1; i > 0 && source_[i - 1] > from; --i) std::swap(source_[i], source_[i - 1]);
    }
    const auto size = [&](std::int32_t from) { return bundles.empty() ? binned_.bins.count(from) + 1 : bundles.size[index(from)]; };
    cells_ = 0;
    for (const std::int32_t from : source_) cells_ += size(from);
    const bool even = codes().words() == nullptr && cells_ >= 200 * std::ssize(source_);  // 256 apart: the kernel is faster
    cells_ = 0;
    first_cell_.clear();
    place_.assign(static_cast<std::size_t>(bundles.empty() ? binned_.width() : bundles.width()), 0);
    for (const std::int32_t from : source_) {
      place_[index(from)] = static_cast<std::int32_t>(cells_);
      first_cell_.push_back(static_cast<std::int32_t>(cells_));
      cells_ += even ? 256 : size(from);
    }
    round(pair, rows);
  }
  std::ptrdiff_t cells() const noexcept { return cells_; }
  double gradient_unit() const noexcept { return gradient_unit_; }
  double hessian_unit() const noexcept { return hessian_unit_; }

  /// The cells of one column: where they lie, or in `scratch` (256 of them) if it shares its code with others.
  const kernel::GradientCell* column(int histogram, std::int32_t column, kernel::GradientCell* scratch) const noexcept {
    const Kept& kept = kept_[index(histogram)];
    if (binned_.bundles.empty()) return kept.cells.data() + place_[index(column)];
    const Bundles::Column& c = binned_.bundles.column[index(column)];
    const kernel::GradientCell* cells = kept.cells.data() + place_[index(c.bundle)];
    if (c.usual < 0) return cells;
    kernel::GradientCell usual = kept.total;
    cells += c.first;
    for (int code = 0; code <= binned_.bins.count(column); ++code) {
      if (code == c.usual) continue;
      scratch[code] = *cells++;
      usual -= scratch[code];
    }
    scratch[c.usual] = usual;
    return scratch;
  }
  /// The sums of all its rows.
  const kernel::GradientCell& total(int histogram) const noexcept { return kept_[index(histogram)].total; }
  /// Rows, gradient and hessian of a cell, as GradientStatistics sum them.
  void unpack(const kernel::GradientCell& cell, double* sums) const noexcept {
    sums[0] = static_cast<double>(cell.rows());
    sums[1] = static_cast<double>(cell.gradient) * gradient_unit_;
    sums[2] = static_cast<double>(cell.hessian()) * hessian_unit_;
  }

  /// The histogram of these rows.
  int build(std::span<const std::uint32_t> rows) {
    const int histogram = acquire();
    fill(rows, kept_[index(histogram)].cells.data());
    kernel::GradientCell total{};
    const std::ptrdiff_t of_one = std::ssize(source_) > 1 ? first_cell_[1] : cells_;
    for (std::ptrdiff_t i = 0; i < of_one; ++i) total += kept_[index(histogram)].cells[index(i)];
    kept_[index(histogram)].total = total;
    return histogram;
  }
  /// Turns a node's histogram into that of one child, given the other's.
  void subtract(int whole, int part) noexcept {
    kernel::GradientCell* cells = kept_[index(whole)].cells.data();
    const kernel::GradientCell* other = kept_[index(part)].cells.data();
    kept_[index(whole)].total -= kept_[index(part)].total;
    for (std::ptrdiff_t i = 0; i < cells_; ++i) cells[i] -= other[i];
  }
  void release(int histogram) {
    if (histogram != none) free_.push_back(histogram);
  }

 private:
  static std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }
  const Codes& codes() const noexcept { return binned_.bundles.empty() ? binned_.codes : binned_.bundles.codes; }

  struct Kept {
    Buffer<kernel::GradientCell> cells{};
    kernel::GradientCell total{};
  };

  /// Large nodes are cut by rows, one part a thread: sums are exact, so it does not matter how.
  void fill(std::span<const std::uint32_t> rows, kernel::GradientCell* cells) {
    const std::ptrdiff_t n = std::ssize(rows), width = std::max<std::ptrdiff_t>(1, std::ssize(source_));
    const std::ptrdiff_t worth = std::max<std::ptrdiff_t>(1 << 15, 4 * cells_) / width + 1;  // rows that are worth a part
    const std::ptrdiff_t parts = parallel_ && n * width >= worth_threads ? std::min<std::ptrdiff_t>(parallel::threads(), n / worth) : 1;
    if (parts < 2) return add(rows, cells);
    const std::ptrdiff_t chunk = (n + parts - 1) / parts;
    if (std::ssize(parts_) < (parts - 1) * cells_) parts_.resize(index((parts - 1) * cells_));
    parallel::for_each(n, chunk, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      add(rows.subspan(index(first), index(last - first)), part(first / chunk, cells));
    });
    parallel::for_each(cells_, 4096, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      for (std::ptrdiff_t p = 1; p < parallel::chunks(n, chunk); ++p) {
        const kernel::GradientCell* other = part(p, cells);
        for (std::ptrdiff_t i = first; i < last; ++i) cells[i] += other[i];
      }
    });
  }
  void add(std::span<const std::uint32_t> rows, kernel::GradientCell* cells) const noexcept {
    std::fill_n(cells, cells_, kernel::GradientCell{});
    const Bundles& bundles = binned_.bundles;
    kernel::gradient_histogram({codes().bytes(), bundles.empty() ? binned_.width() : bundles.width(), source_.data(),
                                first_cell_.data(), static_cast<int>(source_.size()), codes().words()},
                               whole_.data(), rows.data(), std::ssize(rows), cells);
  }
  kernel::GradientCell* part(std::ptrdiff_t number, kernel::GradientCell* first) noexcept {
    return number == 0 ? first : parts_.data() + (number - 1) * cells_;
  }

  void round(const kernel::GradientPair* pair, std::span<const std::uint32_t> rows) {
    constexpr std::ptrdiff_t grain = 1 << 16;
    struct Extent {
      double gradient = 0, hessian = 0;  // the largest, the sum
      Extent& operator+=(const Extent& o) noexcept {
        gradient = std::max(gradient, o.gradient);
        hessian += o.hessian;
        return *this;
      }
    };
    const std::ptrdiff_t n = std::ssize(rows);
    const Extent extent = parallel::ordered_sum(n, grain, Extent{}, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      float most = 0;
      double sum = 0;
      for (std::ptrdiff_t i = first; i < last; ++i) {
        const kernel::GradientPair p = pair[rows[index(i)]];
        const float size = std::fabs(p.gradient);
        most = size <= most ? most : size;  // NaN too
        sum += static_cast<double>(std::fabs(p.hessian));
      }
      return Extent{static_cast<double>(most), sum};
    });
    const auto row_bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
    gradient_unit_ = unit(extent.gradient, std::min(30, 52 - row_bits));
    hessian_unit_ = unit(extent.hessian, 29);
    const double per_gradient = 1 / gradient_unit_, per_hessian = 1 / hessian_unit_;
    if (whole_.size() < index(binned_.rows)) whole_.resize(index(binned_.rows));
    parallel::for_each(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      for (std::ptrdiff_t i = first; i < last; ++i) {
        const std::uint32_t r = rows[index(i)];
        whole_[r] = {whole(pair[r].gradient, per_gradient), whole(pair[r].hessian, per_hessian)};
      }
    });
  }
  static std::int32_t whole(float v, double per_unit) noexcept {
    const double units = static_cast<double>(v) * per_unit;
    return units == units ? static_cast<std::int32_t>(std::nearbyint(units)) : 0;
  }
  /// The power of two of which `most` is at most 2^bits; infinite for what is no number, so that all rounds to 0.
  static double unit(double most, int bits) noexcept {
    if (!(most < std::numeric_limits<double>::infinity())) return std::numeric_limits<double>::infinity();
    int exponent = 0;
    std::frexp(most, &exponent);  // most < 2^exponent
    return std::ldexp(1.0, most > 0 ? exponent - bits : 0);
  }

  int acquire() {
    if (free_.empty()) {
      kept_.emplace_back();
      free_.push_back(static_cast<int>(kept_.size()) - 1);
    }
    const int histogram = free_.back();
    free_.pop_back();
    kept_[index(histogram)].cells.resize(index(cells_));
    return histogram;
  }

  const Binned& binned_;
  bool parallel_;
  double gradient_unit_ = 1, hessian_unit_ = 1;
  Buffer<kernel::WholePair> whole_;  // of all rows
  Buffer<std::int32_t> source_, first_cell_, place_;
  std::ptrdiff_t cells_ = 0;
  Buffer<Kept> kept_;
  Buffer<kernel::GradientCell> parts_;
  Buffer<int> free_;
};

}  // namespace tutti
