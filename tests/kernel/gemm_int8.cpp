// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "pixels.hpp"

#include <tutti/kernel/gemm_int8.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

using Size = std::ptrdiff_t;
constexpr Size gap = 3;  // bytes between two rows; data begins unaligned

/// Sizes and numbers of a product, and its sums by the formula.
struct Product {
  Size M, N, K;
  bool turned;  // B is kept as (N, K)
  Size a_row = K + gap, b_row = (turned ? K : N) + gap, c_row = N + gap;
  std::vector<std::uint8_t> a = numbers::bytes<std::uint8_t>(1 + std::max<Size>(0, M * a_row - gap), 1);  // no gap at its end
  std::vector<std::int8_t> b = numbers::bytes<std::int8_t>(1 + (turned ? N : K) * b_row, 2);
  std::vector<std::int32_t> bias = std::vector<std::int32_t>(static_cast<std::size_t>(N));
  std::vector<float> scale = std::vector<float>(static_cast<std::size_t>(N));
  std::vector<std::int8_t> packed = std::vector<std::int8_t>(static_cast<std::size_t>(packed_int8_size(K, N)) + 1);
  std::vector<std::int32_t> sums = std::vector<std::int32_t>(static_cast<std::size_t>(M * N));

  Operand<std::int8_t> B() const { return turned ? transposed(b.data() + 1, b_row) : matrix(b.data() + 1, b_row); }
  const std::int8_t* weights() const { return packed.data() + 1; }

  Product(Size m, Size n, Size k, bool t = false) : M(m), N(n), K(k), turned(t) {
    for (std::size_t j = 0; j < bias.size(); ++j) {
      bias[j] = static_cast<std::int32_t>(j * 7919) % 5000 - 2500;
      scale[j] = static_cast<float>(1 + j % 7) / 16384;  // few digits: products are exact, fused or not
    }
    reference::gemm(
        M, N, K, [&](Size i, Size l) { return a[static_cast<std::size_t>(1 + i * a_row + l)]; },
        [&](Size l, Size j) { return *B().at(l, j); }, sums.data(), N, false);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += bias[i % bias.size()];
    pack_int8(K, N, B(), packed.data() + 1);
  }

  /// Elements in which gemm_int8 differs from wanted(sum, column), the gaps between the rows of C included.
  template <class Epilogue, class Wanted>
  Size differences(const Epilogue& epilogue, const Wanted& wanted) const {
    using Output = typename Epilogue::Output;
    std::vector<Output> c(static_cast<std::size_t>(1 + M * c_row), Output(77)), right = c;
    for (Size i = 0; i < M; ++i)
      for (Size j = 0; j < N; ++j)
        right[static_cast<std::size_t>(1 + i * c_row + j)] =
            wanted(sums[static_cast<std::size_t>(i * N + j)], static_cast<std::size_t>(j));
    gemm_int8(M, N, K, a.data() + 1, a_row, weights(), c.data() + 1, c_row, epilogue);
    return numbers::differences(c, right);
  }
  Size wrong_sums() const {
    return differences(KeepSums{bias.data()}, [](std::int32_t sum, std::size_t) { return sum; });
  }
};

}  // namespace

TEST_CASE("products of bytes agree with the reference at every size up to two tiles") {
  Size wrong = 0, products = 0;
  for (Size M = 0; M <= 2 * detail::int8_rows + 1; ++M)
    for (Size N = 0; N <= 2 * detail::int8_columns + 1; ++N)
      for (const Size K : {0, 1, 2, 3, 4, 7, 19}) {
        wrong += Product(M, N, K, (M + N) % 2 == 0).wrong_sums();
        ++products;
      }
  CHECK(wrong == 0);
  CHECK(products == (2 * detail::int8_rows + 2) * (2 * detail::int8_columns + 2) * 7);
}

TEST_CASE("products of bytes agree with the reference for long rows and many of them") {
  for (const Size K : {255, 784, 4097})
    for (const Size M : {1, 2, 3, 9}) CHECK(Product(M, detail::int8_columns + 3, K).wrong_sums() == 0);
  CHECK(Product(70, 5, 8195).wrong_sums() == 0);  // more bytes of A than stay near
}

TEST_CASE("requantized bytes are rounded to even and cut off at both ends") {
  for (const Size K : {1, 30, 64})
    for (const Size N : {1, 15, 16, 17, 32, 40}) {
      const Product p(5, N, K);
      for (const Requantize& e : {Requantize{p.scale.data(), p.bias.data()}, Requantize{p.scale.data(), p.bias.data(), 128},
                           Requantize{p.scale.data(), p.bias.data(), 7, 7, 200}}) {
        const auto wanted = [&](std::int32_t sum, std::size_t j) {
          return pixels::requantized(sum, p.scale[j], e.zero_point, e.low, e.high);
        };
        CHECK(p.differences(e, wanted) == 0);
      }
    }
}

