// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/bins.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// The rank of every number among the distinct ones of its column: what trees split exactly on, as if they had sorted
/// the numbers themselves. NaN has the rank after the last.
/// Shapes   codes (width, rows): a node looks at few columns, each of which stays in cache.
struct RankedColumns {
  Buffer<float> values;                // distinct, ascending, column after column
  Buffer<std::ptrdiff_t> first{0};     // of each column, and one past the last
  Buffer<std::uint8_t> missing;        // whether NaN occurs, of each column
  Buffer<std::uint16_t> codes;         // where every rank fits in,
  Buffer<std::uint32_t> wide_codes;    // else these
  std::ptrdiff_t rows = 0;
};

/// Where trees find what they compare rows by: ranks of numbers or bins of them, whatever their size in memory. Refers
/// to what it was made of.
class SplitColumns {
 public:
  explicit SplitColumns(const RankedColumns& ranked)
      : ranked_(&ranked),
        codes_(ranked.wide_codes.empty() ? static_cast<const void*>(ranked.codes.data()) : ranked.wide_codes.data()),
        bytes_(ranked.wide_codes.empty() ? 2 : 4),
        of_column_(ranked.rows),
        of_row_(1) {}
  explicit SplitColumns(const Binned& binned)
      : bins_(&binned.bins), codes_(binned.codes.data()), bytes_(1), of_column_(1), of_row_(binned.width()) {}

  int width() const noexcept {
    return ranked_ != nullptr ? static_cast<int>(ranked_->missing.size()) : bins_->width();
  }
  /// Codes of numbers; that of NaN is this one.
  int count(int column) const noexcept {
    if (ranked_ == nullptr) return bins_->count(column);
    return static_cast<int>(ranked_->first[at(column) + 1] - ranked_->first[at(column)]);
  }
  /// Whether rows can differ in this column at all.
  bool splits(int column) const noexcept {
    return ranked_ != nullptr ? count(column) + (ranked_->missing[at(column)] != 0) > 1 : bins_->splits(column);
  }

  /// The codes of these items' rows.
  template <class Item> void read(int column, std::span<const Item> items, std::uint32_t* code) const noexcept {
    if (bytes_ == 1) read_from(static_cast<const std::uint8_t*>(codes_), column, items, code);
    else if (bytes_ == 2) read_from(static_cast<const std::uint16_t*>(codes_), column, items, code);
    else read_from(static_cast<const std::uint32_t*>(codes_), column, items, code);
  }

  /// What parts codes up to `left` from those from `right` on, when no row has one in between.
  float threshold(int column, int left, int right) const noexcept {
    if (ranked_ == nullptr) return bins_->threshold(column, left, right);
    if (right == count(column)) return std::numeric_limits<float>::infinity();
    return middle(value(column, left), value(column, right));
  }
  /// The lowest and the highest number that has this code.
  float low(int column, int code) const noexcept { return ranked_ != nullptr ? value(column, code) : bins_->low(column, code); }
  float high(int column, int code) const noexcept {
    return ranked_ != nullptr ? value(column, code) : bins_->high(column, code);
  }
  /// The highest code in [first, last] whose numbers do not exceed x; `first` holds such numbers.
  int code_upto(int column, int first, int last, float x) const noexcept {
    while (first < last) {
      const int half = first + (last - first + 1) / 2;
      if (high(column, half) <= x) first = half;
      else last = half - 1;
    }
    return first;
  }

  /// The greatest float that is not above the mean of a < b: no float is on the other side of it than of the mean itself.
  static float middle(float a, float b) noexcept {
    const double mean = (static_cast<double>(a) + static_cast<double>(b)) / 2;
    const auto t = static_cast<float>(mean);
    if (!(mean == mean) || t < a || t >= b) return a;
    return static_cast<double>(t) > mean ? std::nextafter(t, a) : t;
  }

 private:
  static std::size_t at(int column) noexcept { return static_cast<std::size_t>(column); }
  float value(int column, int code) const noexcept {
    return ranked_->values[static_cast<std::size_t>(ranked_->first[at(column)] + code)];
  }
  template <class Code, class Item>
  void read_from(const Code* codes, int column, std::span<const Item> items, std::uint32_t* code) const noexcept {
    const Code* const of_column = codes + column * of_column_;
    for (std::size_t i = 0; i < items.size(); ++i)
      code[i] = of_column[static_cast<std::ptrdiff_t>(items[i].row) * of_row_];
  }

  const RankedColumns* ranked_ = nullptr;
  const Bins* bins_ = nullptr;
  const void* codes_;
  int bytes_;
  std::ptrdiff_t of_column_, of_row_;
};

}  // namespace tutti
