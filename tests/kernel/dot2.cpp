// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/dot2.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

using namespace tutti::kernel;
using detail::Dot2;
using detail::Dot2Floats;

namespace {

/// sum + x0 w0 + x1 w1 in every lane, by either way; x are two numbers for all lanes.
template <class Dot>
Batch<float> dot(Batch<float> sum, const float* x, const Bf16* pairs) {
  typename Dot::Number pair[2];
  Dot::round(2, x, pair);
  sum = Dot::add(sum, Dot::template broadcast<0>(pair), Dot::template weights<0>(pairs));
  if constexpr (Dot::passes > 1) sum = Dot::add(sum, Dot::template broadcast<1>(pair), Dot::template weights<1>(pairs));
  return sum;
}

template <class Dot>
std::vector<float> dots(const std::vector<float>& sums, const float* x, const std::vector<Bf16>& pairs) {
  std::vector<float> y(sums.size());
  store<float>(dot<Dot>(load<float>(sums.data()), x, pairs.data()), y.data());
  return y;
}

constexpr auto width = static_cast<std::size_t>(lanes<float>);

}  // namespace

TEST_CASE_TEMPLATE("dot2 adds the second product of a pair, then the first, and rounds both sums", Dot, Dot2, Dot2Floats) {
  std::ptrdiff_t wrong = 0;
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    const auto x = numbers::fractions<float>(2, seed), sums = numbers::fractions<float>(lanes<float>, seed + 1000);
    const auto w = numbers::fractions<float>(2 * lanes<float>, seed + 2000);
    std::vector<Bf16> pairs(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) pairs[i] = Bf16(w[i] * (seed % 2 == 0 ? 1.0f : 0x1p-7f));  // lower digits of the sum, too
    std::vector<float> wanted(width);
    for (std::size_t i = 0; i < width; ++i)
      wanted[i] = std::fma(float(Bf16(x[0])), float(pairs[2 * i]), std::fma(float(Bf16(x[1])), float(pairs[2 * i + 1]), sums[i]));
    wrong += numbers::differences(dots<Dot>(sums, x.data(), pairs), wanted);
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("infinities and NaN pass through dot2", Dot, Dot2, Dot2Floats) {
  const std::vector<float> zeros(width, 0.0f);
  const auto one = [&](float sum, float x0, float x1, float w0, float w1) {
    const float x[] = {x0, x1};
    std::vector<Bf16> pairs(2 * width);
    for (std::size_t i = 0; i < width; ++i) pairs[2 * i] = Bf16(w0), pairs[2 * i + 1] = Bf16(w1);
    return dots<Dot>(std::vector<float>(width, sum), x, pairs).back();
  };
  constexpr float infinity = numbers::infinity<float>, nan = numbers::nan<float>;
  CHECK(one(1, infinity, 1, 2, 3) == infinity);
  CHECK(one(1, -2, 1, infinity, 3) == -infinity);
  CHECK(std::isnan(one(1, infinity, infinity, 1, -1)));
  CHECK(std::isnan(one(1, infinity, 1, 0, 1)));
  CHECK(std::isnan(one(nan, 1, 1, 1, 1)));
  CHECK(std::isnan(one(1, nan, 1, 1, 1)));
  CHECK(std::isnan(one(1, 1, 1, 1, nan)));
  CHECK(one(infinity, 1, 1, 1, 1) == infinity);
}

TEST_CASE_TEMPLATE("numbers that are denormal as bf16 count as zeros", Dot, Dot2, Dot2Floats) {
  const float x[] = {0x1p-127f, -0x1p-130f};
  const std::vector<Bf16> pairs(2 * width, Bf16(0x1p100f));
  CHECK(dots<Dot>(std::vector<float>(width, 0.0f), x, pairs) == std::vector<float>(width, 0.0f));
}

TEST_CASE("denormals are taken out of a register with their signs kept") {
  for (const float v : {0x1p-126f, -0x1p-126f, 1.5f, -numbers::infinity<float>, 0.0f})
    CHECK(lane_max<float>(detail::without_denormals(Batch<float>(v))) == v);
  alignas(64) float out[width];
  detail::without_denormals(Batch<float>(-0x1.8p-127f)).store_aligned(out);
  CHECK((out[0] == 0.0f && std::signbit(out[0])));
  detail::without_denormals(Batch<float>(numbers::nan<float>)).store_aligned(out);
  CHECK(std::isnan(out[0]));
}
