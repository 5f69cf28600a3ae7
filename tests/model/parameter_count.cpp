// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/make.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/parameter_count.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

namespace {
using LeNet = Cascade<Conv<6, 5>, ReLU, MaxPool<2>, Conv<16, 5>, ReLU, MaxPool<2>, Dense<120>, ReLU, Dense<84>, ReLU, Dense<>>;
using Small = Cascade<Conv1D<4, 3>, BatchNorm, ReLU, Sum<LearntWeights, Dense<5>, Residual<Dense<5>>>, LayerNorm, Dense<>>;
using X = Sequence<float, 8, 3>;
}  // namespace

TEST_CASE("the parameters of a chain are counted at compile time, as PyTorch counts them") {
  static_assert(parameter_count<LeNet, Image<1, 28, 28>, Label<10>> == 156 + 2416 + 30840 + 10164 + 850);
  static_assert(parameter_count<Network<LeNet>, Image<1, 28, 28>, Label<10>> == 44426);
  static_assert(parameter_count<Dense<>, Row<4>, Reals<3>> == 15);
  static_assert(parameter_count<ReLU, Row<1>, Real> == 0);
  CHECK(parameter_count<LeNet, Image<1, 28, 28>, Label<10>> == 44426);
}

TEST_CASE("a chain has as many parameters as its trained net has weights") {
  const auto data = dataset<X, Label<2>>(std::vector<float>(4 * 24, 1.0f), std::vector<std::int32_t>{0, 1, 0, 1});
  const auto model = fit(Network{Small{}, {.epochs = 1}}, data);
  CHECK(std::ssize(model.model().state().weights) == parameter_count<Small, X, Label<2>>);
}

TEST_CASE("a record counts by its fields") {
  using Pair = Record<Field<"picture", Image<1, 6, 6>>, Field<"facts", Row<4>>>;
  using Net = Cascade<Fuse<On<"picture", Cascade<Conv<2, 3>, Dense<3>>>, On<"facts", Dense<2>>>, Dense<>>;
  static_assert(parameter_count<Net, Pair, Label<5>> == 20 + 33 * 3 + 10 + 30);
}
