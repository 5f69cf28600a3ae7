// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/select_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/describe.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "combine/one_sided.hpp"

#include <algorithm>
#include <mutex>

using namespace tutti;
using namespace learners;

namespace {

const Gate gate{Logistic{}};
const Select two_sided{gate, OneSided{-1}, OneSided{1}};

double accuracy(const auto& model, const auto& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i) ? 1 : 0;
  return right / static_cast<double>(data.rows());
}

}  // namespace

TEST_CASE("a gate sends each row to the member that is good there, and runs no other") {
  std::atomic<int> first{0}, second{0};
  const auto train = sides<Plane, Label<2>>(300, 1), test = sides<Plane, Label<2>>(200, 2);
  const auto model = fit(Select{gate, OneSided{-1, &first}, OneSided{1, &second}}, train);
  CHECK(model.model().report().gated);
  CHECK(model.model().report().gate_loss < 0.1);
  CHECK(model.model().report().static_loss > 0.4);
  const auto shares = model.model().shares();
  CHECK(shares[0] + shares[1] == doctest::Approx(1));
  CHECK(std::abs(shares[0] - 0.5f) < 0.1f);
  first = second = 0;
  CHECK(accuracy(model, test) > 0.95);
  CHECK(first + second == 200);
  CHECK(first > 60);
  CHECK(second > 60);
  const std::string told = to_string(model.model().report());
  CHECK(told.starts_with("the gate chooses: loss 0."));
}

TEST_CASE("rows of a block are predicted as they are alone") {
  const auto train = sides<Plane, Label<2>>(300, 1), test = sides<Plane, Label<2>>(150, 2);
  for (const int top : {0, 1, 2}) {
    const auto model = fit(Select{Gate{Logistic{}, {.top = top}}, OneSided{-1}, OneSided{1}, Shows{{0.4f, 0.6f}}}, train);
    const auto all = all_outputs(model, test);
    for (std::ptrdiff_t i = 0; i < 150; ++i) CHECK(model.probabilities(test.x(i))[1] == all[static_cast<std::size_t>(2 * i + 1)]);
  }
}

TEST_CASE("a soft gate mixes by its probabilities, a hard one asks the likeliest, of equals the earlier") {
  const auto kept = [](std::array<float, 3> w, int top) {
    detail::keep_top(std::span<float, 3>(w), top);
    return w;
  };
  CHECK(kept({0.2f, 0.5f, 0.3f}, 1) == std::array<float, 3>{0, 1, 0});
  CHECK(kept({0.25f, 0.5f, 0.25f}, 2) == std::array<float, 3>{0.25f / 0.75f, 0.5f / 0.75f, 0});
  CHECK(kept({0.25f, 0.5f, 0.25f}, 0) == std::array<float, 3>{0.25f, 0.5f, 0.25f});
  CHECK(kept({0.25f, 0.5f, 0.25f}, 3) == std::array<float, 3>{0.25f, 0.5f, 0.25f});
  CHECK(kept({0, 0, 0}, 0) == std::array<float, 3>{1 / 3.0f, 1 / 3.0f, 1 / 3.0f});
  CHECK(std::isnan(kept({NAN, 0.5f, 0.5f}, 1)[0]));

  const auto train = sides<Plane, Label<2>>(300, 1);
  const auto soft = fit(Select{Gate{Logistic{}, {.top = 0}}, OneSided{-1}, OneSided{1}}, train);
  const auto& classifier = soft.model().gate->classifier.models.front();
  for (std::ptrdiff_t i = 0; i < 50; ++i) {
    float p[2];
    WorkspaceLease lease(tutti::workspace_bytes(classifier, 1));
    const ViewOf<Plane> x = train.x(i);
    outputs<Plane, Label<2>>(classifier, std::span<const ViewOf<Plane>>(&x, 1), Rows<float>(p, 1, 2), *lease);
    const bool yes = x[1] > 0, left = x[0] <= 0;  // the first member is right on the left
    const float first = left == yes ? 0.9f : 0.1f, second = left == yes ? 0.1f : 0.9f;
    CHECK(soft.probabilities(x)[1] == doctest::Approx(p[0] * first + p[1] * second).epsilon(1e-5));
  }
}

TEST_CASE("numbers are chosen by their squared error") {
  const auto train = sides<Plane, Real>(300, 1), test = sides<Plane, Real>(200, 2);
  const auto model = fit(two_sided, train);
  double error = 0;
  for (std::ptrdiff_t i = 0; i < 200; ++i) error += std::pow(model.predict(test.x(i)).value - test.y(i).value, 2) / 200;
  CHECK(error < 0.5);  // 4.5 by either member alone
  CHECK(model.model().report().static_loss > 2);
}

