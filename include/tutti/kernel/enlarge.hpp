// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/strided.hpp>

#include <algorithm>

/// Images that get larger by more pixels for each one.
namespace tutti::kernel {

/// (channels, height, width) -> (channels, scale height, scale width).
struct UpsampleShape {
  int channels = 1, height = 1, width = 1;
  int scale = 2;
  bool bilinear = false;

  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{channels} * height * width; }
  constexpr std::ptrdiff_t output_size() const noexcept { return input_size() * scale * scale; }
};

namespace detail {

/// Between which two pixels of an axis of n the pixel `phase` of those in place of pixel i lies, and how far from the first.
template <class T> struct Between {
  int first, second;
  T weight;  // of the second
};
template <class T> constexpr Between<T> between(int scale, int n, int i, int phase) noexcept {
  const T at = (static_cast<T>(phase) + T(0.5)) / static_cast<T>(scale) - T(0.5);  // from pixel i on
  if (at < 0) return i == 0 ? Between<T>{0, 0, T(0)} : Between<T>{i - 1, i, at + 1};
  return {i, std::min(i + 1, n - 1), at};
}
template <class T> [[gnu::always_inline]] inline Batch<T> mixed(const Batch<T>& a, const Batch<T>& b, T weight_of_b) noexcept {
  return multiply_add<T>(Batch<T>(weight_of_b), b - a, a);
}

/// f(place of the row in y, places of its two rows in x, the weight of the second) for each row of the larger image.
template <class T, class F> [[gnu::always_inline]] inline void each_upsampled_row(const UpsampleShape& s, const F& f) noexcept {
  std::ptrdiff_t out = 0;
  for (std::ptrdiff_t c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.height; ++i)
      for (int phase = 0; phase < s.scale; ++phase, out += std::ptrdiff_t{s.width} * s.scale) {
        const Between<T> row = s.bilinear ? between<T>(s.scale, s.height, i, phase) : Between<T>{i, i, T(0)};
        f(out, (c * s.height + row.first) * s.width, (c * s.height + row.second) * s.width, row.weight);
      }
}

/// Pixels of a row that have neighbours on both sides, a register at a time: f(pixel, count).
template <class T, class F> [[gnu::always_inline]] inline void each_inner_register(int width, const F& f) noexcept {
  for (std::ptrdiff_t j = 1; j + 1 < width; j += lanes<T>) f(j, std::min<std::ptrdiff_t>(lanes<T>, width - 1 - j));
}

template <class T> void upsample_row_bilinear(const UpsampleShape& s, const T* above, const T* below, T weight, T* y) noexcept {
  const auto pixel = [=](int j) { return above[j] + weight * (below[j] - above[j]); };
  const auto between_columns = [&](int j, int phase) {
    const Between<T> column = between<T>(s.scale, s.width, j, phase);
    const T a = pixel(column.first), b = pixel(column.second);
    y[j * s.scale + phase] = a + column.weight * (b - a);
  };
  const bool by_two = s.scale == 2;
  if (by_two)
    each_inner_register<T>(s.width, [&](std::ptrdiff_t j, std::ptrdiff_t count) __attribute__((always_inline)) {
      const auto at = [&](std::ptrdiff_t k) __attribute__((always_inline)) {
        return mixed<T>(load_count<T>(above + k, count), load_count<T>(below + k, count), weight);
      };
      const Batch<T> before = at(j - 1), here = at(j), behind = at(j + 1);
      store_pairs<T>(mixed<T>(before, here, T(0.75)), mixed<T>(here, behind, T(0.25)), y + 2 * j, count);
    });
  for (int phase = 0; phase < s.scale; ++phase)
    for (int j = 0; j < s.width; j += by_two ? std::max(s.width - 1, 1) : 1) between_columns(j, phase);
}
/// The adjoint: what dy adds to the two rows.
template <class T> void upsample_row_bilinear_backward(const UpsampleShape& s, const T* dy, T weight, T* above, T* below) noexcept {
  const auto add = [=](int j, T d) {
    above[j] += (1 - weight) * d;
    below[j] += weight * d;
  };
  if (s.scale != 2 || s.width == 1) {
    for (int phase = 0; phase < s.scale; ++phase)
      for (int j = 0; j < s.width; ++j) {
        const Between<T> column = between<T>(s.scale, s.width, j, phase);
        const T d = dy[j * s.scale + phase];
        add(column.first, (1 - column.weight) * d);
        add(column.second, column.weight * d);
      }
    return;
  }
  const int last = s.width - 1;
  const T* const end = dy + 2 * s.width;
  add(0, dy[0] + T(0.75) * dy[1] + T(0.25) * dy[2]);
  add(last, T(0.25) * end[-3] + T(0.75) * end[-2] + end[-1]);
  each_inner_register<T>(s.width, [&](std::ptrdiff_t j, std::ptrdiff_t count) __attribute__((always_inline)) {
    Batch<T> first, second, third, fourth;  // of dy around pixel j: those that it has a part in
    load_pairs<T>(dy + 2 * j - 1, count, first, second);
    load_pairs<T>(dy + 2 * j + 1, count, third, fourth);
    const Batch<T> d = Batch<T>(T(0.25)) * (first + fourth) + Batch<T>(T(0.75)) * (second + third);
    store_count<T>(multiply_add<T>(Batch<T>(1 - weight), d, load_count<T>(above + j, count)), above + j, count);
    store_count<T>(multiply_add<T>(Batch<T>(weight), d, load_count<T>(below + j, count)), below + j, count);
  });
}

/// Every pixel of a row `scale` times, and the adjoint, which adds.
template <class T> void repeat_row(int scale, int width, const T* x, T* y) noexcept {
  if (scale == 2) {
    for (std::ptrdiff_t j = 0; j < width; j += lanes<T>) {
      const std::ptrdiff_t count = std::min<std::ptrdiff_t>(lanes<T>, width - j);
      const Batch<T> v = load_count<T>(x + j, count);
      store_pairs<T>(v, v, y + 2 * j, count);
    }
    return;
  }
  for (std::ptrdiff_t j = 0; j < width; ++j) std::fill_n(y + j * scale, scale, x[j]);
}
template <class T> void add_repeats(int scale, int width, const T* dy, T* dx) noexcept {
  if (scale == 2) {
    for (std::ptrdiff_t j = 0; j < width; j += lanes<T>) {
      const std::ptrdiff_t count = std::min<std::ptrdiff_t>(lanes<T>, width - j);
      Batch<T> even, odd;
      load_pairs<T>(dy + 2 * j, count, even, odd);
      store_count<T>(load_count<T>(dx + j, count) + (even + odd), dx + j, count);
    }
    return;
  }
  for (std::ptrdiff_t j = 0; j < width; ++j)
    for (int k = 0; k < scale; ++k) dx[j] += dy[j * scale + k];
}

}  // namespace detail

