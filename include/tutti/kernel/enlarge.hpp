// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>

/// Images that get larger: a border of zeros, or more pixels for each one.
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

/// (channels, height, width) -> (channels, scale height, scale width).
struct UpsampleShape {
  int channels = 1, height = 1, width = 1;
  int scale = 2;
  bool bilinear = false;

  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept { return input_size() * scale * scale; }
};

namespace detail {

/// Between which two pixels of an axis of n a pixel of the larger one lies, and how far from the first.
template <class T> struct Between {
  int first, second;
  T weight;  // of the second
};
template <class T> constexpr Between<T> between(const UpsampleShape& s, int n, int i) noexcept {
  if (!s.bilinear) return {i / s.scale, i / s.scale, T(0)};
  const T at = std::max(T(0), (static_cast<T>(i) + T(0.5)) / static_cast<T>(s.scale) - T(0.5));
  const int first = static_cast<int>(at);
  return {first, std::min(first + 1, n - 1), at - static_cast<T>(first)};
}

/// f(place in y, places of the four pixels of x, their weights) for every pixel of the larger image.
template <class T, class F> void each_upsampled(const UpsampleShape& s, const F& f) noexcept {
  std::ptrdiff_t out = 0;
  for (int c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.height * s.scale; ++i) {
      const Between<T> row = between<T>(s, s.height, i);
      const std::ptrdiff_t above = (std::ptrdiff_t{c} * s.height + row.first) * s.width,
                           below = (std::ptrdiff_t{c} * s.height + row.second) * s.width;
      for (int j = 0; j < s.width * s.scale; ++j) {
        const Between<T> column = between<T>(s, s.width, j);
        const std::ptrdiff_t place[4] = {above + column.first, above + column.second, below + column.first,
                                         below + column.second};
        const T u = row.weight, v = column.weight;
        const T weight[4] = {(1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v};
        f(out++, place, weight);
      }
    }
}

}  // namespace detail

/// y = every pixel of x scale x scale times, or the pixels between: those of y lie at (i + 1/2) / scale - 1/2 of x,
/// the outermost ones take the border.
template <class T> void upsample(const UpsampleShape& s, const T* x, T* y) noexcept {
  detail::each_upsampled<T>(s, [&](std::ptrdiff_t out, const std::ptrdiff_t* at, const T* w) {
    y[out] = s.bilinear ? w[0] * x[at[0]] + w[1] * x[at[1]] + w[2] * x[at[2]] + w[3] * x[at[3]] : x[at[0]];
  });
}
/// The adjoint: dx from dy.
template <class T> void upsample_backward(const UpsampleShape& s, const T* dy, T* dx) noexcept {
  std::fill_n(dx, s.input_size(), T(0));
  detail::each_upsampled<T>(s, [&](std::ptrdiff_t out, const std::ptrdiff_t* at, const T* w) {
    for (int k = 0; k < (s.bilinear ? 4 : 1); ++k) dx[at[k]] += w[k] * dy[out];
  });
}

}  // namespace tutti::kernel
