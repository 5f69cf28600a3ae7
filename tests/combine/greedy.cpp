// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "combine/spies.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// What members said about rows whose true number is 0.
struct Said {
  Buffer<Buffer<float>> members;
  Buffer<float> truth{}, weight{};
  MemberOutputs view() {
    MemberOutputs v;
    truth.assign(members[0].size(), 0.0f);
    for (const auto& m : members) v.members.push_back({m.data(), std::ssize(m), 1});
    v.truth.numbers = truth;
    v.truth.weight = weight;
    return v;
  }
};
GreedySelection select(Said said, const GreedyOptions& options = {}) {
  return greedy_selection(said.view(), options);
}
const Said by_hand{{{1, 1}, {-3, 1}, {4, 4}}};

struct NaNs {
  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};
  struct Model {
    void outputs(auto, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = std::numeric_limits<float>::quiet_NaN();
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};
const FitOptions three{.folds = {.k = 3}};

}  // namespace

TEST_CASE("a selection is what one computes by hand") {
  // squared errors of the mean, times the rows; sums in brackets
  // round 1: a 2, b 10, c 32                       -> a  (1, 1)    2
  // round 2: a 2, b (-2, 2)/2 = 2: a tie, insider  -> a  (2, 2)    2
  // round 3: a 2, b (-1, 3)/3 = 10/9               -> b  (-1, 3)   1.11
  // round 4: a (0, 4)/4 = 1, b (-4, 4)/4 = 2       -> a  (0, 4)    1
  // round 5: a (1, 5)/5 = 1.04, b (-3, 5)/5 = 1.36 -> a  (1, 5)    1.04
  const auto kept = [](int rounds) { return select(by_hand, {.rounds = rounds}); };
  CHECK(kept(1).weights == Buffer<double>{1, 0, 0});
  CHECK(kept(2).size == 1);  // the shortest beginning of equals
  CHECK(kept(3).weights[0] == doctest::Approx(2.0 / 3));
  CHECK(kept(4).weights == Buffer<double>{0.75, 0.25, 0});
  CHECK(kept(4).score == doctest::Approx(std::sqrt(0.5)));
  CHECK(kept(5).weights == Buffer<double>{0.75, 0.25, 0});  // the fifth made it worse
  CHECK(kept(25).score <= kept(4).score);
}

TEST_CASE("a warm start begins with the best few that together do best") {
  const Said said{{{2, 2}, {-2.5f, -2}, {3, 3}}};  // alone 8, 10.25, 18; the first two (-0.5, 0) / 2
  CHECK(select(said, {.rounds = 1, .start = 3}).weights == Buffer<double>{0.5, 0.5, 0});
  CHECK(select(by_hand, {.rounds = 3, .start = 1}).weights ==
        Buffer<double>{0.75, 0.25, 0});  // a, then three rounds
}

TEST_CASE("rows of weight 0 do not count, and heavy ones do") {
  Said said{{{0, 9}, {1, 0}}};
  said.weight = {1, 0};
  CHECK(select(said).weights == Buffer<double>{1, 0});
  said.weight = {0, 1};
  CHECK(select(said).weights == Buffer<double>{0, 1});
}

TEST_CASE("bags select from parts of the members and are averaged") {
  const Said said{
      {{1, 1}, {2, 2}, {3, 3}, {4, 4}}};  // all err to one side: each bag takes its best member alone
  const auto one = select(said, {.bags = 50, .bag_members = 0.5f});
  double sum = 0;
  for (const double w : one.weights) sum += w;
  CHECK(sum == doctest::Approx(1));
  CHECK(one.weights[0] == doctest::Approx(0.5).epsilon(
                              0.3));  // in half of the bags; the second in a third, the third in a sixth
  CHECK(one.weights[1] == doctest::Approx(1.0 / 3).epsilon(0.4));
  CHECK(one.weights[3] == 0);
  CHECK(select(said, {.bags = 3, .bag_members = 1}).weights[0] == doctest::Approx(1));
}

TEST_CASE("any metric, also one of which more is better") {
  Buffer<float> a{0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f}, b{0.55f, 0.45f, 0.45f, 0.55f, 0.45f, 0.55f};
  const Buffer<std::int32_t> labels{0, 1, 1};
  MemberOutputs said;
  said.members = {Rows<const float>(a.data(), 3, 2), Rows<const float>(b.data(), 3, 2)};
  said.truth.labels = labels;
  said.truth.classes = 2;
  const auto by_accuracy = greedy_selection(said, {.metric = Accuracy{}});
  CHECK(by_accuracy.weights == Buffer<double>{0, 1});
  CHECK(by_accuracy.score == 1);
  CHECK(greedy_selection(said).score <= LogLoss{}(said.judged(1)));
}

