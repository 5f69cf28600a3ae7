// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

namespace tutti {

/// In training a square of Size x Size pixels around a random one is 0 in all channels; at the border less of it is seen.
/// Shapes   (N, C, H, W) -> the same.
/// Source   DeVries, Taylor, Improved regularization of convolutional neural networks with cutout (2017).
template <int Size = 8>
struct Cutout {
  static_assert(Size > 0, "a cutout has at least one pixel");

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return in; }

  template <class In, class T>
  struct Bind : ImageAugmentation<Cutout, In> {
    using ImageAugmentation<Cutout, In>::ImageAugmentation;

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      augment_rows(x, y, pass, [this](Random random, const T* from, T* to) {
        const kernel::PlaneShape& s = this->image;
        std::copy_n(from, s.size(), to);
        const std::ptrdiff_t top = drawn(random, s.height), left = drawn(random, s.width),
                             first = std::max<std::ptrdiff_t>(left, 0), last = std::min(left + Size, s.width);
        for (std::ptrdiff_t p = 0; p < s.planes; ++p)
          for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(top, 0); i < std::min(top + Size, s.height); ++i)
            std::fill_n(to + (p * s.height + i) * s.width + first, last - first, T(0));
      });
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      forward(dy, dx, pass);
    }

   private:
    static std::ptrdiff_t drawn(Random& random, std::ptrdiff_t extent) noexcept {
      return static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(extent))) - Size / 2;
    }
  };
};

}  // namespace tutti