TEST_CASE("the guard keeps to the best member, or to the mean, where a gate shows no gain") {
  Random random(3);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 400; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(random.uniform() < 0.7);
  }
  const auto data = table<Row<1>, Label<2>>(1, x, y);
  const auto one = fit(Select{gate, Shows{{0.5f, 0.5f}}, Shows{{0.3f, 0.7f}}, Shows{{0.9f, 0.1f}}}, data);
  CHECK(!one.model().report().gated);
  CHECK(one.model().report().weights == Buffer<float>{0, 1, 0});
  CHECK(one.probabilities(data.x(0))[1] == 0.7f);
  CHECK(to_string(one.model().report()).starts_with("the guard keeps to one choice"));
  const auto mean = fit(Select{gate, Shows{{0.6f, 0.4f}}, Shows{{0, 1}}}, data);
  CHECK(mean.model().report().weights == Buffer<float>{0.5f, 0.5f});
  CHECK(mean.probabilities(data.x(0))[1] == 0.7f);
  const auto free = fit(Select{Gate{Logistic{}, {.guard = false}}, Shows{{0.6f, 0.4f}}, Shows{{0, 1}}}, data);
  CHECK(free.model().gate.has_value());
  const auto same = fit(Select{Gate{Logistic{}, {.guard = false}}, Shows{{0.6f, 0.4f}}, Shows{{0.6f, 0.4f}}}, data);
  CHECK(!same.model().gate.has_value());  // nothing to learn: the earlier
  CHECK(same.model().report().weights == Buffer<float>{1, 0});
}

TEST_CASE("the guard asks for more than one standard error") {
  detail::JudgedMembers judged{4, 2, {1, 0, 0, 1, 1, 0, 0, 1}, {2, 2, 2, 2}, Buffer<std::uint8_t>(8), {1, 1, 1, 1}, {1, 1, 1, 1}, Buffer<float>(8)};
  const Buffer<float> weights{0, 1, 1, 0, 0, 1, 1, 0};
  detail::GatedRows gated{Rows<const float>(weights.data(), 4, 2), {1, 1, 1, 1}, {0, 0, 0, 0}};
  const Buffer<std::uint8_t> use{1, 1, 1, 1};
  // stays with member 0 at losses 1 0 1 0; gains of the gate 1 0 1 0: mean 0.5, standard error sqrt(4 / 4) / 4
  const SelectionReport report = detail::judge_gate(judged, gated, use, true, true);
  CHECK(report.static_loss == 0.5);
  CHECK(report.gate_loss == 0);
  CHECK(report.standard_error == 0.25);
  CHECK(report.gated);
  CHECK(report.shares == Buffer<float>{0.5f, 0.5f});
  gated.loss = {0, 1, 1, 0};  // gains 1 -1 0 0
  CHECK(!detail::judge_gate(judged, gated, use, true, true).gated);
  CHECK(detail::judge_gate(judged, gated, use, true, false).gated);
  CHECK(!detail::judge_gate(judged, gated, {1, 1, 1, 1}, false, false).gated);
}

TEST_CASE("a lesson names the member with the least loss and what another would cost") {
  detail::JudgedMembers judged{3, 3, {0.5f, 0.2f, 0.8f, 0.1f, 0.1f, 0.1f, 2, 0, 1}, {0, 0, 0}, Buffer<std::uint8_t>(9), {1, 1, 1}, {1, 2, 1}, Buffer<float>(9)};
  const auto lesson = detail::gate_lesson(judged);
  CHECK(lesson.best == Buffer<std::int32_t>{1, 0, 1});
  // costs 0.3, 0, 1; their weighted mean is 1.3 / 4
  CHECK(lesson.weight[0] == doctest::Approx(0.3 * 4 / 1.3));
  CHECK(lesson.weight[1] == doctest::Approx(2e-3));
  CHECK(lesson.weight[2] == doctest::Approx(4 / 1.3));
  judged.counts[2] = 0;
  CHECK(detail::gate_lesson(judged).positions == Buffer<RowIndex>{0, 1});
}

