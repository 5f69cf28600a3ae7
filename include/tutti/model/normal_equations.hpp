// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/transpose.hpp>
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

inline constexpr std::ptrdiff_t gram_depth = 256;  // rows that are packed together: second cache

/// Rows [first, first + depth) of x, centred and scaled, packed for kernel::add_gram; y as well where it is packed.
template <class T, class Problem>
void pack_rows(const Problem& p, std::ptrdiff_t first, std::ptrdiff_t depth, bool with_targets, float* scratch, T* packed) {
  constexpr std::ptrdiff_t panel = kernel::gram_panel<T>;
  const std::ptrdiff_t columns = p.x.width + (with_targets ? p.outputs : 0);
  for (std::ptrdiff_t k = 0; k < depth; ++k) {
    const float* const row = row_of(p.x, first + k, scratch);
    for (std::ptrdiff_t j = 0; j < kernel::gram_stride<T>(columns); j += panel) {
      T* const to = packed + kernel::gram_place<T>(depth, k, j);
      if (j + panel <= p.x.width) {
        for (std::ptrdiff_t v = 0; v < panel; ++v) to[v] = static_cast<T>(p.centred(first + k, j + v, row[j + v]));
        continue;
      }
      for (std::ptrdiff_t v = 0; v < panel; ++v) {
        const std::ptrdiff_t at = j + v, c = at - p.x.width;
        to[v] = static_cast<T>(c < 0          ? p.centred(first + k, at, row[at])
                               : at < columns ? p.y[static_cast<std::size_t>((first + k) * p.outputs + c)]
                                              : 0.0);
      }
    }
  }
}

/// What the packed rows add to the right sides, and to the products of the right sides with each other.
template <class Problem>
void add_targets(const Problem& p, std::ptrdiff_t first, std::ptrdiff_t depth, const double* packed, double* sums, SymmetricSystem& s) {
  constexpr std::ptrdiff_t panel = kernel::gram_panel<double>;
  const double* const y = p.y.data() + first * p.outputs;
  for (std::ptrdiff_t c = 0; c < p.outputs; ++c) {
    for (std::ptrdiff_t j = 0; j < s.n; j += panel)
      kernel::add_panel_product(depth, packed + kernel::gram_place<double>(depth, 0, j), y + c, p.outputs,
                                sums + c * kernel::gram_stride<double>(s.n) + j);
    for (std::ptrdiff_t d = c; d < p.outputs; ++d)
      for (std::ptrdiff_t k = 0; k < depth; ++k) s(s.n + c, s.n + d) += y[k * p.outputs + c] * y[k * p.outputs + d];
  }
}

/// What sums over rows are cut into: chunks of so many rows.
constexpr std::ptrdiff_t rows_of_partial(std::ptrdiff_t rows, std::ptrdiff_t stride) noexcept {
  constexpr std::ptrdiff_t budget = std::ptrdiff_t{1} << 22;  // numbers in all partial sums together
  const std::ptrdiff_t partials = std::clamp<std::ptrdiff_t>(budget / std::max(stride * stride, std::ptrdiff_t{1}), 1, 32);
  return std::max((rows + partials - 1) / partials, 4 * gram_depth);
}

