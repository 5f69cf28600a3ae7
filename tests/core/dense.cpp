// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dense.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

using namespace tutti;

static_assert(sizeof(DenseView<float, 4>) == sizeof(float*));  // a static width takes no memory
static_assert(!std::is_convertible_v<std::vector<float>, DenseView<float, 4>>);
static_assert(std::is_convertible_v<std::vector<float>, DenseView<float, Dynamic>>);
static_assert(std::is_convertible_v<std::array<float, 4>, DenseView<float, 4>> &&
              !std::is_convertible_v<std::array<float, 3>, DenseView<float, 4>>);

TEST_CASE("a view is made from whatever lies in one piece") {
  const float plain[3] = {1, 2, 3};
  const std::array<float, 3> array{1, 2, 3};
  const std::vector<float> vector{1, 2, 3};
  const std::span<const float> span = vector;
  for (const DenseView<float, Dynamic> view :
       {DenseView<float, Dynamic>(plain), DenseView<float, Dynamic>(array), DenseView<float, Dynamic>(vector),
        DenseView<float, Dynamic>(span)}) {
    CHECK(view.size() == 3);
    CHECK(view[2] == 3);
  }
  const DenseView<float, 3> a = plain, b = array;
  const DenseView<float, 3> c(vector);
  CHECK(a.data() == plain);
  CHECK(b.data() == array.data());
  CHECK(c.data() == vector.data());
}

TEST_CASE("a view of a static width checks the length once") {
  const std::vector<float> two{1, 2};
  CHECK_THROWS_WITH_AS((DenseView<float, 3>(two)), "expected a row of 3 numbers, got 2", ShapeError);
}

TEST_CASE("bytes are read as numbers") {
  const std::uint8_t bytes[] = {0, 128, 255};
  const DenseView<std::uint8_t, 3> view = bytes;
  double out[3];
  view.copy_to(out);
  CHECK(view[1] == 128.0f);
  CHECK(out[2] == 255.0);
}

TEST_CASE("a storage holds rows of one width, aligned") {
  const float values[] = {1, 2, 3, 4, 5, 6};
  const DenseStorage<float> storage(2, values);
  CHECK(storage.size() == 3);
  CHECK(storage.width() == 2);
  CHECK(storage.row(2)[1] == 6);
  CHECK(storage.view<DenseView<float, 2>>(1)[0] == 3);
  CHECK(reinterpret_cast<std::uintptr_t>(storage.row(0)) % alignment == 0);
  CHECK(DenseStorage<float>{}.size() == 0);
}

TEST_CASE("values that do not make rows are refused") {
  const float values[] = {1, 2, 3};
  CHECK_THROWS_WITH_AS(DenseStorage<float>(2, values), "expected a multiple of the width 2, got 3",
                       DataError);
  CHECK_THROWS_WITH_AS(DenseStorage<float>(0, values), "expected rows of at least one number, got 0",
                       DataError);
}

TEST_CASE("rows are made of a vector, an array or a span as of a buffer") {
  const std::vector<float> numbers{1, 2, 3, 4};
  const std::array<float, 4> array{1, 2, 3, 4};
  CHECK(DenseStorage<float>(2, numbers).size() == 2);
  CHECK(DenseStorage<float>(2, array).size() == 2);
  CHECK(DenseStorage<float>(2, std::span<const float>(numbers)).row(1)[0] == 3);
}
