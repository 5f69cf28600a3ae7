// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

namespace tutti {

/// An extent that is known only at run time.
inline constexpr int Dynamic = -1;
/// As many outputs as the data has classes (one for a number): the width of a last layer.
inline constexpr int Classes = -2;

/// As much padding as keeps the extents where a window moves by single steps: (Kernel - 1) / 2 Dilation; for
/// odd kernels.
inline constexpr int Same = -3;

/// What one number of a row stands for.
enum class Element : unsigned char { number, token };

/// The extents of one row (the batch is never part of it), an ordinary value that is computed with at compile time.
/// An image is (channels, height, width), a sequence (steps, width) with `time`, a vector (width).
/// A ragged sequence carries its own length as one more number at the end of its row.
struct Shape {
  int rank = 0;
  int extent[4] = {1, 1, 1, 1};
  Element element = Element::number;
  bool time = false;    // axis 0 is time
  bool ragged = false;  // rows have lengths of their own, at most extent[0]
  int classes = 0;      // what `Classes` means below this shape; 0: not known yet

  constexpr int operator[](int axis) const { return extent[axis]; }
  constexpr bool is_static() const {
    for (int i = 0; i < rank; ++i)
      if (extent[i] == Dynamic) return false;
    return true;
  }
  /// Numbers in a row; Dynamic if any extent is.
  constexpr int size() const {
    int n = 1;
    for (int i = 0; i < rank; ++i) {
      if (extent[i] == Dynamic) return Dynamic;
      n *= extent[i];
    }
    return n + (ragged ? 1 : 0);
  }
  /// Numbers in a row, were every extent that is Dynamic 1.
  constexpr int known_size() const {
    int n = 1;
    for (int i = 0; i < rank; ++i) n *= extent[i] == Dynamic ? 1 : extent[i];
    return n;
  }
  constexpr bool operator==(const Shape&) const = default;
};

template <class... Extents>
constexpr Shape shape(Extents... extents) {
  static_assert(sizeof...(Extents) <= 4, "a row has at most four axes");
  Shape s;
  s.rank = static_cast<int>(sizeof...(Extents));
  int i = 0;
  ((s.extent[i++] = static_cast<int>(extents)), ...);
  return s;
}

/// The same shape, with axis 0 as time.
constexpr Shape with_time(Shape s) {
  s.time = true;
  return s;
}

/// A copy of s with other extents; time, element and class count stay.
constexpr Shape with_extents(Shape s, Shape extents) {
  s.rank = extents.rank;
  for (int i = 0; i < 4; ++i) s.extent[i] = extents.extent[i];
  return s;
}

/// The axis of channels, or of a step's features: the last of a sequence (steps, width), else the first.
constexpr int channel_axis(const Shape& s) { return s.rank == 2 ? 1 : 0; }

/// What a padding that may be Same comes to.
constexpr int padding_of(int padding, int kernel, int dilation = 1) {
  return padding == Same ? (kernel - 1) / 2 * dilation : padding;
}
/// How far a window of `kernel` taps reaches.
constexpr int reach(int kernel, int dilation) { return (kernel - 1) * dilation + 1; }
/// How many positions it has on an axis: floor((n + 2 padding - reach) / stride) + 1.
constexpr int positions(int n, int kernel, int stride, int padding, int dilation = 1) {
  return n == Dynamic ? Dynamic : (n + 2 * padding - reach(kernel, dilation)) / stride + 1;
}

/// "(3, 32, 32)".
inline std::string to_string(const Shape& s) {
  std::string text = "(";
  for (int i = 0; i < s.rank; ++i) {
    if (i > 0) text += ", ";
    text += s.extent[i] == Dynamic ? std::string("Dynamic") : std::to_string(s.extent[i]);
  }
  return text + ")";
}

// Requirements: types, so that they test at compile time, print in a compiler's message and can be written by users.
// A Dynamic extent satisfies every requirement at compile time and is checked again when the shape is known.

template <int R>
struct Rank {
  static constexpr bool holds(const Shape& s) { return s.rank == R; }
};

template <int Least, int Most>
struct RankFrom {
  static constexpr bool holds(const Shape& s) { return s.rank >= Least && s.rank <= Most; }
};

/// Extent `Axis` is at least `N`.
template <int Axis, int N>
struct AtLeast {
  static constexpr bool holds(const Shape& s) {
    return s.rank > Axis && (s.extent[Axis] == Dynamic || s.extent[Axis] >= N);
  }
};

/// Extent `Axis` is a multiple of `N`.
template <int Axis, int N>
struct DivisibleBy {
  static constexpr bool holds(const Shape& s) {
    return s.rank > Axis && (s.extent[Axis] == Dynamic || s.extent[Axis] % N == 0);
  }
};

/// A layer's N outputs are a multiple of its D groups.
template <int N, int D>
struct OutputsDivisibleBy {
  static constexpr bool holds(const Shape&) { return N % D == 0; }
};

/// A layer's argument N is one of these.
template <int N, int... Allowed>
struct OneOf {
  static constexpr bool holds(const Shape&) { return ((N == Allowed) || ...); }
};

/// Axis 0 is time.
struct TimeAxis {
  static constexpr bool holds(const Shape& s) { return s.time; }
};

/// All rows are of one length: the shape is not ragged.
struct OneLength {
  static constexpr bool holds(const Shape& s) { return !s.ragged; }
};

/// The row holds token numbers (of a vocabulary), not measurements.
struct TokenNumbers {
  static constexpr bool holds(const Shape& s) { return s.element == Element::token; }
};

/// All of them; a layer says `using Needs = tutti::Needs<Rank<3>, AtLeast<1, 3>>`.
template <class... Requirements>
struct Needs {
  static constexpr bool hold(const Shape& s) { return (Requirements::holds(s) && ...); }
};

}  // namespace tutti
