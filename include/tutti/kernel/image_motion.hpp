// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>

/// Images that move: planes of height x width numbers, one after another. What comes in from outside is 0.
namespace tutti::kernel {

struct PlaneShape {
  std::ptrdiff_t planes, height, width;

  constexpr std::ptrdiff_t size() const { return planes * height * width; }
};

/// y(i, j) = x(i - down, j - right). The adjoint is the shift by (-down, -right).
template <class T>
void shift_image(const PlaneShape& s, std::ptrdiff_t down, std::ptrdiff_t right, const T* x, T* y) noexcept {
  const std::ptrdiff_t first = std::clamp<std::ptrdiff_t>(right, 0, s.width),
                       last = std::clamp<std::ptrdiff_t>(s.width + right, 0, s.width);
  for (std::ptrdiff_t p = 0; p < s.planes; ++p)
    for (std::ptrdiff_t i = 0; i < s.height; ++i) {
      T* const row = y + (p * s.height + i) * s.width;
      const std::ptrdiff_t from = i - down;
      if (from < 0 || from >= s.height || first >= last) {
        std::fill_n(row, s.width, T(0));
        continue;
      }
      std::fill(row, row + first, T(0));
      std::copy_n(x + (p * s.height + from) * s.width + first - right, last - first, row + first);
      std::fill(row + last, row + s.width, T(0));
    }
}

/// Left and right, top and bottom change places; its own adjoint.
template <class T>
void flip_image(const PlaneShape& s, bool horizontal, bool vertical, const T* x, T* y) noexcept {
  for (std::ptrdiff_t p = 0; p < s.planes; ++p)
    for (std::ptrdiff_t i = 0; i < s.height; ++i) {
      const T* const from = x + (p * s.height + (vertical ? s.height - 1 - i : i)) * s.width;
      T* const to = y + (p * s.height + i) * s.width;
      if (horizontal) std::reverse_copy(from, from + s.width, to);
      else std::copy_n(from, s.width, to);
    }
}

/// Where a pixel of y lies in x: column = a j + b i + c, row = d j + e i + f.
struct AffineMap {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
};

/// f(place in y, place in x, weight) for the up to four pixels of x between which each pixel of y lies (bilinear).
template <class F>
void each_sample(const PlaneShape& s, const AffineMap& m, F&& f) noexcept {
  for (std::ptrdiff_t i = 0; i < s.height; ++i)
    for (std::ptrdiff_t j = 0; j < s.width; ++j) {
      const double column = m.a * static_cast<double>(j) + m.b * static_cast<double>(i) + m.c,
                   row = m.d * static_cast<double>(j) + m.e * static_cast<double>(i) + m.f;
      if (!(column > -1 && row > -1 && column < static_cast<double>(s.width) && row < static_cast<double>(s.height))) continue;
      const double left = std::floor(column), top = std::floor(row);
      for (int v = 0; v < 2; ++v)
        for (int h = 0; h < 2; ++h) {
          const std::ptrdiff_t at_row = static_cast<std::ptrdiff_t>(top) + v, at_column = static_cast<std::ptrdiff_t>(left) + h;
          if (at_row < 0 || at_column < 0 || at_row >= s.height || at_column >= s.width) continue;
          const double weight = (v == 0 ? 1 - (row - top) : row - top) * (h == 0 ? 1 - (column - left) : column - left);
          f(i * s.width + j, at_row * s.width + at_column, weight);
        }
    }
}

/// y = x seen through the map, bilinear between pixels.
template <class T>
void warp_image(const PlaneShape& s, const AffineMap& map, const T* x, T* y) noexcept {
  std::fill_n(y, s.size(), T(0));
  const std::ptrdiff_t plane = s.height * s.width;
  each_sample(s, map, [&](std::ptrdiff_t to, std::ptrdiff_t from, double weight) {
    for (std::ptrdiff_t p = 0; p < s.planes; ++p) y[p * plane + to] += static_cast<T>(weight) * x[p * plane + from];
  });
}
/// The adjoint: dx from dy.
template <class T>
void warp_image_backward(const PlaneShape& s, const AffineMap& map, const T* dy, T* dx) noexcept {
  std::fill_n(dx, s.size(), T(0));
  const std::ptrdiff_t plane = s.height * s.width;
  each_sample(s, map, [&](std::ptrdiff_t to, std::ptrdiff_t from, double weight) {
    for (std::ptrdiff_t p = 0; p < s.planes; ++p) dx[p * plane + from] += static_cast<T>(weight) * dy[p * plane + to];
  });
}

}  // namespace tutti::kernel
