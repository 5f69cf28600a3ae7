// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/histogram.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// Columns that one task looks at.
inline constexpr std::ptrdiff_t column_block = 16;

/// body(first, last) for blocks of columns, side by side where the work (in updates) is worth it; the blocks are the same
/// anyway, so nothing depends on the choice.
template <class Body>
void over_column_blocks(bool parallel, std::ptrdiff_t columns, std::ptrdiff_t work, const Body& body) {
  if (parallel && work >= 1 << 15) return parallel::for_each(columns, column_block, body);
  for (std::ptrdiff_t first = 0; first < columns; first += column_block)
    body(first, std::min(columns, first + column_block));
}

/// Histograms of whole nodes over all columns, kept until a node's children have theirs: a pool, since few are alive at a
/// time. A histogram is known by its number.
template <class Statistics> class KeptHistograms {
 public:
  static constexpr int none = -1;

  KeptHistograms(const Binned& binned, const Statistics& statistics, bool parallel)
      : binned_(binned), statistics_(statistics), parallel_(parallel) {}

  /// The columns (ascending) that histograms have from now on.
  void use(std::span<const std::int32_t> columns) {
    columns_.assign(columns);
    first_cell_.clear();
    cells_ = 0;
    for (const std::int32_t j : columns) {
      first_cell_.push_back(static_cast<std::int32_t>(cells_));
      cells_ += binned_.bins.count(j) + 1;
    }
  }
  std::ptrdiff_t cells() const noexcept { return cells_; }

  /// The cells of one column.
  const double* column(int histogram, std::int32_t column) const noexcept {
    const auto at = std::lower_bound(columns_.begin(), columns_.end(), column) - columns_.begin();
    return kept_[index(histogram)].data() + first_cell_[index(at)] * statistics_.sums();
  }

  /// The histogram of these rows.
  int build(std::span<const std::uint32_t> rows) {
    const int histogram = acquire();
    double* cells = kept_[index(histogram)].data();
    const std::ptrdiff_t n = std::ssize(columns_), sums = statistics_.sums();
    over_column_blocks(parallel_, n, n * std::ssize(rows), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      std::fill(cells + first_cell_[index(first)] * sums,
                cells + (last < n ? first_cell_[index(last)] : cells_) * sums, 0.0);
      const kernel::HistogramColumns part{binned_.codes.data(), binned_.width(), columns_.data() + first,
                                          first_cell_.data() + first, static_cast<int>(last - first)};
      kernel::histogram(part, statistics_, rows.data(), std::ssize(rows), cells);
    });
    return histogram;
  }
  /// Turns a node's histogram into that of one child, given the other's.
  void subtract(int whole, int part) noexcept {
    kernel::subtract_histogram(kept_[index(whole)].data(), kept_[index(part)].data(),
                               cells_ * statistics_.sums());
  }
  void release(int histogram) {
    if (histogram != none) free_.push_back(histogram);
  }

 private:
  static std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }
  int acquire() {
    if (free_.empty()) {
      kept_.emplace_back();
      free_.push_back(static_cast<int>(kept_.size()) - 1);
    }
    const int histogram = free_.back();
    free_.pop_back();
    kept_[index(histogram)].resize(index(cells_ * statistics_.sums()));
    return histogram;
  }

  const Binned& binned_;
  Statistics statistics_;
  bool parallel_;
  Buffer<std::int32_t> columns_, first_cell_;
  std::ptrdiff_t cells_ = 0;
  Buffer<Buffer<double>> kept_;
  Buffer<int> free_;
};

}  // namespace tutti
