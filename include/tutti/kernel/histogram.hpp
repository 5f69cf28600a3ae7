// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

/// What histograms over binned rows are made of. A histogram holds, for every column, the sums of what the rows of each bin
/// carry: it is what trees of boosting look for splits in (see gradient_histogram.hpp).
namespace tutti::kernel {

/// The first and second derivative of a loss at one row.
struct GradientPair {
  float gradient = 0;
  float hessian = 0;
};

/// Rows of one-byte bin numbers and the columns to sum over: cell `code` of column `column[j]` is number
/// first_cell[j] + code of the histogram.
/// Codes are stored row by row: below the root the 64 to 1000 rows of a node are scattered, and a row of up
/// to 64 columns is one cache line, where codes stored by column would touch a line for each. Ranges of
/// columns are independent: threads may take one each.
struct HistogramColumns {
  const std::uint8_t* codes = nullptr;  // row r at codes + r * width
  std::ptrdiff_t width = 0;
  const std::int32_t* column = nullptr;      // (count)
  const std::int32_t* first_cell = nullptr;  // (count)
  int count = 0;
};

/// A bit for each of the 256 codes of a column.
struct Marks {
  std::uint64_t word[4] = {};

  void set(int code) noexcept { word[code >> 6] |= std::uint64_t{1} << (code & 63); }
  bool has(int code) const noexcept { return (word[code >> 6] >> (code & 63)) & 1; }
  /// The lowest marked code that is at least `code`; 256 if there is none.
  int next(int code) const noexcept {
    if (code > 255) return 256;
    int w = code >> 6;
    std::uint64_t bits = word[w] & (~std::uint64_t{0} << (code & 63));
    while (bits == 0 && ++w < 4) bits = word[w];
    return bits == 0 ? 256 : 64 * w + std::countr_zero(bits);
  }
};

}  // namespace tutti::kernel
