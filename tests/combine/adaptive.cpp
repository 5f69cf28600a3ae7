// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/adaptive_fit.hpp>
#include <tutti/combine/hedge_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/ddm.hpp>
#include <tutti/measure/page_hinkley.hpp>
#include <tutti/model/naive_bayes_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// Alarms at one row, and says then how many rows ago the change was.
struct Bell {
  int at = 10, ago = 4;
  int heard = 0;
  bool add(double) { return ++heard == at; }
  std::int64_t since() const { return ago; }
  Bell fresh() const { return {at, ago, 0}; }
  static void visit(auto& self, auto& archive) { archive("at", self.at)("ago", self.ago)("heard", self.heard); }
};

Dataset<Row<1>, Real> counted(int first, int n, SideColumns side = {}) {
  std::vector<float> y;
  for (int i = 0; i < n; ++i) y.push_back(static_cast<float>(first + i));
  const std::vector<float> x = y;
  return table<Row<1>, Real>(1, x, y, std::move(side));
}
std::vector<float> range(int first, int n) {
  std::vector<float> y;
  for (int i = 0; i < n; ++i) y.push_back(static_cast<float>(first + i));
  return y;
}
Dataset<Row<1>, Label<2>> stream(int rows, bool shifted, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    y.push_back(random.below(2) == 1);
    x.push_back(static_cast<float>(random.normal()) + ((y.back() == 1) != shifted ? 1.5f : -1.5f));
  }
  return table<Row<1>, Label<2>>(1, std::move(x), std::move(y));
}
struct Picky {  // takes no target above 50
  static constexpr Capabilities capabilities{.labels = false};
  auto fit(const Dataset<Row<1>, Real>& data, Context context) const {
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) check(data.y(i).value <= 50, "expected a target of at most 50", data.y(i).value);
    return Nearest{}.fit(data, context);
  }
};
double errors(const auto& model, const auto& data) {
  double wrong = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) wrong += model.predict(data.x(i)) == data.y(i) ? 0 : 1;
  return wrong / static_cast<double>(data.rows());
}

}  // namespace

TEST_CASE("behind an alarm the member is fitted to the rows since the change, once there are enough of them") {
  auto model = fit(Adaptive{Nearest{}, Bell{.at = 10, .ago = 4}, {.keep = 20, .fewest = 8}}, counted(100, 3));
  auto state = learning_state(model);
  model = update(model, counted(0, 9), state);
  CHECK(model.model().member.targets == range(100, 3));
  model = update(model, counted(9, 3), state);      // the bell rings at row 9: rows 6 to 11 are six
  CHECK(state.alarms == 1);
  CHECK(state.waiting == 6);
  CHECK(model.model().member.targets == range(100, 3));
  model = update(model, counted(12, 2), state);     // eight
  CHECK(model.model().member.targets == range(6, 8));
  CHECK(state.fits == 1);
  CHECK(state.waiting == 0);
  CHECK(state.detector.heard == 0);                 // anew
}

TEST_CASE("of all rows the newest are kept, without those of no weight") {
  auto model = fit(Adaptive{Nearest{}, Bell{.at = 6, .ago = 100}, {.keep = 5, .fewest = 2}}, counted(100, 3));
  auto state = learning_state(model);
  model = update(model, counted(0, 4), state);
  model = update(model, counted(4, 3), state);
  CHECK(model.model().member.targets == range(2, 5));

  const auto bayes = fit(Adaptive{NaiveBayes{}, Bell{.at = 100}}, stream(20, false, 1));
  auto of_bayes = learning_state(bayes);
  const auto weighted = table<Row<1>, Label<2>>(1, {1, 2, 3, 4}, {0, 1, 0, 1}, {.weight = {1, 0, 2, 0}});
  update(bayes, weighted, of_bayes);
  CHECK(of_bayes.weight == Buffer<float>{1, 2});
  CHECK(of_bayes.x == Buffer<float>{1, 3});
  CHECK(of_bayes.detector.heard == 2);
}

TEST_CASE("a stream that stays alike leaves the member alone; one that goes on learning, learns") {
  const auto first = fit(Adaptive{Nearest{}}, stream(100, false, 1));
  auto model = first;
  auto state = learning_state(model);
  for (std::uint64_t t = 0; t < 20; ++t) model = update(model, stream(50, false, 10 + t), state);
  CHECK(state.alarms == 0);
  CHECK(to_bytes(model) == to_bytes(first));

  const auto bayes = fit(Adaptive{NaiveBayes{}}, stream(100, false, 1));
  const auto alone = fit(NaiveBayes{}, stream(100, false, 1));
  auto of_bayes = learning_state(bayes);
  auto of_alone = learning_state(alone);
  const auto batch = stream(50, false, 2);
  CHECK(all_outputs(update(bayes, batch, of_bayes), batch) == all_outputs(update(alone, batch, of_alone), batch));
}

