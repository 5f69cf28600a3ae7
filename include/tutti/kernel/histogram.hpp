// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

/// Histograms over binned rows: for every column, the sums of what the rows of each bin carry. They are what
/// trees look for splits in. A cell is `Statistics::sums()` doubles, the number of rows first: double, so
/// that the histogram of a node's other child, whole - part, loses little, and its counts nothing.
///
/// Statistics have sums(), at(row): what a row carries, and add(cell, carried): class counts, gradient and
/// hessian, or the gradients of K outputs, all by the same code.
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

/// Adds rows[0], ..., rows[n - 1] to the histogram, in this order; the caller has set it to 0.
/// Cost     n count updates; each row's codes are one or two cache lines, fetched ahead.
template <class Statistics>
void histogram(const HistogramColumns& c, const Statistics& statistics, const std::uint32_t* rows,
               std::ptrdiff_t n, double* cells) noexcept {
  constexpr std::ptrdiff_t ahead = 16;
  const std::ptrdiff_t sums = statistics.sums();
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    if (i + ahead < n) __builtin_prefetch(c.codes + static_cast<std::ptrdiff_t>(rows[i + ahead]) * c.width);
    const std::uint8_t* code = c.codes + static_cast<std::ptrdiff_t>(rows[i]) * c.width;
    const auto carried = statistics.at(rows[i]);
    for (int j = 0; j < c.count; ++j)
      statistics.add(cells + sums * (c.first_cell[j] + code[c.column[j]]), carried);
  }
}

/// The cells of one column that hold rows: a bit for each of 256 codes.
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

/// The same, and marks[j] says which cells of column j hold rows: for nodes that have fewer rows than cells.
template <class Statistics>
void marked_histogram(const HistogramColumns& c, const Statistics& statistics, const std::uint32_t* rows,
                      std::ptrdiff_t n, double* cells, Marks* marks) noexcept {
  const std::ptrdiff_t sums = statistics.sums();
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const std::uint8_t* code = c.codes + static_cast<std::ptrdiff_t>(rows[i]) * c.width;
    const auto carried = statistics.at(rows[i]);
    for (int j = 0; j < c.count; ++j) {
      const int at = code[c.column[j]];
      marks[j].set(at);
      statistics.add(cells + sums * (c.first_cell[j] + at), carried);
    }
  }
}

/// whole -= part, cell by cell: the histogram of a node's other child.
inline void subtract_histogram(double* whole, const double* part, std::ptrdiff_t n) noexcept {
  for (std::ptrdiff_t i = 0; i < n; ++i) whole[i] -= part[i];
}

}  // namespace tutti::kernel
