// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/conv_pack.hpp>
#include <tutti/kernel/conv_team.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

using namespace tutti;
using namespace tutti::kernel;

namespace {

std::uint32_t state = 1;
int draw(int first, int last) {
  state = state * 1664525u + 1013904223u;
  return first + static_cast<int>((state >> 8) % static_cast<std::uint32_t>(last - first + 1));
}
template <class T> std::vector<T> numbers(std::ptrdiff_t n) {
  std::vector<T> v(static_cast<std::size_t>(n));
  for (T& x : v) x = static_cast<T>(draw(-1000, 1000)) / T(500);
  return v;
}
void serially(const parallel::Work& work) {
  for (std::ptrdiff_t i = work.count - 1; i >= 0; --i) work(i);
}
template <class T> bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// A pooled convolution beside the convolution and max_pool, which it must equal bit by bit, alone and by teams, without touching what is
/// beside its memory.
template <class T> void check_pooled(ConvShape s, std::ptrdiff_t rows, bool with_end, bool with_nan = false) {
  CAPTURE(s.channels); CAPTURE(s.height); CAPTURE(s.width); CAPTURE(s.out); CAPTURE(s.kernel_h); CAPTURE(s.stride); CAPTURE(s.padding);
  CAPTURE(s.dilation); CAPTURE(s.groups); CAPTURE(rows); CAPTURE(with_end);
  std::vector<T> x = numbers<T>(rows * s.input_size());
  const std::vector<T> w = numbers<T>(s.weights_size()), bias = numbers<T>(s.out), scale = numbers<T>(s.out), shift = numbers<T>(s.out);
  std::vector<T> packed(static_cast<std::size_t>(conv_packed_size<T>(s)));
  if (with_nan)
    for (int i = 0; i < 5; ++i) x[static_cast<std::size_t>(draw(0, static_cast<int>(x.size()) - 1))] = std::numeric_limits<T>::quiet_NaN();
  conv_pack(s, w.data(), packed.data());
  ChannelEpilogue<T> end;
  if (with_end) end = {scale.data(), shift.data(), T(0)};
  const auto run = [&](const ConvShape& shape, std::vector<T>& y, std::ptrdiff_t threads) {
    const auto room = static_cast<std::size_t>(conv_scratch<T>(shape, rows, false));
    constexpr std::size_t fence = 32;
    std::vector<T> memory(static_cast<std::size_t>(threads) * (room + fence), T(-7));
    const parallel::Team team{threads, &serially, reinterpret_cast<std::byte*>(memory.data() + room + fence), (room + fence) * sizeof(T)};
    conv_forward<T>(team, shape, rows, x.data(), w.data(), packed.data(), bias.data(), y.data(), memory.data(), end);
    for (std::ptrdiff_t t = 0; t < threads; ++t)
      for (std::size_t k = 0; k < fence; ++k)
        if (memory[static_cast<std::size_t>(t) * (room + fence) + room + k] != T(-7)) return false;
    return true;
  };
  std::vector<T> whole(static_cast<std::size_t>(rows * s.output_size()));
  REQUIRE(run(s, whole, 1));
  ConvShape pooled = s;
  pooled.pooled = true;
  const auto size = static_cast<std::size_t>(rows * pooled.y_size()), fence = std::size_t{32};
  const PoolShape pool{.channels = s.out, .height = s.out_height(), .width = s.out_width()};
  std::vector<T> expected(size + fence, T(-3));
  std::vector<T> winner(expected), its_winner(expected);
  for (std::ptrdiff_t r = 0; r < rows; ++r)
    max_pool<T>(pool, whole.data() + r * s.output_size(), expected.data() + r * pool.output_size(), winner.data() + r * pool.output_size());
  CHECK(pool.output_size() == pooled.y_size());
  for (const std::ptrdiff_t threads : {1, 2, 3, 7}) {
    std::vector<T> y(size + fence, T(-3));
    CHECK(run(pooled, y, threads));
    CHECK(same(y, expected));
  }
  std::vector<T> y(size + fence, T(-3)), memory(static_cast<std::size_t>(conv_scratch<T>(pooled, rows, false)));
  conv_forward<T>(pooled, rows, x.data(), w.data(), packed.data(), bias.data(), y.data(), memory.data(), end, its_winner.data());
  CHECK(same(y, expected));
  CHECK(same(its_winner, winner));
}

}  // namespace

TEST_CASE_TEMPLATE("a pooled convolution has the bits of the convolution and max_pool, and its winners", T, float, double) {
  for (int trial = 0; trial < 120; ++trial) {
    const int groups = draw(0, 3) == 0 ? 2 : 1, kernel = 1 + 2 * draw(0, 2), dilation = draw(1, 2);
    const int reach = (kernel - 1) * dilation + 1, padding = draw(0, kernel / 2);
    const ConvShape s{.channels = groups * draw(1, 5), .height = draw(reach, 24), .width = draw(reach, 40), .out = groups * draw(1, 9),
                .kernel_h = kernel, .kernel_w = kernel, .stride = draw(1, 2), .padding = padding, .dilation = dilation, .groups = groups};
    check_pooled<T>(s, draw(1, 5), draw(0, 1) == 1);
  }
}

TEST_CASE("so has one by Winograd's tiles") {
  for (int trial = 0; trial < 40; ++trial) {
    const ConvShape s{.channels = draw(1, 40), .height = draw(3, 19), .width = draw(3, 19), .out = draw(1, 70),
                      .kernel_h = 3, .kernel_w = 3, .padding = draw(0, 2), .winograd = 2 * draw(1, 2)};
    check_pooled<float>(s, draw(1, 4), draw(0, 1) == 1);
  }
}

TEST_CASE("large enough for teams and for many bands") {
  check_pooled<float>({.channels = 3, .height = 32, .width = 32, .out = 32, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 3, true);
  check_pooled<float>({.channels = 32, .height = 16, .width = 16, .out = 64, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 3, true);
  check_pooled<float>({.channels = 3, .height = 41, .width = 63, .out = 64, .kernel_h = 7, .kernel_w = 7, .stride = 2, .padding = 3}, 2,
                      true);
  check_pooled<float>({.channels = 16, .height = 33, .width = 95, .out = 100}, 2, true);
  check_pooled<float>({.channels = 600, .height = 8, .width = 80, .out = 1}, 2, false);
  check_pooled<float>({.channels = 16, .height = 32, .width = 32, .out = 64, .groups = 4}, 1, true);
}

TEST_CASE("where an image has no window of 2 x 2 nothing is written") {
  check_pooled<float>({.channels = 4, .height = 1, .width = 9, .out = 3}, 2, false);
  check_pooled<float>({.channels = 4, .height = 9, .width = 1, .out = 3}, 2, true);
  check_pooled<float>({.channels = 16, .height = 3, .width = 9, .out = 16, .kernel_h = 3, .kernel_w = 3}, 2, true);
  check_pooled<float>({.channels = 4, .height = 6, .width = 6, .out = 3, .kernel_h = 3, .kernel_w = 3}, 0, true);
}

TEST_CASE("a NaN wins its window as in max_pool") {
  for (int trial = 0; trial < 10; ++trial) {
    check_pooled<float>({.channels = 2, .height = 20, .width = 21, .out = 5, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 2, true, true);
    check_pooled<float>({.channels = 16, .height = 20, .width = 21, .out = 16, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 2, false, true);
  }
}
