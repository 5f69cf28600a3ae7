// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/make.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

namespace {

using Y = Label<5>;
using Pixels = Image<3, 24, 25>;
using Numbers = Row<613>;
// products by tiles and without, one tap, channels by themselves, groups, and something large and dense
using Images = Cascade<Conv<32, 5, 1, Same>, ReLU, Conv<96, 3, 1, Same>, BatchNorm, ReLU, DepthwiseConv<3, 1, Same>, ReLU, Conv<64, 1>, MaxPool<2>,
                       Conv<128, 3, 1, Same>, ReLU, Conv<64, 3, 1, Same, 1, 4>, Dense<64>, ReLU, Dense<>>;
using Rows_ = Cascade<Dense<523>, ReLU, Dense<519>, ReLU, Dense<>>;

template <class X> Dataset<X, Y> noise(int n) {
  Random random(5);
  std::vector<typename X::Element> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < X::shape.size(); ++j) x.push_back(static_cast<typename X::Element>(random.below(256)));
    y.push_back(i % 5);
  }
  return dataset<X, Y>(x, y);
}

int shared = 0;  // layers
const parallel::Team three{3, [](const parallel::Work& work) {
  ++shared;
  for (std::ptrdiff_t i = work.count; i-- > 0;) work(i);
}};

template <class Model, class View> std::vector<float> probabilities(const Model& model, std::span<const View> x, Workspace& w) {
  std::vector<float> y(x.size() * 5);
  const Workspace::Scope scope(w);
  model.outputs(x, Rows<float>(y.data(), std::ssize(x), 5), w);
  return y;
}

template <class X, class Model> void check_teams(const Model& model, const Dataset<X, Y>& data) {
  std::vector<ViewOf<X>> views(static_cast<std::size_t>(data.rows()));
  data.views(0, views);
  for (const std::size_t rows : {1u, 3u, 21u}) {
    const auto x = std::span<const ViewOf<X>>(views).first(rows);
    const auto n = static_cast<std::ptrdiff_t>(rows);
    Workspace alone = model.workspace(n);
    const auto wanted = probabilities(model, x, alone);
    for (const int threads : {1, 2, 7})
      parallel::with_threads(threads, [&] {
        Workspace together = model.workspace(n, parallel::team());
        for (int again = 0; again < 3; ++again) CHECK(probabilities(model, x, together) == wanted);
      });
    shared = 0;
    Workspace in_three = model.workspace(n, three);
    CHECK(probabilities(model, x, in_three) == wanted);
    CHECK(shared > 1);
  }
}

}  // namespace

TEST_CASE("a net predicts the same bits whoever shares its layers") {
  const auto data = noise<Pixels>(21);
  check_teams(fit(Network{Images{}, {.epochs = 1, .batch = 21}}, data), data);
}

TEST_CASE("dense layers predict the same bits whoever shares them, in floats and in bf16") {
  const auto data = noise<Numbers>(21);
  for (const bool bf16 : {false, true}) check_teams(fit(Network{Rows_{}, {.epochs = 1, .predict_in_bf16 = bf16}}, data), data);
}

TEST_CASE("a prediction by a team throws nothing, and small layers are not shared") {
  const auto data = noise<Row<4>>(20);
  const auto model = fit(Network{Cascade<Dense<16>, ReLU, Dense<>>{}, {.epochs = 1}}, data);
  shared = 0;
  Workspace w = model.workspace(1, three);
  ViewOf<Row<4>> x;
  data.views(0, std::span(&x, 1));
  static_assert(noexcept(model.predict(x, w)));
  CHECK(model.predict(x, w) == model.predict(x));
  CHECK(shared == 0);
}
