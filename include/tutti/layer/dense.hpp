// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_bf16.hpp>
#include <tutti/kernel/gemm_team.hpp>
#include <tutti/layer/trace.hpp>

#include <type_traits>

namespace tutti {

/// The Bind of Dense. Sizes are values in it: a net compiles it once, however many of its layers there are.
template <class T>
struct FullConnection {
  static constexpr bool forgets_output = true;
  std::ptrdiff_t in, out;
  View<T> W{}, b{};                                                      // (In, Out), (Out)
  View<T> packed{};                                                      // W as bf16, two in each number

  constexpr FullConnection(std::ptrdiff_t inputs, std::ptrdiff_t outputs) : in(inputs), out(outputs) {}

  constexpr void parameters(auto& visit) {
    visit("W", W, {in, out}, he_normal);
    visit("b", b, {out}, zeros);
    if constexpr (may_round)
      visit.packed(packed, visit.bf16() && is_rounded() ? kernel::packed_bf16_size(in, out) / 2 : 0,
                   [this] { kernel::pack_bf16(in, out, kernel::matrix<T>(W, out), rounded()); });
  }
  constexpr std::ptrdiff_t saved_size() const { return is_large() ? out : 0; }  // dy, for a late product
  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {  // (N, In) -> (N, Out)
    if constexpr (may_round)
      if (packed.size() > 0) {
        kernel::gemm_bf16(pass.team, x.rows(), out, in, x.data(), in, rounded(), y.data(), out, kernel::add_bias<T>(b));
        return;
      }
    kernel::gemm<T>(pass.team, x.rows(), out, in, kernel::matrix(x.data(), in), kernel::matrix<T>(W, out), y.data(), out,
                    kernel::add_bias<T>(b));
  }
  void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    const View<T> dW = pass.gradients(W), db = pass.gradients(b);
    if (is_large() && pass.late != nullptr && !pass.late->full()) {
      std::copy_n(dy.data(), dy.size(), pass.saved);
      pass.late->add({x.data(), pass.saved, rows, in, out, dW.data()});
    } else {
      kernel::gemm<T>(in, out, rows, kernel::transposed(x.data(), in), kernel::matrix(dy.data(), out),
                      dW.data(), out, kernel::accumulate);
    }
    for (std::ptrdiff_t r = 0; r < rows; ++r)
      for (std::ptrdiff_t j = 0; j < out; ++j) db[j] += dy(r, j);
    if (dx.data() != nullptr)                                            // (N, Out) (Out, In)
      kernel::gemm<T>(rows, in, out, kernel::matrix(dy.data(), out), kernel::transposed<T>(W, out),
                      dx.data(), in);
  }

 private:
  static constexpr bool may_round = std::is_same_v<T, float>;
  constexpr bool is_large() const noexcept { return in * out >= 4096; }
  /// Where bf16 pays. Not by the machine: a net predicts the same wherever it is loaded.
  constexpr bool is_rounded() const noexcept { return is_large() && out > 16; }
  kernel::Bf16* rounded() const noexcept { return reinterpret_cast<kernel::Bf16*>(packed.data()); }
};

/// Fully connected layer: y = x W + b.
/// Shapes   x (N, In), W (In, Out), b (Out) -> y (N, Out); a row of any shape is read as its In numbers.
/// Numerics those of kernel::gemm_bf16 where a net of floats predicts in bf16 and there are 4096 weights or more and more than
///          16 outputs, else those of kernel::gemm.
/// Cost     2 N In Out flops, three times that in training.
template <int Out = Classes>                                             // Classes: as many as the data has
struct Dense {
  static constexpr Shape infer(Shape in) { return shape(Out == Classes ? in.classes : Out); }

  template <class In, class T>
  struct Bind : FullConnection<T> {
    constexpr explicit Bind(In extents) : FullConnection<T>(extents.size(), infer(extents.shape())[0]) {}
  };
};
static_assert(Dense<10>::infer(shape(1, 28, 28)) == shape(10));

}  // namespace tutti
