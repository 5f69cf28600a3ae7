// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/depthwise_tile.hpp>

namespace tutti::kernel::detail {

/// Pixels (2 first.., 2 q..) of 2 R rows of the image's gradient where the stride is 2: each of the four kinds of pixel, in even or
/// odd rows and columns, has taps of its own, and all four read the same registers of dy.
template <int Kernel, int R, class At, class W, class T>
[[gnu::always_inline]] inline void pixel_tile(PlaneSizes s, const T* dy, const W (&w)[Kernel * Kernel], std::ptrdiff_t first,
                                              std::ptrdiff_t q, At, T* dx) noexcept {
  using V = typename At::V;
  constexpr int before = Kernel / 4, seen = R + 1 + before;              // rows of dy: from `before` above the first to one below the last
  V sum[R][2][2];
#pragma GCC unroll 4
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int kind = 0; kind < 4; ++kind) sum[r][kind / 2][kind % 2] = V(T(0));
  const T* from = dy + (first - before - 1) * s.out_width;
#pragma GCC unroll 8
  for (int i = 0; i < seen; ++i) {
    from = next_row(from, s.out_width);
    const std::ptrdiff_t row = first - before + i;
    if (i < before && row < 0) continue;
    if (i == seen - 1 && row >= s.out_height) continue;
    V v[3];
    seen_by_taps<At, 1>(from, s.out_width, q, v);
#pragma GCC unroll 5
    for (int down = 0; down < Kernel; ++down)
#pragma GCC unroll 5
      for (int across = 0; across < Kernel; ++across) {                  // pixel 2 r + a is under tap `down` of row r + below
        constexpr int middle = Kernel / 2;
        const int a = (down + middle) % 2, below = (a + middle - down) / 2, r = i - before - below;
        const int b = (across + middle) % 2, beside = (b + middle - across) / 2;
        if (r >= 0 && r < R) sum[r][a][b] = multiply_add_in(lower<V>(w[down * Kernel + across]), v[1 + beside], sum[r][a][b]);
      }
  }
  T* to = dx + 2 * first * s.width + 2 * q;
  const std::ptrdiff_t rest = s.width - 2 * q;
#pragma GCC unroll 8
  for (int r = 0; r < 2 * R; ++r) {
    if (r == 2 * R - 1 && 2 * first + r >= s.height) continue;
    const V even = sum[r / 2][r % 2][0], odd = sum[r / 2][r % 2][1];
    const auto put = [&](const V& v, std::ptrdiff_t at) __attribute__((always_inline)) {
      constexpr std::ptrdiff_t n = lanes_of<V>;
      if (At::part || (At::last && rest < at + n)) write_part(v, to + at, std::clamp<std::ptrdiff_t>(rest - at, 0, n));
      else write(v, to + at);
    };
    put(in_turn<false>(even, odd), 0);
    put(in_turn<true>(even, odd), lanes_of<V>);
    to = next_row(to, s.width);
  }
}
template <int Kernel, class RowKind, class T>
[[gnu::noinline]] void pixels_of_planes(PlaneSizes s, const T* w, const T* dy, T* dx) noexcept {
  for (std::ptrdiff_t c = 0; c < s.count; ++c, w += Kernel * Kernel, dy += s.out_height * s.out_width, dx += s.height * s.width) {
    typename RowKind::V taps[Kernel * Kernel];
    spread_weights<Kernel>(w, 1, taps);
    each_block<masked<T> && Kernel == 3 ? 4 : 2>(s.out_height, [&](std::ptrdiff_t first, auto rows) __attribute__((always_inline)) {
      RowKind::each(s.out_width, [&](std::ptrdiff_t q, auto at) __attribute__((always_inline)) {
        pixel_tile<Kernel, rows()>(s, dy, taps, first, q, at, dx);
      });
    });
  }
}
/// dx = the gradient of the images.
template <int Kernel, int Stride, class T>
void depthwise_planes_back(const PlaneSizes& s, const T* w, const T* dy, T* dx) noexcept {
  if constexpr (Stride == 1) depthwise_planes<Kernel, 1, T>(s, dy, w, true, nullptr, dx);
  else for_rows_of<T, true>(s.out_width, [&]<class RowKind>(RowKind) { pixels_of_planes<Kernel, RowKind>(s, w, dy, dx); });
}

