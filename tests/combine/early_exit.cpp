// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/early_exit_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/logistic_fit.hpp>

#include "combine/learners.hpp"
#include "combine/spies.hpp"

#include <cmath>

using namespace tutti;
using namespace learners;

namespace {

/// Right about the sign of x_0, and as sure as it is far from 0: within `blind` it says the other class, hardly sure.
/// Counts the rows that it was asked about.
struct Sighted {
  float blind = 0;
  std::atomic<int>* asked = nullptr;
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .missing = true, .probabilities = true};
  struct Model {
    float blind = 0;
    std::atomic<int>* asked = nullptr;
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      if (asked != nullptr) *asked += static_cast<int>(x.size());
      for (std::size_t r = 0; r < x.size(); ++r) {
        const auto row = y.row(static_cast<std::ptrdiff_t>(r));
        const bool sees = std::abs(x[r][0]) > blind, yes = (x[r][0] > 0) == sees;
        row[1] = sees ? (yes ? 0.99f : 0.01f) : (yes ? 0.6f : 0.4f);
        row[0] = 1 - row[1];
      }
    }
    static void visit(auto& self, auto& archive) { archive("blind", self.blind); }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const {
    return {blind, asked};
  }
};

template <class X, class Y>
Dataset<X, Y> signs(int rows, std::uint64_t seed, SideColumns side = {}) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(random.uniform() * 2 - 1));
    y.push_back(x.back() > 0);
  }
  return table<X, Y>(1, x, y, std::move(side), 2);
}
using Line = Row<1>;

detail::StagedRows staged(int stages, Buffer<float> sure, Buffer<float> loss) {
  detail::StagedRows rows{std::ssize(sure) / stages, stages, std::move(sure), std::move(loss)};
  rows.weight.assign(static_cast<std::size_t>(rows.rows), 1.0);
  return rows;
}

}  // namespace

TEST_CASE("thresholds by hand: what is surest leaves first, as many as the budget asks for") {
  // two members, 1 and 10 a row; of four rows two are as well answered by the first
  const auto rows = staged(2, {0.9f, 1, 0.8f, 1, 0.7f, 1, 0.6f, 1}, {0.1f, 0.1f, 0.1f, 0.1f, 1, 0, 1.5f, 0});
  const Buffer<float> costs{1, 10};
  const ExitReport all = detail::learn_thresholds(rows, costs, 1.2);  // (1 1 11 11) / 4 = 6 of 10
  CHECK(all.shares == Buffer<float>{0.5f, 0.5f});
  CHECK(all.thresholds[0] == doctest::Approx(0.75));
  CHECK(all.cost == doctest::Approx(0.6));
  CHECK(all.loss == doctest::Approx(0.05));
  const ExitReport some = detail::learn_thresholds(rows, costs, 0.35);  // only one goes on: (1 1 1 11) / 4 = 3.5 of 10
  CHECK(some.shares == Buffer<float>{0.75f, 0.25f});
  CHECK(some.thresholds[0] == doctest::Approx(0.65));
  const ExitReport none = detail::learn_thresholds(rows, costs, 0.11);
  CHECK(none.shares == Buffer<float>{1, 0});
  CHECK(none.cost == doctest::Approx(0.1));
}

TEST_CASE("of a useless middle nobody asks, equal rows leave together, and one member is always asked") {
  const auto useless = staged(3, {0.6f, 0.6f, 1, 0.6f, 0.7f, 1, 0.9f, 0.9f, 1}, {1, 1.2f, 0, 1, 1.2f, 0, 0, 0, 0});
  const ExitReport r = detail::learn_thresholds(useless, {1, 1, 10}, 2);
  CHECK(r.shares[1] == 0);
  CHECK(r.loss == 0);
  CHECK(r.thresholds[0] == doctest::Approx(0.75));
  CHECK(r.thresholds[1] == detail::closed);
  const auto equal = staged(2, {0.6f, 1, 0.6f, 1, 0.6f, 1}, {1, 0, 0, 0, 0, 0});
  CHECK(detail::learn_thresholds(equal, {1, 10}, 0.8).shares == Buffer<float>{1, 0});
  CHECK(detail::learn_thresholds(equal, {1, 10}, 1.1).shares == Buffer<float>{0, 1});
  CHECK(detail::learn_thresholds(staged(1, {0.5f}, {1}), {3}, 1).shares == Buffer<float>{1});
}

