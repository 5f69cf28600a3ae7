// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <algorithm>

namespace tutti::kernel {

/// Columns that lie side by side in the packed P of add_gram.
template <class T> inline constexpr std::ptrdiff_t gram_panel = 2 * lanes<T>;

namespace detail {
/// Rows of a tile: with AVX-512 its 16 sums fit into 32 registers, elsewhere 8 into 16.
template <class T> inline constexpr std::ptrdiff_t gram_rows = sizeof(Batch<T>) == 64 ? 8 : 4;
}  // namespace detail
static_assert(gram_panel<double> % detail::gram_rows<double> == 0, "a panel is cut into tiles of so many rows");

/// n, rounded up to whole panels: what a row of C and of P takes.
template <class T> constexpr std::ptrdiff_t gram_stride(std::ptrdiff_t n) noexcept {
  return (n + gram_panel<T> - 1) / gram_panel<T> * gram_panel<T>;
}

/// Where P(k, j) lies in a packed P of `depth` rows: panel after panel, so that a tile reads memory in order.
template <class T>
constexpr std::ptrdiff_t gram_place(std::ptrdiff_t depth, std::ptrdiff_t k, std::ptrdiff_t j) noexcept {
  return (j / gram_panel<T> * depth + k) * gram_panel<T> + j % gram_panel<T>;
}

namespace detail {

/// C(i.., j..) + sign sum_k P(k, i..) P(k, j..): a few rows and one panel of columns, all in registers.
template <class T>
void gram_tile(std::ptrdiff_t depth, const T* left, const T* right, T sign, T* c,
               std::ptrdiff_t c_row) noexcept {
  constexpr std::size_t rows = static_cast<std::size_t>(gram_rows<T>);
  Batch<T> sum[rows][2];  // unrolled, or else it would live in memory
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) sum[r][0] = sum[r][1] = Batch<T>(T(0));
  for (std::ptrdiff_t k = 0; k < depth; ++k, left += gram_panel<T>, right += gram_panel<T>) {
    const Batch<T> a = load<T>(right), b = load<T>(right + lanes<T>);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) {
      const Batch<T> x(left[r]);
      sum[r][0] = multiply_add<T>(x, a, sum[r][0]);
      sum[r][1] = multiply_add<T>(x, b, sum[r][1]);
    }
  }
  const Batch<T> s(sign);
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r, c += c_row) {
    store<T>(multiply_add<T>(s, sum[r][0], load<T>(c)), c);
    store<T>(multiply_add<T>(s, sum[r][1], load<T>(c + lanes<T>)), c + lanes<T>);
  }
}

}  // namespace detail

/// to(v) = to(v) + sum_k y(k) P(k, v) for the columns v of one panel of P, which begins at p.
/// Shapes   y (depth), `step` apart.
template <class T>
void add_panel_product(std::ptrdiff_t depth, const T* p, const T* y, std::ptrdiff_t step, T* to) noexcept {
  Batch<T> sum[4];  // even and odd k apart, so that sums wait less for each other
#pragma GCC unroll 4
  for (std::size_t r = 0; r < 4; ++r) sum[r] = Batch<T>(T(0));
  std::ptrdiff_t k = 0;
  for (; k + 1 < depth; k += 2, p += 2 * gram_panel<T>)
#pragma GCC unroll 4
    for (std::size_t r = 0; r < 4; ++r)
      sum[r] = multiply_add<T>(Batch<T>(y[(k + static_cast<std::ptrdiff_t>(r / 2)) * step]),
                               load<T>(p + static_cast<std::ptrdiff_t>(r) * lanes<T>), sum[r]);
  if (k < depth)
#pragma GCC unroll 2
    for (std::size_t r = 0; r < 2; ++r)
      sum[r] = multiply_add<T>(Batch<T>(y[k * step]), load<T>(p + static_cast<std::ptrdiff_t>(r) * lanes<T>), sum[r]);
  store<T>(load<T>(to) + (sum[0] + sum[2]), to);
  store<T>(load<T>(to + lanes<T>) + (sum[1] + sum[3]), to + lanes<T>);
}

/// C = C + sign P^T P in its panels on and right of the diagonal, for the panels [first, last) of C's rows;
/// the rest of C is left alone. What stands in the diagonal panels below the diagonal is right too.
/// Shapes   P (depth, n) packed by gram_place with zeros behind column n, C (gram_stride(n), gram_stride(n)).
/// Cost     about depth n^2 flops for all panels; parts may run side by side. Bits depend on depth alone.
template <class T>
void add_gram(std::ptrdiff_t depth, std::ptrdiff_t n, const T* p, T sign, T* c, std::ptrdiff_t c_row,
              std::ptrdiff_t first, std::ptrdiff_t last) noexcept {
  constexpr std::ptrdiff_t panel = gram_panel<T>;
  const std::ptrdiff_t panels = gram_stride<T>(n) / panel;
  for (std::ptrdiff_t j = first; j < panels; ++j)  // a panel on the right serves all rows above it
    for (std::ptrdiff_t i = first; i <= j && i < last; ++i)
      for (std::ptrdiff_t r = 0; r < panel; r += detail::gram_rows<T>)
        detail::gram_tile<T>(depth, p + i * depth * panel + r, p + j * depth * panel, sign,
                             c + (i * panel + r) * c_row + j * panel, c_row);
}

}  // namespace tutti::kernel
