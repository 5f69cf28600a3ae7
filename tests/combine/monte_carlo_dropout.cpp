// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/monte_carlo_dropout_fit.hpp>

#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/uncertainty.hpp>
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/fine_tune_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/network_update.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/train.hpp>

#include "combine/learners.hpp"
#include "model/sectors.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace tutti;
using learners::all_outputs;
using testing::sectors;

namespace {

using Net = Cascade<Dense<24>, ReLU, Dropout, Dense<>>;
const auto data = sectors(120);
Network<Net> net(int epochs = 15) { return Network{Net{}, {.epochs = epochs, .batch = 16, .optimizer = AdamW{.learning_rate = 0.02f}}}; }

/// What pass number `pass` says of every row, all rows at once.
template <class Model, class X, class Y>
std::vector<float> pass_of(const Model& model, const Dataset<X, Y>& rows, int pass) {
  std::vector<float> y(static_cast<std::size_t>(rows.rows() * rows.outputs()));
  std::vector<ViewOf<X>> views(static_cast<std::size_t>(rows.rows()));
  rows.views(0, std::span<ViewOf<X>>(views));
  const WorkspaceLease lease(workspace_bytes(model, rows.rows()));
  model.each_pass(views, *lease, [&](int p, std::ptrdiff_t first, Rows<const float> said) {
    if (p == pass) std::copy_n(said.data(), said.size(), y.begin() + first * rows.outputs());
  });
  return y;
}

/// A net whose layers do nothing but drop: passes show the masks.
template <class Layers, class X, class Y>
std::vector<std::vector<float>> masks_of(const Layers& layers, const Dataset<X, Y>& rows, int passes) {
  const Network spec{layers, {.epochs = 1, .loss = MSE{}, .optimizer = SGD{.learning_rate = 1e-30f}, .standardize = false}};
  const auto model = fit(MonteCarloDropout{spec, {.passes = passes}}, rows);
  const auto& net = model.model().net.state();
  std::vector<std::vector<float>> masks;
  for (int p = 0; p < passes; ++p) {
    auto y = pass_of(model.model(), rows, p);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t k = i % net.target_mean.size();
      y[i] = std::round((y[i] - net.target_mean[k]) / net.target_scale[k] * 1000) / 1000;
    }
    masks.push_back(y);
  }
  return masks;
}

int rows_seen = 0;
/// Hands its input through, and counts rows.
struct Counts {
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto&, auto&) {}
  template <class, class T>
  struct Bind {
    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      rows_seen += static_cast<int>(x.rows());
      std::copy_n(x.data(), x.size(), y.data());
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
      std::copy_n(dy.data(), dy.size(), dx.data());
    }
  };
};

}  // namespace

TEST_CASE("every pass drops numbers at the rate of the layer, the same ones in all rows, others in another pass") {
  using In = Row<8>;
  const auto ones = learners::table<In, Reals<8>>(8, std::vector<float>(40 * 8, 1.0f), [] {
    std::vector<float> y;
    for (int i = 0; i < 40 * 8; ++i) y.push_back(static_cast<float>(i / 8 % 2));
    return y;
  }());
  const auto masks = masks_of(Cascade{Dropout{.rate = 0.25f}}, ones, 200);
  CHECK(std::set(masks.begin(), masks.end()).size() > 80);  // of 256 subsets
  double dropped = 0;
  for (const auto& m : masks) {
    for (std::size_t i = 0; i < m.size(); ++i) {
      CHECK(m[i] == m[i % 8]);
      CHECK((m[i] == 0 || m[i] == doctest::Approx(1 / 0.75).epsilon(1e-3)));
    }
    for (std::size_t k = 0; k < 8; ++k) dropped += m[k] == 0;
  }
  CHECK(dropped / (8 * 200) == doctest::Approx(0.25).epsilon(0.13));  // 3 standard deviations of 1600 draws
  // two dropouts in a row, one of them inside a form: each has a mask of its own
  const auto both = masks_of(Cascade{Dropout{.rate = 0.5f}, Cascade{Dropout{.rate = 0.5f}}}, ones, 100);
  double twice = 0;
  for (const auto& m : both)
    for (std::size_t k = 0; k < 8; ++k) twice += m[k] == 4;
  CHECK(twice / (8 * 100) == doctest::Approx(0.25).epsilon(0.19));
}

TEST_CASE("spatial dropout drops whole channels of images and features of sequences") {
  std::vector<float> y;
  for (int i = 0; i < 20 * 12; ++i) y.push_back(static_cast<float>(i / 12 % 2));
  const Dataset<Image<3, 2, 2>, Reals<12>> image(DenseStorage<std::uint8_t>(12, Buffer<std::uint8_t>(20 * 12, 1)), y);
  for (const auto& m : masks_of(Cascade{SpatialDropout{}}, image, 20))
    for (std::size_t i = 0; i < 12; ++i) CHECK(m[i] == m[i / 4 * 4]);
  const auto steps = learners::table<Sequence<float, 4, 3>, Reals<12>>(12, std::vector<float>(20 * 12, 1.0f), y);
  const auto masks = masks_of(Cascade{SpatialDropout{}}, steps, 40);
  CHECK(std::set(masks.begin(), masks.end()).size() == 8);
  for (const auto& m : masks)
    for (std::size_t i = 0; i < 12; ++i) CHECK(m[i] == m[i % 3]);
}

