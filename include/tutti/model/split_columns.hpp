// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/cart_sums.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// The rank of every number among the distinct ones of its column: what trees split exactly on, as if they had sorted
/// the numbers themselves. NaN has the rank after the last.
/// Shapes   codes (rows, width): most nodes have few rows, and a row is one or two cache lines for all columns.
struct RankedColumns {
  Buffer<float> values;                // distinct, ascending, column after column
  Buffer<std::ptrdiff_t> first{0};     // of each column, and one past the last
  Buffer<std::uint8_t> missing;        // whether NaN occurs, of each column
  Buffer<std::uint16_t> codes;         // where every rank fits in,
  Buffer<std::uint32_t> wide_codes;    // else these
  std::ptrdiff_t rows = 0;
};

/// The numbers themselves, as whole numbers in the same order, for splits that need no sorting; NaN is the highest.
/// Shapes   codes (rows, width).
struct OrderedColumns {
  Buffer<std::uint32_t> codes{};
  Buffer<std::uint8_t> splits{};   // whether rows differ at all, of each column
  Buffer<std::uint8_t> missing{};  // whether NaN occurs, of each column
  std::ptrdiff_t rows = 0;
};

/// A whole number that is ordered as the number is, infinities too; -0 is 0, NaN comes last.
inline std::uint32_t ordered_bits(float v) noexcept {
  if (v != v) return ~0u;
  const auto bits = std::bit_cast<std::uint32_t>(v + 0.0f);
  return bits >> 31 != 0 ? ~bits : bits | 0x80000000u;
}
/// The number that has these bits.
inline float from_ordered_bits(std::uint32_t bits) noexcept {
  return std::bit_cast<float>(bits >> 31 != 0 ? bits & 0x7fffffffu : ~bits);
}

/// Where trees find what they compare rows by: ranks of numbers, bins of them or their ordered bits, whatever their size in
/// memory. Refers to what it was made of.
class SplitColumns {
 public:
  explicit SplitColumns(const RankedColumns& ranked)
      : ranked_(&ranked),
        codes_(ranked.wide_codes.empty() ? static_cast<const void*>(ranked.codes.data()) : ranked.wide_codes.data()),
        bytes_(ranked.wide_codes.empty() ? 2 : 4),
        of_row_(width()) {}
  explicit SplitColumns(const Binned& binned)
      : bins_(&binned.bins),
        codes_(binned.codes.words() == nullptr ? static_cast<const void*>(binned.codes.bytes()) : binned.codes.words()),
        bytes_(binned.codes.words() == nullptr ? 1 : 2),
        of_row_(binned.width()) {}
  explicit SplitColumns(const OrderedColumns& numbers)
      : numbers_(&numbers), codes_(numbers.codes.data()), bytes_(4), of_row_(width()) {}

  int width() const noexcept {
    if (ranked_ != nullptr) return static_cast<int>(ranked_->missing.size());
    return numbers_ != nullptr ? static_cast<int>(numbers_->splits.size()) : bins_->width();
  }
  /// The code of NaN; those of numbers are lower.
  std::uint32_t missing(int column) const noexcept {
    if (ranked_ != nullptr) return static_cast<std::uint32_t>(ranked_->first[at(column) + 1] - ranked_->first[at(column)]);
    return numbers_ != nullptr ? ~0u : static_cast<std::uint32_t>(bins_->count(column));
  }
  /// Whether rows can differ in this column at all.
  bool splits(int column) const noexcept {
    if (ranked_ != nullptr) return missing(column) + (ranked_->missing[at(column)] != 0) > 1;
    return numbers_ != nullptr ? numbers_->splits[at(column)] != 0 : bins_->splits(column);
  }

  /// Whether NaN occurs in this column.   Needs    OrderedColumns.
  bool misses(int column) const noexcept { return numbers_->missing[at(column)] != 0; }

