// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise_shape.hpp>
#include <tutti/kernel/reduce.hpp>

#include <algorithm>

/// Depthwise convolutions of any kernel, stride, padding and dilation: one channel is copied into a frame of zeros, so that no tap is
/// ever outside.
namespace tutti::kernel::detail {

/// The image in its frame of zeros.
template <class T> void into_frame(const DepthwiseShape& s, const T* x, T* frame) noexcept {
  std::fill(frame, frame + s.scratch_size<T>(), T(0));
  for (std::ptrdiff_t y = 0; y < s.plane.height; ++y)
    std::copy_n(x + y * s.plane.width, s.plane.width,
                frame + (y + s.plane.padding) * s.frame_width() + s.plane.padding);
}

/// f(tap, where the tap's pixel for output (y, 0) is in the frame, y) for every tap and row of outputs.
template <class F> [[gnu::always_inline]] inline void each_frame_row(const DepthwiseShape& s, const F& f) {
  const int rows = s.plane.out_height();
  std::ptrdiff_t tap = 0;
  for (int ky = 0; ky < s.plane.kernel_h; ++ky)
    for (int kx = 0; kx < s.plane.kernel_w; ++kx, ++tap)
      for (int y = 0; y < rows; ++y)
        f(tap,
          (std::ptrdiff_t{y} * s.plane.stride + ky * s.plane.dilation) * s.frame_width() + kx * s.plane.dilation,
          y);
}

/// One row of outputs where the stride is 1: a register of them takes all its taps at once.
template <class T>
void depthwise_row(const DepthwiseShape& s, const T* frame, const T* w, T bias, T* y) noexcept {
  const std::ptrdiff_t n = s.plane.out_width(), d = s.plane.dilation;
  for (std::ptrdiff_t q = 0; q < n; q += lanes<T>) {
    Batch<T> sum(bias);
    const T* tap = w;
    for (std::ptrdiff_t ky = 0; ky < s.plane.kernel_h; ++ky)
      for (std::ptrdiff_t kx = 0; kx < s.plane.kernel_w; ++kx, ++tap)
        sum = multiply_add<T>(Batch<T>(*tap), load<T>(frame + ky * d * s.frame_width() + q + kx * d), sum);
    if (q + lanes<T> <= n) store<T>(sum, y + q);
    else store_part<T>(sum, y + q, n - q);
  }
}

/// y[i] += a x[i stride], or its transpose.
template <class T>
void add_scaled(std::ptrdiff_t n, T a, const T* x, std::ptrdiff_t x_step, T* y, std::ptrdiff_t y_step) noexcept {
  if (x_step == 1 && y_step == 1)
    for (std::ptrdiff_t i = 0; i < n; ++i) y[i] += a * x[i];
  else
    for (std::ptrdiff_t i = 0; i < n; ++i) y[i * y_step] += a * x[i * x_step];
}

template <class T>
void frame_forward(const DepthwiseShape& s, const T* x, const T* w, const T* bias, T* y,
                       T* scratch) noexcept {
  const std::ptrdiff_t columns = s.plane.out_width(), step = s.plane.stride;
  for (std::ptrdiff_t c = 0; c < s.channels; ++c) {
    into_frame(s, x + c * s.plane.input_size(), scratch);
    for (std::ptrdiff_t o = c * s.multiplier; o < (c + 1) * s.multiplier; ++o) {
      const T* const taps = w + o * s.taps();
      T* const out = y + o * s.plane.pixels();
      if (step == 1) {
        for (std::ptrdiff_t row = 0; row < s.plane.out_height(); ++row)
          depthwise_row(s, scratch + row * s.frame_width(), taps, bias[o], out + row * columns);
        continue;
      }
      std::fill(out, out + s.plane.pixels(), bias[o]);
      each_frame_row(s, [&](std::ptrdiff_t tap, std::ptrdiff_t at, std::ptrdiff_t row) {
        add_scaled<T>(columns, taps[tap], scratch + at, step, out + row * columns, 1);
      });
    }
  }
}

template <class T>
void frame_backward_data(const DepthwiseShape& s, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  const std::ptrdiff_t columns = s.plane.out_width(), width = s.plane.width, padding = s.plane.padding;
  for (std::ptrdiff_t c = 0; c < s.channels; ++c) {
    std::fill(scratch, scratch + s.frame_size(), T(0));
    for (std::ptrdiff_t o = c * s.multiplier; o < (c + 1) * s.multiplier; ++o)
      each_frame_row(s, [&](std::ptrdiff_t tap, std::ptrdiff_t at, std::ptrdiff_t row) {
        add_scaled<T>(columns, w[o * s.taps() + tap], dy + o * s.plane.pixels() + row * columns, 1,
                              scratch + at, s.plane.stride);
      });
    for (std::ptrdiff_t y = 0; y < s.plane.height; ++y)
      std::copy_n(scratch + (y + padding) * s.frame_width() + padding, width,
                  dx + c * s.plane.input_size() + y * width);
  }
}

template <class T>
void frame_backward_weights(const DepthwiseShape& s, const T* x, const T* dy, T* dw, T* db,
                                T* scratch) noexcept {
  const std::ptrdiff_t columns = s.plane.out_width(), step = s.plane.stride;
  for (std::ptrdiff_t c = 0; c < s.channels; ++c) {
    into_frame(s, x + c * s.plane.input_size(), scratch);
    for (std::ptrdiff_t o = c * s.multiplier; o < (c + 1) * s.multiplier; ++o) {
      const T* const d = dy + o * s.plane.pixels();
      each_frame_row(s, [&](std::ptrdiff_t tap, std::ptrdiff_t at, std::ptrdiff_t row) {
        T sum = 0;
        for (std::ptrdiff_t q = 0; q < columns; ++q) sum += d[row * columns + q] * scratch[at + q * step];
        dw[o * s.taps() + tap] += sum;
      });
      db[o] += static_cast<T>(sum(s.plane.pixels(), d));
    }
  }
}

}  // namespace tutti::kernel::detail
