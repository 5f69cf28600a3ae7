// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/row_source.hpp>
#include <tutti/model/solve.hpp>

#include <algorithm>

namespace tutti {

/// Inputs and targets without their types: rows scaled by sqrt(w), columns of x centred; y is so already.
/// Shapes   x (rows, width), mean (width), root (rows), y (rows, outputs).
struct CentredRows {
  RowSource x{};
  Buffer<double> mean{};  // what is taken off each column
  Buffer<double> root{};  // sqrt(w)
  Buffer<double> y{};
  int outputs = 0;

  double centred(std::ptrdiff_t i, std::ptrdiff_t j, float number) const noexcept {
    return root[static_cast<std::size_t>(i)] *
           (static_cast<double>(number) - mean[static_cast<std::size_t>(j)]);
  }
};

namespace detail {

inline constexpr std::ptrdiff_t gram_depth = 128;  // rows that are packed together: second cache

/// [X^T X | X^T Y], rows scaled by sqrt(w), columns centred: partial sums over chunks of rows, added in
/// order.
template <class Problem> SymmetricSystem normal_equations(const Problem& p) {
  const SymmetricSystem zero(p.x.width, p.outputs);
  constexpr std::ptrdiff_t budget = std::ptrdiff_t{1} << 22;  // numbers in all partial sums together
  const std::ptrdiff_t partials =
      std::clamp<std::ptrdiff_t>(budget / std::max(zero.stride * zero.stride, std::ptrdiff_t{1}), 1, 32);
  const std::ptrdiff_t grain = std::max((p.x.rows + partials - 1) / partials, 4 * gram_depth);
  return parallel::ordered_sum(p.x.rows, grain, zero, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    SymmetricSystem sum = zero;
    Buffer<float> row(static_cast<std::size_t>(p.x.width));
    Buffer<double> packed(static_cast<std::size_t>(gram_depth * sum.stride));
    for (std::ptrdiff_t first = begin; first < end; first += gram_depth) {
      const std::ptrdiff_t depth = std::min(gram_depth, end - first);
      for (std::ptrdiff_t k = 0; k < depth; ++k) {
        const auto at = [&](std::ptrdiff_t j) -> double& {
          return packed[static_cast<std::size_t>(kernel::gram_place<double>(depth, k, j))];
        };
        p.x.read(first + k, row.data());
        std::ptrdiff_t j = 0;
        for (; j < p.x.width; ++j) at(j) = p.centred(first + k, j, row[static_cast<std::size_t>(j)]);
        for (std::ptrdiff_t c = 0; c < p.outputs; ++c, ++j)
          at(j) = p.y[static_cast<std::size_t>((first + k) * p.outputs + c)];
        for (; j < sum.stride; ++j) at(j) = 0;
      }
      sum.add(depth, packed.data());
    }
    return sum;
  });
}

/// All rows as floats.
/// Shapes   (rows, width).
[[gnu::cold]] inline Buffer<float> all_rows(const RowSource& x) {
  Buffer<float> all(static_cast<std::size_t>(x.rows * x.width));
  for (std::ptrdiff_t i = 0; i < x.rows; ++i) x.read(i, all.data() + i * x.width);
  return all;
}

/// [X X^T | Y] but for Y, which is left zero: what is solved where there are more columns than rows.
template <class Problem> SymmetricSystem products_of_rows(const Problem& p, const Buffer<float>& x) {
  const std::ptrdiff_t rows = p.x.rows, width = p.x.width;
  SymmetricSystem s(rows, p.outputs);
  Buffer<double> packed(static_cast<std::size_t>(gram_depth * s.stride));
  for (std::ptrdiff_t first = 0; first < width; first += gram_depth) {
    const std::ptrdiff_t depth = std::min(gram_depth, width - first);
    std::fill(packed.begin(), packed.end(), 0.0);
    for (std::ptrdiff_t i = 0; i < rows; ++i)
      for (std::ptrdiff_t k = 0; k < depth; ++k)
        packed[static_cast<std::size_t>(kernel::gram_place<double>(depth, k, i))] =
            p.centred(i, first + k, x[static_cast<std::size_t>(i * width + first + k)]);
    s.add(depth, packed.data());
  }
  return s;
}

}  // namespace detail
}  // namespace tutti
