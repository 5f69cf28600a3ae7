// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_planes.hpp>

namespace tutti::kernel::detail {

/// One of the stride by stride phases of the gradient of the images, in one dimension: pixels m stride + phase - padding.
/// Their gradient is a convolution of dy with the taps of that phase, turned around.
struct GradientPhase {
  int phase, stride, padding, dilation, kernel, extent;

  constexpr bool has(int tap) const noexcept { return tap * dilation % stride == phase; }
  constexpr int taps() const noexcept {
    int n = 0;
    for (int i = 0; i < kernel; ++i) n += has(i);
    return n;
  }
  constexpr int first() const noexcept { return phase >= padding ? 0 : (padding - phase + stride - 1) / stride; }
  constexpr int count() const noexcept {
    const int last = extent - 1 - phase + padding;
    return last < 0 ? 0 : std::max(0, last / stride + 1 - first());
  }
  constexpr int pixel() const noexcept { return first() * stride + phase - padding; }
};
constexpr GradientPhase phase_down(const ConvShape& s, int a) noexcept {
  return {a, s.stride, s.padding, s.dilation, s.kernel_h, s.height};
}
constexpr GradientPhase phase_across(const ConvShape& s, int b) noexcept {
  return {b, s.stride, s.padding, s.dilation, s.kernel_w, s.width};
}

/// The offsets and the weights (channels, out, taps) of all phases, one behind the other.
template <class T>
void gather_phases(const ConvShape& s, const ConvPlanes& p, const T* w, int* tap, int* offset, T* turned) noexcept {
  const std::ptrdiff_t window = std::ptrdiff_t{s.kernel_h} * s.kernel_w;
  for (int a = 0; a < s.stride; ++a)
    for (int b = 0; b < s.stride; ++b) {
      std::ptrdiff_t taps = 0;
      for (int i = 0; i < s.kernel_h; ++i)
        for (int j = 0; j < s.kernel_w; ++j)
          if (phase_down(s, a).has(i) && phase_across(s, b).has(j)) tap[taps++] = i * s.kernel_w + j;
      for (int o = 0; o < s.out; ++o)
        for (std::ptrdiff_t t = 0; t < taps; ++t) {
          const int i = tap[t] / s.kernel_w * s.dilation / s.stride, j = tap[t] % s.kernel_w * s.dilation / s.stride;
          *offset++ = static_cast<int>(o * p.plane() + std::ptrdiff_t{p.above - i} * p.pitch + p.left - j);
        }
      constexpr int block = 16;  // channels, whose weights share lines of the cache
      for (int first = 0; first < s.channels; first += block)
        for (int o = 0; o < s.out; ++o)
          for (int c = first; c < std::min(first + block, s.channels); ++c) {
            const T* const from = w + (std::ptrdiff_t{o} * s.channels + c) * window;
            T* const to = turned + (std::ptrdiff_t{c} * s.out + o) * taps;
            for (std::ptrdiff_t t = 0; t < taps; ++t) to[t] = from[tap[t]];
          }
      turned += std::ptrdiff_t{s.channels} * s.out * taps;
    }
}

}  // namespace tutti::kernel::detail
