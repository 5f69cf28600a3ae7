// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise_team.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// Convolution of every channel by itself: y[c Multiplier + m] = b + sum over i, j of W[c Multiplier + m, i, j]
/// x[c, . + i Dilation, . + j Dilation]. Padding may be Same.
/// Shapes   x (N, C, H, W), W (C Multiplier, Kernel, Kernel), b (C Multiplier) -> y (N, C Multiplier, H', W'),
///          H' = (H + 2 Padding - (Kernel - 1) Dilation - 1) / Stride + 1.
/// Needs    images no smaller than the kernel.
/// Cost     2 N C Multiplier Kernel^2 H' W' flops, three times that in training.
/// Source   Howard et al., MobileNets (arXiv:1704.04861).
template <int Kernel = 3, int Stride = 1, int Padding = 0, int Multiplier = 1, int Dilation = 1>
struct DepthwiseConv {
  static constexpr int usual[] = {1, 0, 1, 1};
  static constexpr int padding = padding_of(Padding, Kernel, Dilation);
  static constexpr int tile = Dilation == 1 && padding == Kernel / 2 ? Kernel : 1;  // 1: there is none for it
  static constexpr int least = reach(Kernel, Dilation) - 2 * padding;
  using Needs = tutti::Needs<Rank<3>, AtLeast<1, least>, AtLeast<2, least>>;
  static constexpr Shape infer(Shape in) {
    return shape(in[0] == Dynamic ? Dynamic : in[0] * Multiplier, positions(in[1], Kernel, Stride, padding, Dilation),
                 positions(in[2], Kernel, Stride, padding, Dilation));
  }

  template <class In, class T>
  struct Bind {
    [[no_unique_address]] In in;
    View<T> W{}, b{};                                                    // (C Multiplier, Kernel, Kernel), (C Multiplier)

    constexpr explicit Bind(In extents) : in(extents) {}

    constexpr kernel::DepthwiseShape image() const noexcept {
      return {{.height = in[1], .width = in[2], .kernel_h = Kernel, .kernel_w = Kernel, .stride = Stride,
               .padding = padding, .dilation = Dilation},
              in[0],
              Multiplier};
    }
    constexpr void parameters(auto& visit) {
      const std::ptrdiff_t out = std::ptrdiff_t{in[0]} * Multiplier;
      visit("W", W, {out, Kernel, Kernel}, he_normal.fan_in(Kernel * Kernel));
      visit("b", b, {out}, zeros);
    }
    constexpr std::ptrdiff_t scratch_size() const { return image().template scratch_size<T>(); }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass, const kernel::ChannelEpilogue<T>& end = {}) const noexcept {
      kernel::depthwise_forward<tile, Stride, T>(pass.team, image(), x.rows(), x.data(), W, b, y.data(), pass.scratch, end);
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      const kernel::DepthwiseShape s = image();
      const View<T> dW = pass.gradients(W), db = pass.gradients(b);
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        const T* const d = dy.data() + r * s.output_size();
        kernel::depthwise_backward_weights<tile, Stride, T>(s, x.data() + r * s.input_size(), d, dW, db, pass.scratch);
        if (dx.data() != nullptr)
          kernel::depthwise_backward_data<tile, Stride, T>(s, W, d, dx.data() + r * s.input_size(), pass.scratch);
      }
    }
  };
};
static_assert(DepthwiseConv<3, 2, Same, 2>::infer(shape(4, 8, 7)) == shape(8, 4, 4));

}  // namespace tutti