TEST_CASE("in a forward plan thresholds know nothing of later folds: rows of the first leave at once") {
  const auto data = signs<Line, Label<2>>(40, 3);
  const EarlyExit spec{{.budget = 2, .costs = {1.0f, 10.0f}}, Sighted{.blind = 1}, Sighted{}};
  const auto p = out_of_fold(spec, data, {.folds = {.k = 3, .forward = true}});
  for (std::ptrdiff_t i = 10; i < 40; ++i) {
    REQUIRE(p.covers(i));
    CHECK(std::max(p.values()(i, 0), p.values()(i, 1)) == (i < 20 ? 0.6f : 0.99f));
  }
}

TEST_CASE("two stages are cut at the best of all cuts that keep the budget, three no worse than by trying many") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    Buffer<float> sure, loss;
    for (int i = 0; i < 90; ++i) {
      sure.push_back(static_cast<float>(random.below(30)) / 30);
      loss.push_back(static_cast<float>(random.uniform() * (i % 3 == 0 ? 1.5 : i % 3 == 1 ? 1.2 : 1)));
    }
    const double budget = 0.3 + 0.05 * static_cast<double>(seed % 10);
    const auto three = staged(3, sure, loss);
    const Buffer<float> costs{1, 2, 8};
    const detail::ExitSearch search(three, costs);
    double least = 1e9;
    for (int a = 0; a <= 30; ++a)
      for (int b = 0; b <= 30; ++b) {
        const ExitReport tried = search.judge({(static_cast<float>(a) - 0.5f) / 30, (static_cast<float>(b) - 0.5f) / 30, 0});
        if (tried.cost <= budget) least = std::min(least, tried.loss);
      }
    const ExitReport learnt = detail::learn_thresholds(three, costs, budget);
    CHECK(learnt.cost <= budget * (1 + 1e-6));
    CHECK(learnt.loss <= 1.03 * least);

    Buffer<float> sure2, loss2;
    for (std::size_t i = 0; i < 30; ++i) {
      sure2.append({sure[3 * i], sure[3 * i + 2]});
      loss2.append({loss[3 * i], loss[3 * i + 2]});
    }
    const auto two = staged(2, sure2, loss2);
    const Buffer<float> two_costs{1, 8};
    const detail::ExitSearch cuts(two, two_costs);
    least = 1e9;
    for (int a = 0; a <= 31; ++a) {
      const ExitReport tried = cuts.judge({(static_cast<float>(a) - 0.5f) / 30, 0});
      if (tried.cost <= budget * (1 + 1e-9)) least = std::min(least, tried.loss);
    }
    CHECK(detail::learn_thresholds(two, two_costs, budget).loss == doctest::Approx(least));
  }
}

TEST_CASE("a row leaves where a member is sure, and no later member is asked about it") {
  std::atomic<int> small{0}, middle{0}, large{0};
  const auto train = signs<Line, Label<2>>(400, 1), test = signs<Line, Label<2>>(200, 2);
  const EarlyExit spec{{.budget = 0.5f, .costs = {1, 4, 16}}, Sighted{0.5f, &small}, Sighted{0.2f, &middle}, Sighted{0, &large}};
  const auto model = fit(spec, train);
  small = middle = large = 0;
  int right = 0, far = 0, near = 0;
  for (std::ptrdiff_t i = 0; i < 200; ++i) {
    right += model.predict(test.x(i)) == test.y(i) ? 1 : 0;
    far += std::abs(test.x(i)[0]) <= 0.5f ? 1 : 0;
    near += std::abs(test.x(i)[0]) <= 0.2f ? 1 : 0;
  }
  CHECK(right == 200);
  CHECK(small == 200);
  CHECK(middle == far);
  CHECK(large == near);
  const ExitReport& report = model.model().report();
  CHECK(report.cost == doctest::Approx((1 + report.shares[1] * 4 + report.shares[2] * 20) / 16).epsilon(1e-4));
  CHECK(report.cost < 0.5);
  CHECK(model.model().shares()[0] == doctest::Approx(0.5).epsilon(0.1));
  CHECK(to_string(report).starts_with("exit 0: 0."));
  CHECK(evaluate(model, test).lines.size() == 4);

  small = middle = large = 0;
  const auto all = all_outputs(model, test);  // in blocks
  CHECK(small == 200);
  CHECK(large == near);
  for (std::ptrdiff_t i = 0; i < 200; ++i) CHECK(model.probabilities(test.x(i))[1] == all[static_cast<std::size_t>(2 * i + 1)]);
}

