// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("Conv gives PyTorch's numbers over strides, paddings, dilations and groups") {
  check_reference<Conv<3, 3, 1, 0, 1, 1>, shape(2, 5, 4)>(reference::conv_3_3_1_0_1_1_y, reference::conv_3_3_1_0_1_1_dx, reference::conv_3_3_1_0_1_1_dw);
  check_reference<Conv<4, 3, 2, 1, 1, 1>, shape(3, 7, 6)>(reference::conv_4_3_2_1_1_1_y, reference::conv_4_3_2_1_1_1_dx, reference::conv_4_3_2_1_1_1_dw);
  check_reference<Conv<3, 3, 1, 0, 2, 1>, shape(2, 7, 8)>(reference::conv_3_3_1_0_2_1_y, reference::conv_3_3_1_0_2_1_dx, reference::conv_3_3_1_0_2_1_dw);
  check_reference<Conv<6, 3, 1, 1, 1, 2>, shape(4, 5, 5)>(reference::conv_6_3_1_1_1_2_y, reference::conv_6_3_1_1_1_2_dx, reference::conv_6_3_1_1_1_2_dw);
  check_reference<Conv<3, 3, 2, 2, 2, 3>, shape(3, 6, 7)>(reference::conv_3_3_2_2_2_3_y, reference::conv_3_3_2_2_2_3_dx, reference::conv_3_3_2_2_2_3_dw);
  check_reference<Conv<2, 1, 1, 0, 1, 2>, shape(4, 3, 4)>(reference::conv_2_1_1_0_1_2_y, reference::conv_2_1_1_0_1_2_dx, reference::conv_2_1_1_0_1_2_dw);
  check_reference<Conv<2, 5, 3, 2, 1, 1>, shape(1, 6, 5)>(reference::conv_2_5_3_2_1_1_y, reference::conv_2_5_3_2_1_1_dx, reference::conv_2_5_3_2_1_1_dw);
}

TEST_CASE("Conv has the gradient that finite differences see") {
  check_layer<Conv<3, 3>, shape(2, 6, 5)>();
  check_layer<Conv<4, 3, 2, 1>, shape(3, 7, 6)>();
  check_layer<Conv<2, 1>, shape(3, 4, 4)>();
  check_layer<Conv<4, 3, 1, Same, 2, 2>, shape(2, 5, 6)>();
}

TEST_CASE("Conv by Winograd's tiles gives the numbers of direct sums") {
  using Images = Known<shape(17, 7, 6)>;
  Bench<Conv<20, 3, 1, 1, 1, 1, 0>, Images, float> direct({}, {}, 3);
  CHECK(direct.packed.empty());
  direct.differentiate();
  const auto compare = [&](auto&& tiles, double most) {
    CHECK(tiles.packed.size() > 0);
    tiles.differentiate();
    const auto error = [](const Buffer<float>& found, const Buffer<float>& wanted) {
      return distance<float>(std::span<const float>(found), std::vector<double>(wanted.begin(), wanted.end()));
    };
    CHECK(error(tiles.y, direct.y) < most);
    CHECK(error(tiles.dx, direct.dx) < most);
    CHECK(error(tiles.gradients, direct.gradients) < most);
    CHECK(!std::equal(tiles.y.begin(), tiles.y.end(), direct.y.begin()));  // they are two ways
    return tiles.packed.size();
  };
  const auto two = compare(Bench<Conv<20, 3, 1, 1, 1, 1, 2>, Images, float>({}, {}, 3), 2e-6),
             four = compare(Bench<Conv<20, 3, 1, 1, 1, 1, 4>, Images, float>({}, {}, 3), 1e-5);
  CHECK(two < four);
  compare(Bench<Conv<20, 3, 1, 1>, Images, float>({}, {}, 3), 1e-5);
}

TEST_CASE("Conv refuses what does not fit it") {
  static_assert(!trace<Conv<4>>(shape(6)).fits);
  static_assert(!trace<Conv<4, 3, 1, 0, 2>>(shape(1, 4, 5)).fits);
  static_assert(!trace<Conv<4, 3, 1, 0, 1, 2>>(shape(3, 8, 8)).fits);
  static_assert(!trace<Conv<5, 3, 1, 0, 1, 2>>(shape(4, 8, 8)).fits);
  static_assert(!trace<Conv<4, 3, 1, 0, 1, 1, 3>>(shape(4, 8, 8)).fits);
  static_assert(trace<Conv<4, 3, 1, 0, 1, 1, 2>>(shape(4, 8, 8)).fits);
  static_assert(trace<Conv<4, 5, 1, Same, 3, 2>>(shape(2, 8, 7)).out == shape(4, 8, 7));
  CHECK(type_name<Conv<4, 3, 1, Same>>() == "Conv<4, 3, 1, Same>");
}
