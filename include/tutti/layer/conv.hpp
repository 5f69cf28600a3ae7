// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_team.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// Convolution of images (a cross-correlation, as is usual): y[o] = b[o] + sum over c, i, j of W[o, c, i, j]
/// x[c, . + i Dilation, . + j Dilation]. With groups, group g of the outputs sees group g of the channels.
/// Padding may be Same.
/// Shapes   x (N, C, H, W), W (Out, C / Groups, Kernel, Kernel), b (Out) -> y (N, Out, H', W'),
///          H' = (H + 2 Padding - (Kernel - 1) Dilation - 1) / Stride + 1.
/// Needs    images no smaller than the kernel; channels and outputs that are multiples of the groups.
/// Cost     2 N Out C / Groups Kernel^2 H' W' flops, three times that in training, for Winograd = 0: every sum is added up
///          product by product, right to about 1e-6 of the largest. In float and with 3 x 3 taps moved by one pixel,
///          Winograd = 4 takes tiles of 4 x 4 sums with a quarter of the products, right to about 1e-5, and 2 tiles of 2 x 2
///          with four ninths of them, right to about 1e-6. 1 takes what is fastest (kernel::winograd_tile).
template <int Out = 16, int Kernel = 3, int Stride = 1, int Padding = 0, int Dilation = 1, int Groups = 1, int Winograd = 1>
struct Conv {
  static constexpr int usual[] = {1, 0, 1, 1, 1};
  static constexpr int padding = padding_of(Padding, Kernel, Dilation);
  static constexpr int least = reach(Kernel, Dilation) - 2 * padding;
  using Needs = tutti::Needs<Rank<3>, DivisibleBy<0, Groups>, OutputsDivisibleBy<Out, Groups>, AtLeast<1, least>,
                             AtLeast<2, least>, OneOf<Winograd, 0, 1, 2, 4>>;
  static constexpr Shape infer(Shape in) {
    return shape(Out, positions(in[1], Kernel, Stride, padding, Dilation),
                 positions(in[2], Kernel, Stride, padding, Dilation));
  }

  template <class In, class T>
  struct Bind {
    static constexpr bool forgets_output = true;
    [[no_unique_address]] In in;
    View<T> W{}, b{};                                                    // (Out, C / Groups, Kernel, Kernel), (Out)
    View<T> packed{};                                                    // W as the kernel reads it

    constexpr explicit Bind(In extents) : in(extents) {}

    constexpr kernel::ConvShape image() const noexcept {
      return {.channels = in[0],
              .height = in[1],
              .width = in[2],
              .out = Out,
              .kernel_h = Kernel,
              .kernel_w = Kernel,
              .stride = Stride,
              .padding = padding,
              .dilation = Dilation,
              .groups = Groups,
              .winograd = Winograd};
    }
    /// The tiles that images may choose, as far as the compiler knows: it need not compile the others.
    static constexpr int tiles() {
      if constexpr (In::is_static) return kernel::winograd_tile<T>(Bind(In()).image());
      else if (Kernel != 3 || Stride != 1 || Dilation != 1 || Groups != 1) return 0;
      else return Winograd == 1 ? kernel::every_tile : Winograd;
    }
    constexpr void parameters(auto& visit) {
      visit("W", W, {Out, in[0] / Groups, Kernel, Kernel}, he_normal.fan_in(image().taps()));
      visit("b", b, {Out}, zeros);
      if constexpr (tiles() != 0)
        visit.packed(packed, kernel::conv_packed_size<T>(image()), [this] { kernel::conv_pack<T, tiles()>(image(), W, packed); });
    }
    constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, bool training, bool pooled = false) const {
      const auto size = [&](const kernel::ConvShape& s) {
        return kernel::conv_scratch<T>(made(s, pooled), rows, training) + (training && pooled ? at_once(s, rows) * s.output_size() : 0);
      };
      return std::max(size(image()), size(direct()));
    }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass, const kernel::ChannelEpilogue<T>& end = {},
                 bool pooled = false) const noexcept {
      const kernel::ConvShape s = made(used(), pooled);
      if (pass.saved == nullptr)
        kernel::conv_forward<T, tiles()>(pass.team, s, x.rows(), x.data(), W, packed, b, y.data(), pass.scratch, end);
      else
        kernel::conv_forward<T, tiles()>(s, x.rows(), x.data(), W, packed, b, y.data(), pass.scratch, end, pooled ? pass.saved : nullptr);
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      gradients(x, dy.data(), dx, pass, pass.scratch);
    }
    /// dy is that of the largest of each 2 x 2 sums, which `forward` has saved.
    void backward_pooled(Rows<const T> x, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      const kernel::ConvShape s = made(used(), true);
      const std::ptrdiff_t some = at_once(s, x.rows()), size = s.output_size();
      for (std::ptrdiff_t first = 0; first < x.rows(); first += some) {
        const std::ptrdiff_t count = std::min(some, x.rows() - first);
        for (std::ptrdiff_t r = 0; r < count; ++r)
          kernel::max_pool_backward<T>({.channels = Out, .height = s.out_height(), .width = s.out_width()}, dy.row(first + r).data(),
                                       pass.saved + (first + r) * s.y_size(), pass.scratch + r * size);
        gradients(slice(x, first, count), pass.scratch, slice(dx, first, count), pass, pass.scratch + some * size);
      }
    }

   private:
    /// Images whose gradients of all sums are in memory together: what the second cache holds, by tiles four at least.
    static constexpr std::ptrdiff_t at_once(const kernel::ConvShape& s, std::ptrdiff_t rows) noexcept {
      constexpr std::ptrdiff_t room = 256 * 1024 / sizeof(T);
      const std::ptrdiff_t held = room / std::max<std::ptrdiff_t>(s.output_size(), 1), least = kernel::winograd_tile<T>(s) != 0 ? 4 : 1;
      return std::clamp<std::ptrdiff_t>(rows, 1, std::max(held, least));
    }
    void gradients(Rows<const T> x, const T* dy, Rows<T> dx, const Pass<T>& pass, T* scratch) const noexcept {
      const kernel::ConvShape s = used();
      const View<T> dW = pass.gradients(W), db = pass.gradients(b);
      kernel::conv_backward_weights<T, tiles()>(s, x.rows(), x.data(), dy, dW, db, scratch);
      if (dx.data() != nullptr) kernel::conv_backward_data<T, tiles()>(s, x.rows(), W, packed, dy, dx.data(), scratch);
    }
    constexpr kernel::ConvShape direct() const noexcept {
      kernel::ConvShape s = image();
      s.winograd = 0;
      return s;
    }
    static constexpr kernel::ConvShape made(kernel::ConvShape s, bool pooled) noexcept {
      s.pooled = pooled;
      return s;
    }
    kernel::ConvShape used() const noexcept { return packed.size() > 0 ? image() : direct(); }
  };
};
static_assert(Conv<16, 3, 1, Same, 2>::infer(shape(1, 8, 8)) == shape(16, 8, 8));
static_assert(Conv<16, 3>::infer(shape(1, 8, 8)) == shape(16, 6, 6));

}  // namespace tutti