TEST_CASE("requantizing is exact at ties and at the ends of the range of sums") {
  // No products: the sums are the bias.
  const std::vector<std::int32_t> sums{1, 2, 3, 5, 6, 7, 509, 510, 511, 512, -1, -2,
                                       2147483647, -2147483647 - 1, 25165824, -25165824, -25165826, -25165830};
  const std::vector<float> half(sums.size(), 0.5f), huge(sums.size(), 3e38f);
  std::vector<std::uint8_t> y(sums.size()), far(sums.size());
  const auto n = static_cast<Size>(sums.size());
  gemm_int8(1, n, 0, nullptr, 0, nullptr, y.data(), n, Requantize{half.data(), sums.data()});
  CHECK(y == std::vector<std::uint8_t>{0, 1, 2, 2, 3, 4, 254, 255, 255, 255, 0, 0, 255, 0, 255, 0, 0, 0});
  gemm_int8(1, n, 0, nullptr, 0, nullptr, far.data(), n, Requantize{huge.data(), sums.data()});
  for (std::size_t i = 0; i < sums.size(); ++i) CHECK(far[i] == (sums[i] > 0 ? 255 : 0));
}

TEST_CASE("dequantized sums are scaled column by column") {
  for (const Size N : {1, 16, 31, 65}) {
    const Product p(9, N, 37);
    const Dequantize e{p.scale.data(), p.bias.data()};
    CHECK(p.differences(e, [&](std::int32_t sum, std::size_t j) { return static_cast<float>(sum) * p.scale[j]; }) == 0);
  }
}

TEST_CASE("an epilogue without a bias adds nothing") {
  Product p(3, 20, 9);
  std::vector<std::int32_t> with(60), without(60);
  gemm_int8(3, 20, 9, p.a.data() + 1, p.a_row, p.weights(), without.data(), 20);
  gemm_int8(3, 20, 9, p.a.data() + 1, p.a_row, p.weights(), with.data(), 20, KeepSums{p.bias.data()});
  for (std::size_t i = 0; i < 60; ++i) CHECK(without[i] + p.bias[i % 20] == with[i]);
}

TEST_CASE("column sums turn bytes x + 128 back into signed numbers") {
  constexpr Size M = 5, N = 21, K = 50;
  const auto x = numbers::bytes<std::int8_t>(M * K, 3), w = numbers::bytes<std::int8_t>(K * N, 4);
  std::vector<std::uint8_t> shifted(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) shifted[i] = static_cast<std::uint8_t>(x[i] + 128);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_int8_size(K, N)));
  pack_int8(K, N, matrix(w.data(), N), packed.data());
  std::vector<std::int32_t> bias(N), c(M * N), wanted(M * N);
  column_sums(K, N, matrix(w.data(), N), bias.data());
  for (std::int32_t& b : bias) b *= -128;
  gemm_int8(M, N, K, shifted.data(), K, packed.data(), c.data(), N, KeepSums{bias.data()});
  reference::gemm(
      M, N, K, [&](Size i, Size k) { return x[static_cast<std::size_t>(i * K + k)]; },
      [&](Size k, Size j) { return w[static_cast<std::size_t>(k * N + j)]; }, wanted.data(), N, false);
  CHECK(c == wanted);
}

TEST_CASE("products of the greatest bytes are exact") {
  constexpr Size M = 2, N = 3, K = 60000;
  const std::vector<std::uint8_t> a(M * K, 255);
  const std::vector<std::int8_t> b(N * K, -128);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_int8_size(K, N)));
  pack_int8(K, N, matrix(b.data(), N), packed.data());
  std::vector<std::int32_t> c(M * N);
  gemm_int8(M, N, K, a.data(), K, packed.data(), c.data(), N);
  CHECK(c == std::vector<std::int32_t>(M * N, -255 * 128 * 60000));
}

TEST_CASE("products of bytes whose rows and depth lie around whole tiles of 16 rows and 64 bytes are exact") {
  for (const Size M : {3, 4, 15, 16, 17, 31, 32, 33, 49})
    for (const Size K : {63, 64, 65, 67, 68, 127, 128, 130, 200})
      for (const Size N : {1, 16, 17, 32, 40}) {
        CAPTURE(M);
        CAPTURE(K);
        CAPTURE(N);
        CHECK(Product(M, N, K).wrong_sums() == 0);
      }
}