TEST_CASE("options that mean nothing are refused, and so are members that cannot be compared") {
  const auto message = [](const GreedyOptions& o) {
    return thrown_by<DataError>([&] { select(by_hand, o); });
  };
  CHECK(message({.rounds = 0}) == "a selection: expected at least one round, got 0");
  CHECK(message({.start = -1}) == "a selection: expected a start with 0 or more members, got -1");
  CHECK(message({.bags = 0}) == "a selection: expected at least one bag, got 0");
  CHECK(message({.bags = 2, .bag_members = 0}) ==
        "a selection: expected a share of members above 0 and at most 1, got 0");
  CHECK(message({.metric = Accuracy{}}) == "accuracy judges labels and flags, the targets are numbers");
  Said uneven = by_hand;
  uneven.members[1].push_back(1);
  CHECK(thrown_by<ShapeError>([&] { select(uneven); }) == "member 1: expected predictions for 2 rows, got 3");
  CHECK(thrown_by<DataError>([&] { greedy_selection({}); }) ==
        "expected at least one member to weigh, got 0");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<DataError>([&] {
          select({{{nan, 1}, {nan, nan}}});
        }) == "a selection: expected a member whose score is a number, got \"RMSE\"");
}

TEST_CASE("who was not chosen is not there, and was not fitted on all rows") {
  const auto data = line<3>(90, 3);
  std::atomic<int> good{0}, bad{0};
  const auto model = fit(Greedy{Nearest{&bad}, Ridge{.lambda = 1e-3f}, Shows{{500}}, NaNs{}}, data);
  CHECK(bad == 5);  // out of fold alone
  CHECK(!std::get<0>(model.model().members));
  CHECK(std::get<1>(model.model().members));
  CHECK(model.model().weights == std::array<float, 4>{0, 1, 0, 0});
  CHECK(all_outputs(model, data) == all_outputs(fit(Ridge{.lambda = 1e-3f}, data), data));
  CHECK(evaluate(model, data).lines.size() == 2);
  const auto again = fit(Greedy{Nearest{&good}}, data);
  CHECK(good == 6);
  CHECK(all_outputs(again, data) == all_outputs(fit(Nearest{}, data), data));
  const auto out = out_of_fold(Greedy{Ridge{.lambda = 1e-3f}, NaNs{}}, data, three);
  for (std::ptrdiff_t i = 0; i < 90; ++i) CHECK(std::isfinite(out.values()(i, 0)));
}

TEST_CASE("a budget pays for the first members, one at least, and the others are not fitted") {
  const auto data = line<3>(90, 3);
  const double each = 5 * 90 * 3;  // folds, rows, columns
  std::atomic<int> first{0}, last{0};
  const auto spec = [&](double budget) {
    return Greedy{{.budget = budget}, Nearest{&first}, Ridge{.lambda = 30}, Nearest{&last}};
  };
  const auto two = fit(spec(2.5 * each), data);
  CHECK(first >= 5);
  CHECK(last == 0);
  const auto same = fit(Greedy{Nearest{}, Ridge{.lambda = 30}}, data).model().weights;
  CHECK(two.model().weights == std::array<float, 3>{same[0], same[1], 0});
  CHECK(fit(spec(1), data, {.keep_folds = true}).model().weights == std::array<float, 3>{1, 0, 0});
  CHECK(last == 0);
  const auto below = out_of_fold(spec(each), data);
  const auto alone = out_of_fold(Nearest{}, data);
  for (std::ptrdiff_t i = 0; i < 90; ++i) CHECK(below.values()(i, 0) == alone.values()(i, 0));
  (void)fit(spec(3 * each), data);
  CHECK(last >= 5);
  CHECK_THROWS_WITH_AS(fit(spec(-1), data), "Greedy: a selection: expected a budget of 0 or more work units, got -1", FitError);
}

TEST_CASE("a selection says whether what predicts is what was judged") {
  const auto data = line<2>(60, 5);
  const Greedy spec{Nearest{}, Ridge{}};
  CHECK(fit(spec, data, {.keep_folds = true}).model().validated());
  CHECK(!fit(spec, data).model().validated());
}

