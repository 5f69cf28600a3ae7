// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/sort_codes.hpp>
#include <tutti/model/row_source.hpp>
#include <tutti/model/split_columns.hpp>

#include <bit>
#include <memory>

namespace tutti {

namespace detail {

/// A whole number that is ordered as the number is, infinities too; -0 is 0, NaN comes last.
inline std::uint32_t ordered_bits(float v) noexcept {
  if (v != v) return ~0u;
  const auto bits = std::bit_cast<std::uint32_t>(v + 0.0f);
  return bits >> 31 != 0 ? ~bits : bits | 0x80000000u;
}

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

}  // namespace detail

/// The ranks of all rows; equal for equal inputs, targets are not looked at.
/// Cost     a sort of each column, columns side by side; 2 bytes a number kept (4 where a column has more than 65535
///          distinct ones).
[[gnu::noinline]] inline RankedColumns rank_rows(const RowSource& source) {
  const std::ptrdiff_t rows = source.rows;
  const int width = source.width;
  Buffer<float> x(static_cast<std::size_t>(rows * width));
  parallel::for_each(rows, 1024, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(static_cast<std::size_t>(width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      source.read(i, row.data());
      for (int j = 0; j < width; ++j) x[static_cast<std::size_t>(j * rows + i)] = row[static_cast<std::size_t>(j)];
    }
  });
  RankedColumns ranked;
  ranked.rows = rows;
  ranked.wide_codes.resize(x.size());
  ranked.missing.resize(static_cast<std::size_t>(width));
  Buffer<Buffer<float>> distinct(static_cast<std::size_t>(width));
  parallel::for_each(width, 1, [&](std::ptrdiff_t j, std::ptrdiff_t) {
    const std::span code(ranked.wide_codes.data() + j * rows, static_cast<std::size_t>(rows));
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
  if (most > std::numeric_limits<std::uint16_t>::max()) return ranked;
  ranked.codes.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) ranked.codes[i] = static_cast<std::uint16_t>(ranked.wide_codes[i]);
  Buffer<std::uint32_t>().swap(ranked.wide_codes);
  return ranked;
}

/// The ranked rows of this dataset, made by the first member that asks.
template <class X, class Y> std::shared_ptr<const RankedColumns> shared_ranks(const Dataset<X, Y>& data) {
  return data.template shared<RankedColumns>(0, [&] { return rank_rows(row_source(data)); });
}

}  // namespace tutti
