// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

using namespace tutti;
using namespace tutti::testing;

namespace {
using Two = Sum<LearntWeights, Dense<3>, Dense<3>>;
}

TEST_CASE("Sum with given and with learnt weights gives PyTorch's numbers") {
  check_reference<Sum<Weights<2>, Dense<3>, Dense<3>>, shape(5)>(
      reference::sum_2_minus_half_y, reference::sum_2_minus_half_dx, reference::sum_2_minus_half_dw,
      Sum{Weights{2, -0.5f}, Dense<3>{}, Dense<3>{}});
  check_reference<Two, shape(5)>(reference::sum_learnt_y, reference::sum_learnt_dx, reference::sum_learnt_dw);
}

TEST_CASE("Sum with learnt weights has the gradient that finite differences see") {
  check_layer<Two, shape(5)>();
  check_layer<Sum<LearntWeights, Conv<2, 3, 1, 1>, Cascade<Conv<2, 1>, BatchNorm>, Residual<Conv<2, 3, 1, 1>>>, shape(2, 4, 4)>();
}

TEST_CASE("learnt weights start at 1, behind the parameters of the branches") {
  using In = Known<shape(5)>;
  NodeOf<Two, In, double> node(Two{}, In{});
  auto visit = ParameterVisitor<double>::counting();
  node.parameters(visit);
  CHECK(visit.count() == 2 * 18 + 2);
  std::vector<double> weights(38);
  auto bind = ParameterVisitor<double>::binding(weights.data());
  node.parameters(bind);
  auto fill = ParameterVisitor<double>::filling(Random(1));
  node.parameters(fill);
  CHECK(weights[36] == 1);
  CHECK(weights[37] == 1);
}

TEST_CASE("where rows are coupled, the gradient of learnt weights is that of the whole batch") {
  using Net = Sum<LearntWeights, Cascade<Dense<6>, Dropout>, Cascade<Dense<6>, BatchNorm>>;
  using In = Known<shape(4)>;
  Bench<Net, In> whole(Net{}, In{}, 11), cut(Net{}, In{}, 11);
  cut.cut = 4;
  CHECK(gradient_error(cut) <= 1e-6);
  whole.differentiate();
  cut.differentiate();
  CHECK(whole.y == cut.y);
  CHECK(whole.gradients[whole.weights.size() - 2] == cut.gradients[whole.weights.size() - 2]);
}

TEST_CASE("a sum is named as it was written, and refuses branches of other shapes") {
  CHECK(type_name<Two>() == "Sum<LearntWeights, Dense<3>, Dense<3>>");
  static_assert(trace<Two>(shape(5)).out == shape(3));
  static_assert(!trace<Sum<LearntWeights, Dense<3>, Dense<4>>>(shape(5)).fits);
  static_assert(std::is_same_v<decltype(LayerBehaviour<Sum<LearntWeights, Dense<3>, Dense<4>>>::diagnose<0, Known<shape(5)>>())::type,
                               error::Mismatch<error::Inside<0, error::Layer<1, Dense<4>>>, error::Makes<4>, error::the_same_shape_as<3>>>);
}
