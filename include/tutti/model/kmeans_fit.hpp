// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/kernel/transpose.hpp>
#include <tutti/model/kmeans.hpp>
#include <tutti/model/kmeans_start.hpp>

#include <utility>

namespace tutti {
namespace detail {

/// What a pass over the rows leaves: sums of the rows of each cluster and of their weights.
struct ClusterSums {
  Buffer<double> rows{}, weight{};  // (clusters, columns), (clusters)
  double inertia = 0;               // of the centres that the pass was made with, if asked for

  ClusterSums& operator+=(const ClusterSums& other) noexcept {
    kernel::axpy(std::ssize(rows), 1.0, other.rows.data(), rows.data());
    kernel::axpy(std::ssize(weight), 1.0, other.weight.data(), weight.data());
    inertia += other.inertia;
    return *this;
  }
};

/// Lloyd's algorithm on rows whose mean was taken off: squares of large offsets would drown the distances.
struct Lloyd {
  const RowSource& x;
  const Buffer<double>& mean;
  std::ptrdiff_t clusters, width;
  Buffer<double> centres;  // (clusters, columns)
  Buffer<int> labels;

  Lloyd(const RowSource& rows, const Buffer<double>& offset, const Buffer<float>& start)
      : x(rows), mean(offset), clusters(std::ssize(start) / rows.width), width(rows.width), centres(start.size()),
        labels(static_cast<std::size_t>(rows.rows), -1) {
    for (std::size_t i = 0; i < start.size(); ++i) centres[i] = static_cast<double>(start[i]) - mean[i % mean.size()];
  }
  void read(std::ptrdiff_t i, float* numbers, double* row) const {
    const float* const from = x.row(i, numbers);
    for (std::ptrdiff_t j = 0; j < width; ++j) row[j] = static_cast<double>(from[j]) - mean[static_cast<std::size_t>(j)];
  }
};

inline constexpr std::ptrdiff_t rows_at_once = 128;  // whose products with all centres are made together

/// Where the largest number of each of `rows_at_once` columns is, of equals the first.
/// Shapes   v (n, rows_at_once), best (rows_at_once).
template <class T> void largest_of_columns(std::ptrdiff_t n, const T* v, T* best) noexcept {
  constexpr std::ptrdiff_t w = kernel::lanes<T>;
  for (std::ptrdiff_t r = 0; r < rows_at_once; r += w) {
    kernel::Batch<T> most = kernel::load<T>(v + r), at(T(0));
    for (std::ptrdiff_t k = 1; k < n; ++k) {
      const kernel::Batch<T> next = kernel::load<T>(v + k * rows_at_once + r);
      at = xsimd::select(next > most, kernel::Batch<T>(static_cast<T>(k)), at);
      most = xsimd::max(most, next);
    }
    kernel::store<T>(at, best + r);
  }
}

/// Each row of [begin, end) to its nearest centre: where 2 x c - |c|^2 is largest, which is |x|^2 less the squared distance.
template <class Problem>
void assign(Problem& p, const Buffer<double>& twice, const Buffer<double>& minus_squares, bool with_inertia, std::ptrdiff_t begin,
            std::ptrdiff_t end, ClusterSums& sums) {
  Buffer<float> numbers(static_cast<std::size_t>(p.width));
  Buffer<double> rows(static_cast<std::size_t>(rows_at_once * p.width)), products(static_cast<std::size_t>(rows_at_once * p.clusters)),
      turned(products.size()), nearest(static_cast<std::size_t>(rows_at_once));
  for (std::ptrdiff_t first = begin; first < end; first += rows_at_once) {
    const std::ptrdiff_t n = std::min(rows_at_once, end - first);
    for (std::ptrdiff_t i = 0; i < n; ++i) p.read(first + i, numbers.data(), rows.data() + i * p.width);
    kernel::gemm<double>(n, p.clusters, p.width, kernel::matrix(rows.data(), p.width), kernel::matrix(twice.data(), p.clusters),
                         products.data(), p.clusters, kernel::add_bias(minus_squares.data()));
    kernel::transpose<double>(n, p.clusters, products.data(), p.clusters, turned.data(), rows_at_once);
    largest_of_columns(p.clusters, turned.data(), nearest.data());
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      const auto best = static_cast<std::ptrdiff_t>(nearest[static_cast<std::size_t>(i)]);
      const double w = p.x.weight[static_cast<std::size_t>(first + i)];
      const double* const row = rows.data() + i * p.width;
      p.labels[static_cast<std::size_t>(first + i)] = w > 0 ? static_cast<int>(best) : -1;
      kernel::axpy(p.width, w, row, sums.rows.data() + best * p.width);
      sums.weight[static_cast<std::size_t>(best)] += w;
      if (with_inertia) sums.inertia += w * kernel::squared_distance(p.width, row, p.centres.data() + best * p.width);
    }
  }
}
template <class Problem> ClusterSums assign_all(Problem& p, bool with_inertia) {
  const auto k = static_cast<std::size_t>(p.clusters);
  Buffer<double> twice(p.centres.size()), minus_squares(k);
  for (std::size_t c = 0; c < k; ++c) {
    const double* const centre = p.centres.data() + c * static_cast<std::size_t>(p.width);
    minus_squares[c] = -kernel::sum_of_squares(p.width, centre);
    for (std::ptrdiff_t j = 0; j < p.width; ++j) twice[static_cast<std::size_t>(j) * k + c] = 2 * centre[j];
  }
  const ClusterSums zero{Buffer<double>(p.centres.size()), Buffer<double>(k)};
  return parallel::ordered_sum(p.x.rows, chunk_of_rows(p.x.rows, 4 * rows_at_once), zero, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    ClusterSums sums = zero;
    assign(p, twice, minus_squares, with_inertia, begin, end, sums);
    return sums;
  });
}

