// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// A requirement: the convolution back gives the extents that were there.
template <int OutputPadding, int Stride>
struct OutputPaddingBelow {
  static constexpr bool holds(const Shape&) { return OutputPadding < Stride; }
};

/// The transpose of a convolution, which makes images larger: every pixel x[c, i, j] adds W[c, o] x[c, i, j] to
/// the window of y[o] that begins at (i Stride - Padding, j Stride - Padding); b[o] is added to all of y[o].
/// Shapes   x (N, C, H, W), W (C, Out, Kernel, Kernel), b (Out) -> y (N, Out, H', W'),
///          H' = (H - 1) Stride - 2 Padding + Kernel + OutputPadding.
/// Needs    OutputPadding below Stride.
/// Cost     2 N Out C Kernel^2 H W flops, three times that in training.
/// Source   Zeiler et al., Deconvolutional networks (CVPR 2010).
template <int Out = 16, int Kernel = 2, int Stride = 2, int Padding = 0, int OutputPadding = 0>
struct TransposedConv {
  static constexpr int usual[] = {2, 0, 0};
  using Needs = tutti::Needs<Rank<3>, OutputPaddingBelow<OutputPadding, Stride>>;
  static constexpr Shape infer(Shape in) { return shape(Out, extent(in[1]), extent(in[2])); }

  template <class In, class T>
  struct Bind {
    [[no_unique_address]] In in;
    View<T> W{}, b{};                                                    // (C, Out, Kernel, Kernel), (Out)

    constexpr explicit Bind(In extents) : in(extents) {}

    /// The convolution from y to x.
    constexpr kernel::ConvShape image() const noexcept {
      return {.channels = Out, .height = extent(in[1]), .width = extent(in[2]), .out = in[0],
              .kernel_h = Kernel, .kernel_w = Kernel, .stride = Stride, .padding = Padding, .winograd = 0};
    }
    constexpr void parameters(auto& visit) {
      const std::ptrdiff_t taps = std::ptrdiff_t{in[0]} * Kernel * Kernel / (Stride * Stride);
      visit("W", W, {in[0], Out, Kernel, Kernel}, he_normal.fan_in(taps > 0 ? taps : 1));
      visit("b", b, {Out}, zeros);
    }
    constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, bool) const {
      return kernel::conv_scratch<T>(image(), rows, true);  // its forward is the gradient of images
    }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      const kernel::ConvShape s = image();
      kernel::conv_backward_data<T, 0>(s, x.rows(), W, nullptr, x.data(), y.data(), pass.scratch);
      for (std::ptrdiff_t r = 0; r < y.rows(); ++r) kernel::add_plane_bias<T>(Out, plane(s), b, y.row(r).data());
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      const kernel::ConvShape s = image();
      const View<T> dW = pass.gradients(W), db = pass.gradients(b);
      kernel::conv_backward_weights<T, 0>(s, x.rows(), dy.data(), x.data(), dW, static_cast<T*>(nullptr), pass.scratch);
      for (std::ptrdiff_t r = 0; r < dy.rows(); ++r) kernel::add_plane_sums<T>(Out, plane(s), dy.row(r).data(), db);
      if (dx.data() != nullptr)
        kernel::conv_forward<T, 0>(s, x.rows(), dy.data(), W, nullptr, nullptr, dx.data(), pass.scratch);
    }

   private:
    static constexpr std::ptrdiff_t plane(const kernel::ConvShape& s) { return std::ptrdiff_t{s.height} * s.width; }
  };

 private:
  static constexpr int extent(int n) {
    return n == Dynamic ? Dynamic : (n - 1) * Stride - 2 * Padding + Kernel + OutputPadding;
  }
};
static_assert(TransposedConv<16>::infer(shape(32, 4, 5)) == shape(16, 8, 10));

}  // namespace tutti
