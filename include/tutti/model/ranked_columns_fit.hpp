// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/sort_codes.hpp>
#include <tutti/model/row_source.hpp>
#include <tutti/model/split_columns.hpp>

#include <memory>

namespace tutti {

namespace detail {

/// The distinct numbers of a column, ascending; `code` becomes ranks.
inline Buffer<float> rank_column(const float* values, std::span<std::uint32_t> code) {
  const std::ptrdiff_t n = std::ssize(code);
  Buffer<kernel::CodeAndPlace> sorted(code.size()), scratch(code.size());
  for (std::size_t i = 0; i < code.size(); ++i) code[i] = ordered_bits(values[i]);
  kernel::sort_codes(code.data(), n, sorted.data(), scratch.data());
  Buffer<float> distinct;
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const std::uint32_t bits = kernel::code_of(sorted[i]), place = kernel::place_of(sorted[i]);
    const bool another = i == 0 || bits != before;
    if (another && bits != ~0u) distinct.push_back(values[place] + 0.0f);
    code[place] = static_cast<std::uint32_t>(distinct.size()) - (bits != ~0u);
    before = bits;
  }
  return distinct;
}

/// Calls f(row, column, number) for all numbers, rows side by side.
template <class F> void each_number(const RowSource& source, const F& f) {
  parallel::for_each(source.rows, 1024, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(static_cast<std::size_t>(source.width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      source.read(i, row.data());
      for (int j = 0; j < source.width; ++j) f(i, j, row[static_cast<std::size_t>(j)]);
    }
  });
}

}  // namespace detail

/// The numbers of all rows in a form that is compared as whole numbers are.
/// Cost     4 bytes a number kept.
[[gnu::noinline]] inline OrderedColumns order_rows(const RowSource& source) {
  OrderedColumns ordered;
  ordered.rows = source.rows;
  ordered.codes.resize(static_cast<std::size_t>(source.rows * source.width));
  ordered.splits.resize(static_cast<std::size_t>(source.width));
  ordered.missing.resize(static_cast<std::size_t>(source.width));
  detail::each_number(source, [&](std::ptrdiff_t i, std::ptrdiff_t j, float v) {
    ordered.codes[static_cast<std::size_t>(i * source.width + j)] = ordered_bits(v);
  });
  const std::size_t width = ordered.splits.size();
  for (std::size_t i = 0; i < ordered.codes.size(); i += width)
    for (std::size_t j = 0; j < width; ++j) {
      ordered.splits[j] |= ordered.codes[i + j] != ordered.codes[j];
      ordered.missing[j] |= ordered.codes[i + j] == ~0u;
    }
  return ordered;
}

/// The ranks of all rows; equal for equal inputs, targets are not looked at.
/// Cost     a sort of each column, columns side by side; 2 bytes a number kept (4 where a column has more than 65535
///          distinct ones).
[[gnu::noinline]] inline RankedColumns rank_rows(const RowSource& source) {
  const std::ptrdiff_t rows = source.rows;
  const int width = source.width;
  Buffer<float> x(static_cast<std::size_t>(rows * width));  // column after column
  detail::each_number(source, [&](std::ptrdiff_t i, std::ptrdiff_t j, float v) { x[static_cast<std::size_t>(j * rows + i)] = v; });
  RankedColumns ranked;
  ranked.rows = rows;
  ranked.missing.resize(static_cast<std::size_t>(width));
  Buffer<std::uint32_t> codes(x.size());
  Buffer<Buffer<float>> distinct(static_cast<std::size_t>(width));
  parallel::for_each(width, 1, [&](std::ptrdiff_t j, std::ptrdiff_t) {
    const std::span code(codes.data() + j * rows, static_cast<std::size_t>(rows));
    Buffer<float>& of_column = distinct[static_cast<std::size_t>(j)];
    of_column = detail::rank_column(x.data() + j * rows, code);
    for (const std::uint32_t c : code) ranked.missing[static_cast<std::size_t>(j)] |= c == of_column.size();
  });
  std::size_t most = 0;
  for (const Buffer<float>& of_column : distinct) {
    ranked.values.append(of_column);
    ranked.first.push_back(std::ssize(ranked.values));
    most = std::max(most, of_column.size());
  }
  const bool wide = most > std::numeric_limits<std::uint16_t>::max();
  if (wide) ranked.wide_codes.resize(x.size());
  else ranked.codes.resize(x.size());
  parallel::for_each(rows, 1024, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t j = 0; j < width; ++j)
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const std::uint32_t c = codes[static_cast<std::size_t>(j * rows + i)];
        if (wide) ranked.wide_codes[static_cast<std::size_t>(i * width + j)] = c;
        else ranked.codes[static_cast<std::size_t>(i * width + j)] = static_cast<std::uint16_t>(c);
      }
  });
  return ranked;
}

/// The same of this dataset, made by the first member that asks.
template <class X, class Y> std::shared_ptr<const OrderedColumns> shared_order(const Dataset<X, Y>& data) {
  return data.template shared_of_inputs<OrderedColumns>(0, [&] { return order_rows(row_source(data)); });
}
/// The ranked rows of this dataset, made by the first member that asks.
template <class X, class Y> std::shared_ptr<const RankedColumns> shared_ranks(const Dataset<X, Y>& data) {
  return data.template shared_of_inputs<RankedColumns>(0, [&] { return rank_rows(row_source(data)); });
}

}  // namespace tutti
