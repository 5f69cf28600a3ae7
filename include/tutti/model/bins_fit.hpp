// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/sort_floats.hpp>
#include <tutti/model/bins.hpp>
#include <tutti/model/row_sample.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace tutti {

namespace detail {

struct ColumnBins {
  Buffer<float> low, high;
  bool missing = false;
};

/// Bins of one column; `values` is sorted here. With more than `most` distinct values each bin is closed when it
/// has its share of what is left, so that a frequent value gets a bin of its own and the others share the rest.
inline ColumnBins bins_of(std::span<float> values, int most) {
  ColumnBins out;
  const auto numbers = std::partition(values.begin(), values.end(), [](float v) { return v == v; });
  out.missing = numbers != values.end();
  const std::ptrdiff_t n = numbers - values.begin();
  Buffer<std::uint32_t> scratch(static_cast<std::size_t>(kernel::sort_scratch(n)));
  kernel::sort_floats(values.data(), n, scratch.data());

  const float *v = values.data(), *const last = v + n;
  const auto next_value = [last](const float* at) {  // behind those that are equal
    const float* next = at + 1;
    while (next != last && *next == *at) ++next;
    return next;
  };
  std::ptrdiff_t distinct = 0;  // values that are not dealt yet
  for (const float* at = v; at != last; at = next_value(at)) ++distinct;

  for (std::ptrdiff_t bins = std::min<std::ptrdiff_t>(most, distinct); bins > 0; --bins) {
    const std::ptrdiff_t spare = distinct - bins;  // may be merged away
    const double share = static_cast<double>(last - v) / static_cast<double>(bins);
    const float *high = v, *end = next_value(v);
    std::ptrdiff_t merged = 0;
    for (; merged < spare; ++merged) {
      const float* const next = next_value(end);  // joins if that brings the bin nearer to its share
      if (bins > 1 && static_cast<double>(end - v) + static_cast<double>(next - end) / 2 > share) break;
      high = end;
      end = next;
    }
    out.low.push_back(*v);
    out.high.push_back(*high);
    distinct -= merged + 1;
    v = end;
  }
  return out;
}

/// Bins of every column of a sample of rows (n, width), at most so many.
template <class = void>  // compiled where it is used
[[gnu::cold]] Bins bins_of_sample(const float* rows, std::ptrdiff_t n, int width, bool whole, int most) {
  Buffer<ColumnBins> of(static_cast<std::size_t>(width));
  parallel::for_each(width, 1, [&](std::ptrdiff_t j, std::ptrdiff_t) {
    Buffer<float> column(static_cast<std::size_t>(n));
    for (std::ptrdiff_t i = 0; i < n; ++i) column[static_cast<std::size_t>(i)] = rows[i * width + j];
    of[static_cast<std::size_t>(j)] = bins_of({column.data(), column.size()}, most);
  });
  Bins bins;
  for (const ColumnBins& c : of) bins.append(c.low, c.high, c.missing || !whole);  // the sample may lack the NaN
  return bins;
}

inline void code_row(Binned& binned, std::ptrdiff_t row, const float* numbers) noexcept {
  for (int j = 0; j < binned.width(); ++j) binned.codes.set(row * binned.width() + j, binned.bins.code(j, numbers[j]));
}

/// Bundles of columns that exclude each other, once all rows are coded.
template <class = void>
[[gnu::cold]] void bundle(Binned& binned) {
  Buffer<std::int32_t> counts;
  for (int j = 0; j < binned.width(); ++j) counts.push_back(binned.bins.count(j));
  binned.bundles = bundle_columns(binned.codes, binned.rows, counts);
}

}  // namespace detail

/// Bins of every column and the codes of every row; equal for equal inputs, targets are not looked at. Exact (a bin for
/// each value) where a column has at most `most` distinct ones; above 200,000 rows the bins come from a sample of that size.
/// Needs    1 <= most <= Bins::most.
/// Cost     a sort of each column, columns side by side; 4 bytes a number while it lasts, 1 byte a number kept, 2 where a
///          column has more than 255 bins.
template <class X, class Y> Binned bin_rows(const Dataset<X, Y>& data, int most = Bins::usual) {
  const std::ptrdiff_t rows = data.rows();
  const int width = data.width();
  constexpr std::ptrdiff_t grain = 1024;
  detail::RowSample sample(0);
  for (std::ptrdiff_t i = 0; i < rows; ++i) sample.offer(nullptr);
  sample.finish();

  Binned binned;
  {
    Buffer<float> values(static_cast<std::size_t>(sample.rows() * width));
    parallel::for_each(sample.rows(), grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) data.x(sample.place(i)).copy_to(values.data() + i * width);
    });
    binned.bins = detail::bins_of_sample(values.data(), sample.rows(), width, sample.whole(), most);
  }
  binned.rows = rows;
  binned.codes = Codes(rows * width, binned.bins.codes());
  parallel::for_each(rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(static_cast<std::size_t>(width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      data.x(i).copy_to(row.data());
      detail::code_row(binned, i, row.data());
    }
  });
  detail::bundle(binned);
  return binned;
}

/// The binned rows of this dataset, made by the first member that asks for so many bins; those that it consists of where it is
/// such.
template <class X, class Y> std::shared_ptr<const Binned> shared_bins(const Dataset<X, Y>& data, int most = Bins::usual) {
  if constexpr (requires { data.storage()->binned(); })
    if (data.is_whole()) return {data.storage(), &data.storage()->binned()};
  return data.template shared_of_inputs<Binned>(static_cast<std::uint64_t>(most), [&] { return bin_rows(data, most); });
}

}  // namespace tutti