/// [X^T X | X^T Y], and Y^T Y in the rows behind; rows scaled by sqrt(w), columns centred: partial sums over chunks of rows,
/// added in order. Right sides that would take a panel of their own are added up beside the panels.
template <class Problem> SymmetricSystem normal_equations(const Problem& p) {
  const std::ptrdiff_t alone = kernel::gram_stride<double>(p.x.width), stride = kernel::gram_stride<double>(p.x.width + p.outputs);
  const bool beside = alone < stride && p.outputs <= 4;
  const std::ptrdiff_t grain = rows_of_partial(p.x.rows, stride);
  if (p.x.rows == 0) return SymmetricSystem(p.x.width, p.outputs);
  Buffer<SymmetricSystem> partial(static_cast<std::size_t>(parallel::chunks(p.x.rows, grain)));
  parallel::for_each(p.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    SymmetricSystem& sum = partial[static_cast<std::size_t>(begin / grain)] = SymmetricSystem(p.x.width, p.outputs);
    Buffer<float> row(static_cast<std::size_t>(p.x.width));
    Buffer<double> packed(static_cast<std::size_t>(gram_depth * sum.stride));
    Buffer<double> right(static_cast<std::size_t>(beside ? alone * p.outputs : 0));
    for (std::ptrdiff_t first = begin; first < end; first += gram_depth) {
      const std::ptrdiff_t depth = std::min(gram_depth, end - first);
      pack_rows(p, first, depth, !beside, row.data(), packed.data());
      sum.add(depth, packed.data(), 1, 0, beside ? alone : sum.stride);
      if (beside) add_targets(p, first, depth, packed.data(), right.data(), sum);
    }
    for (std::ptrdiff_t c = 0; beside && c < p.outputs; ++c)
      for (std::ptrdiff_t j = 0; j < sum.n; ++j) sum(j, sum.n + c) = right[static_cast<std::size_t>(c * alone + j)];
  });
  for (std::size_t c = 1; c < partial.size(); ++c) partial[0] += partial[c];
  return std::move(partial[0]);
}

/// All rows as floats, one behind the other: where they lie so in memory, or copied.
/// Shapes   (rows, width).
struct FloatRows {
  Buffer<float> copied{};
  const float* numbers = nullptr;
};
[[gnu::cold]] inline FloatRows all_rows(const RowSource& x) {
  FloatRows all;
  bool whole = x.numbers != nullptr;
  for (const double w : x.weight) whole = whole && w > 0;
  if (!whole) {
    all.copied.resize(static_cast<std::size_t>(x.rows * x.width));
    for (std::ptrdiff_t i = 0; i < x.rows; ++i) x.read(i, all.copied.data() + i * x.width);
  }
  all.numbers = whole ? x.numbers : all.copied.data();
  return all;
}

/// Columns [first, first + depth) of all rows, centred and scaled, packed for kernel::add_gram of rows.
template <class Problem>
void pack_columns(const Problem& p, const float* x, std::ptrdiff_t first, std::ptrdiff_t depth, float* turned, double* packed) {
  constexpr std::ptrdiff_t panel = kernel::gram_panel<double>;
  for (std::ptrdiff_t i = 0; i < p.x.rows; i += panel) {
    const std::ptrdiff_t count = std::min(panel, p.x.rows - i);
    double root[panel] = {};
    std::copy_n(p.root.data() + i, count, root);
    kernel::transpose<float>(count, depth, x + i * p.x.width + first, p.x.width, turned, panel);
    double* to = packed + kernel::gram_place<double>(depth, 0, i);
    for (std::ptrdiff_t k = 0; k < depth; ++k, to += panel) {
      const double mean = p.mean[static_cast<std::size_t>(first + k)];
      for (std::ptrdiff_t v = 0; v < panel; ++v) to[v] = root[v] * (static_cast<double>(turned[k * panel + v]) - mean);
    }
  }
}

/// [X X^T | Y] but for Y, which is left zero: what is solved where there are more columns than rows.
template <class Problem> SymmetricSystem products_of_rows(const Problem& p, const float* x) {
  SymmetricSystem s(p.x.rows, p.outputs);
  Buffer<double> packed(static_cast<std::size_t>(gram_depth * s.stride));
  Buffer<float> turned(static_cast<std::size_t>(gram_depth * kernel::gram_panel<double>));
  for (std::ptrdiff_t first = 0; first < p.x.width; first += gram_depth) {
    const std::ptrdiff_t depth = std::min<std::ptrdiff_t>(gram_depth, p.x.width - first);
    pack_columns(p, x, first, depth, turned.data(), packed.data());
    s.add(depth, packed.data(), 1, 0, kernel::gram_stride<double>(s.n));
  }
  return s;
}

}  // namespace detail
}  // namespace tutti
