// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/distance.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/row_source.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tutti::detail {

/// How far each row is from the nearest of the centres chosen so far, squared.
struct NearestSoFar {
  const RowSource& x;
  Buffer<double> squared;  // infinite at first

  explicit NearestSoFar(const RowSource& rows)
      : x(rows), squared(static_cast<std::size_t>(rows.rows), std::numeric_limits<double>::infinity()) {}

  double weighted(std::size_t i) const noexcept { return x.weight[i] > 0 ? x.weight[i] * squared[i] : 0.0; }

  /// The sum of w times what `squared` would become with each of these rows among the centres.
  Buffer<double> potentials(const Buffer<float>& candidates) const {
    const std::ptrdiff_t width = x.width, count = std::ssize(candidates) / width, grain = chunk_of_rows(x.rows, 256);
    Buffer<double> partial(static_cast<std::size_t>(parallel::chunks(x.rows, grain) * count));
    parallel::for_each(x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<float> row(static_cast<std::size_t>(width));
      double* const sum = partial.data() + begin / grain * count;
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const float* const numbers = x.row(i, row.data());
        for (std::ptrdiff_t c = 0; c < count; ++c)
          sum[c] += x.weight[at] * std::min(squared[at], kernel::squared_distance(width, numbers, candidates.data() + c * width));
      }
    });
    Buffer<double> all(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < partial.size(); ++i) all[i % all.size()] += partial[i];
    return all;
  }
  void add(const float* centre) {
    parallel::for_each(x.rows, chunk_of_rows(x.rows, 256), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<float> row(static_cast<std::size_t>(x.width));
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const float* const numbers = x.row(i, row.data());
        double& known = squared[static_cast<std::size_t>(i)];
        known = std::min(known, kernel::squared_distance(x.width, numbers, centre));
      }
    });
  }
};

/// The row at which the running sum of mass(i) first exceeds `share` of the whole; the last row of mass where it never
/// does.
template <class Mass> std::ptrdiff_t row_at_share(std::ptrdiff_t rows, double share, const Mass& mass) {
  double all = 0, sum = 0;
  for (std::ptrdiff_t i = 0; i < rows; ++i) all += mass(static_cast<std::size_t>(i));
  std::ptrdiff_t last = -1;
  for (std::ptrdiff_t i = 0; i < rows; ++i) {
    const double m = mass(static_cast<std::size_t>(i));
    if (m > 0) last = i;
    if ((sum += m) > share * all) return i;
  }
  return last;
}

/// First centres by k-means++: the first in proportion to the weights, each further one the best of 2 + log K draws.
/// Shapes   (clusters, columns).
template <class Source> Buffer<float> careful_start(const Source& x, int clusters, Random random) {
  const auto width = static_cast<std::size_t>(x.width);
  const int draws = 2 + static_cast<int>(std::log(clusters));
  NearestSoFar nearest(x);
  Buffer<float> centres(static_cast<std::size_t>(clusters) * width), candidates;
  for (int k = 0; k < clusters; ++k) {
    candidates.clear();
    for (int draw = 0; draw < (k == 0 ? 1 : draws); ++draw) {
      const auto by_distance = [&](std::size_t i) { return nearest.weighted(i); };
      const auto by_weight = [&](std::size_t i) { return x.weight[i]; };
      const double share = random.uniform53();
      std::ptrdiff_t row = k == 0 ? -1 : row_at_share(x.rows, share, by_distance);
      if (row < 0) row = row_at_share(x.rows, share, by_weight);  // all rows stand on centres
      candidates.resize(candidates.size() + width);
      x.read(row, candidates.end() - width);
    }
    const Buffer<double> potential = nearest.potentials(candidates);
    std::size_t best = 0;
    for (std::size_t c = 1; c < potential.size(); ++c)
      if (potential[c] < potential[best]) best = c;
    std::copy_n(candidates.data() + best * width, width, centres.data() + static_cast<std::size_t>(k) * width);
    nearest.add(candidates.data() + best * width);
  }
  return centres;
}

}  // namespace tutti::detail
