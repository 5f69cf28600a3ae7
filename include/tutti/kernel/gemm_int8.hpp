// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_tile.hpp>
#include <tutti/kernel/int8_strip.hpp>

namespace tutti::kernel {

/// How many bytes the packed form of weights (K, N) has.
constexpr std::ptrdiff_t packed_int8_size(std::ptrdiff_t K, std::ptrdiff_t N) noexcept {
  return (K + 3) / 4 * 4 * detail::padded_columns(N);
}

/// Packs B for gemm_int8, once for all products with it: panels of columns, in each the fours of rows one behind the
/// other. The order depends on the machine; files keep B itself.
/// Shapes   B (K, N), as matrix() or transposed() -> packed (packed_int8_size). Fastest at an address divisible by 64.
inline void pack_int8(std::ptrdiff_t K, std::ptrdiff_t N, Operand<std::int8_t> B, std::int8_t* packed) noexcept {
  for (std::ptrdiff_t j = 0; j < N; j += detail::int8_columns) {
    const std::ptrdiff_t n = std::min(detail::int8_columns, N - j);
    packed = detail::pack_run(
        K, n, detail::padded_columns(n), [&](std::ptrdiff_t k, std::ptrdiff_t column) { return *B.at(k, j + column); }, packed);
  }
}

/// sums[j] = the sum of column j of B: where A has the zero point z (128 for signed numbers kept as bytes x + 128), the
/// epilogue's bias is that of the layer minus z sums[j]. The weights of a convolution (out, ...) are transposed(w, K), K taps.
/// Shapes   B (K, N) -> sums (N).
inline void column_sums(std::ptrdiff_t K, std::ptrdiff_t N, Operand<std::int8_t> B, std::int32_t* sums) noexcept {
  for (std::ptrdiff_t j = 0; j < N; ++j) {
    sums[j] = 0;
    for (std::ptrdiff_t k = 0; k < K; ++k) sums[j] += *B.at(k, j);
  }
}

/// C = epilogue(A B) for bytes A (unsigned) and weights B (signed), packed ahead; the epilogue is KeepSums, Requantize or
/// Dequantize. The sums are exact: every machine makes the same.
/// Shapes   A (M, K) with rows `a_row` apart, packed (pack_int8), C (M, N) with rows `c_row` apart; any may be 0.
/// Needs    C overlaps neither A nor the weights; |sums| < 2^31, as up to K = 65 000 they are. No alignment, no heap.
/// Cost     2 M N K operations, at four times the rate of floats where the machine has VNNI.
template <class Epilogue = KeepSums>
void gemm_int8(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, const std::uint8_t* A, std::ptrdiff_t a_row,
               const std::int8_t* packed, typename Epilogue::Output* C, std::ptrdiff_t c_row, const Epilogue& epilogue = {}) noexcept {
  constexpr std::ptrdiff_t cache = 128 * 1024;  // bytes of A that stay near while all panels pass
  static constexpr std::ptrdiff_t start = 0;
  const std::ptrdiff_t height = std::max<std::ptrdiff_t>(cache / std::max<std::ptrdiff_t>(K, 1), detail::int8_rows) / detail::int8_rows *
                                detail::int8_rows;
  detail::AmxTiles amx;
  for (std::ptrdiff_t i = 0; i < M; i += height)
    detail::each_panel(N, (K + 3) / 4, packed, epilogue, 0, [&](std::ptrdiff_t j, const auto& panel) {
      const detail::Runs run{A + i * a_row, a_row, &start, 1, K / 4, static_cast<std::size_t>(K % 4)};
      detail::int8_strip(amx, std::min(height, M - i), run, panel.weights, panel, C + i * c_row + j, c_row);
    });
}

}  // namespace tutti::kernel
