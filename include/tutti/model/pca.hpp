// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/kernel/simd.hpp>

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

  template <class View, class T> void project(const View& x, T* y) const noexcept { some_rows<1>(&x, y); }
  /// The same, of several rows: a direction is loaded for some of them at once.
  template <class View> void project_rows(std::span<const View> x, float* y) const noexcept {
    constexpr std::size_t at_once = sizeof(kernel::Batch<double>) == 64 ? 4 : 2;
    std::size_t i = 0;
    for (; i + at_once <= x.size(); i += at_once) some_rows<at_once>(x.data() + i, y + i * scale.size());
    for (; i < x.size(); ++i) some_rows<1>(x.data() + i, y + i * scale.size());
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
  template <std::size_t rows, class View, class T> void some_rows(const View* x, T* y) const noexcept {
    constexpr int w = static_cast<int>(kernel::lanes<double>);
    int k = 0;
    for (; k + 2 * w <= components(); k += 2 * w) group<rows, 2>(x, y, k, w);
    for (; k < components(); k += w) group<rows, 1>(x, y, k, std::min(w, components() - k));
  }
  /// The components from k on, `registers` registers of them; even and odd columns apart, so that sums wait less for each
  /// other. count: of components in the last register.
  template <std::size_t rows, std::size_t registers, class View, class T>
  void group(const View* x, T* y, int k, int count) const noexcept {
    using Lanes = kernel::Batch<double>;
    constexpr std::ptrdiff_t w = kernel::lanes<double>;
    const std::ptrdiff_t all = components(), width = columns();
    Lanes sum[2][rows][registers];
    for (auto& part : sum)
      for (auto& row : part)
        for (Lanes& v : row) v = Lanes(0.0);
    const double* from = directions.data() + k;
    const auto add = [&](std::size_t part, std::ptrdiff_t j) {
      Lanes v[registers];
      for (std::size_t i = 0; i + 1 < registers; ++i) v[i] = kernel::load<double>(from + j * all + static_cast<std::ptrdiff_t>(i) * w);
      v[registers - 1] = kernel::load_count<double>(from + j * all + static_cast<std::ptrdiff_t>(registers - 1) * w, count);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < rows; ++r) {
        const Lanes apart(static_cast<double>(x[r][j]) - mean[static_cast<std::size_t>(j)]);
#pragma GCC unroll 2
        for (std::size_t i = 0; i < registers; ++i) sum[part][r][i] = kernel::multiply_add<double>(apart, v[i], sum[part][r][i]);
      }
    };
    std::ptrdiff_t j = 0;
    for (; j + 1 < width; j += 2) {
      add(0, j);
      add(1, j + 1);
    }
    if (j < width) add(0, j);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < registers; ++i) {
        double whole[w];
        kernel::store<double>(sum[0][r][i] + sum[1][r][i], whole);
        const std::ptrdiff_t first = k + static_cast<std::ptrdiff_t>(i) * w, n = i + 1 < registers ? w : count;
        for (std::ptrdiff_t v = 0; v < n; ++v)
          y[static_cast<std::ptrdiff_t>(r) * all + first + v] = static_cast<T>(whole[v] / scale[static_cast<std::size_t>(first + v)]);
      }
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
    void transform_rows(std::span<const ViewOf<X>> x, Rows<float> z, Workspace&) const noexcept { this->project_rows(x, z.data()); }
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
