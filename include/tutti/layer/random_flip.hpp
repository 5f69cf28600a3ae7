// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

namespace tutti {

/// In training an image is mirrored left to right with probability `horizontal`, and upside down with `vertical`.
/// Shapes   (N, C, H, W) -> the same.
struct RandomFlip {
  float horizontal = 0.5f;
  float vertical = 0;

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("horizontal", self.horizontal)("vertical", self.vertical); }

  template <class In, class T>
  struct Bind : ImageAugmentation<RandomFlip, In> {
    using ImageAugmentation<RandomFlip, In>::ImageAugmentation;

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      augment_rows(x, y, pass, [this](Random random, const T* from, T* to) {
        const bool horizontal = random.uniform() < this->spec.horizontal, vertical = random.uniform() < this->spec.vertical;
        kernel::flip_image(this->image, horizontal, vertical, from, to);
      });
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      forward(dy, dx, pass);
    }
  };
};

}  // namespace tutti
