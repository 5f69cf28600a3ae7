// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/gemm_bf16.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;
using detail::Dot2;
using detail::Dot2Floats;

namespace {

using Size = std::ptrdiff_t;
constexpr Size tile_rows = Block<float>::tile_rows(1);
constexpr Size gap = 3;  // numbers between two rows; data begins unaligned

/// Sizes and numbers of a product.
struct Product {
  Size M, N, K;
  bool turned;  // B is kept as (N, K)
  Size a_row = K + gap, b_row = (turned ? K : N) + gap, c_row = N + gap;
  std::vector<float> a, b, bias, row_bias;
  std::vector<Bf16> packed = std::vector<Bf16>(static_cast<std::size_t>(packed_bf16_size(K, N)) + 1);

  /// numbers_of(count, seed) makes the elements.
  template <class F>
  Product(Size m, Size n, Size k, const F& numbers_of, bool t = false)
      : M(m), N(n), K(k), turned(t), bias(numbers_of(n, 3)), row_bias(numbers_of(m, 4)) {
    a = numbers_of(1 + std::max<Size>(0, M * a_row - gap), 1);  // no gap at its end
    b = numbers_of(1 + (turned ? N : K) * b_row, 2);
    pack_bf16(K, N, B(), packed.data() + 1);
  }

  Operand<float> B() const { return turned ? transposed(b.data() + 1, b_row) : matrix(b.data() + 1, b_row); }
  const float* row(Size i) const { return a.data() + 1 + i * a_row; }
  std::vector<float> blank() const { return std::vector<float>(static_cast<std::size_t>(1 + M * c_row), 77.0f); }

  template <class Dot, class Start = Overwrite, class Then = AsItIs>
  std::vector<float> result(const Start& start = {}, const Then& then = {}) const {
    auto c = blank();
    detail::gemm_bf16_by<Dot>(M, N, K, row(0), a_row, packed.data() + 1, c.data() + 1, c_row, start, then);
    return c;
  }
  /// The same by the formula; begin(i, j) is what a sum begins with, end(sum) what is stored.
  template <class Begin, class End>
  std::vector<float> wanted(const Begin& begin, const End& end) const {
    auto c = blank();
    for (Size i = 0; i < M; ++i)
      for (Size j = 0; j < N; ++j) c[static_cast<std::size_t>(1 + i * c_row + j)] = begin(i, j);
    reference::gemm(
        M, N, K, [&](Size i, Size k) { return float(Bf16(row(i)[k])); }, [&](Size k, Size j) { return float(Bf16(*B().at(k, j))); },
        c.data() + 1, c_row, true);
    for (Size i = 0; i < M; ++i)
      for (Size j = 0; j < N; ++j) {
        float& x = c[static_cast<std::size_t>(1 + i * c_row + j)];
        x = end(x);
      }
    return c;
  }
  std::vector<float> wanted() const {
    return wanted([](Size, Size) { return 0.0f; }, [](float x) { return x; });
  }
};

const auto whole = [](Size n, std::uint32_t seed) { return numbers::whole<float>(n, seed); };          // sums are exact
const auto fractions = [](Size n, std::uint32_t seed) { return numbers::fractions<float>(n, seed); };

struct Halved {
  template <class V> [[gnu::always_inline]] V operator()(const V& sum) const noexcept { return sum * V(0.5f); }
};

}  // namespace

TEST_CASE_TEMPLATE("products with bf16 agree with the reference at every size up to two tiles", Dot, Dot2, Dot2Floats) {
  Size wrong = 0, products = 0;
  for (Size M = 0; M <= 2 * tile_rows + 1; ++M)
    for (Size N = 0; N <= 2 * detail::bf16_columns + 1; ++N)
      for (const Size K : {0, 1, 2, 3, 18}) {
        const Product p(M, N, K, whole, (M + N) % 2 == 0);
        wrong += numbers::differences(p.result<Dot>(), p.wanted());
        ++products;
      }
  CHECK(wrong == 0);
  CHECK(products == (2 * tile_rows + 2) * (2 * detail::bf16_columns + 2) * 5);
}

