// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>

/// Images that get larger by a border of zeros.
namespace tutti::kernel {

/// (channels, height, width) -> (channels, top + height + bottom, left + width + right).
struct PadShape {
  int channels = 1, height = 1, width = 1;
  int top = 0, right = 0, bottom = 0, left = 0;

  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t out_width() const noexcept { return std::ptrdiff_t{left} + width + right; }
  constexpr std::ptrdiff_t out_plane() const noexcept { return (std::ptrdiff_t{top} + height + bottom) * out_width(); }
  constexpr std::ptrdiff_t output_size() const noexcept { return channels * out_plane(); }
  /// Where row i of channel c lies in the padded image.
  constexpr std::ptrdiff_t place(int c, int i) const noexcept { return c * out_plane() + (top + i) * out_width() + left; }
};

/// y = x with zeros around it.
template <class T> void pad(const PadShape& s, const T* x, T* y) noexcept {
  std::fill_n(y, s.output_size(), T(0));
  for (int c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.height; ++i, x += s.width) std::copy_n(x, s.width, y + s.place(c, i));
}
/// The adjoint: dx = what lies inside of the border of dy.
template <class T> void pad_backward(const PadShape& s, const T* dy, T* dx) noexcept {
  for (int c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.height; ++i, dx += s.width) std::copy_n(dy + s.place(c, i), s.width, dx);
}

}  // namespace tutti::kernel