TEST_CASE("two streams with a shift: the member that is watched is right again, the one that only goes on learning is long wrong") {
  const auto check_one = [](auto detector, int batch, std::uint64_t seed) {
    auto watched = fit(Adaptive{NaiveBayes{}, detector}, stream(500, false, seed));
    auto alone = fit(NaiveBayes{}, stream(500, false, seed));
    auto state = learning_state(watched);
    auto of_alone = learning_state(alone);
    double with = 0, without = 0, updates = 0;
    for (int row = 0; row < 2000; row += batch) {
      const auto rows = stream(batch, row >= 1000, seed + 100 + static_cast<std::uint64_t>(row));
      if (row >= 1400) {
        with += errors(watched, rows);
        without += errors(alone, rows);
        ++updates;
      }
      watched = update(watched, rows, state);
      alone = update(alone, rows, of_alone);
    }
    CHECK(state.fits >= 1);
    CHECK(with / updates < 0.15);
    CHECK(without / updates > 0.3);
  };
  check_one(ADWIN{}, 50, 1);
  check_one(ADWIN{}, 1, 2);
  check_one(PageHinkley{.delta = 0.05, .threshold = 20}, 50, 3);
  check_one(DDM{.fewest = 200}, 50, 4);
}

TEST_CASE("numbers are watched by their errors in standard deviations") {
  auto model = fit(Adaptive{Nearest{}, PageHinkley{.delta = 0.05, .threshold = 5}, {.fewest = 20}}, counted(0, 50));
  auto state = learning_state(model);
  model = update(model, counted(0, 50), state);
  CHECK(state.alarms == 0);
  auto far = range(0, 50);
  for (float& y : far) y += 100;
  model = update(model, table<Row<1>, Real>(1, range(0, 50), far), state);
  CHECK(state.fits == 1);
  CHECK(model.predict({3.0f}).value == doctest::Approx(103));
}

TEST_CASE("a new fit that fails leaves model and state as they were") {
  const auto model = fit(Adaptive{Picky{}, Bell{.at = 1, .ago = 1}, {.keep = 5, .fewest = 1}}, counted(0, 3));
  auto state = learning_state(model);
  CHECK(thrown_by<FitError>([&] { update(model, counted(60, 2), state); }).ends_with("Picky: expected a target of at most 50, got 60"));
  CHECK(state.alarms == 0);
  CHECK(state.weight.empty());
  CHECK(state.detector.heard == 0);
}

TEST_CASE("a loaded model goes on with a state that was saved, when it is told the spec; with the same bits on 1 and 7 threads") {
  const auto spec = Adaptive{Hedge{NaiveBayes{}, Nearest{}}, ADWIN{}, {.fewest = 50}};
  auto model = fit(spec, stream(100, false, 1));
  auto state = learning_state(model, 7);
  for (std::uint64_t t = 0; t < 10; ++t) model = update(model, stream(50, false, 10 + t), state);
  const auto again = from_bytes<decltype(model)>(to_bytes(model));
  Writer w;
  w("state", state);
  auto restored = learning_state(again);
  Reader r(w.bytes());
  r("state", restored);
  CHECK(thrown_by<DataError>([&] { update(again, stream(10, true, 3), restored); }) ==
        "state.spec: expected the spec of the member, which files do not hold, got \"none\"");
  restored.spec = spec.member;
  const auto grown = [](auto from, auto s, int threads) {
    return parallel::with_threads(threads, [&] {
      for (std::uint64_t t = 0; t < 10; ++t) from = update(from, stream(50, true, 30 + t), s);
      CHECK(s.fits >= 1);
      return to_bytes(from);
    });
  };
  const auto one = grown(model, state, 1);
  CHECK(one == grown(model, state, 7));
  CHECK(one == grown(again, restored, 7));
}

TEST_CASE("an adaptive of one adaptive is not a copy; options out of range are refused by name") {
  static_assert(std::is_same_v<decltype(Adaptive{Adaptive{Nearest{}}}), Adaptive<Adaptive<Nearest>>>);
  CHECK(type_name<Adaptive<Nearest, DDM>>() == "Adaptive<Nearest, DDM>");
  const auto refused = [](const auto& spec) { return thrown_by<FitError>([&] { fit(spec, counted(0, 3)); }); };
  CHECK(refused(Adaptive{Nearest{}, ADWIN{}, {.fewest = 0}}) == "Adaptive: fewest: expected at least 1 row, got 0");
  CHECK(refused(Adaptive{Nearest{}, ADWIN{}, {.keep = 50, .fewest = 100}}) == "Adaptive: keep: expected at least the fewest rows, 100, got 50");
  CHECK(refused(Adaptive{Nearest{}, ADWIN{.delta = 7}}) == "Adaptive: ADWIN: expected a delta between 0 and 1, got 7");
  CHECK(refused(Adaptive{Nearest{}, ADWIN{}, {.scale = -1}}) == "Adaptive: scale: expected 0 or more, got -1");
}