TEST_CASE_TEMPLATE("products with bf16 agree with the reference for long rows and many of them", Dot, Dot2, Dot2Floats) {
  for (const Size K : {detail::bf16_depth - 1, detail::bf16_depth, detail::bf16_depth + 1, 2 * detail::bf16_depth + 5})
    for (const Size M : {1, 2, 7}) {
      const Product p(M, 4 * detail::bf16_columns + 3, K, whole);
      CHECK(p.result<Dot>() == p.wanted());
    }
  for (const Size M : {23, 24, 25, 47, 48, 49, 100}) {
    const Product p(M, 5, 1030, whole);
    CHECK(p.result<Dot>() == p.wanted());
  }
}

TEST_CASE_TEMPLATE("sums begin with zeros, C, a bias or a bias of the row, and end with a function", Dot, Dot2, Dot2Floats) {
  for (const Size K : {Size{0}, Size{5}, detail::bf16_depth + 3})
    for (const Size N : {Size{1}, detail::bf16_columns + 1, 4 * detail::bf16_columns})
      for (const Size M : {1, 2, 51}) {
        const Product p(M, N, K, whole);
        const auto half = [](float x) { return 0.5f * x; };
        const auto at = [](const std::vector<float>& v, Size i) { return v[static_cast<std::size_t>(i)]; };
        CHECK(p.result<Dot>(overwrite, Halved{}) == p.wanted([](Size, Size) { return 0.0f; }, half));
        CHECK(p.result<Dot>(accumulate, Halved{}) == p.wanted([](Size, Size) { return 77.0f; }, half));
        CHECK(p.result<Dot>(add_bias(p.bias.data()), Halved{}) == p.wanted([&](Size, Size j) { return at(p.bias, j); }, half));
        CHECK(p.result<Dot>(add_row_bias(p.row_bias.data()), Halved{}) == p.wanted([&](Size i, Size) { return at(p.row_bias, i); }, half));
        CHECK(p.result<Dot>(add_row_bias<float>(nullptr)) == p.wanted());
      }
}

TEST_CASE("gemm_bf16 goes the fastest way there is") {
  const Product p(5, 70, 33, fractions);
  auto c = p.blank();
  gemm_bf16(p.M, p.N, p.K, p.row(0), p.a_row, p.packed.data() + 1, c.data() + 1, p.c_row, add_bias(p.bias.data()), Halved{});
  CHECK(c == p.result<Dot2>(add_bias(p.bias.data()), Halved{}));
}

TEST_CASE("both ways of multiplying give the same bits") {
  for (const Size N : {Size{1}, detail::bf16_columns + 9, 4 * detail::bf16_columns})
    for (const Size K : {Size{1}, Size{784}, detail::bf16_depth + 101}) {
      const Product p(9, N, K, fractions);
      CHECK(p.result<Dot2>() == p.result<Dot2Floats>());
    }
}

TEST_CASE_TEMPLATE("a row has the same bits alone and among others", Dot, Dot2, Dot2Floats) {
  for (const Size M : {2, 5, 6, 7, 8, 13, 50}) {
    const Product p(M, 3 * detail::bf16_columns + 5, detail::bf16_depth + 77, fractions);
    const auto all = p.result<Dot>(add_bias(p.bias.data()));
    auto single = p.blank();
    for (Size i = 0; i < M; ++i)
      detail::gemm_bf16_by<Dot>(1, p.N, p.K, p.row(i), p.a_row, p.packed.data() + 1, single.data() + 1 + i * p.c_row, p.c_row,
                                add_bias(p.bias.data()), AsItIs{});
    CHECK(all == single);
  }
}

