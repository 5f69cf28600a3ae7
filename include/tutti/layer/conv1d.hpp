// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv1d.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// Convolution along the steps of a sequence: y[t, o] = b[o] + sum over k, c of W[k, c, o] x[t Stride + k Dilation -
/// Padding, c]. With groups, group g of the outputs sees group g of the features. Padding may be Same.
/// Shapes   x (N, steps, C), W (Kernel, C / Groups, Out), b (Out) -> y (N, steps', Out),
///          steps' = (steps + 2 Padding - (Kernel - 1) Dilation - 1) / Stride + 1.
/// Needs    sequences of one length, no shorter than the kernel; features and outputs that are multiples of
///          the groups.
/// Cost     2 N Out C / Groups Kernel steps' flops, three times that in training.
template <int Out = 16, int Kernel = 3, int Stride = 1, int Padding = 0, int Dilation = 1, int Groups = 1>
struct Conv1D {
  static constexpr int usual[] = {1, 0, 1, 1};
  static constexpr int padding = padding_of(Padding, Kernel, Dilation);
  using Needs = tutti::Needs<Rank<2>, OneLength, DivisibleBy<1, Groups>, OutputsDivisibleBy<Out, Groups>,
                             AtLeast<0, reach(Kernel, Dilation) - 2 * padding>>;
  static constexpr Shape infer(Shape in) {
    return with_extents(in, shape(positions(in[0], Kernel, Stride, padding, Dilation), Out));
  }

  template <class In, class T>
  struct Bind {
    [[no_unique_address]] In in;
    View<T> W{}, b{};                                                    // (Kernel, C / Groups, Out), (Out)

    constexpr explicit Bind(In extents) : in(extents) {}

    constexpr kernel::Conv1DShape sequence() const noexcept {
      return {.steps = in[0], .channels = in[1], .out = Out, .kernel = Kernel, .stride = Stride,
              .padding = padding, .dilation = Dilation, .groups = Groups};
    }
    constexpr void parameters(auto& visit) {
      visit("W", W, {Kernel, in[1] / Groups, Out}, he_normal);
      visit("b", b, {Out}, zeros);
    }
    constexpr std::ptrdiff_t scratch_size() const { return sequence().scratch_size(); }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      const kernel::Conv1DShape s = sequence();
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
        kernel::conv1d_forward<T>(s, x.data() + r * s.input_size(), W, b, y.data() + r * s.output_size(),
                                  pass.scratch);
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      const kernel::Conv1DShape s = sequence();
      const View<T> dW = pass.gradients(W), db = pass.gradients(b);
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        const T* const d = dy.data() + r * s.output_size();
        kernel::conv1d_backward_weights<T>(s, x.data() + r * s.input_size(), d, dW, db, pass.scratch);
        if (dx.data() != nullptr)
          kernel::conv1d_backward_data<T>(s, W, d, dx.data() + r * s.input_size(), pass.scratch);
      }
    }
  };
};
static_assert(Conv1D<8, 3, 2>::infer(shape(24, 3)) == shape(11, 8));

}  // namespace tutti
