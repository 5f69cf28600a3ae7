// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/row_source.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tutti {

/// Weighted mean and population variance of each column in double, NaN left out. A constant column has
/// exactly its value as mean and exactly 0 as variance; a column without a number has 0 and 0.
struct Moments {
  Buffer<double> weight{}, mean{}, variance{};  // weight: of the rows that have a number there
};

namespace detail {

/// The rows of one chunk of a sum over all rows: depends on the sizes alone, and leaves at most 64 partial
/// sums.
constexpr std::ptrdiff_t chunk_of_rows(std::ptrdiff_t rows, std::ptrdiff_t least) noexcept {
  return std::max(least, (rows + 63) / 64);
}

/// One pass: sums[j] = sum w (x - centre)^power, sums[width + j] = sum w, both over the numbers of column j.
template <int Power, class Source> Buffer<double> deviations(const Source& x, const Buffer<double>& centre) {
  const auto width = static_cast<std::size_t>(x.width);
  const std::ptrdiff_t grain = chunk_of_rows(x.rows, 256);
  Buffer<Buffer<double>> partial(static_cast<std::size_t>(parallel::chunks(x.rows, grain)));
  parallel::for_each(x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> sums(2 * width);
    Buffer<float> row(width);
    double* const sum = sums.data();  // pointers, so that the compiler makes registers of the loops
    const double* const around = centre.data();
    double whole = 0;  // the weight of rows without a NaN
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const double w = x.weight[static_cast<std::size_t>(i)];
      const float* const numbers = row_of(x, i, row.data());
      int missing = 0;
      for (std::size_t j = 0; j < width; ++j) missing |= numbers[j] != numbers[j];
      if (missing == 0) {
        whole += w;
        for (std::size_t j = 0; j < width; ++j) {
          const double d = static_cast<double>(numbers[j]) - around[j];
          sum[j] += Power == 1 ? w * d : w * d * d;
        }
        continue;
      }
      for (std::size_t j = 0; j < width; ++j) {
        const bool is_number = numbers[j] == numbers[j];
        const double d = is_number ? static_cast<double>(numbers[j]) - around[j] : 0.0;
        sum[j] += Power == 1 ? w * d : w * d * d;
        sum[width + j] += is_number ? w : 0.0;
      }
    }
    for (std::size_t j = 0; j < width; ++j) sum[width + j] += whole;
    partial[static_cast<std::size_t>(begin / grain)] = std::move(sums);
  });
  Buffer<double> all(2 * width);
  for (const Buffer<double>& part : partial)
    for (std::size_t j = 0; j < 2 * width; ++j) all[j] += part[j];
  return all;
}

}  // namespace detail

/// Shapes   as many numbers in each part as a row has.
/// Cost     two passes over the data, one without the variance, which is then 0.
template <class Source> Moments moments(const Source& x, bool with_variance = true) {
  const auto width = static_cast<std::size_t>(x.width);
  Moments m{Buffer<double>(width), Buffer<double>(width), Buffer<double>(width)};
  Buffer<float> row(width);
  Buffer<bool> found(width);
  std::size_t missing = width;
  for (std::ptrdiff_t i = 0; i < x.rows && missing > 0; ++i) {  // sums begin at a value of the column itself:
    if (x.weight[static_cast<std::size_t>(i)] <= 0) continue;   // so they are exact for a constant one
    x.read(i, row.data());
    for (std::size_t j = 0; j < width; ++j)
      if (!found[j] && row[j] == row[j]) {
        m.mean[j] = static_cast<double>(row[j]);
        found[j] = true;
        --missing;
      }
  }
  const Buffer<double> first = detail::deviations<1>(x, m.mean);
  for (std::size_t j = 0; j < width; ++j) {
    m.weight[j] = first[width + j];
    if (m.weight[j] > 0) m.mean[j] += first[j] / m.weight[j];
  }
  if (!with_variance) return m;
  const Buffer<double> second = detail::deviations<2>(x, m.mean);
  for (std::size_t j = 0; j < width; ++j) m.variance[j] = m.weight[j] > 0 ? second[j] / m.weight[j] : 0.0;
  return m;
}

namespace detail {

/// Throws FitError unless the condition holds; a learner that is fitted on its own is called by its name.
inline void fit_check(bool condition, const std::string& path, std::string_view name,
                      std::initializer_list<Word> reason) {
  if (!condition) [[unlikely]]
    throw FitError(path.empty() ? name : std::string_view(path), joined(reason));
}

/// What every linear learner needs of its inputs.
/// Errors   FitError when no row has a positive weight, or a column is infinite or (unless allowed) has a
///          NaN.
struct Needed {
  bool variance = true, missing = false;
};
template <class Source>
Moments checked_moments(const Source& x, const std::string& path, std::string_view name, Needed needed) {
  fit_check(x.total > 0, path, name,
            {"expected at least one row with a positive weight, got ", x.rows, " rows without"});
  Moments m = moments(x, needed.variance);
  for (std::size_t j = 0; j < m.mean.size(); ++j) {
    const bool finite = std::isfinite(m.mean[j]) && std::isfinite(m.variance[j]);
    const bool whole = needed.missing || m.weight[j] >= x.total * (1 - 1e-9);
    fit_check(finite && whole, path, name,
              {"expected finite numbers, got ", finite ? "NaN" : "infinity", " in column ", j});
  }
  return m;
}

}  // namespace detail
}  // namespace tutti