TEST_CASE("a prediction is the mean of the passes, and a row's does not depend on its neighbours, threads or a file") {
  const MonteCarloDropout spec{net(), {.passes = 20}};
  const auto model = fit(spec, data, {.seed = 3, .threads = 1});
  std::vector<float> mean(static_cast<std::size_t>(data.rows() * 3));
  std::set<std::vector<float>> different;
  for (int p = 0; p < 20; ++p) {
    const auto said = pass_of(model.model(), data, p);
    different.insert(said);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += said[i] / 20;
  }
  CHECK(different.size() == 20);
  const auto said = all_outputs(model, data);
  for (std::size_t i = 0; i < mean.size(); ++i) CHECK(said[i] == doctest::Approx(mean[i]).epsilon(1e-5));
  for (std::ptrdiff_t i = 0; i < data.rows(); i += 7) {
    const auto alone = model.probabilities(data.x(i));
    CHECK(alone == model.probabilities(data.x(i)));
    for (std::size_t k = 0; k < 3; ++k) CHECK(alone[k] == doctest::Approx(said[static_cast<std::size_t>(i) * 3 + k]).epsilon(1e-5));
  }
  CHECK(testing::share_right(model, data) > 0.9);

  const auto bytes = to_bytes(model);
  CHECK(to_bytes(fit(spec, data, {.seed = 3, .threads = 7})) == bytes);
  CHECK(all_outputs(fit(spec, data, {.seed = 4}), data) != said);
  const auto loaded = from_bytes<std::remove_const_t<decltype(model)>>(bytes);
  CHECK(all_outputs(loaded, data) == said);
  CHECK(uncertainty(loaded, data.x(3)).disagreement == uncertainty(model, data.x(3)).disagreement);
  static_assert(decltype(model)::workspace_bytes(1) > 0);
}

TEST_CASE("a rate of 0 is the net itself: passes agree, to the bit") {
  Network<Net> still = net();
  std::get<2>(still.chain.steps).rate = 0;
  const auto model = fit(MonteCarloDropout{still, {.passes = 4}}, data);
  const auto said = all_outputs(model.model().net, data);
  for (int p = 0; p < 4; ++p) CHECK(pass_of(model.model(), data, p) == said);
  CHECK(all_outputs(model, data) == said);
  CHECK(uncertainty(model, data.x(0)).disagreement == doctest::Approx(0));
}

TEST_CASE("what lies in front of the first dropout is asked once, what lies behind it in every pass") {
  using Layers = Cascade<Dense<8>, Counts, ReLU, Dropout, Dense<>>;
  using Behind = Cascade<Dense<8>, ReLU, Dropout, Counts, Dense<>>;
  using Inside = Cascade<Cascade<Dense<8>, Counts, Dropout>, Dense<>>;  // a form is cut in front of it, or not at all
  const auto asked = [](const auto& layers) {
    const auto model = fit(MonteCarloDropout{Network{layers, {.epochs = 1}}, {.passes = 7}}, data, {.threads = 1});
    rows_seen = 0;
    const auto said = all_outputs(model, data);
    const int all = rows_seen;
    (void)uncertainty(model, data.x(0));
    return std::pair(all, rows_seen - all);
  };
  CHECK(asked(Layers{}) == std::pair(120, 1));
  CHECK(asked(Behind{}) == std::pair(7 * 120, 7));
  CHECK(asked(Inside{}) == std::pair(7 * 120, 7));
}

TEST_CASE("labels: the uncertainty is that of the passes, and largest where classes meet") {
  const auto model = fit(MonteCarloDropout{net(40), {.passes = 100}}, data);
  const auto at = [&](double angle) {
    const float row[] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
    return uncertainty(model, row);
  };
  const double third = 6.28 / 3;
  for (int k = 0; k < 3; ++k) {
    const Uncertainty middle = at(third * (k + 0.5)), border = at(third * k + third);
    CHECK(border.total > 2 * middle.total);
    CHECK(border.disagreement > middle.disagreement);
    CHECK(border.total == doctest::Approx(border.average_entropy + border.disagreement));
  }
}

