// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

namespace tutti {

/// In training y = b + k (m + s (x - m) - M) + M for each image: M is its mean, m that of a pixel over the channels; b is
/// drawn from [-brightness, brightness), k from [1 - contrast, 1 + contrast), s from [1 - saturation, 1 + saturation).
/// Shapes   (N, C, H, W) -> the same.
/// Needs    standardised images: brightness is in standard deviations.
struct ColorJitter {
  float brightness = 0.2f;
  float contrast = 0.2f;
  float saturation = 0.2f;

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) {
    archive("brightness", self.brightness)("contrast", self.contrast)("saturation", self.saturation);
  }

  template <class In, class T>
  struct Bind : ImageAugmentation<ColorJitter, In> {
    using ImageAugmentation<ColorJitter, In>::ImageAugmentation;

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept { jitter(1, x, y, pass); }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      jitter(0, dy, dx, pass);                                           // linear but for the brightness, and symmetric
    }

   private:
    void jitter(T lit, Rows<const T> from, Rows<T> to, const Pass<T>& pass) const noexcept {
      augment_rows(from, to, pass, [&](Random random, const T* x, T* y) {
        const T b = lit * drawn_within(random, static_cast<T>(this->spec.brightness)),
                k = 1 + drawn_within(random, static_cast<T>(this->spec.contrast)),
                s = 1 + drawn_within(random, static_cast<T>(this->spec.saturation));
        const std::ptrdiff_t planes = this->image.planes, plane = this->image.height * this->image.width;
        double sum = 0;
        for (std::ptrdiff_t i = 0; i < planes * plane; ++i) sum += static_cast<double>(x[i]);
        const T mean = static_cast<T>(sum / static_cast<double>(planes * plane));
        for (std::ptrdiff_t i = 0; i < plane; ++i) {
          T grey = 0;
          for (std::ptrdiff_t p = 0; p < planes; ++p) grey += x[p * plane + i];
          grey /= static_cast<T>(planes);
          for (std::ptrdiff_t p = 0; p < planes; ++p)
            y[p * plane + i] = b + mean + k * (grey + s * (x[p * plane + i] - grey) - mean);
        }
      });
    }
  };
};

}  // namespace tutti
