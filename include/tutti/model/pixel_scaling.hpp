// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/record.hpp>
#include <tutti/layer/extents.hpp>


namespace tutti {

/// Images to mean 0 and standard deviation 1, channel by channel: x = (x - mean) scale. Other inputs have no
/// planes and stay as they are.
/// Shapes   mean, scale (channels of all images of the row).
struct PixelScaling {
  struct Plane {
    std::ptrdiff_t begin, size;  // where it lies in the row
  };
  Buffer<float> mean{}, scale{};
  Buffer<Plane> planes{};  // found again from the extents, not saved

  void apply(float* row) const noexcept {
    for (std::size_t p = 0; p < planes.size(); ++p) {
      float* const x = row + planes[p].begin;
      const float m = mean[p], s = scale[p];
      for (std::ptrdiff_t i = 0; i < planes[p].size; ++i) x[i] = (x[i] - m) * s;
    }
  }
  static void visit(auto& self, auto& archive) { archive("mean", self.mean)("scale", self.scale); }
};

namespace detail {
template <class X>
inline constexpr bool is_image = false;
template <int C, int H, int W>
inline constexpr bool is_image<Image<C, H, W>> = true;

inline void append_planes(const Shape& image, std::ptrdiff_t begin,
                          Buffer<PixelScaling::Plane>& planes) {
  const std::ptrdiff_t size = std::ptrdiff_t{image[1]} * image[2];
  for (int c = 0; c < image[0]; ++c) planes.push_back({begin + c * size, size});
}

/// The planes of all images in a row of X.
template <class X, class In>
Buffer<PixelScaling::Plane> planes_of(const In& in) {
  Buffer<PixelScaling::Plane> planes;
  if constexpr (is_image<X>) {
    append_planes(in.shape(), 0, planes);
  } else if constexpr (is_record<X>) {
    const InputShape input = in.input_shape();
    [&]<class... Fields>(std::type_identity<Record<Fields...>>) {
      int field = 0;
      ((is_image<typename Fields::Type> ? append_planes(input.parts[field], input.offset(field), planes)
                                        : void(),
        ++field),
       ...);
    }(std::type_identity<X>{});
  }
  return planes;
}
}  // namespace detail

}  // namespace tutti
