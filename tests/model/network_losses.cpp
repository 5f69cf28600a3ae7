// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/archive.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/train/fit.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

namespace {

constexpr AdamW fast{.learning_rate = 0.05f, .weight_decay = 0};

/// Points on a line: class 1 above 0, class 0 below, blurred; class 1 is rare.
template <class Y>
Dataset<Row<1>, Y> points(int n, auto&& target) {
  Random random(4);
  Buffer<float> x;
  std::vector<typename Y::Element> y;
  for (int i = 0; i < n; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    target(x.back(), random, y);
  }
  return {DenseStorage<float>(1, std::move(x)), std::move(y)};
}

}  // namespace

TEST_CASE("a net learns a teacher's probabilities and answers with probabilities") {
  const auto data = points<Reals<3>>(200, [](float x, Random&, std::vector<float>& y) {
    float p[3] = {x, 0, -2 * x};
    kernel::softmax<float>(3, p, p);
    y.insert(y.end(), p, p + 3);
  });
  const auto model = fit(Network{Dense<>{}, {.epochs = 60, .loss = KLDivergence{}, .optimizer = fast}}, data);
  for (std::ptrdiff_t i = 0; i < 20; ++i) {
    const Reals<3> p = model.predict(data.x(i));
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
    for (std::ptrdiff_t k = 0; k < 3; ++k) CHECK(std::abs(p[k] - data.target(i)[static_cast<std::size_t>(k)]) < 0.02f);
  }
  Writer out;
  out("model", model.model());
  NetworkModel<Dense<>, Row<1>, Reals<3>> again;
  Reader in(out.bytes());
  in("model", again);
  float y[3];
  outputs_of_rows<Row<1>, Reals<3>>(again, data, 5, Rows<float>(y, 1, 3));
  for (std::ptrdiff_t k = 0; k < 3; ++k) CHECK(y[k] == model.predict(data.x(5))[k]);
}

TEST_CASE("a net learns directions, whatever their length, by the cosine") {
  const auto data = points<Reals<2>>(200, [](float x, Random& random, std::vector<float>& y) {
    const auto length = static_cast<float>(1 + 9 * random.uniform53());
    y.push_back(length * std::cos(x));
    y.push_back(length * std::sin(x));
  });
  const auto model = fit(Network{Cascade<Dense<16>, Tanh, Dense<>>{}, {.epochs = 60, .loss = CosineEmbedding{}, .optimizer = fast}}, data);
  double mean = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const Reals<2> z = model.predict(data.x(i));
    mean += static_cast<double>(z[0] * std::cos(data.x(i)[0]) + z[1] * std::sin(data.x(i)[0])) / std::hypot(z[0], z[1]) / 200;
  }
  CHECK(mean > 0.95);  // directions at random: 0
}

TEST_CASE("the quantile that a net learns is the quantile of the data") {
  const auto data = points<Real>(400, [](float, Random& random, std::vector<float>& y) {
    y.push_back(10 + 3 * static_cast<float>(random.normal()));
  });
  const auto model = fit(Network{Dense<>{}, {.epochs = 60, .loss = Quantile{.level = 0.9}, .optimizer = fast}}, data);
  int below = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) below += data.y(i).value <= model.predict(data.x(i)).value;
  CHECK(below > 340);
  CHECK(below < 380);
}

TEST_CASE("class weights are row weights, class by class") {
  const auto plain = points<Label<2>>(120, [](float x, Random& random, std::vector<std::int32_t>& y) {
    y.push_back(x + random.normal() > 1);
  });
  std::vector<float> weight;
  for (std::ptrdiff_t i = 0; i < plain.rows(); ++i) weight.push_back(plain.y(i).index() == 1 ? 4.0f : 1.0f);
  Buffer<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < plain.rows(); ++i) {
    x.push_back(plain.x(i)[0]);
    y.push_back(plain.y(i).index());
  }
  const Dataset<Row<1>, Label<2>> weighted(DenseStorage<float>(1, x), y, SideColumns{.weight = weight});
  const auto by_class = fit(Network{Dense<>{}, {.epochs = 5, .loss = CrossEntropy{.class_weights = {1, 4}}}}, plain);
  const auto by_row = fit(Network{Dense<>{}, {.epochs = 5}}, weighted);
  for (std::ptrdiff_t i = 0; i < 10; ++i)
    CHECK(by_class.probabilities(plain.x(i))[1] ==
          doctest::Approx(by_row.probabilities(plain.x(i))[1]).epsilon(1e-4));
  CHECK_THROWS_WITH_AS(fit(Network{Dense<>{}, {.loss = CrossEntropy{.class_weights = {1, 4, 2}}}}, plain),
                       "Network: class_weights: expected 2 of them, got 3", FitError);
}