/// Adds to `sum`, one register for each tap and the last for the bias, what R rows of dy make of them.
template <int Kernel, int Stride, int R, class At, class T>
[[gnu::always_inline]] inline void weight_tile(PlaneSizes s, const T* x, const T* dy, std::ptrdiff_t first, std::ptrdiff_t q,
                                               std::ptrdiff_t done, At, typename At::V (&sum)[Kernel * Kernel + 1]) noexcept {
  using V = typename At::V;
  constexpr int seen = Stride * (R - 1) + Kernel, before = Kernel / 2;
  const std::ptrdiff_t top = Stride * first - before;
  V d[R];
  const T* at = dy + first * s.out_width + q;
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    if constexpr (At::part) d[r] = read_lanes<V>(at, 0, s.out_width);
    else if constexpr (At::last) d[r] = read_from<V>(at, done - q);
    else d[r] = read<V>(at);
    d[r] = by_lanes<Stride>(d[r]);
    sum[Kernel * Kernel] = sum[Kernel * Kernel] + d[r];
    at = next_row(at, s.out_width);
  }
  const T* from = x + (top - 1) * s.width;
#pragma GCC unroll 24
  for (int i = 0; i < seen; ++i) {
    from = next_row(from, s.width);
    if (i < before && top + i < 0) continue;
    if (i >= seen - before && top + i >= s.height) continue;
    V v[Kernel];
    seen_by_taps<At, Stride>(from, s.width, q, v);
#pragma GCC unroll 5
    for (int k = 0; k < Kernel; ++k)
#pragma GCC unroll 5
      for (int down = 0; down < Kernel; ++down)
        if (const int r = (i - down) / Stride; i >= down && Stride * r == i - down && r < R)
          sum[down * Kernel + k] = multiply_add_in(d[r], v[k], sum[down * Kernel + k]);
  }
}
template <int Kernel, int Stride, class RowKind, class T>
[[gnu::noinline]] void weights_of_planes(PlaneSizes s, const T* x, const T* dy, T* dw, T* db) noexcept {
  using V = typename RowKind::V;
  const std::ptrdiff_t done = (s.out_width - 1) / lanes_of<V> * lanes_of<V>;  // columns before the last register
  for (std::ptrdiff_t c = 0; c < s.count; ++c, x += s.height * s.width, dy += s.out_height * s.out_width, dw += Kernel * Kernel) {
    constexpr int taps = Kernel * Kernel;
    V sum[taps + 1];                                                     // the last for the bias
#pragma GCC unroll 26
    for (int k = 0; k <= taps; ++k) sum[k] = V(T(0));
    each_block<Kernel == 5 ? 2 : masked<T> ? 7 : 4>(s.out_height, [&](std::ptrdiff_t first, auto rows) __attribute__((always_inline)) {
      RowKind::each(s.out_width, [&](std::ptrdiff_t q, auto at) __attribute__((always_inline)) {
        weight_tile<Kernel, Stride, rows()>(s, x, dy, first, q, done, at, sum);
      });
    });
    T all[taps + 1] = {};
    add_lane_sums(sum, all);
#pragma GCC unroll 25
    for (int k = 0; k < taps; ++k) dw[k] += all[k];
    db[c] += all[taps];
  }
}
/// dw += the gradient of the weights, db += that of the bias.
template <int Kernel, int Stride, class T>
void depthwise_planes_weights(const PlaneSizes& s, const T* x, const T* dy, T* dw, T* db) noexcept {
  for_rows_of<T, false>(s.out_width, [&]<class RowKind>(RowKind) { weights_of_planes<Kernel, Stride, RowKind>(s, x, dy, dw, db); });
}

}  // namespace tutti::kernel::detail
