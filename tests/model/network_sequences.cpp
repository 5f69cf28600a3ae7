// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/core/archive.hpp>
#include <tutti/data/make.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure.hpp>
#include <tutti/model.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;

namespace {

/// Two channels of 24 steps: noise, and somewhere in one of them a bump; the label says in which, and whether it rises
/// or falls.
template <class X>
Dataset<X, Label<4>> bumps(int n, std::uint64_t seed) {
  Random random(seed);
  std::vector<typename X::Element> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    const std::uint32_t where = 4 + random.below(16);
    const std::int32_t label = static_cast<std::int32_t>(random.below(4));
    for (std::uint32_t t = 0; t < 24; ++t)
      for (std::int32_t c = 0; c < 2; ++c) {
        const double d = static_cast<double>(t) - where;
        const double bump = c == label / 2 ? (label % 2 == 0 ? d : -d) * std::exp(-d * d / 4) : 0;
        x.push_back(static_cast<typename X::Element>(bump + 0.2 * random.normal()));
      }
    y.push_back(label);
  }
  return dataset<X, Label<4>>(x, y);
}
template <class Model, class Data>
double share_right(const Model& model, const Data& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}

using Net = Cascade<TimeWarp, Conv1D<8, 5, 1, Same>, BatchNorm, ReLU, MaxPool1D<2>, Residual<Conv1D<8, 3, 1, Same>, ReLU>,
                    AveragePool1D<2>, GlobalMaxPool, Dense<>>;
const Network spec{Net{}, {.epochs = 30}};
using Fixed = Sequence<float, 24, 2>;
using Open = Sequence<float, Dynamic, 2>;

}  // namespace

TEST_CASE("a net of one-dimensional layers learns to tell sequences apart") {
  const auto model = fit(spec, bumps<Fixed>(300, 1), {.seed = 1});
  CHECK(share_right(model, bumps<Fixed>(300, 2)) > 0.95);
  static_assert(decltype(model)::workspace_bytes(1) > 0);
}

TEST_CASE("a length that the data know only gives the same bits, and is kept in files") {
  const auto fixed = fit(spec, bumps<Fixed>(60, 1), {.seed = 1, .threads = 1});
  const auto open = fit(spec, bumps<Open>(60, 1), {.seed = 1, .threads = 2});
  const auto again = from_bytes<Fitted<Network<Net>, Open, Label<4>>>(to_bytes(open));
  const auto test = bumps<Fixed>(20, 2);
  const auto test_open = bumps<Open>(20, 2);
  for (std::ptrdiff_t i = 0; i < 20; ++i) {
    const auto p = fixed.probabilities(test.x(i)), q = open.probabilities(test_open.x(i)),
               r = again.probabilities(test_open.x(i));
    CHECK(p == q);
    CHECK(p == r);
  }
  const std::vector<float> longer(26 * 2);
  CHECK_THROWS_AS(open.predict(longer), ShapeError);
}

TEST_CASE("a length that a layer has no use for is refused with the place of the layer") {
  const auto data = dataset<Open, Label<4>>(std::vector<float>(4 * 6), std::vector<std::int32_t>{0, 1, 2, 3});
  CHECK_THROWS_WITH_AS(fit(Cascade<ReLU, Conv1D<4, 5>, GlobalMaxPool, Dense<>>{}, data),
                       doctest::Contains("layer 1 (Conv1D<4, 5>): gets (3, 2), needs AtLeast<0, 5>"), Error);
}

TEST_CASE("sequences are standardised, and read by members that know of no time") {
  const auto data = bumps<Fixed>(200, 1);
  CHECK(share_right(fit(Cascade<Standardize, Conv1D<8, 5>, ReLU, GlobalMaxPool, Dense<>>{}, data, {.seed = 1}), data) > 0.9);
  CHECK(share_right(fit(Forest{.trees = 20}, data, {.seed = 1}), data) > 0.9);
}

TEST_CASE("sequences may be of any numbers") {
  const auto data = bumps<Sequence<double, 24, 2>>(100, 1);
  const auto same = bumps<Fixed>(100, 1);
  const auto a = fit(spec, data, {.seed = 1});
  const auto b = fit(spec, same, {.seed = 1});
  CHECK(a.probabilities(data.x(3)) == b.probabilities(same.x(3)));
}
