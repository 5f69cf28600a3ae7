// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/histogram.hpp>

#include <cstddef>
#include <cstdint>

/// Histograms of first and second derivatives as whole numbers: sums are exact, so that they do not depend on the order of
/// additions or on who adds, and a node's other child is whole - part to the last bit.
namespace tutti::kernel {

/// A row's derivatives in units of powers of two.
struct WholePair {
  std::int32_t gradient = 0, hessian = 0;
};

/// Sums over the rows of a bin: one register, one addition.
/// Needs    fewer than 2^32 rows, sums of |hessian| below 2^31 and of |gradient| below 2^63.
struct alignas(16) GradientCell {
  std::int64_t gradient;  // no initialisers: arrays of cells are set by whoever needs them at 0
  std::int64_t rest;  // 2^32 hessian + rows: the sum of rows never reaches the hessian

  std::int64_t hessian() const noexcept { return rest >> 32; }
  std::int64_t rows() const noexcept { return static_cast<std::int64_t>(rest & 0xffffffff); }
  bool empty() const noexcept { return static_cast<std::uint32_t>(rest) == 0; }
  GradientCell& operator+=(const GradientCell& o) noexcept {
    gradient += o.gradient;
    rest += o.rest;
    return *this;
  }
  GradientCell& operator-=(const GradientCell& o) noexcept {
    gradient -= o.gradient;
    rest -= o.rest;
    return *this;
  }
};
inline GradientCell cell_of(WholePair p) noexcept {
  return {p.gradient, (std::int64_t{p.hessian} << 32) + 1};
}

namespace detail {
using CellRegister [[gnu::vector_size(16), gnu::may_alias]] = long long;

/// adjacent: columns lie side by side in a row. even: a column's cells begin 256 after those of the one before.
template <bool adjacent, bool even, class Code>
inline void gradient_histogram(const Code* codes, const HistogramColumns& c, const WholePair* pair, const std::uint32_t* rows,
                               std::ptrdiff_t n, GradientCell* cells) noexcept {
  constexpr std::ptrdiff_t ahead = 16;
  const std::ptrdiff_t first_column = adjacent ? c.column[0] : 0;
  const std::int32_t* const first = c.first_cell;
  const int count = c.count;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    if (i + ahead < n) {
      const Code* next = codes + static_cast<std::ptrdiff_t>(rows[i + ahead]) * c.width;
      __builtin_prefetch(next);
      __builtin_prefetch(next + c.width - 1);
      __builtin_prefetch(pair + rows[i + ahead]);
    }
    const Code* code = codes + static_cast<std::ptrdiff_t>(rows[i]) * c.width + first_column;
    const GradientCell cell = cell_of(pair[rows[i]]);
    const CellRegister carried = {cell.gradient, cell.rest};
    GradientCell* origin = cells + first[0];
    const auto at = [&](int j) {
      return reinterpret_cast<CellRegister*>(even ? origin + 256 * (j % 4) + code[j]
                                                  : cells + first[j] + code[adjacent ? j : c.column[j]]);
    };
    int j = 0;
    for (; j + 4 <= count; j += 4, origin += 1024) {  // four addresses first: no store is in the way of the next load
      CellRegister *a = at(j), *b = at(j + 1), *d = at(j + 2), *e = at(j + 3);
      *a += carried;
      *b += carried;
      *d += carried;
      *e += carried;
    }
    for (; j < count; ++j) *at(j) += carried;
  }
}
}  // namespace detail

/// Adds rows[0], ..., rows[n - 1] to the histogram; the caller has set it to 0.
/// Cost     n count updates, one load, addition and store of 16 bytes each; each row's codes are one or two cache lines,
///          fetched ahead.
inline void gradient_histogram(const HistogramColumns& c, const WholePair* pair, const std::uint32_t* rows, std::ptrdiff_t n,
                               GradientCell* cells) noexcept {
  if (c.count == 0) return;
  if (c.wide_codes != nullptr) return detail::gradient_histogram<false, false>(c.wide_codes, c, pair, rows, n, cells);
  const bool adjacent = c.column[c.count - 1] - c.column[0] == c.count - 1;
  bool even = adjacent;
  for (int j = 1; j < c.count; ++j) even = even && c.first_cell[j] == c.first_cell[j - 1] + 256;
  if (even) detail::gradient_histogram<true, true>(c.codes, c, pair, rows, n, cells);
  else if (adjacent) detail::gradient_histogram<true, false>(c.codes, c, pair, rows, n, cells);
  else detail::gradient_histogram<false, false>(c.codes, c, pair, rows, n, cells);
}

}  // namespace tutti::kernel
