// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/hedge_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/naive_bayes_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

Dataset<Row<1>, Label<2>> labels(std::vector<std::int32_t> y) {
  std::vector<float> x(y.size());
  return table<Row<1>, Label<2>>(1, std::move(x), std::move(y));
}
Dataset<Row<1>, Real> numbers(std::vector<float> y, SideColumns side = {}) {
  std::vector<float> x(y.size());
  return table<Row<1>, Real>(1, std::move(x), std::move(y), std::move(side));
}
const auto two = labels({0, 1});

/// `rows` rows around two centres, which change places when the stream has shifted.
Dataset<Row<2>, Label<2>> shifting(int rows, bool shifted, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    const int k = random.below(2) == 1;
    y.push_back(k);
    x.push_back(static_cast<float>(random.normal()) + ((k == 1) != shifted ? 1.5f : -1.5f));
    x.push_back(static_cast<float>(random.normal()));
  }
  return table<Row<2>, Label<2>>(2, std::move(x), std::move(y));
}
template <class Model, class X, class Y>
double loss_of(const Model& model, const Dataset<X, Y>& batch, const BoundedLoss& judge) {
  const auto rows = detail::row_losses(model, batch, judge);
  double sum = 0;
  for (const double l : rows) sum += l / static_cast<double>(rows.size());
  return sum;
}

}  // namespace

TEST_CASE("losses are what one computes by hand") {
  const BoundedLoss label{{}, true}, flags{{}, false}, number{{2, 4}, false};
  const float p[] = {0.5f, 0.25f, 0.25f}, hot[] = {0, 1, 0}, one[] = {1, 0, 0};
  CHECK(label(p, hot) == (0.25 + 0.5625 + 0.0625) / 2);
  CHECK(label(one, hot) == 1);   // wrong and sure
  CHECK(label(hot, hot) == 0);
  CHECK(flags(p, hot) == doctest::Approx((0.25 + 0.5625 + 0.0625) / 3));
  const float y[] = {1, 10}, t[] = {2, 0}, nan[] = {std::numeric_limits<float>::quiet_NaN(), 0};
  CHECK(number(y, t) == (0.25 + 1) / 2);   // the second is cut
  CHECK(number(nan, t) == 0.5);
}

TEST_CASE("the scale of numbers is their standard deviation, by weight, or the given one") {
  CHECK(detail::bounded_loss(numbers({1, 3}), 0).scale[0] == 1);
  CHECK(detail::bounded_loss(numbers({1, 5, 100}, {.weight = {1, 1, 0}}), 0).scale[0] == 2);
  CHECK(detail::bounded_loss(numbers({1, 5}), 0.5f).scale[0] == 0.5f);
  CHECK(detail::bounded_loss(numbers({7, 7, 7}), 0).scale[0] == 1);
  CHECK(detail::bounded_loss(two, 3).scale.empty());
}

TEST_CASE("after a fit all members count alike; after an update those that lose less count more") {
  const auto spec = Hedge{{.rate = 2}, Shows{{1, 0}}, Shows{{0, 1}}, Shows{{0.5f, 0.5f}}};
  const auto model = fit(spec, two);
  const float x[] = {0};
  CHECK(model.probabilities(x)[0] == 0.5f);
  auto state = learning_state(model);
  const auto next = update(model, labels({0, 0, 0, 1}), state);
  // Losses 1/4, 3/4 and 1/4 (half of 2 x 1/4), weights 1, e^-1 and 1.
  const double e = std::exp(-1.0);
  CHECK(next.model().hedge.weights()[1] == doctest::Approx(e / (2 + e)));
  CHECK(next.probabilities(x)[0] == doctest::Approx(1.5 / (2 + e)));
  CHECK(model.probabilities(x)[0] == 0.5f);   // the old one is as it was
}

TEST_CASE("rows count by their weights, and a batch without weight is no round") {
  const auto model = fit(Hedge{{.rate = 1, .scale = 1}, Shows{{0}}, Shows{{1}}}, numbers({0, 1}));
  auto state = learning_state(model);
  const auto next = update(model, numbers({0, 1}, {.weight = {3, 1}}), state);
  CHECK(next.model().hedge.losses()[0] == 0.25);
  CHECK(next.model().hedge.losses()[1] == 0.75);
  CHECK(to_bytes(update(model, numbers({0, 1}, {.weight = {0, 0}}), state)) == to_bytes(model));
  CHECK(to_bytes(update(model, numbers({}), state)) == to_bytes(model));
}

TEST_CASE("members that can go on learning do, after they were judged; the others stay") {
  const auto data = blobs<3, 3>(60, 1), batch = blobs<3, 3>(60, 2);
  const auto frozen = fit(NaiveBayes<>{.uniform = true}, data);
  const auto model = fit(Hedge{Frozen{frozen}, NaiveBayes{}}, data);
  auto state = learning_state(model, 7);
  const auto next = update(model, batch, state);
  const auto alone = fit(NaiveBayes{}, data);
  auto of_alone = learning_state(alone);
  CHECK(all_outputs(std::get<1>(next.model().mean.members), data) == all_outputs(update(alone, batch, of_alone), data));
  CHECK(all_outputs(std::get<0>(next.model().mean.members), data) == all_outputs(frozen, data));
  CHECK(next.model().hedge.losses()[1] == doctest::Approx(loss_of(alone, batch, next.model().judge)));
}

