// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("Pad gives PyTorch's zeros around images and sequences") {
  check_reference<Pad<1, 2, 3, 0>, shape(2, 2, 3)>(reference::pad_1_2_3_0_y, reference::pad_1_2_3_0_dx);
  check_reference<Pad1D<2, 1>, steps(3, 2)>(reference::pad_steps_2_1_y, reference::pad_steps_2_1_dx);
}

TEST_CASE("Pad has the gradient that finite differences see") {
  check_layer<Pad<>, shape(2, 3, 2)>();
  check_layer<Pad1D<2, 0>, steps(4, 3)>();
}

TEST_CASE("one number pads all sides, two pad top and bottom, right and left") {
  static_assert(trace<Pad<2>>(shape(3, 4, 5)).out == shape(3, 8, 9));
  static_assert(trace<Pad<0, 1>>(shape(3, 4, 5)).out == shape(3, 4, 7));
  static_assert(trace<Pad1D<3, 0>>(steps(4, 5)).out == steps(7, 5));
  static_assert(trace<Pad<2>>(shape(3, Dynamic, 5)).out == shape(3, Dynamic, 9));
  static_assert(!trace<Pad<2>>(shape(4)).fits);
  static_assert(!trace<Pad1D<>>(shape(3, 4, 5)).fits);
  CHECK(type_name<Pad<2>>() == "Pad<2>");
  CHECK(type_name<Pad<2, 1>>() == "Pad<2, 1>");
  CHECK(type_name<Pad<2, 2, 2, 0>>() == "Pad<2, 2, 2, 0>");
  CHECK(type_name<Pad1D<2, 0>>() == "Pad1D<2, 0>");
}

TEST_CASE("a convolution behind Pad1D sees nothing of what comes later") {
  using In = Known<steps(6, 2)>;
  Bench<Cascade<Pad1D<2, 0>, Conv1D<3, 3>>, In> bench({}, In{}, 1);
  static_assert(decltype(bench)::Node::Out::traced.extent[0] == 6);
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  const auto before = bench.y;
  bench.x[8] += 1;  // step 4
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(std::equal(before.begin(), before.begin() + 12, bench.y.begin()));
  CHECK_FALSE(std::equal(before.begin() + 12, before.end(), bench.y.begin() + 12));
}
