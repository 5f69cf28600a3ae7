// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

#include <cmath>

namespace tutti {

/// In training an image is turned about its centre by up to `degrees`, scaled by a factor in [1 - scale, 1 + scale) and
/// moved by up to `translate` of its extents, each to both sides; bilinear between pixels, zeros from outside.
/// Shapes   (N, C, H, W) -> the same.
struct RandomAffine {
  float degrees = 10;
  float scale = 0.1f;
  float translate = 0.1f;

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) {
    archive("degrees", self.degrees)("scale", self.scale)("translate", self.translate);
  }

  template <class In, class T>
  struct Bind : ImageAugmentation<RandomAffine, In> {
    using ImageAugmentation<RandomAffine, In>::ImageAugmentation;

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      augment_rows(x, y, pass, [this](Random random, const T* from, T* to) {
        kernel::warp_image(this->image, drawn(random), from, to);
      });
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      augment_rows(dy, dx, pass, [this](Random random, const T* from, T* to) {
        kernel::warp_image_backward(this->image, drawn(random), from, to);
      });
    }

   private:
    /// From a pixel of the result back to where it was: x = centre + R(-angle) (y - centre - move) / factor.
    kernel::AffineMap drawn(Random random) const noexcept {
      const double angle = drawn_within(random, static_cast<double>(this->spec.degrees)) * 0.017453292519943295,
                   factor = std::max(1 + drawn_within(random, static_cast<double>(this->spec.scale)), 1e-3),
                   h = static_cast<double>(this->image.height), w = static_cast<double>(this->image.width),
                   right = drawn_within(random, static_cast<double>(this->spec.translate)) * w,
                   down = drawn_within(random, static_cast<double>(this->spec.translate)) * h,
                   c = std::cos(angle) / factor, s = std::sin(angle) / factor, x0 = (w - 1) / 2, y0 = (h - 1) / 2;
      return {c, s, x0 - c * (x0 + right) - s * (y0 + down), -s, c, y0 + s * (x0 + right) - c * (y0 + down)};
    }
  };
};

}  // namespace tutti
