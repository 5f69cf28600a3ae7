// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/bf16_tile.hpp>

#include <algorithm>
#include <type_traits>

namespace tutti::kernel {

/// How many numbers the packed form of weights (K, N) has: pairs of rows, whole registers of columns.
constexpr std::ptrdiff_t packed_bf16_size(std::ptrdiff_t K, std::ptrdiff_t N) noexcept {
  return (K + 1) / 2 * 2 * ((N + lanes<float> - 1) / lanes<float> * lanes<float>);
}

/// Rounds B to bf16 and packs it for gemm_bf16, once for all products with it: panels of columns, in each the pairs of rows one
/// behind the other. Denormals become 0, as the fastest instructions would take them. The order depends on the machine.
/// Shapes   B (K, N), as matrix() or transposed() -> packed (packed_bf16_size). Fastest at an address divisible by 64.
inline void pack_bf16(std::ptrdiff_t K, std::ptrdiff_t N, Operand<float> B, Bf16* packed) noexcept {
  constexpr std::ptrdiff_t n = lanes<float>;
  const auto nearest = [&](std::ptrdiff_t k, std::ptrdiff_t j) {
    alignas(64) float row[static_cast<std::size_t>(n)] = {};
    if (k < K && B.column == 1) load_part<float>(B.at(k, j), std::min(n, N - j)).store_aligned(row);
    else if (k < K)
      for (std::ptrdiff_t i = 0; i < std::min(n, N - j); ++i) row[i] = *B.at(k, j + i);
    const Batch<float> upper = detail::upper_halves(detail::nearest_bf16(Batch<float>::load_aligned(row)));
    return xsimd::bitwise_cast<Quads>(detail::without_denormals(upper));
  };
  for (std::ptrdiff_t first = 0; first < N; first += detail::bf16_columns)
    for (std::ptrdiff_t k = 0; k < K; k += 2)
      for (std::ptrdiff_t j = first; j < std::min(N, first + detail::bf16_columns); j += n, packed += 2 * n) {
        alignas(64) std::int32_t pairs[static_cast<std::size_t>(n)];
        (((nearest(k, j) >> 16) & Quads(0xffff)) | nearest(k + 1, j)).store_aligned(pairs);
        std::memcpy(static_cast<void*>(packed), pairs, sizeof pairs);
      }
}

namespace detail {

template <class Dot, class Start, class Then>
void gemm_bf16_by(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, const float* A, std::ptrdiff_t a_row, const Bf16* packed,
                  float* C, std::ptrdiff_t c_row, const Start& start, const Then& then) noexcept {
  using Number = typename Dot::Number;
  constexpr std::ptrdiff_t row = bf16_row<Number>, most = 96 / static_cast<std::ptrdiff_t>(sizeof(Number)), n = lanes<float>;
  constexpr int vectors = static_cast<int>(bf16_vectors);
  alignas(64) Number x[static_cast<std::size_t>(most * row)];
  std::ptrdiff_t k = 0;
  do {  // once for K = 0: what follows is due
    const std::ptrdiff_t depth = std::min(bf16_depth, K - k);
    const auto some = [&](std::ptrdiff_t i, std::ptrdiff_t rows, const auto& last) {
      for (std::ptrdiff_t r = 0; r < rows; ++r) {
        Dot::round(depth, A + (i + r) * a_row + k, x + r * row);
        if (depth % 2 != 0) x[r * row + depth] = Number(0.0f);
      }
      for (std::ptrdiff_t j = 0; j < N;) {
        const std::ptrdiff_t columns = std::min(bf16_columns, N - j), registers_across = (columns + n - 1) / n;
        Bf16Task<Number> t{x, packed + j * ((K + 1) / 2 * 2) + k * registers_across * n, (depth + 1) / 2, nullptr, 0,
                           C + i * c_row + j, c_row, columns - (registers_across - 1) * n};
        if (k > 0 || std::is_same_v<Start, Accumulate>) {
          t.start = t.c;
          t.start_row = c_row;
        } else if constexpr (std::is_same_v<Start, AddBias<float>>) {
          t.start = start.b == nullptr ? nullptr : start.b + j;
        } else if constexpr (std::is_same_v<Start, AddRowBias<float>>) {
          t.row_start = start.b == nullptr ? nullptr : start.b + i;
        }
        if (rows == 1 && N - j >= 2 * bf16_columns) {  // two panels: more sums hide the latency
          t.panel = bf16_columns * ((K + 1) / 2 * 2);
          bf16_tile<Dot, 1, vectors, 2>(t, last);
          j += 2 * bf16_columns;
          continue;
        }
        [&]<int... V>(std::integer_sequence<int, V...>) {
          (void)((registers_across == V + 1 && (bf16_tiles<Dot, V + 1>(rows, t, last), true)) || ...);
        }(std::make_integer_sequence<int, vectors>{});
        j += columns;
      }
    };
    for (std::ptrdiff_t i = 0; i < M; i += most) {
      const std::ptrdiff_t rows = std::min(most, M - i);
      if (std::is_same_v<Then, AsItIs> || k + depth == K) some(i, rows, then);
      else some(i, rows, AsItIs{});
    }
    k += depth;
  } while (k < K);
}

}  // namespace detail

/// C = then(start + A B) for weights B of bf16, packed ahead, half the bytes of floats. Rows of A are floats, since that is what
/// layers hand each other; they are rounded to bf16 once on the way in. `start` and `then` are those of gemm.
/// Shapes   A (M, K) with rows `a_row` apart, packed (pack_bf16), C (M, N) with rows `c_row` apart; any may be 0.
/// Needs    C overlaps neither A nor the weights. No alignment, no heap, 100 KiB of stack, the calling thread only.
/// Numerics Products of bf16 are exact floats; they are added in order of pairs of k, the second of a pair first, and every sum is
///          rounded to the nearest float. So |C - exact| <= (2^-7 + 2^-16 + (K + 1) 2^-24) sum |a b|, nearly all of it from rounding A and
///          B, whose errors are of both signs. Row i of C has the same bits whatever M is, and on all machines, except where a
///          product or a sum other than 0 is below 2^-126 or beyond floats: the instruction for pairs (vdpbf16ps) makes denormals 0.
/// Cost     2 M N K flops, at twice the rate of floats where the machine has that instruction; M = 1: one pass over 2 N K bytes.
template <class Start = Overwrite, class Then = AsItIs>
void gemm_bf16(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, const float* A, std::ptrdiff_t a_row, const Bf16* packed,
               float* C, std::ptrdiff_t c_row, const Start& start = {}, const Then& then = {}) noexcept {
  detail::gemm_bf16_by<detail::Dot2>(M, N, K, A, a_row, packed, C, c_row, start, then);
}

}  // namespace tutti::kernel
