// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pool.hpp>
#include <tutti/layer/trace.hpp>


namespace tutti {

/// A requirement: a window that begins in the padding reaches into the input.
template <int Padding, int Size>
struct PaddingAtMostHalf {
  static constexpr bool holds(const Shape&) { return 2 * Padding <= Size; }
};

// What pools have in common, whatever they make of a window. They refer to it and do not inherit it: g++ 12 crashes on an
// empty base of an element of a std::tuple in a constant.

/// Windows of images, along height and width.
template <int Size, int Stride, int Padding>
struct ImageWindows {
  using Needs = tutti::Needs<Rank<3>, AtLeast<1, Size - 2 * Padding>, AtLeast<2, Size - 2 * Padding>,
                             PaddingAtMostHalf<Padding, Size>>;
  static constexpr Shape infer(const Shape& in) {
    return shape(in[0], positions(in[1], Size, Stride, Padding), positions(in[2], Size, Stride, Padding));
  }
  static constexpr kernel::PoolShape windows(const Shape& in) {
    return {.channels = in[0], .height = in[1], .width = in[2], .window_h = Size, .window_w = Size,
            .stride_h = Stride, .stride_w = Stride, .padding_h = Padding, .padding_w = Padding};
  }
};

/// Windows of sequences, along their steps.
template <int Size, int Stride, int Padding>
struct SequenceWindows {
  using Needs = tutti::Needs<Rank<2>, OneLength, AtLeast<0, Size - 2 * Padding>, PaddingAtMostHalf<Padding, Size>>;
  static constexpr Shape infer(const Shape& in) {
    return with_extents(in, shape(positions(in[0], Size, Stride, Padding), in[1]));
  }
  static constexpr kernel::PoolShape windows(const Shape& in) {
    return {.channels = 1, .height = in[0], .width = in[1], .window_h = Size, .window_w = 1,
            .stride_h = Stride, .stride_w = 1, .padding_h = Padding, .padding_w = 0};
  }
};

/// The Bind of a layer that takes the largest number of each window: `L::windows(shape)` says which.
template <class L, class In, class T>
struct MaxPooling {
  static_assert(sizeof(T) >= sizeof(std::int32_t));
  static constexpr bool halves = kernel::detail::is_two_by_two(L::windows(In::traced));  // a convolution before it can do that
  [[no_unique_address]] In in;

  constexpr explicit MaxPooling(In extents) : in(extents) {}

  constexpr kernel::PoolShape windows() const noexcept { return L::windows(in.shape()); }
  constexpr std::ptrdiff_t saved_size() const { return windows().output_size(); }  // which number won

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const kernel::PoolShape s = windows();
    for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
      kernel::max_pool<T>(s, x.data() + r * s.input_size(), y.data() + r * s.output_size(), winners(pass, r));
  }
  void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    const kernel::PoolShape s = windows();
    for (std::ptrdiff_t r = 0; r < dy.rows(); ++r)
      kernel::max_pool_backward<T>(s, dy.data() + r * s.output_size(), winners(pass, r),
                                   dx.data() + r * s.input_size());
  }

 private:
  T* winners(const Pass<T>& pass, std::ptrdiff_t row) const noexcept { return pass.saved == nullptr ? nullptr : pass.saved + row * saved_size(); }
};

/// The Bind of a layer that takes the mean of each window.
template <class L, class In, class T>
struct AveragePooling {
  [[no_unique_address]] In in;

  constexpr explicit AveragePooling(In extents) : in(extents) {}

  void forward(Rows<const T> x, Rows<T> y) const noexcept {
    const kernel::PoolShape s = L::windows(in.shape());
    for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
      kernel::average_pool<T>(s, x.data() + r * s.input_size(), y.data() + r * s.output_size());
  }
  void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
    const kernel::PoolShape s = L::windows(in.shape());
    for (std::ptrdiff_t r = 0; r < dy.rows(); ++r)
      kernel::average_pool_backward<T>(s, dy.data() + r * s.output_size(), dx.data() + r * s.input_size());
  }
};

}  // namespace tutti
