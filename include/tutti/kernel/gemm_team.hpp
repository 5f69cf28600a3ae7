// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/gemm_bf16.hpp>
#include <tutti/kernel/matrix_cut.hpp>
#include <tutti/kernel/parallel_team.hpp>

namespace tutti::kernel {

namespace detail {

// What the sums of a part begin and end with.
inline Overwrite part_of(Overwrite start, const MatrixPart&) noexcept { return start; }
inline Accumulate part_of(Accumulate start, const MatrixPart&) noexcept { return start; }
template <class T> AddBias<T> part_of(AddBias<T> start, const MatrixPart& p) noexcept {
  return {start.b == nullptr ? nullptr : start.b + p.column};
}
template <class T> AddRowBias<T> part_of(AddRowBias<T> start, const MatrixPart& p) noexcept {
  return {start.b == nullptr ? nullptr : start.b + p.row};
}
template <class T> ChannelEpilogue<T> part_of(const ChannelEpilogue<T>& then, const MatrixPart& p) noexcept { return then.from(p.row); }
template <class Then> const Then& part_of(const Then& then, const MatrixPart&) noexcept { return then; }

}  // namespace detail

/// gemm by a team: C in parts, each with all of its sums. The bits are those of gemm.
/// Shapes   as gemm.   Needs    as gemm, for each thread.
/// Cost     that of gemm divided by the team where it takes more than about 5 us; below, it is gemm.
template <class T, class Start = Overwrite, class Then = AsItIs>
void gemm(const parallel::Team& team, std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, Operand<T> A, Operand<T> B, T* C,
          std::ptrdiff_t c_row, const Start& start = {}, const Then& then = {}) noexcept {
  const std::ptrdiff_t parts = team.parts((M + 2) * N * K);  // a row reads more than it computes
  if (parts == 1) return gemm(M, N, K, A, B, C, c_row, start, then);
  const MatrixCut cut = cut_product(M, N, lanes<T>, parts);
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    gemm(p.rows, p.columns, K, A.from(p.row, 0), B.from(0, p.column), C + p.row * c_row + p.column, c_row, detail::part_of(start, p),
         detail::part_of(then, p));
  });
}

/// gemm_bf16 by a team, which cuts C between panels of the weights. The bits are those of gemm_bf16.
template <class Start = Overwrite, class Then = AsItIs>
void gemm_bf16(const parallel::Team& team, std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, const float* A, std::ptrdiff_t a_row,
               const Bf16* packed, float* C, std::ptrdiff_t c_row, const Start& start = {}, const Then& then = {}) noexcept {
  const std::ptrdiff_t parts = team.parts((M + 2) * N * K / 2);
  if (parts == 1) return gemm_bf16(M, N, K, A, a_row, packed, C, c_row, start, then);
  const MatrixCut cut = cut_product(M, N, detail::bf16_columns, parts);
  team.each(cut.count(), [&](std::ptrdiff_t i) {
    const MatrixPart p = cut.part(i);
    gemm_bf16(p.rows, p.columns, K, A + p.row * a_row, a_row, packed + packed_bf16_size(K, p.column), C + p.row * c_row + p.column, c_row,
              detail::part_of(start, p), detail::part_of(then, p));
  });
}

}  // namespace tutti::kernel