namespace {

/// A classifier of members that notices when it is asked about a row that it was fitted on. Row i has the input i.
struct WatchfulGate {
  std::atomic<int>*fits = nullptr, *leaks = nullptr, *asked = nullptr;
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};
  template <int K>
  struct Model {
    std::vector<float> seen{};
    std::atomic<int>*leaks = nullptr, *asked = nullptr;
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t r = 0; r < x.size(); ++r) {
        ++*asked;
        if (std::find(seen.begin(), seen.end(), x[r][0]) != seen.end()) ++*leaks;
        for (int k = 0; k < K; ++k) y(static_cast<std::ptrdiff_t>(r), k) = 1.0f / K;
      }
    }
  };
  template <class X, int K>
  Model<K> fit(const Dataset<X, Label<K>>& data, Context) const {
    ++*fits;
    Model<K> m{{}, leaks, asked};
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) m.seen.push_back(data.x(i)[0]);
    return m;
  }
};

Dataset<Row<1>, Label<2>> noise(int rows, std::uint64_t seed, bool groups = false) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  SideColumns side;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(random.uniform() < 0.5);
    if (groups) side.group.push_back(i / 3);
  }
  return table<Row<1>, Label<2>>(1, x, y, std::move(side));
}

}  // namespace

TEST_CASE("no row is judged by a gate that has seen it; members and gate are fitted k + 1 times") {
  for (const bool forward : {false, true})
    for (const bool groups : {false, true}) {
      std::atomic<int> fits{0}, leaks{0}, asked{0}, of_member{0};
      FitOptions options;
      options.folds = {.k = 3, .forward = forward};
      const Select spec{Gate{WatchfulGate{&fits, &leaks, &asked}, {.guard = false}}, Nearest{&of_member}, Shows{{0.4f, 0.6f}}};
      const auto data = noise(60, 1, groups);
      const auto p = out_of_fold(spec, data, options);
      CHECK(leaks == 0);
      CHECK(asked > 0);
      CHECK(of_member == 3);
      CHECK(fits == (forward ? 2 : 3));
      for (std::ptrdiff_t i = 0; i < 60; ++i) CHECK(p.covers(i) == (!forward || i >= 30));
      fits = of_member = 0;
      (void)fit(spec, data, options);
      CHECK(leaks == 0);
      CHECK(of_member == 4);
      CHECK(fits == (forward ? 3 : 4));
    }
}

TEST_CASE("the guard's decision for a fold has not seen the fold") {
  const auto data = sides<Plane, Label<2>>(90, 4);
  const auto p = out_of_fold(two_sided, data, {.folds = {.k = 3}});
  double right = 0;
  for (std::ptrdiff_t i = 0; i < 90; ++i) right += (p.values()(i, 1) > 0.5f) == (data.y(i).index() == 1) ? 1.0 / 90 : 0;
  CHECK(right > 0.85);
  // fold 0 has the label 1, the others 0: where only these speak, for fold 0, all goes to the member that says 0
  const auto fold_of = [](std::ptrdiff_t i) { return static_cast<int>(i % 3); };
  FitOptions options;
  for (std::ptrdiff_t i = 0; i < 90; ++i) options.folds.assignment.push_back(fold_of(i));
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 90; ++i) {
    x.push_back(1);
    y.push_back(i % 3 == 0 ? 1 : 0);
  }
  const auto fold = out_of_fold(Select{gate, Shows{{0, 1}}, Shows{{1, 0}}}, table<Row<1>, Label<2>>(1, x, y), options);
  for (std::ptrdiff_t i = 0; i < 90; ++i) CHECK(fold.values()(i, 0) == (i % 3 == 0 ? 1.0f : 0.5f));
}

TEST_CASE("labels that are noise stay at chance") {
  double right = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto data = noise(100, seed);
    const auto p = out_of_fold(Select{Gate{Nearest{}, {.guard = seed % 2 == 0}}, Nearest{}, Shows{{0.51f, 0.49f}}, Shows{{0.49f, 0.51f}}}, data, {.seed = seed, .nested = seed > 5});
    for (std::ptrdiff_t i = 0; i < 100; ++i) right += Label<2>::decide(p.values().row(i), nullptr) == data.y(i) ? 1 : 0;
  }
  CHECK(std::abs(right / 1000 - 0.5) < 3 * 0.5 / std::sqrt(1000.0));
}

