// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("LayerNorm gives PyTorch's numbers over all numbers of a row") {
  check_reference<LayerNorm, shape(7)>(reference::layer_norm_y, reference::layer_norm_dx, reference::layer_norm_dw);
  check_reference<LayerNorm, shape(3, 2, 5)>(reference::layer_norm_image_y, reference::layer_norm_image_dx,
                                             reference::layer_norm_image_dw);
}

TEST_CASE("LayerNorm has the gradient that finite differences see") {
  check_layer<LayerNorm, shape(19)>();
  check_layer<LayerNorm, shape(3, 3, 4)>({.epsilon = 0.1f});
}

TEST_CASE("LayerNorm of a constant row is beta") {
  using In = Known<shape(37)>;
  Bench<LayerNorm, In, float> bench(LayerNorm{}, In{}, 1);
  bench.x.assign(37, 0.1f);
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  for (std::size_t i = 0; i < 37; ++i) CHECK(bench.y[i] == doctest::Approx(bench.weights[37 + i]).epsilon(1e-4));
}
