// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/sort_floats.hpp>
#include <tutti/model/bins.hpp>

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

/// Bins of one column; `values` is sorted here. With more than Bins::most distinct values each bin is closed when it
/// has its share of what is left, so that a frequent value gets a bin of its own and the others share the rest.
inline ColumnBins bins_of(std::span<float> values) {
  ColumnBins out;
  const auto numbers = std::partition(values.begin(), values.end(), [](float v) { return v == v; });
  out.missing = numbers != values.end();
  const std::ptrdiff_t n = numbers - values.begin();
  Buffer<std::uint32_t> scratch(static_cast<std::size_t>(kernel::sort_scratch(n)));
  kernel::sort_floats(values.data(), n, scratch.data());

  Buffer<std::pair<float, std::ptrdiff_t>> distinct;  // value, how often
  for (auto v = values.begin(); v != numbers; ++v)
    if (distinct.empty() || *v != distinct.back().first) distinct.emplace_back(*v, 1);
    else ++distinct.back().second;

  std::ptrdiff_t left = numbers - values.begin();
  std::size_t d = 0;
  for (std::ptrdiff_t bins = std::min<std::ptrdiff_t>(Bins::most, std::ssize(distinct)); bins > 0; --bins) {
    const std::ptrdiff_t spare =
        std::ssize(distinct) - static_cast<std::ptrdiff_t>(d) - bins;  // may be merged away
    const double share = static_cast<double>(left) / static_cast<double>(bins);
    out.low.push_back(distinct[d].first);
    std::ptrdiff_t taken = distinct[d].second;
    std::size_t end = d + 1;
    for (std::ptrdiff_t merged = 0; merged < spare; ++merged, ++end) {
      const std::ptrdiff_t next = distinct[end].second;  // joins if that brings the bin nearer to its share
      if (bins > 1 && static_cast<double>(taken) + static_cast<double>(next) / 2 > share) break;
      taken += next;
    }
    out.high.push_back(distinct[end - 1].first);
    left -= taken;
    d = end;
  }
  return out;
}

/// Rows whose quantiles stand for the whole: all, or evenly spread ones with a random offset.
inline Buffer<std::ptrdiff_t> rows_for_bins(std::ptrdiff_t rows) {
  constexpr std::ptrdiff_t enough = 200'000;
  Buffer<std::ptrdiff_t> sample(static_cast<std::size_t>(std::min(rows, enough)));
  Random random;
  for (std::ptrdiff_t i = 0, n = std::ssize(sample); i < n; ++i) {
    const std::ptrdiff_t begin = i * rows / n, end = (i + 1) * rows / n;
    sample[static_cast<std::size_t>(i)] =
        begin + static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(end - begin)));
  }
  return sample;
}

}  // namespace detail

/// Bins of every column and the codes of every row; equal for equal inputs, targets are not looked at. Exact (a bin for
/// each value) where a column has at most 255 distinct ones; above 200,000 rows the bins come from a sample of that size.
/// Cost     a sort of each column, columns side by side; 4 bytes a number while it lasts, 1 byte a number kept.
template <class X, class Y> Binned bin_rows(const Dataset<X, Y>& data) {
  const std::ptrdiff_t rows = data.rows();
  const int width = data.width();
  const auto sample = detail::rows_for_bins(rows);
  const std::ptrdiff_t n = std::ssize(sample);
  constexpr std::ptrdiff_t grain = 1024;

  Buffer<float> columns(static_cast<std::size_t>(n * width));
  parallel::for_each(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(static_cast<std::size_t>(width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      data.x(sample[static_cast<std::size_t>(i)]).copy_to(row.data());
      for (int j = 0; j < width; ++j)
        columns[static_cast<std::size_t>(j * n + i)] = row[static_cast<std::size_t>(j)];
    }
  });
  Buffer<detail::ColumnBins> of(static_cast<std::size_t>(width));
  parallel::for_each(width, 1, [&](std::ptrdiff_t j, std::ptrdiff_t) {
    of[static_cast<std::size_t>(j)] = detail::bins_of({columns.data() + j * n, static_cast<std::size_t>(n)});
  });
  Buffer<float>().swap(columns);

  Binned binned;
  for (const detail::ColumnBins& c : of)
    binned.bins.append(c.low, c.high, c.missing || n < rows);  // the sample may lack the NaN
  binned.rows = rows;
  binned.codes.resize(static_cast<std::size_t>(rows * width));
  parallel::for_each(rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(static_cast<std::size_t>(width));
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      data.x(i).copy_to(row.data());
      for (int j = 0; j < width; ++j)
        binned.codes[static_cast<std::size_t>(i * width + j)] =
            binned.bins.code(j, row[static_cast<std::size_t>(j)]);
    }
  });
  Buffer<std::int32_t> counts;
  for (int j = 0; j < width; ++j) counts.push_back(binned.bins.count(j));
  binned.bundles = bundle_columns(binned.codes.data(), rows, counts);
  return binned;
}

/// The binned rows of this dataset, made by the first member that asks.
template <class X, class Y> std::shared_ptr<const Binned> shared_bins(const Dataset<X, Y>& data) {
  return data.template shared_of_inputs<Binned>(0, [&] { return bin_rows(data); });
}

}  // namespace tutti
