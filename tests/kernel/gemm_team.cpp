// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "teams.hpp"

#include <tutti/kernel/gemm_team.hpp>
#include <tutti/kernel/parallel.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tutti::kernel;

namespace {

using Size = std::ptrdiff_t;

/// In how many numbers the products of teams differ from that of one thread, gaps between the rows included.
template <class T, class Start, class Then = AsItIs>
Size differences(Size M, Size N, Size K, bool a_transposed, bool b_transposed, const Start& start, const Then& then = {}) {
  const Size a_row = (a_transposed ? M : K) + 3, b_row = (b_transposed ? K : N) + 3, c_row = N + 3;
  const auto a = numbers::fractions<T>((a_transposed ? K : M) * a_row, 1), b = numbers::fractions<T>((b_transposed ? N : K) * b_row, 2);
  const Operand<T> A = a_transposed ? transposed(a.data(), a_row) : matrix(a.data(), a_row);
  const Operand<T> B = b_transposed ? transposed(b.data(), b_row) : matrix(b.data(), b_row);
  const auto before = numbers::fractions<T>(M * c_row, 3);
  auto wanted = before;
  gemm(M, N, K, A, B, wanted.data(), c_row, start, then);
  Size wrong = 0;
  const int shared = teams::each<T>(0, [&](const tutti::parallel::Team& team) {
    auto c = before;
    gemm(team, M, N, K, A, B, c.data(), c_row, start, then);
    wrong += numbers::differences(c, wanted);
  });
  CHECK(shared == (M * N * K == 0 ? 0 : 3));
  return wrong;
}

template <class T> Size differences(Size M, Size N, Size K) {
  const auto b = numbers::fractions<T>(M + N, 4), scale = numbers::fractions<T>(M, 5), shift = numbers::fractions<T>(M, 6);
  Size wrong = 0;
  for (const bool ta : {false, true})
    for (const bool tb : {false, true})
      wrong += differences<T>(M, N, K, ta, tb, overwrite) + differences<T>(M, N, K, ta, tb, accumulate) +
               differences<T>(M, N, K, ta, tb, add_bias(b.data())) + differences<T>(M, N, K, ta, tb, add_row_bias(b.data())) +
               differences<T>(M, N, K, ta, tb, add_row_bias(b.data()), ChannelEpilogue<T>{scale.data(), shift.data(), T(0)}) +
               differences<T>(M, N, K, ta, tb, add_row_bias<T>(nullptr), [](const Batch<T>& v) { return v * v; });
  return wrong;
}

}  // namespace

TEST_CASE_TEMPLATE("a product has the same bits whoever shares it", T, float, double) {
  CHECK(differences<T>(1, 1031, 517) == 0);  // one row, swept over or not
  CHECK(differences<T>(1, 257, 1031) == 0);
  CHECK(differences<T>(7, 301, 613) == 0);
  CHECK(differences<T>(67, 131, 149) == 0);
  CHECK(differences<T>(401, 9, 311) == 0);
  CHECK(differences<T>(129, 1030, 531) == 0);
}

TEST_CASE("large products whose operands are copied have the same bits whoever shares them") {
  const Size M = detail::GemmMemory<float>::most_rows + 513, N = 1091, K = Block<float>::depth + 9;
  CHECK(differences<float>(M, N, K, false, false, overwrite) == 0);
  CHECK(differences<float>(M, N, K, true, false, accumulate) == 0);
}

TEST_CASE("a product with weights of bf16 has the same bits whoever shares it") {
  for (const auto& [rows, columns, depth] : {std::array<Size, 3>{1, 1031, 517}, {7, 301, 613}, {129, 523, 131}}) {
    const Size M = rows, N = columns, K = depth;
    const auto a = numbers::fractions<float>(M * K, 1), b = numbers::fractions<float>(K * N, 2), bias = numbers::fractions<float>(N, 3);
    std::vector<Bf16> packed(static_cast<std::size_t>(packed_bf16_size(K, N)));
    pack_bf16(K, N, matrix(b.data(), N), packed.data());
    std::vector<float> wanted(static_cast<std::size_t>(M * N)), c(wanted.size());
    gemm_bf16(M, N, K, a.data(), K, packed.data(), wanted.data(), N, add_bias(bias.data()));
    teams::each<float>(0, [&](const tutti::parallel::Team& team) {
      std::fill(c.begin(), c.end(), 9.0f);
      gemm_bf16(team, M, N, K, a.data(), K, packed.data(), c.data(), N, add_bias(bias.data()));
      CHECK(c == wanted);
    });
  }
}

TEST_CASE("a product without rows, columns or depth is one without a team") {
  for (const Size empty : {0, 1, 2})
    CHECK(differences<float>(empty == 0 ? 0 : 70, empty == 1 ? 0 : 70, empty == 2 ? 0 : 700) == 0);
}

TEST_CASE("the team of the program multiplies as one thread does") {
  const Size M = 33, N = 513, K = 129;
  const auto a = numbers::fractions<float>(M * K, 1), b = numbers::fractions<float>(K * N, 2);
  std::vector<float> c(static_cast<std::size_t>(M * N)), wanted(c.size());
  gemm(M, N, K, matrix(a.data(), K), matrix(b.data(), N), wanted.data(), N);
  for (const int threads : {1, 7}) {
    std::fill(c.begin(), c.end(), 0.0f);
    tutti::parallel::with_threads(threads, [&] {
      const auto team = tutti::parallel::team();
      CHECK(team.size == threads);
      gemm(team, M, N, K, matrix(a.data(), K), matrix(b.data(), N), c.data(), N);
    });
    CHECK(c == wanted);
  }
}
