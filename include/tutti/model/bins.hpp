// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/bundles.hpp>
#include <tutti/model/codes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti {

/// How the numbers of each column fall into bins, and one more for NaN: at most 255, or as many as are asked for.
/// A bin is the interval from its lowest to its highest value that was seen; between two bins the border is the middle
/// of what was seen on either side. A column with no more distinct values than bins has a bin for each.
class Bins {
 public:
  static constexpr int usual = 255, most = 65'535;  // a column may have: with NaN as many as one byte, two bytes tell apart

  int width() const noexcept { return static_cast<int>(first_.size()) - 1; }
  /// Bins of values; the code of NaN is this number.
  int count(int column) const noexcept { return first_[at(column) + 1] - first_[at(column)]; }
  /// The codes of the column that has most of them.
  int codes() const noexcept {
    int most_bins = 0;
    for (int j = 0; j < width(); ++j) most_bins = std::max(most_bins, count(j));
    return most_bins + 1;
  }
  /// Whether rows can differ in this column at all.
  bool splits(int column) const noexcept { return count(column) + (missing_[at(column)] != 0) > 1; }

  /// The bin of a value: the first whose upper border is not below it.
  int code(int column, float value) const noexcept {
    if (value != value) return count(column);
    const float* border = border_.data() + first_[at(column)];
    std::ptrdiff_t bin = 0;
    for (std::ptrdiff_t n = count(column) - 1; n > 0;) {  // branch-free: the borders are few and in cache
      const std::ptrdiff_t half = (n + 1) / 2;
      bin += border[bin + half - 1] < value ? half : 0;
      n -= half;
    }
    return static_cast<int>(bin);
  }

  /// The threshold between two bins of a column that have nothing in between: v <= threshold exactly in bins <= left.
  /// `right` is the code of NaN when no value lies to the right: every number, +infinity too, is then below it.
  float threshold(int column, int left, int right) const noexcept {
    const std::int32_t first = first_[at(column)];
    return right == count(column) ? std::numeric_limits<float>::infinity()
                                  : middle(high_[index(first + left)], low_[index(first + right)]);
  }

  /// The upper border of a bin: v <= border exactly in bins up to this one.
  float border(int column, int bin) const noexcept { return border_[index(first_[at(column)] + bin)]; }
  /// The lowest and the highest value that was seen in a bin.
  float low(int column, int bin) const noexcept { return low_[index(first_[at(column)] + bin)]; }
  float high(int column, int bin) const noexcept { return high_[index(first_[at(column)] + bin)]; }

  /// A number t with a <= t < b (for a < b): their mean, as far as float can tell; infinities are ordinary numbers.
  static float middle(float a, float b) noexcept {
    const auto t = static_cast<float>((static_cast<double>(a) + static_cast<double>(b)) / 2);
    return t >= a && t < b ? t : a;
  }

  /// Appends a column: the lowest and highest value of each of its bins, ascending, and whether NaN occurs.
  void append(const Buffer<float>& low, const Buffer<float>& high, bool missing) {
    low_.append(low);
    high_.append(high);
    for (std::size_t b = 0; b < low.size(); ++b)
      border_.push_back(b + 1 < low.size() ? middle(high[b], low[b + 1])
                                           : std::numeric_limits<float>::infinity());
    first_.push_back(static_cast<std::int32_t>(low_.size()));
    missing_.push_back(missing);
  }

 private:
  static std::size_t at(int column) noexcept { return static_cast<std::size_t>(column); }
  static std::size_t index(std::int32_t bin) noexcept { return static_cast<std::size_t>(bin); }

  Buffer<float> low_, high_, border_;  // of every bin, column after column
  Buffer<std::int32_t> first_{0};      // the first bin of each column, and one past the last
  Buffer<std::uint8_t> missing_;       // of each column
};

/// Rows as codes: what all trees of a fit learn from, made once and shared.
/// Shapes   codes (rows, width), row-major, so that a row is one or two cache lines.
struct Binned {
  Bins bins;
  Codes codes;
  std::ptrdiff_t rows = 0;
  Bundles bundles{};  // of columns that share a code, where there are any

  int width() const noexcept { return bins.width(); }
  int code(std::ptrdiff_t row, int column) const noexcept { return codes[row * width() + column]; }
};

}  // namespace tutti
