// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise_frame.hpp>
#include <tutti/kernel/depthwise_gradient_tile.hpp>

namespace tutti::kernel {

namespace detail {

template <int N> using Fixed = std::integral_constant<int, N>;

/// True, after work(planes, output, channel, Kernel, Stride) for all outputs, where a tile serves the shape: one of Kernel x Kernel
/// and Stride, or of any that there are where these are 0. All outputs at once where each has its channel, else one by one.
template <class T, int Kernel, int Stride, class F> bool by_tiles(const DepthwiseShape& s, const F& work) {
  const ConvShape& p = s.plane;
  const auto works = [&]<int K, int S>(Fixed<K> kernel, Fixed<S> stride) {
    if (p.kernel_h != K || p.kernel_w != K || p.stride != S || p.padding != K / 2 || p.dilation != 1) return false;
    if (!rows_fit<T>(K, S, p.out_width())) return false;
    const PlaneSizes planes{p.height, p.width, p.out_height(), p.out_width(), s.multiplier == 1 ? s.channels : 1};
    for (std::ptrdiff_t o = 0; o < std::ptrdiff_t{s.channels} * s.multiplier; o += planes.count)
      work(planes, o, o / s.multiplier, kernel, stride);
    return true;
  };
  if constexpr (Kernel == 0)
    return works(Fixed<3>{}, Fixed<1>{}) || works(Fixed<3>{}, Fixed<2>{}) || works(Fixed<5>{}, Fixed<1>{}) || works(Fixed<5>{}, Fixed<2>{});
  else if constexpr ((Kernel == 3 || Kernel == 5) && (Stride == 1 || Stride == 2)) return works(Fixed<Kernel>{}, Fixed<Stride>{});
  else return false;
}

}  // namespace detail

/// y[c multiplier + m] = end(bias + sum over taps of w[c multiplier + m] x[c]). A Kernel x Kernel and a Stride known when it is compiled,
/// here and below, spare the code for others; where they are 0 they are looked up in the shape.
/// Shapes   x (channels, height, width), w (channels multiplier, kernel_h, kernel_w), bias (channels
///          multiplier), scratch (scratch_size) -> y (channels multiplier, out_height, out_width).
/// Cost     2 channels multiplier taps pixels flops; fastest where the kernel is 3 or 5 with half of that around the image, the
///          stride is 1 or 2, and the dilation 1.
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_forward(const DepthwiseShape& s, const T* x, const T* w, const T* bias, T* y, T* scratch,
                       const ChannelEpilogue<T>& end = {}) noexcept {
  using namespace detail;
  const bool done = by_tiles<T, Kernel, Stride>(s, [&]<int K, int S>(const PlaneSizes& p, auto o, auto c, Fixed<K>, Fixed<S>) {
    depthwise_planes<K, S>(p, x + c * s.plane.input_size(), w + o * K * K, false, bias + o, y + o * s.plane.pixels(), end.from(o));
  });
  if (done) return;
  frame_forward(s, x, w, bias, y, scratch);
  const std::ptrdiff_t pixels = s.plane.pixels();
  for (std::ptrdiff_t o = 0; end.changes() && o < std::ptrdiff_t{s.channels} * s.multiplier; ++o)
    transform<T>(pixels, y + o * pixels, [&](const Batch<T>& v) { return end(v, o); }, y + o * pixels);
}

/// dx = the gradient of the image.
/// Shapes   w, dy as in depthwise_forward, scratch (scratch_size) -> dx (channels, height, width), overwritten.
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_backward_data(const DepthwiseShape& s, const T* w, const T* dy, T* dx, T* scratch) noexcept {
  using namespace detail;
  const bool done = by_tiles<T, Kernel, Stride>(s, [&]<int K, int S>(const PlaneSizes& p, auto o, auto c, Fixed<K>, Fixed<S>) {
    const std::ptrdiff_t pixels = s.plane.input_size();
    T* const to = dx + c * pixels;
    const bool more = o % s.multiplier != 0;                             // there is a gradient of this channel already
    depthwise_planes_back<K, S>(p, w + o * K * K, dy + o * s.plane.pixels(), more ? scratch : to);
    if (more) transform<T>(pixels, to, [](const Batch<T>& a, const Batch<T>& b) { return a + b; }, to, scratch);
  });
  if (!done) frame_backward_data(s, w, dy, dx, scratch);
}

/// dw += the gradient of the weights, db += that of the bias.
/// Shapes   x, dy as in depthwise_forward, scratch (scratch_size) -> dw as w, db as bias.
template <int Kernel = 0, int Stride = 0, class T>
void depthwise_backward_weights(const DepthwiseShape& s, const T* x, const T* dy, T* dw, T* db, T* scratch) noexcept {
  using namespace detail;
  const bool done = by_tiles<T, Kernel, Stride>(s, [&]<int K, int S>(const PlaneSizes& p, auto o, auto c, Fixed<K>, Fixed<S>) {
    depthwise_planes_weights<K, S>(p, x + c * s.plane.input_size(), dy + o * s.plane.pixels(), dw + o * K * K, db + o);
  });
  if (!done) frame_backward_weights(s, x, dy, dw, db, scratch);
}

}  // namespace tutti::kernel