/// Gives each empty cluster the row that is farthest from its centre, and takes it from where it was.
[[gnu::cold]] inline void fill_empty(const Lloyd& p, ClusterSums& sums) {
  Buffer<float> numbers(static_cast<std::size_t>(p.width));
  Buffer<double> row(static_cast<std::size_t>(p.width)), far;
  for (std::ptrdiff_t k = 0; k < p.clusters; ++k) {
    if (sums.weight[static_cast<std::size_t>(k)] > 0) continue;
    for (std::ptrdiff_t i = 0; std::ssize(far) < p.x.rows; ++i) {  // once
      const int label = p.labels[static_cast<std::size_t>(i)];
      p.read(i, numbers.data(), row.data());
      far.push_back(label < 0 ? 0 : kernel::squared_distance(p.width, row.data(), p.centres.data() + label * p.width));
    }
    const std::ptrdiff_t farthest = kernel::argmax(std::ssize(far), far.data());
    const auto at = static_cast<std::size_t>(farthest);
    if (!(far[at] > 0)) return;
    far[at] = 0;
    p.read(farthest, numbers.data(), row.data());
    const double w = p.x.weight[at];
    kernel::axpy(p.width, w, row.data(), sums.rows.data() + k * p.width);
    kernel::axpy(p.width, -w, row.data(), sums.rows.data() + p.labels[at] * p.width);
    sums.weight[static_cast<std::size_t>(k)] = w;
    sums.weight[static_cast<std::size_t>(p.labels[at])] -= w;
  }
}

/// The centres become the means of their rows; gives the sum of the squares of their moves.
[[gnu::cold]] inline double move_centres(Lloyd& p, const ClusterSums& sums) {
  double moved = 0;
  for (std::size_t i = 0; i < p.centres.size(); ++i) {
    const double w = sums.weight[i / static_cast<std::size_t>(p.width)];
    if (!(w > 0)) continue;
    const double to = sums.rows[i] / w, by = to - p.centres[i];
    p.centres[i] = to;
    moved += by * by;
  }
  return moved;
}

struct Clustering {
  Buffer<double> centres{};
  double inertia = 0;
  int iterations = 0;
};
template <class Problem> Clustering iterate(Problem p, int most, double tolerance) {
  Buffer<int> before;
  int done = 0;
  for (bool settled = false; done < most && !settled; ++done) {
    before = p.labels;
    ClusterSums sums = assign_all(p, false);
    fill_empty(p, sums);
    const double moved = move_centres(p, sums);
    settled = p.labels == before || moved <= tolerance;
  }
  const double inertia = assign_all(p, true).inertia;
  for (std::size_t i = 0; i < p.centres.size(); ++i) p.centres[i] += p.mean[i % p.mean.size()];
  return {std::move(p.centres), inertia, done};
}

/// The best of several starts; of equal ones the first.
template <class Source>
Clustering best_clustering(const Source& x, const Moments& m, const KMeans& spec, const Context& context) {
  double variance = 0;
  for (const double v : m.variance) variance += v / static_cast<double>(m.variance.size());
  Clustering best;
  const int starts = spec.centres.empty() ? spec.starts : 1;
  for (int s = 0; s < starts; ++s) {
    const Buffer<float> start =
        spec.centres.empty() ? careful_start(x, spec.clusters, context.random("k-means++").stream(static_cast<std::uint64_t>(s)))
                             : spec.centres;
    Clustering found = iterate(Lloyd(x, m.mean, start), spec.iterations, static_cast<double>(spec.tolerance) * variance);
    if (s == 0 || found.inertia < best.inertia) best = std::move(found);
  }
  return best;
}

}  // namespace detail

template <class X, class Y> KMeans::Model<X, Y> KMeans::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "KMeans", reason);
  };
  expect(clusters >= 1, {"expected at least one cluster, got ", clusters});
  expect(starts >= 1 && iterations >= 1, {"expected at least one start and one iteration, got ", starts, " and ", iterations});
  expect(tolerance >= 0 && std::isfinite(tolerance), {"expected a finite tolerance >= 0, got ", tolerance});
  const RowSource x = row_source(data);
  const Moments m = detail::checked_moments(x, context.path(), "KMeans", {});
  std::ptrdiff_t rows = 0;
  for (const double w : x.weight) rows += w > 0;
  expect(clusters <= rows, {"expected at most as many clusters as rows of positive weight, ", rows, ", got ", clusters});
  const std::ptrdiff_t numbers = std::ptrdiff_t{clusters} * x.width;
  expect(centres.empty() || std::ssize(centres) == numbers,
         {"expected first centres of ", clusters, " clusters in ", x.width, " columns, got ", centres.size(), " numbers"});
  for (const float c : centres) expect(std::isfinite(c), {"expected finite centres, got ", c});
  detail::Clustering found = detail::best_clustering(x, m, *this, context);
  Model<X, Y> model{std::move(found.centres), clusters, output, found.inertia, found.iterations};
  model.loaded();
  return model;
}

}  // namespace tutti