TEST_CASE("cumulative answers are means of the members that were asked") {
  const auto train = signs<Line, Label<2>>(400, 1);
  const auto model = fit(EarlyExit{{.budget = 3, .costs = {1, 1, 1}, .cumulative = true}, Shows{{0.4f, 0.6f}}, Sighted{0.5f}, Sighted{}}, train);
  for (std::ptrdiff_t i = 0; i < 100; ++i) {
    const float x = train.x(i)[0];
    const float a = 0.6f, b = std::abs(x) > 0.5f ? (x > 0 ? 0.99f : 0.01f) : (x > 0 ? 0.4f : 0.6f), c = x > 0 ? 0.99f : 0.01f;
    const float p = model.probabilities(train.x(i))[1];
    const auto is = [&](float value) { return std::abs(p - value) < 1e-6f; };
    CHECK((is(a) || is((a + b) / 2) || is((a + b + c) / 3)));
  }
}

TEST_CASE("costs are the bytes of the members where none are given, measured if asked for") {
  const auto data = signs<Line, Label<2>>(100, 3);
  const auto by_bytes = fit(EarlyExit{{.budget = 2}, Sighted{0.5f}, Nearest{}}, data);
  CHECK(by_bytes.model().report().costs[0] < by_bytes.model().report().costs[1]);
  const auto measured = fit(EarlyExit{{.budget = 100, .measured = true}, Sighted{0.5f}, Nearest{}}, data);
  CHECK(measured.model().report().costs[0] > 0);
}

TEST_CASE("no threshold for a fold has seen the fold, and the members are fitted k + 1 times") {
  spies::Journal journal;
  const spies::Spy s{&journal};
  const auto rows = spies::rows(30);
  const auto spec = EarlyExit{{.budget = 2, .costs = {1, 1}}, s, s};
  (void)fit(Stack{Average{spec, s}, s}, rows, {.folds = {.k = 3}});
  CHECK(journal.leaks == 0);
  CHECK(journal.predictions > 0);
  journal.fits = 0;
  (void)fit(spec, rows, {.folds = {.k = 3}});
  CHECK(journal.fits == 8);

  const auto data = signs<Line, Label<2>>(90, 4);
  const EarlyExit sighted{{.budget = 0.4f, .costs = {1, 10}}, Sighted{0.5f}, Sighted{}};
  const auto p = out_of_fold(sighted, data, {.folds = {.k = 3}});
  const FoldPlan plan({.k = 3}, data, Random(0).stream("folds"));
  const auto first = out_of_fold(Sighted{0.5f}, data, {.folds = {.k = 3}}), second = out_of_fold(Sighted{}, data, {.folds = {.k = 3}});
  auto judged = detail::stage_members(data, false, first, second);
  for (int f = 0; f < 3; ++f) {
    auto use = judged;
    for (std::ptrdiff_t i = 0; i < 90; ++i)
      if (plan.tests(f, static_cast<RowIndex>(i))) use.weight[static_cast<std::size_t>(i)] = 0;
    const auto t = detail::learn_thresholds(use, {1, 10}, static_cast<double>(0.4f)).thresholds[0];
    for (std::ptrdiff_t i = 0; i < 90; ++i)
      if (plan.tests(f, static_cast<RowIndex>(i)))
        CHECK(p.values()(i, 1) == (detail::sureness(first.values().row(i)) >= t ? first : second).values()(i, 1));
  }
}

