// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/kernel/image_motion.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;
using namespace tutti::kernel;

namespace {
std::vector<double> noise(std::ptrdiff_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> v(static_cast<std::size_t>(n));
  for (double& x : v) x = random.normal();
  return v;
}
double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
}  // namespace

TEST_CASE("an image shifts by any number of pixels, and zeros come in") {
  for (const PlaneShape s : {PlaneShape{1, 1, 1}, PlaneShape{2, 3, 5}, PlaneShape{3, 4, 2}}) {
    const auto x = noise(s.size(), 1);
    std::vector<double> y(x.size(), 9);
    for (std::ptrdiff_t down = -6; down <= 6; ++down)
      for (std::ptrdiff_t right = -6; right <= 6; ++right) {
        shift_image(s, down, right, x.data(), y.data());
        for (std::ptrdiff_t p = 0; p < s.planes; ++p)
          for (std::ptrdiff_t i = 0; i < s.height; ++i)
            for (std::ptrdiff_t j = 0; j < s.width; ++j) {
              const std::ptrdiff_t a = i - down, b = j - right;
              const bool inside = a >= 0 && a < s.height && b >= 0 && b < s.width;
              const double expected = inside ? x[static_cast<std::size_t>((p * s.height + a) * s.width + b)] : 0;
              REQUIRE(y[static_cast<std::size_t>((p * s.height + i) * s.width + j)] == expected);
            }
      }
  }
}

TEST_CASE("an image flips in either direction, and twice is not at all") {
  const PlaneShape s{2, 2, 3};
  const auto x = noise(s.size(), 2);
  std::vector<double> y(x.size()), z(x.size());
  flip_image(s, true, false, x.data(), y.data());
  CHECK(y[0] == x[2]);
  CHECK(y[11] == x[9]);
  flip_image(s, false, true, x.data(), y.data());
  CHECK(y[0] == x[3]);
  flip_image(s, true, true, x.data(), y.data());
  flip_image(s, true, true, y.data(), z.data());
  CHECK(z == x);
}

TEST_CASE("a warp by whole pixels is a shift, by the identity nothing, and by half a pixel the mean") {
  const PlaneShape s{2, 4, 5};
  const auto x = noise(s.size(), 3);
  std::vector<double> y(x.size()), z(x.size());
  warp_image(s, {}, x.data(), y.data());
  CHECK(y == x);
  warp_image(s, {.c = -2, .f = 1}, x.data(), y.data());
  shift_image(s, -1, 2, x.data(), z.data());
  CHECK(y == z);
  warp_image(s, {.c = 0.5}, x.data(), y.data());
  CHECK(y[0] == doctest::Approx((x[0] + x[1]) / 2));
  CHECK(y[4] == doctest::Approx(x[4] / 2));
}

TEST_CASE("the backward warp is the adjoint") {
  const PlaneShape s{3, 5, 7};
  const auto x = noise(s.size(), 4), dy = noise(s.size(), 5);
  std::vector<double> y(x.size()), dx(x.size());
  const AffineMap map{0.8, 0.4, -0.3, -0.5, 1.1, 0.7};
  warp_image(s, map, x.data(), y.data());
  warp_image_backward(s, map, dy.data(), dx.data());
  CHECK(dot(y, dy) == doctest::Approx(dot(x, dx)));
  warp_image(s, {.c = 1e300}, x.data(), y.data());
  CHECK(dot(y, y) == 0);
}