TEST_CASE("two streams with a shift: what is predicted before it is learnt loses at most the bound more than the best member") {
  for (const std::uint64_t stream : {1u, 2u})
    for (const HedgeOptions& o : {HedgeOptions{}, HedgeOptions{.horizon = 120}, HedgeOptions{.share = 0.02f}}) {
      const auto before = fit(NaiveBayes{}, shifting(200, false, 3)), after = fit(NaiveBayes{}, shifting(200, true, 4));
      auto model = fit(Hedge{o, Frozen{before}, Frozen{after}, NaiveBayes{}}, shifting(50, false, stream));
      auto state = learning_state(model);
      double lost = 0, of_the_right = 0;
      for (int t = 0; t < 120; ++t) {
        const bool shifted = t >= (stream == 1 ? 60 : 30);
        const auto batch = shifting(20, shifted, 100 * stream + static_cast<std::uint64_t>(t));
        lost += loss_of(model, batch, model.model().judge);
        of_the_right += loss_of(shifted ? after : before, batch, model.model().judge);
        model = update(model, batch, state);
        const HedgeWeights& hedge = model.model().hedge;
        const auto members = hedge.losses();
        CHECK(hedge.loss() <= *std::min_element(members.begin(), members.end()) + hedge.regret_bound());
        CHECK(lost <= hedge.loss() + 1e-6);   // the loss of a mean is at most the mean of the losses
      }
      if (o.share > 0) {
        const auto members = model.model().hedge.losses();
        CHECK(lost < 0.7 * *std::min_element(members.begin(), members.end()));   // no member is right all the time
        CHECK(lost <= of_the_right + model.model().hedge.regret_bound(1));
      }
    }
}

TEST_CASE("out of fold it is the plain average of its members") {
  const auto data = blobs<3, 3>(60, 1);
  const auto a = out_of_fold(Hedge{NaiveBayes{}, Nearest{}}, data), b = out_of_fold(Average{NaiveBayes{}, Nearest{}}, data);
  for (std::ptrdiff_t i = 0; i < a.values().size(); ++i) CHECK(a.values()[i] == b.values()[i]);
}

TEST_CASE("it stands in other forms and they in it, is judged beside its members, with the same bits on 1 and 7 threads and from a file") {
  const auto data = blobs<3, 3>(90, 1);
  const auto spec = Hedge{{.share = 0.05f}, Hedge{NaiveBayes{}, Nearest{}}, Stack{Average{NaiveBayes{}}, NaiveBayes{}}, NaiveBayes{}};
  const auto model = fit(spec, data);
  CHECK(evaluate(model, data).lines.size() == 7);   // the whole, its three, the two of the hedge, the one of the stack
  const auto grown = [&](const auto& from, int threads) {
    auto state = learning_state(from, 7);
    return parallel::with_threads(threads, [&] { return update(update(from, blobs<3, 3>(40, 2), state), blobs<3, 3>(40, 3), state); });
  };
  const auto one = grown(model, 1);
  CHECK(to_bytes(one) == to_bytes(grown(model, 7)));
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(one));
  CHECK(all_outputs(again, data) == all_outputs(one, data));
  CHECK(to_bytes(grown(again, 7)) == to_bytes(grown(one, 1)));
  CHECK(std::get<0>(one.model().mean.members).hedge.rounds() == 2);
  CHECK(fit(Stack{Average{Hedge{NaiveBayes{}, Nearest{}}, NaiveBayes{}}, NaiveBayes{}}, data, {.keep_folds = true}).classes() == 3);
}

TEST_CASE("a hedge of one hedge is not a copy, and its workspace is known where its members' are") {
  static_assert(std::is_same_v<decltype(Hedge{Hedge{Shows{}}}), Hedge<Hedge<Shows>>>);
  using Model = ModelOf<Hedge<NaiveBayes<>, Shows>, Row<3>, Label<3>>;
  static_assert(StaticWorkspace<Model> && Model::workspace_bytes(1) > 0);
  CHECK(type_name<Hedge<Shows, Says>>() == "Hedge<Shows, Says>");
}

TEST_CASE("options out of range are refused by name, and damaged files too") {
  CHECK(thrown_by<FitError>([] { fit(Hedge{{.share = 2}, Shows{{1, 0}}}, two); }) ==
      "Hedge: share: expected a share of 0 or more and below 1, got 2");
  auto model = fit(Hedge{Shows{{1, 0}}, Shows{{1, 0}}}, two).model();
  CHECK_NOTHROW(model.loaded());
  model.hedge = HedgeWeights(3, {});
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "Hedge: expected weights of 2 members, got 3");
  model.judge.scale = {1, 2, 3};
  CHECK(thrown_by<FileError>([&] { model.check_extents(1, 2); }) == "expected scales of 2 outputs, got 3");
  CHECK(thrown_by<FileError>([] { BoundedLoss{{0}, false}.loaded(); }) == "expected errors in a scale above 0, got 0");
}
