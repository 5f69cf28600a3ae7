// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/conv.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE("the tile that is chosen takes the fewest products, and one where it fits at all") {
  const auto tile = [](int channels, int height, int width) { return winograd_tile<float>({channels, height, width, channels, 3, 3, 1, 1}); };
  CHECK(winograd_products({1, 7, 7, 1, 3, 3, 1, 1}, 4) == 4 * 36);
  CHECK(winograd_products({1, 7, 7, 1, 3, 3, 1, 1}, 2) == 16 * 16);
  for (const int side : {1, 2, 5, 6}) CHECK(tile(64, side, side) == 2);
  for (const int side : {3, 4, 7, 8, 9, 10, 14, 28}) CHECK(tile(64, side, side) == 4);
  for (const int side : {1, 2}) CHECK(tile(16, side, side) == 2);
  for (const int side : {3, 4, 5, 6, 7}) CHECK(tile(16, side, side) == 4);
  CHECK(tile(64, 2, 40) == 2);
  CHECK(tile(64, 1, 8) == 2);
  CHECK(tile(64, 1, 9) == 0);
  CHECK(tile(15, 8, 8) == 0);
  CHECK(winograd_tile<double>({64, 8, 8, 64, 3, 3, 1, 1}) == 0);
  CHECK(winograd_tile<float>({64, 8, 8, 64, 5, 5, 1, 2}) == 0);
  CHECK(winograd_tile<float>({64, 8, 8, 64, 3, 3, 2, 1}) == 0);
  CHECK(winograd_tile<float>({64, 2, 8, 64, 3, 3, 1, 0}) == 0);  // no sums at all
}

TEST_CASE("direct convolutions leave Winograd's tiles alone") {
  ConvShape s{16, 6, 6, 16, 3, 3, 1, 1};
  CHECK(conv_packed_size<float>(s) > 0);
  s.winograd = 0;
  CHECK(conv_packed_size<float>(s) == 0);
  CHECK(conv_packed_size<double>(ConvShape{16, 6, 6, 16, 3, 3, 1, 1}) == 0);
}
