// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/abstain_fit.hpp>

#include "combine/learners.hpp"
#include "combine/spies.hpp"
#include "thrown_by.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using namespace learners;

namespace {

/// The input is the probability of class 1.
struct Says1 {
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .weights = true, .probabilities = true};
  struct Model {
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i) {
        y(static_cast<std::ptrdiff_t>(i), 1) = x[i][0];
        y(static_cast<std::ptrdiff_t>(i), 0) = 1 - x[i][0];
      }
    }
    static void visit(auto&, auto&) {}
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};

Dataset<Row<1>, Label<2>> rows(int n, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) {
    x.push_back(random.uniform());
    y.push_back(random.uniform() < x.back());
  }
  return table<Row<1>, Label<2>>(1, std::move(x), std::move(y));
}
/// The share of rows that is answered, and the share of the answers that is wrong.
RiskPoint answered(const auto& model, const Dataset<Row<1>, Label<2>>& data) {
  double all = 0, wrong = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if (const auto a = answer(model, data.x(i))) all += 1, wrong += !(*a == data.y(i));
  return {0, all / static_cast<double>(data.rows()), wrong / std::max(1.0, all)};
}

}  // namespace

TEST_CASE("below a confidence that is given there is no answer, nor where it is NaN; predict answers always") {
  const auto model = fit(Abstain{Says1{}, {.confidence = 0.75f}}, rows(20, 1));
  CHECK(answer(model, std::array{0.75f})->index() == 1);
  CHECK(answer(model, std::array{0.125f})->index() == 0);
  CHECK(!answer(model, std::array{0.5f}));
  CHECK(!answer(model, std::array{std::numeric_limits<float>::quiet_NaN()}));
  CHECK(model.predict(std::array{0.625f}).index() == 1);
}

TEST_CASE("a confidence that is learnt answers the share that was asked for, or as many as the risk allows, on rows to come") {
  const auto train = rows(4000, 2), test = rows(4000, 3);
  for (const float share : {0.3f, 0.8f}) {
    const RiskPoint p = answered(fit(Abstain{Says1{}, {.coverage = share}}, train), test);
    CHECK(p.coverage == doctest::Approx(static_cast<double>(share)).epsilon(0.1));
  }
  // confidences are uniform on [1/2, 1], so of those above c the share (1 - c) / 2 is wrong: 0.1 at 0.8, where 0.4 of the rows are
  const RiskPoint p = answered(fit(Abstain{Says1{}, {.risk = 0.1f}}, train), test);
  CHECK(p.risk == doctest::Approx(0.1).epsilon(0.25));
  CHECK(p.coverage == doctest::Approx(0.4).epsilon(0.25));
  CHECK(answered(fit(Abstain{Says1{}, {.coverage = 1}}, train), train).coverage == 1);
}

TEST_CASE("a risk that cannot be met is met by silence") {
  const auto wrong = table<Row<1>, Label<2>>(1, {0.9f, 0.9f, 0.9f, 0.9f, 0.9f, 0.9f}, {0, 0, 0, 0, 0, 0});
  const auto model = fit(Abstain{Says1{}, {.risk = 0.5f}}, wrong, {.folds = {.k = 3}});
  CHECK(answered(model, wrong).coverage == 0);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  CHECK(answered(again, wrong).coverage == 0);
}

TEST_CASE("no row teaches the confidence it is held against; outputs are the member's, alone, saved and in other forms") {
  spies::Journal journal;
  (void)fit(Stack{Average{Abstain{spies::Spy{&journal}, {.coverage = 0.5f}}}, spies::Spy{&journal}}, spies::rows(20), {.folds = {.k = 4}});
  CHECK(journal.leaks == 0);
  const auto data = blobs<2, 2>(60, 4);
  const auto spec = Abstain{Average{Nearest{}, Says{1}}, {.risk = 0.2f}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  CHECK(to_bytes(from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one))) == to_bytes(one));
  const auto plain = fit(Average{Nearest{}, Says{1}}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(one.probabilities(data.x(i)) == plain.probabilities(data.x(i)));
  CHECK(evaluate(one, data).lines.size() == 4);
  static_assert(std::is_same_v<decltype(Abstain{Abstain{Nearest{}}}), Abstain<Abstain<Nearest>>>);
}

TEST_CASE("options that do not say one thing are refused, and so is a damaged confidence") {
  const auto refused = [&](AbstainOptions o) { return thrown_by<FitError>([&] { fit(Abstain{Says1{}, o}, rows(20, 1)); }); };
  CHECK(refused({}) == "Abstain: abstain: expected one of confidence, coverage and risk, got 0");
  CHECK(refused({.coverage = 0.5f, .risk = 0.1f}) == "Abstain: abstain: expected one of confidence, coverage and risk, got 2");
  CHECK(refused({.risk = 2}) == "Abstain: abstain: expected an option between 0 and 1, got 2");
  CHECK_THROWS_AS((LeastConfidence{{}, -1}.loaded()), FileError);
}
