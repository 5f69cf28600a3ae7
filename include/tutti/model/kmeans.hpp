// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/kernel/distance.hpp>

#include <cmath>
#include <cstddef>

namespace tutti {

/// What KMeans makes of a row: its distances to all centres, 1 for the nearest and 0 for the others, or the nearest's
/// number.
enum class ClusterOutput : unsigned char { distances, one_hot, nearest };

/// Centres c_1 ... c_K that minimise sum_i w_i min_k |x_i - c_k|^2, with row weights w: Lloyd's iterations from several
/// starts, of which the best is kept. The same as scikit-learn's KMeans from the same first centres; starts are by
/// k-means++, each centre being the best of 2 + log K draws with probability w_i times the squared distance to those
/// before it. It ends when no row changes its cluster, when the centres move by less than `tolerance` times the columns'
/// mean variance (the sum of squares of all moves), or after so many iterations.
/// A cluster that loses its rows gets the row farthest from its own centre, of equally far ones the first; where rows
/// have fewer distinct values than there are clusters, centres stay where they are. A row equally near to two centres
/// belongs to the first. NaN: refused in fitting; later its distances are NaN, and it belongs to no cluster (one_hot: all
/// 0; nearest: NaN).
/// Shapes   x (columns) -> (clusters), or (1) for nearest.
/// Cost     fit: starts x iterations x 2 rows columns clusters flops in double, by matrix products on all threads;
///          transform: 3 columns clusters.
/// Errors   FitError when clusters is below 1 or above the rows of positive weight, an option is out of range, `centres`
///          has another size, or an input is not finite.
/// Source   Lloyd, Least squares quantization in PCM, IEEE Trans. Information Theory 28 (1982); Arthur, Vassilvitskii,
///          k-means++: the advantages of careful seeding, SODA 2007.
struct KMeans {
  int clusters = 8;
  ClusterOutput output = ClusterOutput::distances;
  int starts = 10;
  int iterations = 300;
  float tolerance = 1e-4f;
  Buffer<float> centres{};  // (clusters, columns) to begin with, one start; empty: k-means++

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .weights = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  template <class X, class Y> struct Model {
    Buffer<double> centres{};  // (clusters, columns)
    int clusters = 0;
    ClusterOutput output = ClusterOutput::distances;
    double inertia = 0;  // the sum that was minimised
    int iterations = 0;  // that the best start took
    Buffer<double> turned{};  // the centres once more, column after column

    int width() const noexcept { return output == ClusterOutput::nearest ? 1 : clusters; }
    int columns() const noexcept { return static_cast<int>(centres.size()) / clusters; }
    const double* centre(int k) const noexcept { return centres.data() + std::ptrdiff_t{k} * columns(); }

    /// The cluster of a row, -1 for a row with NaN.
    int nearest(const ViewOf<X>& x) const noexcept {
      int best = -1;
      double least = 0;
      kernel::squared_distances(columns(), x, clusters, turned.data(), [&](std::ptrdiff_t first, std::ptrdiff_t count, const double* d) {
        for (std::ptrdiff_t k = 0; k < count; ++k)
          if (d[k] < least || (best < 0 && d[k] == d[k])) {
            best = static_cast<int>(first + k);
            least = d[k];
          }
      });
      return best;
    }
    /// The clusters of all rows.
    template <class Y2> Buffer<int> labels(const Dataset<X, Y2>& data) const {
      Buffer<int> all;
      for (std::ptrdiff_t i = 0; i < data.rows(); ++i) all.push_back(nearest(data.x(i)));
      return all;
    }
    template <class T> void transform(const ViewOf<X>& x, T* out) const noexcept {
      if (output == ClusterOutput::distances) {
        return kernel::squared_distances(columns(), x, clusters, turned.data(), [&](std::ptrdiff_t first, std::ptrdiff_t count, const double* d) {
          for (std::ptrdiff_t k = 0; k < count; ++k) out[first + k] = static_cast<T>(std::sqrt(d[k]));
        });
      }
      const int best = nearest(x);
      if (output == ClusterOutput::nearest) out[0] = best < 0 ? static_cast<T>(NAN) : static_cast<T>(best);
      else
        for (int k = 0; k < clusters; ++k) out[k] = k == best ? T(1) : T(0);
    }

    static void visit(auto& self, auto& archive) {
      archive("centres", self.centres)("clusters", self.clusters)("output", self.output)("inertia", self.inertia)(
          "iterations", self.iterations);
    }
    void check_extents(int width, int) const {
      check<FileError>(columns() == width, {"expected centres of ", width, " columns"}, columns());
    }
    void loaded() {
      check<FileError>(clusters > 0, "expected at least one cluster", clusters);
      check<FileError>(static_cast<int>(output) <= 2, "expected an output of 0, 1 or 2", static_cast<int>(output));
      check<FileError>(!centres.empty() && centres.size() % static_cast<std::size_t>(clusters) == 0,
                       {"expected ", clusters, " centres of equal width"}, centres.size());
      const std::ptrdiff_t stride = kernel::columnwise_stride(clusters), width = columns();
      turned.assign(static_cast<std::size_t>(width * stride), 0.0);
      for (int k = 0; k < clusters; ++k)
        for (std::ptrdiff_t j = 0; j < width; ++j) turned[static_cast<std::size_t>(j * stride + k)] = centre(k)[j];
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("clusters", self.clusters)("output", self.output)("starts", self.starts)("iterations", self.iterations)(
        "tolerance", self.tolerance)("centres", self.centres);
  }
};

}  // namespace tutti
