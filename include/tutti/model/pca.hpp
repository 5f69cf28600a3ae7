// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace tutti {

/// What PCA finds: y = (x - mean) V^T, rows of V being the directions of largest variance, one after the other.
/// Shapes   mean (columns), directions V^T (columns, components), variance, ratio (components).
struct PrincipalComponents {
  Buffer<double> mean{}, directions{}, scale{};  // scale: what y is divided by, 1 without whitening
  Buffer<double> variance{}, ratio{};            // of each component, and its share of the whole
  double noise_variance = 0;                     // the mean variance of the components left out

  int columns() const noexcept { return static_cast<int>(mean.size()); }
  int components() const noexcept { return static_cast<int>(scale.size()); }
  /// Entry j of direction k.
  double direction(int k, int j) const noexcept {
    return directions[static_cast<std::size_t>(j) * scale.size() + static_cast<std::size_t>(k)];
  }

  template <class View, class T> void project(const View& x, T* y) const noexcept {
    int k = 0;
    while (k + 16 <= components()) k += group<16>(x, y, k);
    while (k + 4 <= components()) k += group<4>(x, y, k);
    while (k < components()) k += group<1>(x, y, k);
  }
  template <class T> void restore(std::span<const T> y, T* x) const noexcept {
    for (int j = 0; j < columns(); ++j) {
      double sum = mean[static_cast<std::size_t>(j)];
      for (int k = 0; k < components(); ++k)
        sum += static_cast<double>(y[static_cast<std::size_t>(k)]) * scale[static_cast<std::size_t>(k)] * direction(k, j);
      x[j] = static_cast<T>(sum);
    }
  }

  static void visit(auto& self, auto& archive) {
    archive("mean", self.mean)("directions", self.directions)("scale", self.scale)("variance", self.variance)(
        "ratio", self.ratio)("noise_variance", self.noise_variance);
  }
  void loaded() const {
    check<FileError>(directions.size() == mean.size() * scale.size(),
                     {"expected ", components(), " directions in ", columns(), " columns"}, directions.size());
    check<FileError>(variance.size() == scale.size() && ratio.size() == scale.size(),
                     {"expected variances of ", components(), " components"}, variance.size());
  }

 private:
  /// Components k to k + n side by side, in registers; even and odd columns apart, so that sums wait less for each other.
  template <int n, class View, class T> int group(const View& x, T* y, int k) const noexcept {
    double even[n] = {}, odd[n] = {};
    const int width = columns();
    const std::ptrdiff_t all = components();
    const double* const m = mean.data();
    const double* v = directions.data() + k;
    int j = 0;
    for (; j + 1 < width; j += 2, v += 2 * all) {
      const double a = static_cast<double>(x[j]) - m[j], b = static_cast<double>(x[j + 1]) - m[j + 1];
      for (int i = 0; i < n; ++i) even[i] += a * v[i];
      for (int i = 0; i < n; ++i) odd[i] += b * v[all + i];
    }
    if (j < width) {
      const double a = static_cast<double>(x[j]) - m[j];
      for (int i = 0; i < n; ++i) even[i] += a * v[i];
    }
    for (int i = 0; i < n; ++i) y[k + i] = static_cast<T>((even[i] + odd[i]) / scale[static_cast<std::size_t>(k + i)]);
    return n;
  }
};

/// Principal components: y = (x - mean) V^T, the N directions V in which the rows vary most, orthonormal. With
/// `whiten`, each component is divided by its standard deviation. The same as scikit-learn's PCA; a direction has the
/// sign that makes its largest entry positive, the first of those equally large up to rounding.
/// PCA<> chooses N at run time: `components`, or as few as explain more than the share `variance` of the variance; all
/// that there may be, the smaller of rows and columns, where neither is given. A component in which the training rows
/// do not vary, as behind the last of N - 1 for N rows, is 0 for every row.
/// Row weights w: mean and covariance are the weighted ones, the latter divided by sum w - sum w^2 / sum w, which is
/// rows - 1 for equal weights. NaN: refused in fitting; a row with NaN becomes NaN in all components.
/// Shapes   x (columns) -> y (N).
/// Cost     fit: rows columns^2 + 5 columns^3 flops in double, or with the smaller of rows and columns squared and
///          cubed; transform: 2 columns N.
/// Errors   FitError when N is more than the columns, variance is no share or given beside a number of components, no
///          row has a positive weight, or an input is not finite. At compile time: N above a static width.
/// Source   Jolliffe, Principal Component Analysis, 2nd ed., §1-3.
template <int N = Dynamic> struct PCA {
  static_assert(N == Dynamic || N >= 1, "PCA<N> has at least one component");

  bool whiten = false;
  float variance = 0;  // 0: not asked for
  int components = 0;  // 0: all

  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .flags = true, .weights = true};
  static constexpr int usual[] = {Dynamic};  // PCA<> is spelled so
  static constexpr Shape infer(Shape) { return shape(N); }

  template <class X, class Y> struct Model : PrincipalComponents {
    int width() const noexcept { return N == Dynamic ? this->PrincipalComponents::components() : N; }

    template <class T> void transform(const ViewOf<X>& x, T* out) const noexcept { this->project(x, out); }
    /// The row of which y are the components, as far as these tell.
    template <class T> void inverse_transform(std::span<const T> y, T* x) const noexcept { this->restore(y, x); }

    static void visit(auto& self, auto& archive) { PrincipalComponents::visit(self, archive); }
    void check_extents(int columns, int) const {
      check<FileError>(this->columns() == columns, {"expected directions in ", columns, " columns"}, this->columns());
    }
    void loaded() const {
      PrincipalComponents::loaded();
      check<FileError>(this->PrincipalComponents::components() == width() && width() > 0,
                       {"expected ", N, " components"}, this->PrincipalComponents::components());
    }
  };

  template <class X, class Y>
    requires(N <= X::shape.size() || X::shape.size() == Dynamic)
  Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("whiten", self.whiten)("variance", self.variance)("components", self.components);
  }
};

static_assert(PCA<3>::infer(shape(1, 8, 8)) == shape(3));

}  // namespace tutti
