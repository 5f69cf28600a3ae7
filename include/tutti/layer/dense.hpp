// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// The Bind of Dense. Sizes are values in it: a net compiles it once, however many of its layers there are.
template <class T>
struct FullConnection {
  static constexpr bool forgets_output = true;
  std::ptrdiff_t in, out;
  View<T> W{}, b{};                                                      // (In, Out), (Out)

  constexpr FullConnection(std::ptrdiff_t inputs, std::ptrdiff_t outputs) : in(inputs), out(outputs) {}

  constexpr void parameters(auto& visit) {
    visit("W", W, {in, out}, he_normal);
    visit("b", b, {out}, zeros);
  }
  constexpr std::ptrdiff_t saved_size() const { return is_large() ? out : 0; }  // dy, for a late product
  void forward(Rows<const T> x, Rows<T> y) const noexcept {              // (N, In) -> (N, Out)
    kernel::gemm<T>(x.rows(), out, in, kernel::matrix(x.data(), in), kernel::matrix<T>(W, out), y.data(), out,
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
  constexpr bool is_large() const noexcept { return in * out >= 4096; }
};

/// Fully connected layer: y = x W + b.
/// Shapes   x (N, In), W (In, Out), b (Out) -> y (N, Out); a row of any shape is read as its In numbers.
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
