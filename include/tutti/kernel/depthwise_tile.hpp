// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/channel_epilogue.hpp>
#include <tutti/kernel/depthwise_rows.hpp>

namespace tutti::kernel::detail {

/// Planes of a depthwise convolution with Kernel / 2 zeros on each side, one after the other, each with one output.
struct PlaneSizes {
  std::ptrdiff_t height, width, out_height, out_width, count;
};

/// The weights of one plane, in all lanes each; from the last to the first where `step` is -1.
template <int Kernel, class V>
[[gnu::always_inline]] inline void spread_weights(const typename V::value_type* w, std::ptrdiff_t step,
                                                  V (&taps)[Kernel * Kernel]) noexcept {
#pragma GCC unroll 25
  for (int k = 0; k < Kernel * Kernel; ++k) keep(taps[k] = V(w[k * step]));
}

/// Outputs (first.., q..) of R rows: every row of the image is read once for all the outputs that see it.
template <int Kernel, int Stride, int R, class At, class W, class T>
[[gnu::always_inline]] inline void output_tile(PlaneSizes s, const T* x, const W (&w)[Kernel * Kernel], const W& bias,
                                               const W& least, std::ptrdiff_t first, std::ptrdiff_t q, At, T* y) noexcept {
  using V = typename At::V;
  constexpr int seen = Stride * (R - 1) + Kernel, before = Kernel / 2;
  const std::ptrdiff_t top = Stride * first - before;
  const T* from = x + (top - 1) * s.width;
  V sum[R];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) sum[r] = lower<V>(bias);
#pragma GCC unroll 24
  for (int i = 0; i < seen; ++i) {
    from = next_row(from, s.width);
    if (i < before && top + i < 0) continue;                             // only these can be zeros above, or below
    if (i >= seen - before && top + i >= s.height) continue;
    V v[Kernel];
    seen_by_taps<At, Stride>(from, s.width, q, v);
#pragma GCC unroll 5
    for (int k = 0; k < Kernel; ++k)
#pragma GCC unroll 5
      for (int down = 0; down < Kernel; ++down)
        if (const int r = (i - down) / Stride; i >= down && Stride * r == i - down && r < R)
          sum[r] = multiply_add_in(lower<V>(w[down * Kernel + k]), v[k], sum[r]);
  }
  T* to = y + first * s.out_width + q;
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    sum[r] = xsimd::select(sum[r] < lower<V>(least), lower<V>(least), sum[r]);
    if constexpr (At::part) write_part(in_order<Stride>(sum[r]), to, std::min(s.out_width, lanes_of<V>));
    else write(in_order<Stride>(sum[r]), to);
    to = next_row(to, s.out_width);
  }
}

template <int Kernel, int Stride, class RowKind, class T>
[[gnu::noinline]] void outputs_of_planes(PlaneSizes s, const T* x, const T* w, std::ptrdiff_t step, const T* bias, const ChannelEpilogue<T>& end, T* y) noexcept {
  for (std::ptrdiff_t c = 0; c < s.count; ++c, x += s.height * s.width, w += Kernel * Kernel, y += s.out_height * s.out_width) {
    using V = typename RowKind::V;
    V taps[Kernel * Kernel];
    spread_weights<Kernel>(w, step, taps);
    V start(bias == nullptr ? T(0) : bias[c]);
    const V least(end.least);
    if (end.scale != nullptr) {  // taps are few: theirs is the scale
      const V scale(end.scale[c]);
#pragma GCC unroll 25
      for (V& tap : taps) keep(tap = tap * scale);
      start = multiply_add_in(start, scale, V(end.shift[c]));
    }
    constexpr int most = masked<T> && Kernel == 3 ? 7 : 4;               // 7, 14, 28, 56, 112 rows are usual, and 4 has fewer registers
    each_block<most>(s.out_height, [&](std::ptrdiff_t first, auto rows) __attribute__((always_inline)) {
      RowKind::each(s.out_width, [&](std::ptrdiff_t q, auto at) __attribute__((always_inline)) {
        output_tile<Kernel, Stride, rows()>(s, x, taps, start, least, first, q, at, y);
      });
    });
  }
}
/// y = end(bias + the taps' sum); no bias where it is null, and turned weights where `turned`.
template <int Kernel, int Stride, class T>
void depthwise_planes(const PlaneSizes& s, const T* x, const T* w, bool turned, const T* bias, T* y,
                      const ChannelEpilogue<T>& end = {}) noexcept {
  for_rows_of<T, true>(s.out_width, [&]<class RowKind>(RowKind) {
    outputs_of_planes<Kernel, Stride, RowKind>(s, x, turned ? w + Kernel * Kernel - 1 : w, turned ? -1 : 1, bias, end, y);
  });
}

}  // namespace tutti::kernel::detail