TEST_CASE("a selector saves and loads itself, and is the same on any number of threads") {
  const auto data = sides<Row<Dynamic>, Label<Dynamic>>(200, 5);
  for (const auto& spec : {Select{gate, OneSided{-1}, OneSided{1}}, Select{gate, OneSided{1}, OneSided{1}}}) {
    const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
    CHECK(to_bytes(one) == to_bytes(seven));
    const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
    CHECK(all_outputs(again, data) == all_outputs(one, data));
    CHECK(again.model().report().shares == one.model().report().shares);
    CHECK(to_bytes(again) == to_bytes(one));
  }
  static_assert(!decltype(fit(two_sided, data))::Model::is_static);
  static_assert(decltype(fit(two_sided, sides<Plane, Label<2>>(9, 1)))::Model::is_static);
}

TEST_CASE("damaged reports are refused") {
  auto model = fit(two_sided, sides<Plane, Label<2>>(200, 5)).model();
  const auto refusal = [](auto damaged, auto&& damage) {
    damage(damaged);
    return thrown_by<FileError>([&] {
      damaged.loaded();
      damaged.check_extents(2, 2);
    });
  };
  CHECK(refusal(model, [](auto&) {}).empty());
  CHECK(refusal(model, [](auto& m) { m.gate.reset(); }) == "expected a gate where one chooses, and only there, got 0");
  CHECK(refusal(model, [](auto& m) { m.selection.weights.pop_back(); }) == "expected the weights of 2 members, got 1");
  CHECK(refusal(model, [](auto& m) { m.selection.shares.push_back(0); }) == "expected the shares of 2 members, got 3");
  CHECK(refusal(model, [](auto& m) { m.selection.weights[0] = -1; }) == "expected weights between 0 and 1, got -1");
  CHECK(refusal(model, [](auto& m) { m.width = 3; }) == "expected a choice of 2 outputs, got 3");
}

TEST_CASE("members may be frozen, weighted, of kept folds, and the whole may stand in other forms") {
  const auto mine = sides<Plane, Label<2>>(100, 6);
  SideColumns side;
  for (int i = 0; i < 200; ++i) side.weight.push_back(i % 4 == 0 ? 0.0f : 1.5f);
  const auto yours = sides<Plane, Label<2>>(200, 7, side);
  const Frozen left{fit(OneSided{-1}, mine)}, right{fit(OneSided{1}, mine)};
  const auto model = fit(Select{gate, left, right}, yours);
  CHECK(accuracy(model, yours) > 0.95);
  const auto kept = fit(Stack{Average{two_sided, OneSided{1}}, Logistic{}}, yours, {.keep_folds = true});
  CHECK(std::get<0>(kept.model().members).models.size() == 5);
  CHECK(std::get<0>(kept.model().members).models[0].gate->classifier.models.size() == 1);
  CHECK(accuracy(kept, yours) > 0.95);
  CHECK(fit(two_sided, yours, {.keep_folds = true}).model().gate->classifier.models.size() == 5);
  CHECK(accuracy(fit(Select{gate, two_sided, Shows{{0.5f, 0.5f}}}, yours, {.nested = true}), yours) > 0.9);
}

TEST_CASE("rows of weight 0 teach neither gate nor guard, and an answer of NaN does not either") {
  auto data = sides<Plane, Label<2>>(200, 8);
  Buffer<float> weights;
  for (std::ptrdiff_t i = 0; i < 200; ++i) weights.push_back(data.x(i)[0] > 0 ? 1.0f : 0.0f);  // only the right side counts
  const auto model = fit(two_sided, data.with_weights(weights));
  CHECK(!model.model().report().gated);
  CHECK(model.model().report().weights == Buffer<float>{0, 1});
  const auto holes = fit(Select{gate, Shows{{NAN, 0.5f}}, Shows{{0.5f, 0.5f}}}, data);
  CHECK(!holes.model().report().gated);
}

TEST_CASE("what goes wrong says where") {
  const auto data = sides<Plane, Label<2>>(30, 9);
  CHECK(thrown_by<FitError>([&] { fit(Select{gate, Says{}, Unlucky{}}, data); }) == "Select[1]/Unlucky (fold 0): out of luck");
  CHECK(thrown_by<FitError>([&] { fit(Select{Gate{Unlucky{}}, OneSided{1}, OneSided{-1}}, data); }).starts_with("Select[2]/Gate[0]/Unlucky"));
  CHECK(thrown_by<FitError>([&] { fit(Select{Gate{Logistic{}, {.top = 3}}, Says{}, Says{1}}, data); }) ==
        "Select: a gate: expected 0 to 2 members to be asked for a row, got 3");
  CHECK(describe(two_sided).starts_with("Select\n  Gate"));
}
