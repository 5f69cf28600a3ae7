// SPDX-License-Identifier: Apache-2.0
#include "finite_differences.hpp"

#include <tutti/kernel/bf16.hpp>

#include <cmath>

using namespace tutti;
using namespace tutti::testing;

namespace {

/// Binds a layer as a net does that predicts in bf16; the numbers that are packed.
template <class B>
std::ptrdiff_t bind_in_bf16(B& bench) {
  using Visitor = ParameterVisitor<typename std::decay_t<decltype(bench.weights)>::value_type>;
  auto counting = Visitor::counting(true);
  bench.node.parameters(counting);
  bench.packed.resize(static_cast<std::size_t>(counting.packed_count()));
  auto binding = Visitor::binding(bench.weights.data(), bench.packed.empty() ? nullptr : bench.packed.data(), true);
  bench.node.parameters(binding);
  return counting.packed_count();
}
template <int Out, Shape In, class T = float>
std::ptrdiff_t packed_in_bf16() {
  Bench<Dense<Out>, Known<In>, T> bench({}, {}, 1);
  return bind_in_bf16(bench);
}

template <int Out, Shape Inputs>
void check_bf16() {
  constexpr std::ptrdiff_t In = Inputs.size();
  CAPTURE(Out);
  CAPTURE(In);
  Bench<Dense<Out>, Known<Inputs>, float> bench({}, {}, 5);
  CHECK(bench.packed.empty());
  CHECK(bind_in_bf16(bench) > 0);
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  const auto rounded = [](float x) { return double{float(kernel::Bf16(x))}; };
  double worst = 0;  // in units of the rounding of sums
  for (std::ptrdiff_t r = 0; r < bench.rows; ++r)
    for (std::ptrdiff_t j = 0; j < Out; ++j) {
      double sum = double{bench.weights[static_cast<std::size_t>(In * Out + j)]}, size = std::abs(sum);
      for (std::ptrdiff_t k = 0; k < In; ++k) {
        const double product = rounded(bench.x[static_cast<std::size_t>(r * In + k)]) *
                               rounded(bench.weights[static_cast<std::size_t>(k * Out + j)]);
        sum += product;
        size += std::abs(product);
      }
      const double got = double{bench.y[static_cast<std::size_t>(r * Out + j)]};
      worst = std::max(worst, std::abs(got - sum) / ((In + 1) * 0x1p-24 * size));
    }
  CHECK(worst <= 1);
}

}  // namespace

TEST_CASE("in bf16 a dense layer adds up products of rounded weights and inputs to its bias") {
  check_bf16<64, shape(64)>();
  check_bf16<17, shape(241)>();
  check_bf16<100, shape(77)>();
  check_bf16<256, shape(784)>();
}

TEST_CASE("in bf16 small layers, layers of few outputs and layers of doubles stay as they are") {
  CHECK(packed_in_bf16<64, shape(64)>() == 64 * 64 / 2);
  CHECK(packed_in_bf16<64, shape(63)>() == 0);
  CHECK(packed_in_bf16<16, shape(1000)>() == 0);
  CHECK(packed_in_bf16<17, shape(1000)>() > 0);
  CHECK(packed_in_bf16<64, shape(64), double>() == 0);
}

TEST_CASE("the way back of a dense layer is that of its floats") {
  Bench<Dense<64>, Known<shape(65)>, float> floats({}, {}, 5), rounded({}, {}, 5);
  bind_in_bf16(rounded);
  floats.differentiate();
  rounded.differentiate();
  CHECK(floats.y != rounded.y);
  CHECK(floats.dx == rounded.dx);
  CHECK(floats.gradients == rounded.gradients);
}
