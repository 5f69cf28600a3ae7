// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/enlarge.hpp>
#include <tutti/layer/trace.hpp>

#include <string>

namespace tutti {

/// What comes between the pixels of an image.
enum class Interpolation : unsigned char { nearest, bilinear };

/// Images Scale times as high and wide: each pixel Scale x Scale times (nearest), or what lies between the pixels where
/// those of y are at (i + 1/2) / Scale - 1/2 of x (bilinear; the corners are not aligned).
/// Shapes   (N, C, H, W) -> (N, C, Scale H, Scale W).
template <int Scale = 2, Interpolation Mode = Interpolation::nearest>
struct Upsample {
  static_assert(Scale > 0, "an image is enlarged by at least one");

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return shape(in[0], larger(in[1]), larger(in[2])); }

  template <class In, class T>
  struct Bind {
    kernel::UpsampleShape image;

    constexpr explicit Bind(In in) : image{in[0], in[1], in[2], Scale, Mode == Interpolation::bilinear} {}

    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
        kernel::upsample<T>(image, x.data() + r * x.width(), y.data() + r * y.width());
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
      for (std::ptrdiff_t r = 0; r < dy.rows(); ++r)
        kernel::upsample_backward<T>(image, dy.data() + r * dy.width(), dx.data() + r * dx.width());
    }
  };

 private:
  static constexpr int larger(int n) { return n == Dynamic ? Dynamic : n * Scale; }
};
static_assert(Upsample<2>::infer(shape(3, 4, 5)) == shape(3, 8, 10));

namespace meta {
template <int Scale, Interpolation Mode>
struct TypeName<Upsample<Scale, Mode>> {
  static void append(std::string& out) {
    out += "Upsample<" + std::to_string(Scale) + (Mode == Interpolation::bilinear ? ", Interpolation::bilinear>" : ">");
  }
};
}  // namespace meta

}  // namespace tutti