TEST_CASE("a member fitted after the choice has the bits that it would have had before") {
  const auto data = blobs<3, 3>(90, 4);
  const auto model =
      fit(Greedy{Logistic{}, Nearest{}, Stack{Average{Logistic{}, Nearest{}}, Logistic{}}}, data, three);
  const auto same =
      fit(Average{Logistic{}, Nearest{}, Stack{Average{Logistic{}, Nearest{}}, Logistic{}}}, data, three);
  meta::unroll<3>([&](auto m) {
    const auto& member = std::get<m.value>(model.model().members);
    if (member)
      CHECK(all_outputs(*member, data) == all_outputs(std::get<m.value>(same.model().members), data));
  });
}

TEST_CASE("a selection is at least as good as its best member on the rows that it was made on") {
  const auto data = blobs<4, 3>(120, 8);
  FitOptions keep = three;
  keep.keep_folds = true;
  const auto model = fit(Greedy{{.rounds = 40}, Logistic{}, Nearest{}, Says{1}}, data, keep);
  meta::unroll<3>([&](auto m) {
    const auto& member = std::get<m.value>(model.model().members);
    if (member) CHECK(member->models.size() == 3);
  });
  const auto a = out_of_fold(Logistic{}, data, three), b = out_of_fold(Nearest{}, data, three);
  const Truth truth(data);
  MemberOutputs said;
  said.members = {a.values(), b.values()};
  said.truth = truth.judge({});
  const auto chosen = greedy_selection(said, {.rounds = 40});
  CHECK(chosen.score <= LogLoss{}(said.judged(0)));
  CHECK(static_cast<double>(model.model().weights[0]) == doctest::Approx(chosen.weights[0]));
}

TEST_CASE("no row teaches the selection that is applied to it") {
  for (const bool nested : {false, true}) {
    spies::Journal journal;
    const spies::Spy s{&journal};
    (void)fit(Stack{Average{Greedy{s, s}, Greedy{Stack{Average{s}, s}, s}}, s}, spies::rows(40),
              {.folds = {.k = 4}, .nested = nested});
    CHECK(journal.leaks == 0);
    CHECK(journal.confused == 0);
    CHECK(journal.predictions > 0);
  }
}

TEST_CASE("each fold's rows get a selection of the others'") {
  const auto data = line<2>(60, 5);
  const auto whole = out_of_fold(Greedy{Nearest{}, Ridge{.lambda = 30}}, data, three);
  const auto a = out_of_fold(Nearest{}, data, three), b = out_of_fold(Ridge{.lambda = 30}, data, three);
  const FoldPlan plan(three.folds, data, Random(three.seed).stream("folds"));
  const Truth truth(data);
  for (int f = 0; f < 3; ++f) {
    Buffer<float> weight;
    for (RowIndex i = 0; i < 60; ++i) weight.push_back(plan.tests(f, i) ? 0.0f : 1.0f);
    MemberOutputs said;
    said.members = {a.values(), b.values()};
    said.truth = truth.judge({});
    said.truth.weight = weight;
    const auto w = greedy_selection(said).weights;
    for (std::ptrdiff_t i = 0; i < 60; ++i)
      if (plan.tests(f, static_cast<RowIndex>(i)))
        CHECK(whole.values()(i, 0) == doctest::Approx(w[0] * static_cast<double>(a.values()(i, 0)) +
                                                      w[1] * static_cast<double>(b.values()(i, 0)))
                                          .epsilon(1e-5));
  }
}

TEST_CASE("a saved selection is the same, threads change no bit, and damage is refused") {
  const auto data = blobs<3, 3>(60, 2);
  const auto spec = Greedy{{.rounds = 10, .bags = 3}, Nearest{}, Logistic{}, Says{2}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one)), data) ==
        all_outputs(one, data));
  auto model = one.model();
  model.weights = {0, 0, 0};
  CHECK_THROWS_AS(model.loaded(), FileError);
  model = one.model();
  std::get<2>(model.members).emplace();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected member 2 to be there if it has weight, got 0", FileError);
}

TEST_CASE("selections nest and keep their shape") {
  static_assert(std::is_same_v<decltype(Greedy{Greedy{Says{}}}), Greedy<Greedy<Says>>>);
  static_assert(std::is_same_v<decltype(Greedy{{.rounds = 3}, Says{}, Says{}}), Greedy<Says, Says>>);
  static_assert(ModelOf<Greedy<Says, Says>, Row<4>, Label<3>>::is_static);
  const auto data = blobs<2, 2>(30, 1);
  CHECK(fit(Greedy{Greedy{Nearest{}, Says{0}}, Says{1}}, data).predict(data.x(0)).index() >= 0);
}
