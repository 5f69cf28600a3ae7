// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/dot4.hpp>

#include <doctest/doctest.h>

#include <cstring>

using namespace tutti::kernel;

namespace {

std::int32_t plain(std::int32_t sum, const std::uint8_t* x, const std::int8_t* w) {
  for (int i = 0; i < 4; ++i) sum += x[i] * w[i];
  return sum;
}

/// In how many lanes f(sum, x, w) on registers V differs from the formula, for random bytes.
template <class V, class F>
int differences(const F& f) {
  constexpr std::ptrdiff_t size = sizeof(V), lanes_of_v = size / 4;
  int wrong = 0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto x = numbers::bytes<std::uint8_t>(size, 2 * seed);
    const auto w = numbers::bytes<std::int8_t>(size, 2 * seed + 1);
    std::vector<std::int32_t> sum(lanes_of_v, static_cast<std::int32_t>(seed) - 100), got(lanes_of_v);
    V vx, vw, vs;
    std::memcpy(&vx, x.data(), sizeof vx);
    std::memcpy(&vw, w.data(), sizeof vw);
    std::memcpy(&vs, sum.data(), sizeof vs);
    vs = f(vs, vx, vw);
    std::memcpy(got.data(), &vs, sizeof vs);
    for (std::size_t i = 0; i < got.size(); ++i) wrong += got[i] != plain(sum[i], x.data() + 4 * i, w.data() + 4 * i);
  }
  return wrong;
}

}  // namespace

TEST_CASE("dot4 adds the four products of each lane") {
  CHECK(differences<Quads>([](const Quads& s, const Quads& x, const Quads& w) { return dot4(s, x, w); }) == 0);
}

TEST_CASE("every way to compute dot4 makes the same integers") {
  CHECK(differences<Quads>([](const Quads& s, const Quads& x, const Quads& w) { return detail::dot4_plain(s, x, w); }) == 0);
#if defined(__SSE2__)
  CHECK(differences<__m128i>([](__m128i s, __m128i x, __m128i w) { return detail::dot4_halves(s, x, w); }) == 0);
#endif
#if defined(__AVX2__)
  CHECK(differences<__m256i>([](__m256i s, __m256i x, __m256i w) { return detail::dot4_halves(s, x, w); }) == 0);
#endif
#if defined(__AVX512BW__)
  CHECK(differences<__m512i>([](__m512i s, __m512i x, __m512i w) { return detail::dot4_halves(s, x, w); }) == 0);
#endif
}

TEST_CASE("dot4 does not saturate at the extremes") {
  const std::vector<std::uint8_t> x(static_cast<std::size_t>(register_bytes), 255);
  for (const std::int8_t weight : {std::int8_t{-128}, std::int8_t{127}}) {
    const std::vector<std::int8_t> w(x.size(), weight);
    Quads sum(0);
    for (int i = 0; i < 1000; ++i) sum = dot4(sum, load_quads(x.data()), load_quads(w.data()));
    CHECK(lane_max<std::int32_t>(sum) == 4000 * 255 * weight);
    CHECK(lane_sum<std::int32_t>(sum) == static_cast<std::int32_t>(quad_lanes) * 4000 * 255 * weight);
  }
}

TEST_CASE("a part of four bytes is filled with zeros") {
  const std::uint8_t bytes[] = {201, 202, 203, 204};
  const std::vector<std::int8_t> ones(static_cast<std::size_t>(register_bytes), 1);
  const auto total = [&](const Quads& x) { return lane_max<std::int32_t>(dot4(Quads(0), x, load_quads(ones.data()))); };
  CHECK(total(broadcast_part(bytes, 1)) == 201);
  CHECK(total(broadcast_part(bytes, 2)) == 201 + 202);
  CHECK(total(broadcast_part(bytes, 3)) == 201 + 202 + 203);
  CHECK(total(broadcast_quad(bytes)) == 201 + 202 + 203 + 204);
}
