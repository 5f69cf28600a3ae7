// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/augmentation.hpp>

namespace tutti {

/// In training y = factor x + noise: normal noise of standard deviation `noise` for each number, and one normal factor of
/// mean 1 and standard deviation `scaling` for each row.
/// Shapes   any -> the same.
/// Source   Um et al., Data augmentation of wearable sensor data (ICMI 2017): jittering and scaling.
struct Jitter {
  float noise = 0.05f;
  float scaling = 0;

  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("noise", self.noise)("scaling", self.scaling); }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction
    double noise, scaling;
    std::ptrdiff_t size;

    constexpr Bind(const Jitter& s, In in)
        : noise(static_cast<double>(s.noise)), scaling(static_cast<double>(s.scaling)), size(in.size()) {}

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      augment_rows(x, y, pass, [this](Random random, const T* from, T* to) {
        const T factor = drawn_factor(random);
        for (std::ptrdiff_t i = 0; i < size; ++i)
          to[i] = factor * from[i] + (noise > 0 ? static_cast<T>(noise * random.normal()) : T(0));
      });
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      augment_rows(dy, dx, pass, [this](Random random, const T* from, T* to) {
        const T factor = drawn_factor(random);
        for (std::ptrdiff_t i = 0; i < size; ++i) to[i] = factor * from[i];
      });
    }

   private:
    T drawn_factor(Random& random) const noexcept {
      return static_cast<T>(scaling > 0 ? 1 + scaling * random.normal() : 1.0);
    }
  };
};

}  // namespace tutti
