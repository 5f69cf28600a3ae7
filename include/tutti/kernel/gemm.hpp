// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm_block.hpp>
#include <tutti/kernel/gemv.hpp>

#include <type_traits>

namespace tutti::kernel {

/// C = then(start + A B) for A (M, K) and B (K, N), each as matrix() or transposed(), and C row-major. `start` is
/// overwrite, accumulate, add_bias(b) or add_row_bias(b); `then` a function of registers or a
/// ChannelEpilogue of the rows.
/// Shapes   A (M, K), B (K, N), C (M, N) with rows `c_row` apart; any of them may be 0 (K = 0: the sum is 0).
/// Needs    C overlaps neither A nor B. No alignment, 128 KiB of stack, the calling thread only. A thread keeps 1 MiB
///          (of float) once A was transposed and large, 3 MiB once both were large; without them it is only slower.
/// Cost     2 M N K flops. Row i of C has the same bits whatever M is: a batch predicts as single rows do.
/// Source   Goto, van de Geijn: Anatomy of high-performance matrix multiplication, ACM TOMS 34 (2008).
template <class T, class Start = Overwrite, class Then = AsItIs>
void gemm(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, Operand<T> A, Operand<T> B, T* C,
          std::ptrdiff_t c_row, const Start& start = {}, const Then& then = {}) noexcept {
  if (M == 1 && B.column == 1 && A.column == 1 && N > Block<T>::longest_row) {
    if constexpr (std::is_same_v<Start, AddBias<T>>) std::copy_n(start.b, N, C);
    else if constexpr (std::is_same_v<Start, AddRowBias<T>>) std::fill_n(C, N, start.b == nullptr ? T(0) : *start.b);
    else if constexpr (!std::is_same_v<Start, Accumulate>) std::fill_n(C, N, T(0));
    detail::sweep(N, K, A.data, B.data, B.row, C);
    if constexpr (std::is_same_v<Then, ChannelEpilogue<T>>) transform<T>(N, C, [&](const Batch<T>& v) { return then(v, 0); }, C);
    else if constexpr (!std::is_same_v<Then, AsItIs>) transform<T>(N, C, then, C);
    return;
  }
  std::ptrdiff_t k = 0;
  do {  // once for K = 0: what follows is due
    const std::ptrdiff_t depth = std::min(Block<T>::depth, K - k);
    detail::GemmBlock<T> block{M, N, depth, A.from(0, k), B.from(k, 0), nullptr, 0, C, c_row};
    if (k > 0 || std::is_same_v<Start, Accumulate>) {
      block.start = C;
      block.start_row = c_row;
    } else if constexpr (std::is_same_v<Start, AddBias<T>>) {
      block.start = start.b;
    } else if constexpr (std::is_same_v<Start, AddRowBias<T>>) {
      block.row_start = start.b;
    }
    if constexpr (std::is_same_v<Then, ChannelEpilogue<T>>) {
      if (k + depth == K) block.end = &then;
      detail::multiply(block, AsItIs{});
    } else if (std::is_same_v<Then, AsItIs> || k + depth == K) {
      detail::multiply(block, then);
    } else {
      detail::multiply(block, AsItIs{});
    }
    k += depth;
  } while (k < K);
}

/// y = then(start + x B): one row; the same bits as that row in gemm.
/// Shapes   x (K), B (K, N), y (N).   Cost   2 N K flops, one pass over B.
template <class T, class Start = Overwrite, class Then = AsItIs>
void gemv(std::ptrdiff_t N, std::ptrdiff_t K, const T* x, Operand<T> B, T* y, const Start& start = {}, const Then& then = {}) noexcept {
  gemm(1, N, K, matrix(x, K), B, y, N, start, then);
}

}  // namespace tutti::kernel