  /// The lowest and the highest of some codes.
  struct Range {
    std::uint32_t low, high;
  };
  /// The codes of these items' rows.
  template <class Item> Range read(int column, std::span<const Item> items, std::uint32_t* code) const noexcept {
    if (bytes_ == 1) return read_from(static_cast<const std::uint8_t*>(codes_), column, items, code);
    if (bytes_ == 2) return read_from(static_cast<const std::uint16_t*>(codes_), column, items, code);
    return read_from(static_cast<const std::uint32_t*>(codes_), column, items, code);
  }

  /// The codes of these items' rows in eight columns at once, the lowest and highest of each: a row's lie side by side.
  /// Needs    OrderedColumns.
  template <class Item>
  void read_eight(const std::int32_t (&columns)[8], std::span<const Item> items, detail::EightCodes* code, detail::EightCodes& low,
                  detail::EightCodes& high) const noexcept {
    const auto at = std::to_array(columns);  // no codes are stored into it
    read_lanes(items, code, low, high, [&](const std::uint32_t* row, detail::EightCodes& c) {
      c = detail::EightCodes{row[at[0]], row[at[1]], row[at[2]], row[at[3]], row[at[4]], row[at[5]], row[at[6]], row[at[7]]};
    });
  }
  /// The same of the first four columns, each twice: four lanes on its codes are higher by one, and NaN, else the highest, is 0.
  template <class Item>
  void read_twice_four(const std::int32_t (&columns)[8], std::span<const Item> items, detail::EightCodes* code, detail::EightCodes& low,
                       detail::EightCodes& high) const noexcept {
    const auto at = std::to_array(columns);
    read_lanes(items, code, low, high, [&](const std::uint32_t* row, detail::EightCodes& c) {
      const std::uint32_t a = row[at[0]], b = row[at[1]], d = row[at[2]], e = row[at[3]];
      c = detail::EightCodes{a, b, d, e, a, b, d, e} + detail::EightCodes{0, 0, 0, 0, 1, 1, 1, 1};
    });
  }

  /// What parts codes up to `left` from those from `right` on, when no row has one in between.
  float threshold(int column, std::uint32_t left, std::uint32_t right) const noexcept {
    if (right == missing(column)) return std::numeric_limits<float>::infinity();
    if (ranked_ != nullptr) return middle(value(column, left), value(column, right));
    if (numbers_ != nullptr) return middle(from_ordered_bits(left), from_ordered_bits(right));
    return bins_->threshold(column, static_cast<int>(left), static_cast<int>(right));
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
  float value(int column, std::uint32_t code) const noexcept {
    return ranked_->values[static_cast<std::size_t>(ranked_->first[at(column)] + code)];
  }
  template <class Item, class Lanes>
  void read_lanes(std::span<const Item> items, detail::EightCodes* code, detail::EightCodes& low, detail::EightCodes& high,
                  const Lanes& lanes) const noexcept {
    detail::EightCodes least = ~detail::EightCodes{}, most = {};
    for (std::size_t i = 0; i < items.size(); ++i) {
      detail::EightCodes c;
      lanes(static_cast<const std::uint32_t*>(codes_) + static_cast<std::ptrdiff_t>(items.data()[i].row) * of_row_, c);
      code[i] = c;
      least = c < least ? c : least;
      most = c > most ? c : most;
    }
    low = least;
    high = most;
  }
  template <class Code, class Item>
  Range read_from(const Code* codes, int column, std::span<const Item> items, std::uint32_t* code) const noexcept {
    const Code* const of_column = codes + column;
    std::uint32_t low = ~0u, high = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::uint32_t c = of_column[static_cast<std::ptrdiff_t>(items.data()[i].row) * of_row_];
      code[i] = c;
      low = std::min(low, c);
      high = std::max(high, c);
    }
    return {low, high};
  }

  const RankedColumns* ranked_ = nullptr;
  const Bins* bins_ = nullptr;
  const OrderedColumns* numbers_ = nullptr;
  const void* codes_;
  int bytes_;
  std::ptrdiff_t of_row_;
};

}  // namespace tutti
