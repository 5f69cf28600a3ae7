// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/resize.hpp>

#include <doctest/doctest.h>

#include "../reference/resize.hpp"

#include <cmath>
#include <iterator>

using namespace tutti;
namespace expected = reference::resize;

namespace {

using From = Row<2, 5, 7>;

Dataset<From, Label<2>> two_images() {  // the image of the reference, and its double
  Buffer<float> pixels;
  for (const float times : {1.0f, 2.0f})
    for (const float v : expected::image) pixels.push_back(times * v);
  return {DenseStorage<float>(70, std::move(pixels)), {0, 1}, {.weight = {1, 3}}};
}

template <int H, int W, std::size_t N>
float distance(const float (&wanted)[N]) {
  const auto resized = resize<Row<2, H, W>>(two_images());
  REQUIRE(resized.rows() == 2);
  REQUIRE(resized.width() == static_cast<int>(N));
  float most = 0;
  for (std::size_t i = 0; i < N; ++i)
    for (const int row : {0, 1})
      most = std::max(most, std::abs(resized.x(row)[static_cast<std::ptrdiff_t>(i)] - static_cast<float>(row + 1) * wanted[i]));
  return most;
}

}  // namespace

TEST_CASE("images shrink and grow as in PyTorch") {
  const float tolerance = 255 * 1e-5f;
  CHECK(distance<2, 3>(expected::to_2_3) < tolerance);
  CHECK(distance<3, 9>(expected::to_3_9) < tolerance);
  CHECK(distance<10, 14>(expected::to_10_14) < tolerance);
  CHECK(distance<8, 4>(expected::to_8_4) < tolerance);
  CHECK(distance<5, 7>(expected::to_5_7) == 0);
  CHECK(distance<1, 1>(expected::to_1_1) < tolerance);
}

TEST_CASE("a resized dataset keeps targets, weights and the rows of a subset") {
  const RowIndex chosen[] = {1, 1, 0};
  const auto resized = resize<Row<2, 2, 3>>(two_images().subset(chosen));
  CHECK(resized.rows() == 3);
  CHECK(resized.target(0)[0] == 1);
  CHECK(resized.target(2)[0] == 0);
  CHECK(resized.weight(1) == 3);
  CHECK(resized.origin(1) == 1);
  CHECK(resized.x(2)[0] == resize<Row<2, 2, 3>>(two_images()).x(0)[0]);
}

TEST_CASE("bytes are rounded to the nearest and stay bytes") {
  Dataset<Image<1, 1, 2>> data(DenseStorage<std::uint8_t>(2, Buffer<std::uint8_t>{0, 255}), {});
  CHECK(resize<Image<1, 1, 1>>(data).x(0)[0] == 128);
  const auto wide = resize<Image<1, 2, 4>>(data);
  const float wanted[] = {0, 64, 191, 255, 0, 64, 191, 255};
  for (std::ptrdiff_t i = 0; i < 8; ++i) CHECK(wide.x(0)[i] == wanted[i]);
}

TEST_CASE("no rows are resized to no rows") {
  CHECK(resize<Row<2, 2, 3>>(two_images().first(0)).rows() == 0);
}
