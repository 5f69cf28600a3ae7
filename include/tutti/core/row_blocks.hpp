// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>

#include <algorithm>
#include <span>

namespace tutti {

/// Rows that are predicted together: large enough to amortise, small enough for a cache.
inline constexpr std::ptrdiff_t prediction_block = 64;

namespace detail {

/// The rows of a dataset from `first` on as models read them, block after block:
///   for (RowBlocks block(data, first, rows); block.next();) f(block.views(), y.slice(block.begin(), block.size()));
/// A class rather than a loop that calls back: it is compiled once for a kind of dataset, whatever is asked of its rows.
template <class X, class Y>
class RowBlocks {
 public:
  RowBlocks(const Dataset<X, Y>& data, std::ptrdiff_t first, std::ptrdiff_t rows) noexcept : data_(data), first_(first), rows_(rows) {}

  /// Goes on to the next block; false behind the last one.
  bool next() noexcept {
    begin_ += size_;
    size_ = std::min(prediction_block, rows_ - begin_);
    if (size_ <= 0) return false;
    data_.views(first_ + begin_, {views_, static_cast<std::size_t>(size_)});
    return true;
  }
  std::span<const ViewOf<X>> views() const noexcept { return {views_, static_cast<std::size_t>(size_)}; }
  /// Where the block lies, counted from `first`.
  std::ptrdiff_t begin() const noexcept { return begin_; }
  std::ptrdiff_t size() const noexcept { return size_; }

 private:
  const Dataset<X, Y>& data_;
  std::ptrdiff_t first_, rows_, begin_ = 0, size_ = 0;
  ViewOf<X> views_[prediction_block];
};

}  // namespace detail
}  // namespace tutti
