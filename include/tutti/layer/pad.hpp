// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pad.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

namespace detail {
/// The Bind of a layer that puts zeros around its rows; `L::border(shape)` says where.
template <class L, class In, class T>
struct Padded {
  [[no_unique_address]] In in;

  constexpr explicit Padded(In extents) : in(extents) {}

  void forward(Rows<const T> x, Rows<T> y) const noexcept {
    const kernel::PadShape s = L::border(in.shape());
    for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
      kernel::pad<T>(s, x.data() + r * x.width(), y.data() + r * y.width());
  }
  void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
    const kernel::PadShape s = L::border(in.shape());
    for (std::ptrdiff_t r = 0; r < dy.rows(); ++r)
      kernel::pad_backward<T>(s, dy.data() + r * dy.width(), dx.data() + r * dx.width());
  }
};
constexpr int longer(int extent, int by) { return extent == Dynamic ? Dynamic : extent + by; }
}  // namespace detail

/// Zeros around an image. One number counts for all sides, two for top and bottom, right and left.
/// Shapes   (N, C, H, W) -> (N, C, Top + H + Bottom, Left + W + Right).
template <int Top = 1, int Right = Top, int Bottom = Top, int Left = Right>
struct Pad {
  static_assert(Top >= 0 && Right >= 0 && Bottom >= 0 && Left >= 0, "a border is not negative");
  static constexpr int usual[] = {Top, Top, Right};

  using Needs = tutti::Needs<Rank<3>>;
  static constexpr Shape infer(Shape in) {
    return shape(in[0], detail::longer(in[1], Top + Bottom), detail::longer(in[2], Left + Right));
  }
  static constexpr kernel::PadShape border(Shape in) {
    return {in[0], in[1], in[2], Top, Right, Bottom, Left};
  }
  template <class In, class T>
  using Bind = detail::Padded<Pad, In, T>;
};
static_assert(Pad<1, 2>::infer(shape(3, 4, 5)) == shape(3, 6, 9));

/// Zeros before and behind a sequence. Pad1D<K - 1, 0> before a Conv1D<Out, K> keeps it from seeing what comes later.
/// Shapes   (N, steps, C) -> (N, Before + steps + After, C).
/// Needs    sequences of one length.
template <int Before = 1, int After = Before>
struct Pad1D {
  static_assert(Before >= 0 && After >= 0, "a border is not negative");
  static constexpr int usual[] = {Before};

  using Needs = tutti::Needs<Rank<2>, OneLength>;
  static constexpr Shape infer(Shape in) { return with_extents(in, shape(detail::longer(in[0], Before + After), in[1])); }
  static constexpr kernel::PadShape border(Shape in) { return {1, in[0], in[1], Before, 0, After, 0}; }
  template <class In, class T>
  using Bind = detail::Padded<Pad1D, In, T>;
};
static_assert(Pad1D<2, 0>::infer(shape(7, 3)) == shape(9, 3));

}  // namespace tutti