TEST_CASE("exits save and load themselves, are the same on any number of threads, of kept folds, forward in time and nested") {
  SideColumns side;
  for (int i = 0; i < 200; ++i) side.weight.push_back(i % 3 == 0 ? 0.0f : 2.0f);
  const auto data = signs<Row<Dynamic>, Label<Dynamic>>(200, 5, side);
  const EarlyExit spec{{.budget = 0.9f, .costs = {1, 10}}, Logistic{}, Sighted{}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  CHECK(all_outputs(again, data) == all_outputs(one, data));
  CHECK(again.model().report().thresholds == one.model().report().thresholds);
  CHECK(std::get<0>(fit(spec, data, {.keep_folds = true}).model().members).models.size() == 5);
  CHECK(fit(Stack{Average{spec, Sighted{}}, Logistic{}}, data, {.keep_folds = true, .nested = true}).outputs() == 2);
  const auto p = out_of_fold(EarlyExit{{.budget = 2}, Nearest{}, Nearest{}}, signs<Line, Label<2>>(40, 5), {.folds = {.k = 3, .forward = true}});
  for (int i = 0; i < 40; ++i) CHECK(p.covers(i) == (i >= 10));
  static_assert(decltype(fit(EarlyExit{Sighted{}, Sighted{}}, signs<Line, Label<2>>(9, 1)))::Model::is_static);
}

TEST_CASE("an answer of NaN is sure of nothing and teaches nothing") {
  const float hole[2] = {NAN, 0.2f}, last[2] = {0.2f, NAN};
  CHECK(std::isnan(detail::sureness(hole)));
  CHECK(std::isnan(detail::sureness(last)));
  const auto model = fit(EarlyExit{{.budget = 2, .costs = {1, 1}}, Shows{{NAN, 0.5f}}, Sighted{}}, signs<Line, Label<2>>(40, 6));
  CHECK(model.predict({0.5f}).index() == 1);
}

TEST_CASE("labels that are noise stay at chance") {
  int right = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    std::vector<float> x;
    std::vector<std::int32_t> y;
    for (int i = 0; i < 100; ++i) {
      x.push_back(static_cast<float>(random.normal()));
      y.push_back(random.uniform() < 0.5);
    }
    const auto data = table<Line, Label<2>>(1, x, y);
    const auto p = out_of_fold(EarlyExit{{.budget = 1.2f, .costs = {1, 4}}, Logistic{}, Nearest{}}, data, {.seed = seed});
    for (std::ptrdiff_t i = 0; i < 100; ++i) right += Label<2>::decide(p.values().row(i), nullptr) == data.y(i) ? 1 : 0;
  }
  CHECK(std::abs(right / 1000.0 - 0.5) < 3 * 0.5 / std::sqrt(1000.0));
}

TEST_CASE("budgets and costs that cannot be are refused, and so are damaged exits") {
  const auto data = signs<Line, Label<2>>(40, 7);
  const auto refused = [&](EarlyExitOptions o) { return thrown_by<FitError>([&] { fit(EarlyExit{o, Sighted{}, Sighted{}}, data); }); };
  CHECK(refused({.budget = 0}) == "EarlyExit: expected a budget above 0, got 0");
  CHECK(refused({.costs = {1}}) == "EarlyExit: expected a cost for each of 2 members, got 1");
  CHECK(refused({.costs = {1, -1}}) == "EarlyExit: expected costs above 0, got -1");
  CHECK(refused({.budget = 0.25f, .costs = {3, 4}}) == "EarlyExit: the first member costs 0.75 of the last: expected a budget of as much, got 0.25");
  const auto model = fit(EarlyExit{{.budget = 2}, Sighted{}, Sighted{}}, data).model();
  const auto refusal = [&](auto&& damage) {
    auto damaged = model;
    damage(damaged);
    return thrown_by<FileError>([&] {
      damaged.loaded();
      damaged.check_extents(1, 2);
    });
  };
  CHECK(refusal([](auto&) {}).empty());
  CHECK(refusal([](auto& m) { m.exits.thresholds.pop_back(); }) == "expected the thresholds of 2 members, got 1");
  CHECK(refusal([](auto& m) { m.exits.costs.pop_back(); }) == "expected the costs of 2 members, got 1");
  CHECK(refusal([](auto& m) { m.exits.shares.clear(); }) == "expected the shares of 2 members, got 0");
  CHECK(refusal([](auto& m) { m.width = 1; }) == "expected exits of 2 outputs, got 1");
}
