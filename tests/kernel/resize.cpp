// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/resize.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace tutti::kernel;

TEST_CASE("every pixel of a resized line has pixels it is made of") {
  for (std::ptrdiff_t from = 1; from < 20; ++from)
    for (std::ptrdiff_t to = 1; to < 40; ++to)
      for (std::ptrdiff_t i = 0; i < to; ++i) {
        const ResizeTaps taps = resize_taps(from, to, i);
        double sum = 0;
        for (std::ptrdiff_t k = 0; k < taps.count; ++k) sum += taps.weight(taps.first + k);
        REQUIRE(taps.first >= 0);
        REQUIRE(taps.first + taps.count <= from);
        REQUIRE(sum > 0);
      }
}

TEST_CASE_TEMPLATE("a constant line stays constant, a ramp a ramp that grows a ramp", T, float, double) {
  std::vector<T> line(12), out(30), ramp(12);
  for (std::size_t i = 0; i < 12; ++i) {
    line[i] = T(3);
    ramp[i] = static_cast<T>(i);
  }
  for (const std::ptrdiff_t to : {1, 5, 12, 30}) {
    resize_lines(12, to, 1, 1, line.data(), out.data());
    for (std::ptrdiff_t i = 0; i < to; ++i) CHECK(out[static_cast<std::size_t>(i)] == doctest::Approx(3));
    if (to < 12) continue;
    resize_lines(12, to, 1, 1, ramp.data(), out.data());
    for (std::ptrdiff_t i = 0; i < to; ++i) {
      const double wanted = (static_cast<double>(i) + 0.5) * 12.0 / static_cast<double>(to) - 0.5;
      CHECK(out[static_cast<std::size_t>(i)] == doctest::Approx(std::clamp(wanted, 0.0, 11.0)).epsilon(1e-5));
    }
  }
}

TEST_CASE_TEMPLATE("lines beside each other are resized as one alone, however many, and leave what lies between them", T, float, double) {
  constexpr std::ptrdiff_t from = 5, to = 8;
  for (std::ptrdiff_t lines = 0; lines <= 2 * lanes<T> + 1; ++lines) {
    const std::ptrdiff_t step = lines + 3;
    const auto x = numbers::fractions<T>(from * step, 1);
    std::vector<T> y(static_cast<std::size_t>(to * step), T(9)), line(from), alone(to);
    resize_lines(from, to, lines, step, x.data(), y.data());
    double worst = 0;
    for (std::ptrdiff_t j = 0; j < step; ++j) {
      for (std::ptrdiff_t i = 0; i < from; ++i) line[static_cast<std::size_t>(i)] = x[static_cast<std::size_t>(i * step + j)];
      resize_lines(from, to, 1, 1, line.data(), alone.data());
      for (std::ptrdiff_t i = 0; i < to; ++i) {
        const T wanted = j < lines ? alone[static_cast<std::size_t>(i)] : T(9);
        worst = std::max(worst, std::abs(static_cast<double>(y[static_cast<std::size_t>(i * step + j)] - wanted)));
      }
    }
    CHECK(worst <= 2 * static_cast<double>(std::numeric_limits<T>::epsilon()));
  }
}
