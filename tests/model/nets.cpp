// SPDX-License-Identifier: Apache-2.0
// The nets of examples/nets: as many parameters as in PyTorch, and every one of them takes part.
#include "../layer/finite_differences.hpp"
#include "../reference/nets.hpp"

#include "../../examples/nets/alexnet.hpp"
#include "../../examples/nets/inception.hpp"
#include "../../examples/nets/lenet.hpp"
#include "../../examples/nets/mobilenet.hpp"
#include "../../examples/nets/resnet.hpp"
#include "../../examples/nets/two_conv.hpp"
#include "../../examples/nets/vgg.hpp"

#include <tutti/core/forms.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/target.hpp>
#include <tutti/model/forest.hpp>
#include <tutti/model/parameter_count.hpp>
#include <tutti/model/ridge.hpp>

using namespace tutti;
namespace expected = reference::parameters;

namespace {

using Gray = Image<1, 28, 28>;
using Color = Image<3, 32, 32>;
using Digit = Label<10>;

static_assert(parameter_count<nets::TwoConv, Gray, Digit> == expected::two_conv);
static_assert(parameter_count<nets::TwoConvNorm, Gray, Digit> == expected::two_conv_norm);
static_assert(parameter_count<nets::OneConv, Gray, Digit> == expected::one_conv);
static_assert(parameter_count<nets::LeNet, Gray, Digit> == expected::lenet);
static_assert(parameter_count<nets::TwoConv32<>, Color, Digit> == expected::two_conv_32);
static_assert(parameter_count<nets::TwoConv32<128>, Color, Digit> == expected::two_conv_32_small);
static_assert(parameter_count<nets::AlexNet, Color, Digit> == expected::alexnet);
static_assert(parameter_count<nets::Vgg11, Color, Digit> == expected::vgg11);
static_assert(parameter_count<nets::InceptionNet, Color, Digit> == expected::inception_net);
static_assert(parameter_count<nets::ResNet20, Color, Digit> == expected::resnet20);
static_assert(parameter_count<nets::MobileNet, Color, Digit> == expected::mobilenet);

/// The share of the parameters that a batch of four moves.
template <class Net>
double share_with_gradients() {
  testing::Bench<Net, testing::Known<shape(3, 32, 32)>, float> bench(Net{}, {}, 4);
  bench.differentiate();
  double moved = 0;
  for (std::size_t i = 0; i < bench.weights.size(); ++i) {
    if (!std::isfinite(bench.gradients[i])) return -1;
    moved += bench.gradients[i] != 0;
  }
  return moved / static_cast<double>(bench.weights.size());
}

}  // namespace

TEST_CASE("every part of the reference nets learns") {
  CHECK(share_with_gradients<nets::ResNet20>() > 0.95);
  CHECK(share_with_gradients<nets::InceptionNet>() > 0.95);
  CHECK(share_with_gradients<nets::MobileNet>() > 0.9);
}

TEST_CASE("a net with a global pool is a member of a constant spec") {  // g++ 12 crashed on its empty base
  using Pooled = Cascade<Conv<16, 3>, ReLU, GlobalAveragePool, Dropout, Dense<10>>;
  const auto spec = Stack{Average{Pooled{}, Forest{.trees = 20}}, Ridge{.lambda = 1}};
  CHECK(type_name<std::remove_const_t<decltype(spec)>>() ==
        "Stack<Average<Cascade<Conv<16, 3>, ReLU, GlobalAveragePool, Dropout, Dense<10>>, Forest>, Ridge>");
}
