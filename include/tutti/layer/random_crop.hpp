// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

namespace tutti {

/// In training an image is shifted by up to `Most` pixels in each direction, zeros following: what padding by Most and
/// cropping to the old size at a random place does.
/// Shapes   (N, C, H, W) -> the same.
template <int Most = 4>
struct RandomCrop {
  static_assert(Most > 0, "a crop moves by at least one pixel");

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return in; }

  template <class In, class T>
  struct Bind : ImageAugmentation<RandomCrop, In> {
    using ImageAugmentation<RandomCrop, In>::ImageAugmentation;

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept { move(1, x, y, pass); }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      move(-1, dy, dx, pass);
    }

   private:
    void move(std::ptrdiff_t sign, Rows<const T> from, Rows<T> to, const Pass<T>& pass) const noexcept {
      augment_rows(from, to, pass, [&](Random random, const T* a, T* b) {
        const std::ptrdiff_t down = drawn(random), right = drawn(random);
        kernel::shift_image(this->image, sign * down, sign * right, a, b);
      });
    }
    static std::ptrdiff_t drawn(Random& random) noexcept { return static_cast<std::ptrdiff_t>(random.below(2 * Most + 1)) - Most; }
  };
};

}  // namespace tutti
