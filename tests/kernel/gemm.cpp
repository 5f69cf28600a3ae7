// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

using namespace tutti::kernel;

namespace {

using Size = std::ptrdiff_t;
constexpr Size gap = 3;  // scalars between two rows; data begins unaligned

/// Counts the elements in which gemm differs from the reference, the gaps between the rows of C included.
/// `bias` (N) or `row_bias` (M) is what the sums begin with; null for none.
template <class T, class Start>
Size differences(Size M, Size N, Size K, bool a_transposed, bool b_transposed, const Start& start, const T* bias = nullptr,
                 const T* row_bias = nullptr) {
  const Size a_row = (a_transposed ? M : K) + gap, b_row = (b_transposed ? K : N) + gap, c_row = N + gap;
  const auto a = numbers::whole<T>((a_transposed ? K : M) * a_row + 1, 1);
  const auto b = numbers::whole<T>((b_transposed ? N : K) * b_row + 1, 2);
  auto c = numbers::whole<T>(M * c_row + 1, 3);
  auto wanted = c;
  const Operand<T> A = a_transposed ? transposed(a.data() + 1, a_row) : matrix(a.data() + 1, a_row);
  const Operand<T> B = b_transposed ? transposed(b.data() + 1, b_row) : matrix(b.data() + 1, b_row);
  reference::gemm(
      M, N, K, [&](Size i, Size k) { return *A.at(i, k); }, [&](Size k, Size j) { return *B.at(k, j); },
      wanted.data() + 1, c_row, std::is_same_v<Start, Accumulate>);
  for (Size i = 0; i < M; ++i)
    for (Size j = 0; j < N; ++j) {
      T& x = wanted[static_cast<std::size_t>(1 + i * c_row + j)];
      if (bias != nullptr) x += bias[j];
      if (row_bias != nullptr) x += row_bias[i];
    }
  gemm(M, N, K, A, B, c.data() + 1, c_row, start);
  return numbers::differences(c, wanted);
}

template <class T> void check_all_forms(Size M, Size N, Size K) {
  CAPTURE(M);
  CAPTURE(N);
  CAPTURE(K);
  const auto b = numbers::whole<T>(M + N, 4);
  Size wrong = 0;
  for (const bool ta : {false, true})
    for (const bool tb : {false, true})
      wrong += differences<T>(M, N, K, ta, tb, overwrite) + differences<T>(M, N, K, ta, tb, accumulate);
  for (const bool tb : {false, true})
    wrong += differences<T>(M, N, K, false, tb, add_bias(b.data()), b.data()) +
             differences<T>(M, N, K, false, tb, add_row_bias(b.data()), nullptr, b.data());
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("gemm agrees with the reference at every size up to two tiles", T, float, double) {
  for (Size M = 0; M <= std::max<Size>(2 * Block<T>::rows + 1, lanes<T> + 1); ++M)
    for (Size N = 0; N <= 2 * Block<T>::columns + 1; ++N)
      for (const Size K : {0, 1, 2, 7}) check_all_forms<T>(M, N, K);
}

TEST_CASE("large products are right whose operands are copied first") {
  using Memory = detail::GemmMemory<double>;
  const Size M = Memory::most_rows + 3, N = Memory::most_columns + 5, K = Block<double>::depth + 9;
  CHECK(differences<double>(M, N, K, false, false, overwrite) == 0);
  CHECK(differences<double>(M, N, K, true, true, accumulate) == 0);
}

TEST_CASE_TEMPLATE("a transposed A of distant lines is right", T, float, double) {
  for (const Size N : {1, 17, 70}) check_all_forms<T>(detail::GemmMemory<T>::most_rows + 7, N, 37);
}

TEST_CASE_TEMPLATE("gemm agrees with the reference across blocks of depth, in many rows and on wide rows", T,
                   float, double) {
  constexpr Size depth = Block<T>::depth, wide = Block<T>::longest_row;
  for (const Size K : {depth - 1, depth, depth + 1, 2 * depth + 3})
    for (const Size M : {1, 5, 8}) check_all_forms<T>(M, Block<T>::columns + 3, K);
  for (const Size M : {99, 128}) check_all_forms<T>(M, lanes<T> + 1, 3);
  for (const Size N : {wide - 1, wide, wide + 1, 2 * wide + lanes<T> + 1})
    for (const Size M : {1, 2, 3, 4, 7, 8, 9})
      for (const Size K : {5, 8}) check_all_forms<T>(M, N, K);
}

TEST_CASE_TEMPLATE("a row of gemm has the same bits however many rows there are", T, float, double) {
  constexpr Size M = 128, K = 700;
  for (const Size N : {1, 10, 64, 83, 600}) {
    const auto a = numbers::fractions<T>(M * K, 5), w = numbers::fractions<T>(K * N, 6),
               b = numbers::fractions<T>(N, 7);
    for (const bool turned : {false, true}) {
      CAPTURE(N);
      CAPTURE(turned);
      const Operand<T> W = turned ? transposed(w.data(), K) : matrix(w.data(), N);
      std::vector<T> batch(static_cast<std::size_t>(M * N)), few(batch.size());
      gemm(M, N, K, matrix(a.data(), K), W, batch.data(), N, add_bias(b.data()));
      for (const Size some : {1, 2, 3, 4, 6, 7, 8, 13}) {
        std::fill(few.begin(), few.end(), numbers::nan<T>);
        for (Size i = 0; i < M; i += some)
          gemm(std::min(some, M - i), N, K, matrix(a.data() + i * K, K), W, few.data() + i * N, N,
               add_bias(b.data()));
        CHECK(std::memcmp(few.data(), batch.data(), few.size() * sizeof(T)) == 0);
      }
      for (Size i = 0; i < M; ++i) gemv(N, K, a.data() + i * K, W, few.data() + i * N, add_bias(b.data()));
      CHECK(std::memcmp(few.data(), batch.data(), few.size() * sizeof(T)) == 0);
    }
  }
}

TEST_CASE_TEMPLATE("gemm stays within rounding of the exact sum", T, float, double) {
  constexpr Size M = 7, N = 21, K = 1000;
  const auto a = numbers::fractions<T>(M * K, 8), b = numbers::fractions<T>(K * N, 9);
  std::vector<T> c(M * N), exact(M * N);
  gemm(M, N, K, matrix(a.data(), K), matrix(b.data(), N), c.data(), N);
  reference::gemm(
      M, N, K, [&](Size i, Size k) { return a[static_cast<std::size_t>(i * K + k)]; },
      [&](Size k, Size j) { return b[static_cast<std::size_t>(k * N + j)]; }, exact.data(), N, false);
  CHECK(numbers::distance(c, exact) < K * 0.25 * static_cast<double>(std::numeric_limits<T>::epsilon()));
}

TEST_CASE_TEMPLATE("what follows the sums sees them complete", T, float, double) {
  struct Doubled {
    Batch<T> operator()(const Batch<T>& v) const noexcept { return v + v; }
  };
  for (const Size M : {1, 5, 33})
    for (const Size N : {3, 70, 600})
      for (const Size K : {0, 4, 1100})
        for (const bool turned : {false, true}) {
          const auto a = numbers::whole<T>(M * K, 1), b = numbers::whole<T>(K * N, 2), bias = numbers::whole<T>(N, 3);
          const Operand<T> B = turned ? transposed(b.data(), K) : matrix(b.data(), N);
          std::vector<T> once(static_cast<std::size_t>(M * N)), twice(once.size());
          gemm(M, N, K, matrix(a.data(), K), B, once.data(), N, add_bias(bias.data()));
          gemm(M, N, K, matrix(a.data(), K), B, twice.data(), N, add_bias(bias.data()), Doubled{});
          for (T& v : once) v += v;
          CHECK(numbers::differences(once, twice) == 0);
        }
}

TEST_CASE_TEMPLATE("each row of sums may have a scale, a shift and a bound", T, float, double) {
  for (const Size M : {1, 5, 33})
    for (const Size N : {3, 70, 600})
      for (const Size K : {0, 4, 1100})
        for (const bool turned : {false, true}) {
          const auto a = numbers::whole<T>(M * K, 1), b = numbers::whole<T>(K * N, 2), scale = numbers::whole<T>(M, 3), shift = numbers::whole<T>(M, 4);
          const Operand<T> B = turned ? transposed(b.data(), K) : matrix(b.data(), N);
          std::vector<T> c(static_cast<std::size_t>(M * N)), wanted(c.size());
          gemm(M, N, K, matrix(a.data(), K), B, wanted.data(), N);
          for (Size i = 0; i < M; ++i)
            for (Size j = 0; j < N; ++j) {
              T& v = wanted[static_cast<std::size_t>(i * N + j)];
              v = std::max(scale[static_cast<std::size_t>(i)] * v + shift[static_cast<std::size_t>(i)], T(-2));
            }
          gemm(M, N, K, matrix(a.data(), K), B, c.data(), N, overwrite, ChannelEpilogue<T>{scale.data(), shift.data(), T(-2)});
          CHECK(numbers::differences(c, wanted) == 0);
        }
}

TEST_CASE_TEMPLATE("NaN and infinity in one row or column stay there", T, float, double) {
  constexpr Size M = 7, N = 19, K = 4;
  std::vector<T> a(M * K, T(1)), b(K * N, T(1)), c(M * N), wanted(M * N, T(4));
  a[2 * K + 1] = numbers::nan<T>;
  b[3 * N + 18] = numbers::infinity<T>;
  for (std::size_t i = 0; i < M; ++i) wanted[i * N + 18] = numbers::infinity<T>;
  for (std::size_t j = 0; j < N; ++j) wanted[2 * N + j] = numbers::nan<T>;
  gemm(M, N, K, matrix(a.data(), K), matrix(b.data(), N), c.data(), N);
  CHECK(numbers::differences(c, wanted) == 0);
}
