// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// Numbers of Winograd's minimal filtering F(Tile x Tile, 3 x 3).
template <int Tile> struct WinogradSizes {
  static constexpr int outputs = Tile;             // sums in a row of a tile
  static constexpr int taps = 3;
  static constexpr int pixels = outputs + taps - 1;
  static constexpr int products = pixels * pixels;
};

/// The matrices of Winograd's minimal filtering F(Tile x Tile, 3 x 3): y = A^T ((G g G^T) (B^T d B)) A, the product number by
/// number, gives Tile x Tile sums y over 3 x 3 taps g from pixels d. They multiply polynomials by their values at points p, one
/// of them infinity: A^T has the rows p^i, G the values g(p) / N(p), B^T the coefficients of the product of (x - q) over the
/// other points q, where N(p) is its value at p; at infinity g[2], and the product over all of them. Each function applies one
/// matrix to the columns of a square, and the other from the right by a second turn over its rows.
/// Source   Lavin, Gray: Fast algorithms for convolutional neural networks (CVPR 2016).
template <class T, int Tile> struct Winograd;

/// F(2 x 2, 3 x 3), points 0, 1, -1: 16 products in place of 36.
template <class T> struct Winograd<T, 2> : WinogradSizes<2> {
  using V = Batch<T>;

  /// B^T d.
  [[gnu::always_inline]] static void of_pixels(const V (&d)[4], V (&t)[4]) noexcept {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[3] - d[1];
  }
  /// G g.
  [[gnu::always_inline]] static void of_taps(const V (&g)[3], V (&u)[4]) noexcept {
    const V half(T(0.5)), a = half * (g[0] + g[2]), b = half * g[1];
    u[0] = g[0];
    u[1] = a + b;
    u[2] = a - b;
    u[3] = g[2];
  }
  /// A^T m.
  [[gnu::always_inline]] static void to_sums(const V (&m)[4], V (&y)[2]) noexcept {
    y[0] = m[0] + (m[1] + m[2]);
    y[1] = (m[1] - m[2]) + m[3];
  }
  /// A y: the way back of to_sums.
  [[gnu::always_inline]] static void of_sums(const V (&y)[2], V (&m)[4]) noexcept {
    m[0] = y[0];
    m[1] = y[0] + y[1];
    m[2] = y[0] - y[1];
    m[3] = y[1];
  }
  /// G^T u: the way back of of_taps.
  [[gnu::always_inline]] static void to_taps(const V (&u)[4], V (&g)[3]) noexcept {
    const V half(T(0.5)), a = half * (u[1] + u[2]);
    g[0] = u[0] + a;
    g[1] = half * (u[1] - u[2]);
    g[2] = a + u[3];
  }
};

/// F(4 x 4, 3 x 3), points 0, 1, -1, 2, -2: 36 products in place of 144.
template <class T> struct Winograd<T, 4> : WinogradSizes<4> {
  using V = Batch<T>;

  /// B^T d.
  [[gnu::always_inline]] static void of_pixels(const V (&d)[6], V (&t)[6]) noexcept {
    const V two(T(2)), four(T(4)), five(T(5));
    const V a = d[4] - four * d[2], b = d[3] - four * d[1], c = d[4] - d[2], e = two * (d[3] - d[1]);
    t[0] = four * d[0] + (d[4] - five * d[2]);
    t[1] = a + b;
    t[2] = a - b;
    t[3] = c + e;
    t[4] = c - e;
    t[5] = four * d[1] + (d[5] - five * d[3]);
  }
  /// G g.
  [[gnu::always_inline]] static void of_taps(const V (&g)[3], V (&u)[6]) noexcept {
    const V quarter(T(0.25)), sixth(T(1) / T(6)), twelfth(T(1) / T(12)), part(T(1) / T(24));
    const V a = (g[0] + g[2]) * -sixth, b = g[1] * sixth, c = part * g[0] + sixth * g[2], e = g[1] * twelfth;
    u[0] = quarter * g[0];
    u[1] = a - b;
    u[2] = a + b;
    u[3] = c + e;
    u[4] = c - e;
    u[5] = g[2];
  }
  /// A^T m.
  [[gnu::always_inline]] static void to_sums(const V (&m)[6], V (&y)[4]) noexcept {
    const V two(T(2)), four(T(4)), eight(T(8));
    const V s = m[1] + m[2], d = m[1] - m[2], p = m[3] + m[4], q = m[3] - m[4];
    y[0] = m[0] + s + p;
    y[1] = d + two * q;
    y[2] = s + four * p;
    y[3] = d + eight * q + m[5];
  }
  /// A y: the way back of to_sums.
  [[gnu::always_inline]] static void of_sums(const V (&y)[4], V (&m)[6]) noexcept {
    const V two(T(2)), four(T(4)), eight(T(8));
    const V even = y[0] + y[2], odd = y[1] + y[3], far = y[0] + four * y[2], odd_far = two * y[1] + eight * y[3];
    m[0] = y[0];
    m[1] = even + odd;
    m[2] = even - odd;
    m[3] = far + odd_far;
    m[4] = far - odd_far;
    m[5] = y[3];
  }
  /// G^T u: the way back of of_taps.
  [[gnu::always_inline]] static void to_taps(const V (&u)[6], V (&g)[3]) noexcept {
    const V quarter(T(0.25)), sixth(T(1) / T(6)), twelfth(T(1) / T(12)), part(T(1) / T(24));
    const V near = u[1] + u[2], far = u[3] + u[4];
    g[0] = quarter * u[0] + (part * far - sixth * near);
    g[1] = sixth * (u[2] - u[1]) + twelfth * (u[3] - u[4]);
    g[2] = sixth * (far - near) + u[5];
  }
};

namespace detail {

/// to = M from M^T for the matrix that `apply` stands for: square[i][j] is read by load(i, j), written by store(i, j, v).
template <int From, int To, class T, class Apply, class Load, class Store>
[[gnu::always_inline]] inline void both_ways(const Apply& apply, const Load& load, const Store& store) noexcept {
  Batch<T> half[static_cast<std::size_t>(To)][static_cast<std::size_t>(From)];
#pragma GCC unroll 6
  for (int j = 0; j < From; ++j) {
    Batch<T> column[static_cast<std::size_t>(From)], turned[static_cast<std::size_t>(To)];
#pragma GCC unroll 6
    for (int i = 0; i < From; ++i) column[i] = load(i, j);
    apply(column, turned);
#pragma GCC unroll 6
    for (int i = 0; i < To; ++i) half[i][j] = turned[i];
  }
#pragma GCC unroll 6
  for (int i = 0; i < To; ++i) {
    Batch<T> turned[static_cast<std::size_t>(To)];
    apply(half[i], turned);
#pragma GCC unroll 6
    for (int j = 0; j < To; ++j) store(i, j, turned[j]);
  }
}

}  // namespace detail
}  // namespace tutti::kernel