TEST_CASE_TEMPLATE("the error is within the documented bound", Dot, Dot2, Dot2Floats) {
  for (const Size K : {1, 10, 784, 3000}) {
    const Product p(4, 70, K, fractions);
    const auto c = p.result<Dot>();
    double largest = 0;  // in units of the bound
    for (Size i = 0; i < p.M; ++i)
      for (Size j = 0; j < p.N; ++j) {
        double exact = 0, size = 0;
        for (Size k = 0; k < K; ++k) {
          const double product = double{p.row(i)[k]} * *p.B().at(k, j);
          exact += product;
          size += std::fabs(product);
        }
        const double bound = (0x1p-7 + 0x1p-16 + static_cast<double>(K + 1) * 0x1p-24) * size;
        largest = std::max(largest, std::fabs(double{c[static_cast<std::size_t>(1 + i * p.c_row + j)]} - exact) / bound);
      }
    CHECK(largest <= 1);
    CHECK(largest > 0);
  }
}

TEST_CASE_TEMPLATE("infinities and NaN reach their own elements and no others", Dot, Dot2, Dot2Floats) {
  constexpr Size M = 3, N = 21, K = 7;
  Product p(M, N, K, whole);
  p.a[static_cast<std::size_t>(1 + 1 * p.a_row + 6)] = numbers::nan<float>;
  p.b[static_cast<std::size_t>(1 + 2 * p.b_row + 17)] = numbers::infinity<float>;
  pack_bf16(K, N, p.B(), p.packed.data() + 1);
  for (Size i = 0; i < M; ++i) p.a[static_cast<std::size_t>(1 + i * p.a_row + 2)] = -1;
  CHECK(numbers::differences(p.result<Dot>(), p.wanted()) == 0);
  CHECK(std::isnan(p.result<Dot>()[static_cast<std::size_t>(1 + 1 * p.c_row)]));
  CHECK(p.result<Dot>()[1 + 17] == -numbers::infinity<float>);
}

TEST_CASE_TEMPLATE("what a product leaves on the stack does not reach the next one", Dot, Dot2, Dot2Floats) {
  const auto nan = [](Size n, std::uint32_t) { return std::vector<float>(static_cast<std::size_t>(n), numbers::nan<float>); };
  const Product before(48, 5, detail::bf16_depth, nan), odd(48, 5, 33, whole);
  std::vector<float> c[2];
  for (const int i : {0, 1}) {  // from the same place, so that it lies in the same place
    const Product& p = i == 0 ? before : odd;
    c[i] = p.blank();
    detail::gemm_bf16_by<Dot>(p.M, p.N, p.K, p.row(0), p.a_row, p.packed.data() + 1, c[i].data() + 1, p.c_row, overwrite, AsItIs{});
  }
  CHECK(std::isnan(c[0][1]));
  CHECK(c[1] == odd.wanted());
}

TEST_CASE_TEMPLATE("denormal weights and activations count as zeros", Dot, Dot2, Dot2Floats) {
  const float tiny[] = {0x1p-127f, 0x1p-130f, 1}, large[] = {0x1p120f, 0x1p120f, 1};
  Bf16 packed[static_cast<std::size_t>(packed_bf16_size(3, 1))];
  float c = 0;
  pack_bf16(3, 1, matrix(large, 1), packed);
  detail::gemm_bf16_by<Dot>(1, 1, 3, tiny, 3, packed, &c, 1, overwrite, AsItIs{});
  CHECK(c == 1);
  pack_bf16(3, 1, matrix(tiny, 1), packed);
  detail::gemm_bf16_by<Dot>(1, 1, 3, large, 3, packed, &c, 1, overwrite, AsItIs{});
  CHECK(c == 1);
}

TEST_CASE("packing a transposed matrix is packing the matrix") {
  constexpr Size K = 37, N = 75;
  const auto b = numbers::fractions<float>(K * N, 5);
  std::vector<float> turned(b.size());
  for (std::size_t k = 0; k < K; ++k)
    for (std::size_t j = 0; j < N; ++j) turned[j * K + k] = b[k * N + j];
  std::vector<Bf16> x(static_cast<std::size_t>(packed_bf16_size(K, N))), y(x.size());
  pack_bf16(K, N, matrix(b.data(), N), x.data());
  pack_bf16(K, N, transposed(turned.data(), K), y.data());
  Size wrong = 0;
  for (std::size_t i = 0; i < x.size(); ++i) wrong += x[i].bits != y[i].bits;
  CHECK(wrong == 0);
}