TEST_CASE("numbers: mean and variance are those of the passes") {
  const auto rows = learners::line<2>(60, 4);
  using Line = Cascade<Dense<16>, ReLU, Dropout, Dense<1>>;
  const auto model = fit(MonteCarloDropout{Network{Line{}, {.epochs = 20}}, {.passes = 25}}, rows);
  std::vector<std::vector<float>> said;
  for (int p = 0; p < 25; ++p) said.push_back(pass_of(model.model(), rows, p));
  for (std::size_t i = 0; i < 60; i += 11) {
    double mean = 0, square = 0;
    for (const auto& y : said) mean += static_cast<double>(y[i]) / 25;
    for (const auto& y : said) square += (static_cast<double>(y[i]) - mean) * (static_cast<double>(y[i]) - mean) / 25;
    const NumberSpread s = uncertainty(model, rows.x(static_cast<std::ptrdiff_t>(i)));
    CHECK(s.mean == doctest::Approx(mean).epsilon(1e-5));
    CHECK(s.variance == doctest::Approx(square).epsilon(1e-4));
    CHECK(s.variance > 0);
    CHECK(model.predict(rows.x(static_cast<std::ptrdiff_t>(i))).value == doctest::Approx(mean).epsilon(1e-5));
  }
  // far away from all rows the passes know less
  const float near[] = {0, 0}, far[] = {30, -30};
  CHECK(uncertainty(model, far).variance > 100 * uncertainty(model, near).variance);
}

TEST_CASE("the whole of a net but its dropout is as in prediction, in forms of layers and with running statistics") {
  const auto rows = [] {
    Buffer<std::uint8_t> x;
    std::vector<std::int32_t> y;
    Random random(3);
    for (int i = 0; i < 40; ++i) {
      y.push_back(i % 2);
      for (int j = 0; j < 36; ++j) x.push_back(static_cast<std::uint8_t>(random.below(200) + (j % 2 == i % 2 ? 50 : 0)));
    }
    return Dataset<Image<1, 6, 6>, Label<2>>(DenseStorage<std::uint8_t>(36, std::move(x)), std::move(y));
  }();
  using Deep = Cascade<RandomFlip, Conv<4, 3>, BatchNorm, ReLU, SpatialDropout, Residual<Conv<4, 3, 1, 1>, BatchNorm, ReLU, Dropout>,
                       MaxPool<2>, Fuse<Cascade<Dense<6>, Dropout>, Dense<4>>, Sum<Cascade<Dropout, Dense<5>>, Dense<5>>,
                       Mixture<Dense<2>, Dense<5>, Cascade<Dropout, Dense<5>>>, ReLU, Dense<>>;
  const auto model = fit(MonteCarloDropout{Network{Deep{}, {.epochs = 4, .batch = 8}}, {.passes = 12}}, rows);
  const auto one = pass_of(model.model(), rows, 1);
  CHECK(pass_of(model.model(), rows, 1) == one);
  CHECK(pass_of(model.model(), rows, 2) != one);
  for (std::ptrdiff_t i = 0; i < rows.rows(); i += 5) {  // alone as among others: no mask knows where a row is
    const auto alone = pass_of(model.model(), rows.subset(std::vector{static_cast<RowIndex>(i)}), 1);
    CHECK(alone[0] == doctest::Approx(one[static_cast<std::size_t>(i) * 2]).epsilon(1e-4));
  }
  CHECK(uncertainty(model, rows.x(0)).disagreement > 0);
}

TEST_CASE("it is a member like any other, behind transforms as well, around a net that was fitted before, and goes on learning") {
  const auto chain = fit(Cascade{Standardize{}, MonteCarloDropout{net(), {.passes = 10}}}, data);
  double most = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) most = std::max(most, uncertainty(chain, data.x(i)).disagreement);
  CHECK(most > 0.01);
  const Average members{MonteCarloDropout{net(), {.passes = 5}}, MonteCarloDropout{Net{}, {.passes = 5}}};
  const auto stacked = fit(Stack{members, Network{Cascade<Dense<>>{}, {.epochs = 20}}}, data, {.folds = {.k = 2}});
  CHECK(testing::share_right(stacked, data) > 0.6);

  const auto before = fit(net(), data);
  const auto frozen = fit(MonteCarloDropout{Frozen{before}, {.passes = 10}}, data);
  CHECK(all_outputs(frozen.model().net, data) == all_outputs(before, data));
  CHECK(uncertainty(frozen, data.x(0)).total > 0);
  CHECK(from_bytes<std::remove_const_t<decltype(frozen)>>(to_bytes(frozen)).probabilities(data.x(0)) == frozen.probabilities(data.x(0)));

  const auto model = fit(MonteCarloDropout{net(1), {.passes = 10}}, data);
  auto state = learning_state(model);
  const auto next = update(model, data, state);
  CHECK(next.model().key == model.model().key);
  CHECK(all_outputs(next, data) != all_outputs(model, data));
  CHECK(evaluate(model, data).lines.size() == 2);
}

TEST_CASE("a number of passes that is none is refused, in a file as well") {
  CHECK(thrown_by<FitError>([] { fit(MonteCarloDropout{net(), {.passes = 0}}, data); }) ==
        "MonteCarloDropout: passes: expected 1 to 65536, got 0");
  auto model = fit(MonteCarloDropout{net(1)}, data);
  auto broken = model.model();
  broken.passes = 0;
  const Fitted<MonteCarloDropout<Network<Net>>, Row<2>, Label<3>> bad(broken, model.known_rows(), 3);
  CHECK_THROWS_AS(from_bytes<std::remove_const_t<decltype(bad)>>(to_bytes(bad)), FileError);
}
