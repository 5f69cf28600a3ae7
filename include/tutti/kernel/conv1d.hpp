// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/windows.hpp>

namespace tutti::kernel {

/// A convolution along the steps of one sequence: (steps, channels) to (out_steps, out). The channels of a step
/// lie side by side, so a tap of all outputs is a matrix where it lies, whose rows are `stride` steps apart;
/// nothing is gathered.
struct Conv1DShape {
  int steps = 1;
  int channels = 1;
  int out = 1;
  int kernel = 1;
  int stride = 1;
  int padding = 0;   // steps of zeros at either end
  int dilation = 1;  // steps from tap to tap
  int groups = 1;    // group g of the outputs sees group g of the channels

  constexpr std::ptrdiff_t padded_size() const noexcept {
    return (std::ptrdiff_t{steps} + 2 * padding) * channels;
  }
  constexpr int out_steps() const noexcept {
    return windows_on(steps, (kernel - 1) * dilation + 1, stride, padding);
  }
  constexpr std::ptrdiff_t input_size() const noexcept { return std::ptrdiff_t{steps} * channels; }
  constexpr std::ptrdiff_t output_size() const noexcept { return std::ptrdiff_t{out_steps()} * out; }
  constexpr std::ptrdiff_t weights_size() const noexcept {
    return std::ptrdiff_t{kernel} * (channels / groups) * out;
  }
  /// How many scalars of scratch the convolutions below need: the sequence with its padding.
  constexpr std::ptrdiff_t scratch_size() const noexcept { return padding == 0 ? 0 : padded_size(); }
};
static_assert(Conv1DShape{.steps = 9, .kernel = 3, .stride = 2, .padding = 1, .dilation = 2}.out_steps() == 4);

namespace detail {

/// f(where in x, where in w, where in y, depth) for every product of matrices that the convolution is made of:
/// (out_steps, depth) by (depth, out / groups). All taps are one product where they lie one behind the other.
template <class F> [[gnu::always_inline]] inline void each_tap_product(const Conv1DShape& s, const F& f) {
  const std::ptrdiff_t in = s.channels / s.groups, out = s.out / s.groups;
  if (s.groups == 1 && s.dilation == 1) return f(0, 0, 0, s.kernel * in);
  for (std::ptrdiff_t k = 0; k < s.kernel; ++k)
    for (std::ptrdiff_t g = 0; g < s.groups; ++g)
      f(k * s.dilation * s.channels + g * in, k * in * s.out + g * out, g * out, in);
}

template <class T> const T* with_padding(const Conv1DShape& s, const T* x, T* scratch) noexcept {
  if (s.padding == 0) return x;
  const std::ptrdiff_t edge = std::ptrdiff_t{s.padding} * s.channels;
  std::fill(scratch, scratch + edge, T(0));
  std::copy_n(x, s.input_size(), scratch + edge);
  std::fill(scratch + edge + s.input_size(), scratch + s.padded_size(), T(0));
  return scratch;
}

}  // namespace detail

/// y[t] = bias + sum over taps k of x[t stride + k dilation - padding] w[k].
/// Shapes   x (steps, channels), w (kernel, channels / groups, out), bias (out), scratch (scratch_size)
///          -> y (out_steps, out).
/// Cost     2 kernel channels / groups out out_steps flops.
template <class T>
void conv1d_forward(const Conv1DShape& s, const T* x, const T* w, const T* bias, T* y, T* scratch) noexcept {
  const T* const from = detail::with_padding(s, x, scratch);
  const std::ptrdiff_t row = std::ptrdiff_t{s.stride} * s.channels, out = s.out / s.groups;
  detail::each_tap_product(s, [&](std::ptrdiff_t at, std::ptrdiff_t tap, std::ptrdiff_t to, std::ptrdiff_t depth) {
    const Operand<T> X = matrix(from + at, row), W = matrix(w + tap, s.out);
    if (tap < s.out)  // the first tap
      gemm<T>(s.out_steps(), out, depth, X, W, y + to, s.out, add_bias<T>(bias + to));
    else gemm<T>(s.out_steps(), out, depth, X, W, y + to, s.out, accumulate);
  });
}

/// dx = the gradient of the sequence.
/// Shapes   w, dy as in conv1d_forward, scratch (scratch_size) -> dx (steps, channels), overwritten.
template <class T>
void conv1d_backward_data(const Conv1DShape& s, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  T* const to = s.padding == 0 ? dx : scratch;
  const std::ptrdiff_t row = std::ptrdiff_t{s.stride} * s.channels, in = s.channels / s.groups;
  std::fill(to, to + s.padded_size(), T(0));
  for (std::ptrdiff_t k = 0; k < s.kernel; ++k)  // the windows of one tap do not overlap
    for (std::ptrdiff_t g = 0; g < s.groups; ++g) {
      const std::ptrdiff_t j = g * (s.out / s.groups);
      gemm<T>(s.out_steps(), in, s.out / s.groups, matrix(dy + j, s.out),
              transposed(w + k * in * s.out + j, s.out), to + k * s.dilation * s.channels + g * in, row,
              accumulate);
    }
  if (s.padding != 0) std::copy_n(scratch + std::ptrdiff_t{s.padding} * s.channels, s.input_size(), dx);
}

/// dw += the gradient of the weights, db += that of the bias.
/// Shapes   x, dy as in conv1d_forward, scratch (scratch_size) -> dw as w, db as bias.
template <class T>
void conv1d_backward_weights(const Conv1DShape& s, const T* x, const T* dy, T* dw, T* db, T* scratch) noexcept {
  const T* const from = detail::with_padding(s, x, scratch);
  const std::ptrdiff_t row = std::ptrdiff_t{s.stride} * s.channels, out = s.out / s.groups;
  detail::each_tap_product(s, [&](std::ptrdiff_t at, std::ptrdiff_t tap, std::ptrdiff_t to, std::ptrdiff_t depth) {
    gemm<T>(depth, out, s.out_steps(), transposed(from + at, row), matrix(dy + to, s.out), dw + tap, s.out,
            accumulate);
  });
  for (std::ptrdiff_t t = 0; t < s.out_steps(); ++t)
    for (std::ptrdiff_t j = 0; j < s.out; ++j) db[j] += dy[t * s.out + j];
}

}  // namespace tutti::kernel
