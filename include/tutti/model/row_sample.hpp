// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti::detail {

/// An even sample of rows that come one after another, nobody knows how many: those with the lowest keys, which are random
/// numbers of their places. So the same rows are drawn from a file that is read once and from memory.
/// Cost     a block of random numbers for four rows, a sort each time the sample has grown by a quarter; with a width, room for
///          a quarter more rows than are kept.
/// Source   Cohen and Kaplan, Summarizing data using bottom-k sketches, PODC 2007.
class RowSample {
 public:
  static constexpr std::size_t most = 200'000;  // rows

  /// Keeps `width` numbers of each row; 0, and null for a row: its place alone.
  explicit RowSample(int width, std::size_t limit = most) : width_(static_cast<std::size_t>(width)), limit_(limit) {}

  /// The next row.
  void offer(const float* row) {
    const std::uint64_t place = seen_++;
    if (place % 4 == 0) block_ = random_.block(place / 4);
    const Key key{std::int64_t{block_[place % 4]}, static_cast<RowIndex>(place)};
    if (!(key < bound_)) return;
    if (keys_.size() == limit_ / 16) {  // a large sample: untouched memory costs nothing
      keys_.reserve(room());
      values_.reserve(room() * width_);
    }
    keys_.push_back(key);
    if (row != nullptr) values_.append(row, width_);
    if (keys_.size() == room()) cut();
  }
  /// To be said behind the last row.
  void finish() {
    if (keys_.size() > limit_) cut();
  }

  bool whole() const noexcept { return seen_ == keys_.size(); }  // no row is missing
  std::ptrdiff_t seen() const noexcept { return static_cast<std::ptrdiff_t>(seen_); }
  std::ptrdiff_t rows() const noexcept { return std::ssize(keys_); }
  /// The place of row i of the sample; ascending.
  std::ptrdiff_t place(std::ptrdiff_t i) const noexcept { return keys_[static_cast<std::size_t>(i)].second; }
  float* row(std::ptrdiff_t i) noexcept { return values_.data() + i * static_cast<std::ptrdiff_t>(width_); }
  const float* row(std::ptrdiff_t i) const noexcept { return values_.data() + i * static_cast<std::ptrdiff_t>(width_); }

 private:
  using Key = SortKeys::value_type;
  std::size_t room() const noexcept { return limit_ + limit_ / 4; }

  void cut() {
    SortKeys sorted = keys_;
    sort_keys(sorted);
    bound_ = sorted[limit_];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (!(keys_[i] < bound_)) continue;
      std::copy_n(values_.data() + i * width_, width_, values_.data() + kept * width_);
      keys_[kept++] = keys_[i];
    }
    keys_.resize(kept);
    values_.resize(kept * width_);
  }

  std::size_t width_, limit_;
  std::uint64_t seen_ = 0;
  Random random_{};
  std::array<std::uint32_t, 4> block_{};
  Key bound_{std::numeric_limits<std::int64_t>::max(), 0};
  SortKeys keys_{};
  Buffer<float> values_{};  // (rows, width)
};

}  // namespace tutti::detail
