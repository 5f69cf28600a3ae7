// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("activations give PyTorch's numbers") {
  constexpr Shape row = shape(13);
  check_reference<ReLU, row>(reference::relu_y, reference::relu_dx);
  check_reference<LeakyReLU, row>(reference::leaky_relu_y, reference::leaky_relu_dx, {}, LeakyReLU{.slope = 0.125f});
  check_reference<ELU, row>(reference::elu_y, reference::elu_dx, {}, ELU{.alpha = 1.5f});
  check_reference<GELU, row>(reference::gelu_y, reference::gelu_dx);
  check_reference<SiLU, row>(reference::silu_y, reference::silu_dx);
  check_reference<Sigmoid, row>(reference::sigmoid_y, reference::sigmoid_dx);
  check_reference<Tanh, row>(reference::tanh_y, reference::tanh_dx);
  check_reference<HardSwish, row>(reference::hard_swish_y, reference::hard_swish_dx);
}

TEST_CASE("activations have the gradient that finite differences see") {
  check_layer<Cascade<LeakyReLU, ELU, GELU, SiLU, Sigmoid, Tanh, HardSwish>, shape(7)>();
  check_layer<LeakyReLU, shape(2, 3, 3)>();
  check_layer<ELU, shape(9)>();
  check_layer<GELU, shape(9)>();
  check_layer<SiLU, shape(9)>();
  check_layer<Tanh, shape(9)>();
  check_layer<HardSwish, shape(9)>();
}
