// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_int8.hpp>
#include <tutti/kernel/depthwise_int8.hpp>
#include <tutti/kernel/gemm_int8.hpp>
#include <tutti/kernel/parallel_team.hpp>

/// Products and convolutions of bytes by a team. The results are those of one thread: sums are exact.
namespace tutti::kernel {

namespace detail {

/// Products of bytes in the time of one of floats.
inline constexpr std::ptrdiff_t int8_rate = 4;

// The epilogue of columns from j on.
template <class N> const N* from(const N* p, std::ptrdiff_t j) noexcept { return p == nullptr ? p : p + j; }
inline KeepSums from(const KeepSums& e, std::ptrdiff_t j) noexcept { return {from(e.bias, j)}; }
inline Dequantize from(const Dequantize& e, std::ptrdiff_t j) noexcept { return {from(e.scale, j), from(e.bias, j)}; }
inline Requantize from(const Requantize& e, std::ptrdiff_t j) noexcept {
  return {from(e.scale, j), from(e.bias, j), e.zero_point, e.low, e.high};
}

}  // namespace detail

/// gemm_int8 by a team, which cuts C between panels of the weights.
/// Shapes   as gemm_int8.
template <class Epilogue = KeepSums>
void gemm_int8(const parallel::Team& team, std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, const std::uint8_t* A,
               std::ptrdiff_t a_row, const std::int8_t* packed, typename Epilogue::Output* C, std::ptrdiff_t c_row,
               const Epilogue& epilogue = {}) noexcept {
  const std::ptrdiff_t parts = team.parts((M + 2) * N * K / detail::int8_rate);
  if (parts == 1) return gemm_int8(M, N, K, A, a_row, packed, C, c_row, epilogue);
  const MatrixCut cut = cut_product(M, N, detail::int8_columns, parts);
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    gemm_int8(p.rows, p.columns, K, A + p.row * a_row, a_row, packed + packed_int8_size(K, p.column), C + p.row * c_row + p.column, c_row,
              detail::from(epilogue, p.column));
  });
}

/// conv_int8 by a team, which shares rows of outputs and, without groups, panels of them.
/// Shapes   as conv_int8; every part of the team has scratch (conv_int8_scratch).
template <class Epilogue>
void conv_int8(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const std::uint8_t* x, const std::int8_t* packed,
               typename Epilogue::Output* y, const Epilogue& epilogue, std::uint8_t* scratch, std::uint8_t zero_point = 0) noexcept {
  using namespace detail;
  const std::ptrdiff_t lines = rows * s.out_height(), parts = team.parts(lines * s.out_width() * s.out * s.taps() / int8_rate);
  if (parts == 1) return conv_int8(s, rows, x, packed, y, epilogue, scratch, zero_point);
  if (is_product(s) && s.groups == 1)
    return gemm_int8(team, lines * s.width, s.out, s.channels, x, s.channels, packed, y, s.out, epilogue);
  const std::ptrdiff_t out = s.out / s.groups;
  const MatrixCut cut = cut_matrix(lines, out, s.groups == 1 ? int8_columns : out, parts, [&](std::ptrdiff_t height, std::ptrdiff_t outs) {
    const std::ptrdiff_t pixels = height * s.out_width();
    return pixels * outs + 8 * (pixels + outs);  // all read weights and pixels
  });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    conv_int8_part(cut.part(i), s, x, packed, y, epilogue, team.scratch(i, scratch), zero_point);
  });
}

/// depthwise_int8 by a team, which shares rows of outputs.
/// Shapes   as depthwise_int8; every part of the team has scratch (depthwise_int8_scratch).
inline void depthwise_int8(const parallel::Team& team, const ConvShape& s, std::ptrdiff_t rows, const std::uint8_t* x,
                           const std::int8_t* packed, std::uint8_t* y, const Requantize& epilogue, std::uint8_t* scratch,
                           std::uint8_t zero_point = 0) noexcept {
  const std::ptrdiff_t lines = rows * detail::DepthwiseWalk(s).row_blocks(s), parts = team.parts(rows * s.output_size() * s.taps());
  if (parts == 1) return depthwise_int8(s, rows, x, packed, y, epilogue, scratch, zero_point);
  const MatrixCut cut = cut_matrix(lines, 1, 1, parts, [](std::ptrdiff_t height, std::ptrdiff_t) { return height; });
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    detail::depthwise_int8_part(p.row, p.row + p.rows, s, x, packed, y, epilogue, team.scratch(i, scratch), zero_point);
  });
}

}  // namespace tutti::kernel
