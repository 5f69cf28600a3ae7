// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/bf16.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>

using namespace tutti::kernel;

namespace {

float of_bits(std::uint32_t bits) { return std::bit_cast<float>(bits); }
std::uint32_t bits_of(float x) { return std::bit_cast<std::uint32_t>(x); }

/// Every bf16, and floats between it and the next: just beyond, around the middle, just before.
std::vector<float> around_all() {
  std::vector<float> x;
  for (std::uint32_t upper = 0; upper < 65536; ++upper)
    for (const std::uint32_t lower : {0x0u, 0x1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) x.push_back(of_bits(upper << 16 | lower));
  return x;
}

/// The nearest of the two neighbours of x, by their distances as doubles; the one with an even last digit if both are.
std::uint16_t nearest(float x) {
  const std::uint32_t bits = bits_of(x), below = bits >> 16;
  if (std::isnan(x)) return static_cast<std::uint16_t>(below | 0x40);
  if (std::isinf(x)) return static_cast<std::uint16_t>(below);
  const auto size = [](std::uint32_t upper) { return upper == 0x7f80 ? 0x1p128 : double{of_bits(upper << 16)}; };
  const double at = std::fabs(double{x}), to_below = at - size(below & 0x7fff), to_above = size((below & 0x7fff) + 1) - at;
  const bool up = to_above < to_below || (to_above == to_below && below % 2 != 0);
  return static_cast<std::uint16_t>(below + up);
}

std::ptrdiff_t differences(const std::vector<Bf16>& a, const std::vector<std::uint16_t>& b) {
  std::ptrdiff_t count = a.size() != b.size();
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) count += a[i].bits != b[i];
  return count;
}

}  // namespace

TEST_CASE("a float becomes the nearest bf16, ties to even, around every bf16 there is") {
  const auto x = around_all();
  std::ptrdiff_t wrong = 0;
  for (const float v : x) wrong += Bf16(v).bits != nearest(v);
  CHECK(wrong == 0);
  CHECK(x.size() == 6 * 65536);
}

TEST_CASE("ties, the ends of the range and what is no number are rounded as they are documented") {
  CHECK(Bf16(of_bits(0x3f808000)).bits == 0x3f80);  // a tie to the even one below
  CHECK(Bf16(of_bits(0x3f818000)).bits == 0x3f82);  // and above
  CHECK(Bf16(-of_bits(0x3f818000)).bits == 0xbf82);
  CHECK(float(Bf16(numbers::infinity<float>)) == numbers::infinity<float>);
  CHECK(float(Bf16(-numbers::infinity<float>)) == -numbers::infinity<float>);
  CHECK(float(Bf16(of_bits(0x7f7f7fff))) == of_bits(0x7f7f0000));             // the largest
  CHECK(float(Bf16(0x1p127f * (2 - 0x1p-8f))) == numbers::infinity<float>);   // 2^128 - 2^119
  CHECK(Bf16(of_bits(0x7f800001)).bits == 0x7fc0);                            // a signalling NaN whose payload would be lost
  CHECK(Bf16(of_bits(0xffa12345)).bits == 0xffe1);
  CHECK(Bf16(-0.0f).bits == 0x8000);
  CHECK(Bf16(of_bits(0x00012345)).bits == 0x0001);                            // a denormal is kept
  CHECK(Bf16(of_bits(0x007fffff)).bits == 0x0080);                            // or becomes the least normal number
}

TEST_CASE("an array is rounded as its numbers are, denormals and NaN beside others included") {
  const auto x = around_all();
  std::vector<std::uint16_t> wanted;
  for (const float v : x) wanted.push_back(nearest(v));
  std::vector<Bf16> y(x.size());
  round_to_bf16(static_cast<std::ptrdiff_t>(x.size()), x.data(), y.data());
  CHECK(differences(y, wanted) == 0);
  // once more in another order, so that every kind of number has others beside it
  std::vector<float> mixed(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) mixed[i] = x[i * 100003 % x.size()];
  for (std::size_t i = 0; i < x.size(); ++i) wanted[i] = nearest(mixed[i]);
  round_to_bf16(static_cast<std::ptrdiff_t>(x.size()), mixed.data(), y.data());
  CHECK(differences(y, wanted) == 0);
}

TEST_CASE("the way without an instruction for it rounds to the same bits") {
  const auto x = around_all();
  std::ptrdiff_t wrong = 0;
  for (std::size_t i = 0; i < x.size(); i += static_cast<std::size_t>(lanes<float>)) {
    std::int32_t got[static_cast<std::size_t>(lanes<float>)];
    detail::nearest_bf16(load<float>(x.data() + i)).store_unaligned(got);
    for (std::size_t l = 0; l < static_cast<std::size_t>(lanes<float>); ++l)
      wrong += static_cast<std::uint16_t>(static_cast<std::uint32_t>(got[l]) >> 16) != nearest(x[i + l]);
  }
  CHECK(wrong == 0);
}

TEST_CASE("arrays of every size up to two registers are rounded and widened, and nothing beyond them is touched") {
  for (std::ptrdiff_t n = 0; n <= 2 * lanes<float> + 1; ++n) {
    const auto x = numbers::fractions<float>(n + 2, static_cast<std::uint32_t>(n));
    std::vector<Bf16> y(x.size(), Bf16(7.0f));
    std::vector<std::uint16_t> wanted(x.size(), Bf16(7.0f).bits);
    round_to_bf16(n, x.data() + 1, y.data() + 1);  // unaligned
    for (std::size_t i = 1; i <= static_cast<std::size_t>(n); ++i) wanted[i] = nearest(x[i]);
    CHECK(differences(y, wanted) == 0);
    std::vector<float> back(x.size(), 9.0f), right = back;
    widen_bf16(n, y.data() + 1, back.data() + 1);
    for (std::size_t i = 1; i <= static_cast<std::size_t>(n); ++i) right[i] = of_bits(std::uint32_t{wanted[i]} << 16);
    CHECK(back == right);
  }
}

TEST_CASE("widening keeps the bits of all bf16") {
  std::vector<Bf16> x(65536);
  for (std::size_t i = 0; i < x.size(); ++i) x[i].bits = static_cast<std::uint16_t>(i);
  std::vector<float> y(x.size());
  widen_bf16(65536, x.data(), y.data());
  std::ptrdiff_t wrong = 0;
  for (std::size_t i = 0; i < x.size(); ++i) wrong += bits_of(y[i]) != i << 16;
  CHECK(wrong == 0);
}
