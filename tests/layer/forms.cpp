// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <tutti/layer.hpp>

using namespace tutti;
using namespace tutti::testing;

TEST_CASE("every form of layers has the gradient that finite differences see") {
  check_layer<Cascade<Dense<6>, Square, Dense<4>>, shape(5)>();
  check_layer<Cascade<Conv<4, 3>, ReLU, MaxPool<2>, Dense<6>, Dropout, Dense<>>, shape(2, 8, 8)>();
  check_layer<Cascade<Conv<4, 3>, BatchNorm, ReLU, MaxPool<2>, Dense<6>, BatchNorm, Dense<>>,
              shape(2, 8, 8)>();
  check_layer<Fuse<Dense<3>, Cascade<Dense<4>, Square>, ReLU>, shape(5)>();
  check_layer<Fuse<Conv<2, 3, 1, 1>, Cascade<Conv<3, 1>, BatchNorm>>, shape(2, 4, 4)>();
  check_layer<Fuse<Conv1D<2, 3, 1, 1>, Cascade<Conv1D<3, 1>, BatchNorm>>, with_time(shape(5, 3))>();
  check_layer<Sum<Dense<3>, Cascade<Dense<4>, Square, Dense<3>>>, shape(5)>();
  check_layer<Sum<Weights<2>, Dense<3>, Dense<3>>, shape(5)>(Sum{Weights{2, -0.5f}, Dense<3>{}, Dense<3>{}});
  check_layer<Residual<Dense<5>, Square, Dense<5>>, shape(5)>();
  check_layer<Residual<Dense<4>, ReLU, Dense<7>>, shape(5)>();
  check_layer<Residual<Conv<2, 3, 1, 1>, ReLU>, shape(2, 4, 4)>();
  check_layer<Residual<Conv<3, 3, 1, 1>, BatchNorm>, shape(2, 4, 4)>();
  check_layer<Residual<Conv<3, 3, 2, 1>, ReLU, Conv<4, 3, 1, 1>>, shape(2, 7, 8)>();
  check_layer<Residual<Conv<3, 3>, Dense<4>>, shape(2, 5, 5)>();
  check_layer<Residual<Conv1D<3, 3, 1, 1>, ReLU>, with_time(shape(6, 3))>();
  check_layer<Residual<Conv1D<4, 3, 1, 1>, BatchNorm>, with_time(shape(6, 3))>();
  check_layer<Residual<Conv1D<4, 3, 2, 1>, ReLU, Conv1D<2, 3, 1, 1>>, with_time(shape(7, 3))>();
}

TEST_CASE("forms give the same bits when extents are known at run time only") {
  check_open<Cascade<Fuse<Conv<2, 3, 1, 1>, Cascade<Conv<3, 1>, BatchNorm>>, Residual<Conv<4, 3, 2, 1>, ReLU>,
                     Sum<Dense<3>, Residual<Dense<3>>>, Residual<Square, Dense<3>>, Dense<>>,
             shape(2, 6, 6)>();
  check_open<Cascade<Residual<Conv1D<4, 3, 2, 1>, ReLU>, Residual<Conv1D<4, 3, 1, 1>>, GlobalMaxPool, Dense<>>,
             with_time(shape(7, 3))>();
}

TEST_CASE("the way around layers of a sequence is a product at each step that is left, as in PyTorch") {
  check_reference<Residual<Conv1D<4, 3, 2, 1>>, steps(7, 3)>(reference::residual_steps_y, reference::residual_steps_dx,
                                                             reference::residual_steps_dw);
  static_assert(!trace<Residual<Conv1D<4, 3>>>(steps(7, 3)).fits);
}

TEST_CASE("Fuse joins the features of sequences at every step, the channels of images, the numbers of vectors") {
  static_assert(trace<Fuse<Conv1D<2, 3>, Conv1D<5, 3>>>(steps(7, 4)).out == steps(5, 7));
  static_assert(trace<Fuse<Conv1D<2, 3>, Conv1D<5, 3>>>(steps(Dynamic, 4)).out == steps(Dynamic, 7));
  static_assert(trace<Fuse<Conv<2, 3>, Conv<5, 3>>>(shape(1, 6, 4)).out == shape(7, 4, 2));
  static_assert(trace<Fuse<Dense<2>, Dense<5>>>(shape(6)).out == shape(7));
  static_assert(!trace<Fuse<Conv1D<2, 3>, Conv1D<5, 1>>>(steps(7, 4)).fits);
  using In = Known<steps(3, 2)>;
  Bench<Fuse<ReLU, Square>, In> bench({}, In{}, 2);
  bench.x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(bench.y == Buffer<double>{1, 2, 1,  4,  3, 4,  9,  16,  5,  6,  25,  36,
                                  7, 8, 49, 64, 9, 10, 81, 100, 11, 12, 121, 144});
}

TEST_CASE("five nested forms are a layer") {
  check_layer<Cascade<Fuse<Residual<Sum<Cascade<Dense<4>, Square>, Dense<4>>, Dense<6>>, Dense<3>>, Dense<>>,
              shape(5)>();
  check_layer<Cascade<Cascade<Cascade<Cascade<Cascade<Dense<4>>>>>, Square>, shape(5)>();
}

TEST_CASE("where rows are coupled, the other layers run in chunks and give the same") {
  using Net = Cascade<Fuse<Conv<3, 3, 1, 1>, Cascade<Conv<2, 1>, BatchNorm, ReLU>>,
                      Residual<Conv<4, 3, 2, 1>, BatchNorm, ReLU>,
                      Sum<Cascade<Dense<6>, Dropout>, Cascade<Dense<6>, BatchNorm>>, Dense<>>;
  using In = Known<shape(2, 6, 6)>;
  Bench<Net, In> whole(Net{}, In{}, 11), cut(Net{}, In{}, 11);
  cut.cut = 4;
  CHECK(gradient_error(cut) <= 1e-6);
  whole.differentiate();
  cut.differentiate();
  CHECK(whole.y == cut.y);
  CHECK(whole.dx == cut.dx);
  for (std::size_t i = 0; i < whole.weights.size(); ++i)  // added in another order
    CHECK(whole.gradients[i] == doctest::Approx(cut.gradients[i]).epsilon(1e-9));
}