/// y = every pixel of x scale x scale times, or the pixels between: those of y lie at (i + 1/2) / scale - 1/2 of x,
/// the outermost ones take the border.
template <class T> void upsample(const UpsampleShape& s, const T* x, T* y) noexcept {
  detail::each_upsampled_row<T>(s, [&](std::ptrdiff_t out, std::ptrdiff_t above, std::ptrdiff_t below, T weight) {
    if (s.bilinear) return detail::upsample_row_bilinear<T>(s, x + above, x + below, weight, y + out);
    const std::ptrdiff_t row = std::ptrdiff_t{s.width} * s.scale;
    if (out / row % s.scale == 0) detail::repeat_row<T>(s.scale, s.width, x + above, y + out);
    else std::copy_n(y + out - row, row, y + out);
  });
}
/// The adjoint: dx from dy.
template <class T> void upsample_backward(const UpsampleShape& s, const T* dy, T* dx) noexcept {
  std::fill_n(dx, s.input_size(), T(0));
  detail::each_upsampled_row<T>(s, [&](std::ptrdiff_t out, std::ptrdiff_t above, std::ptrdiff_t below, T weight) {
    if (s.bilinear) detail::upsample_row_bilinear_backward<T>(s, dy + out, weight, dx + above, dx + below);
    else detail::add_repeats<T>(s.scale, s.width, dy + out, dx + above);
  });
}

}  // namespace tutti::kernel
