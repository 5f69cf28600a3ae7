// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/finish_fit.hpp>

#include "../thrown_by.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/output_steps.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/threshold.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// A number, and a rare class that is likely where it is large.
struct Data {
  Buffer<float> x{}, number{};
  std::vector<std::int32_t> rare{};
};
Data rows(std::uint64_t seed, int n) {
  Random random(seed);
  Data d;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    d.x.push_back(static_cast<float>(x));
    d.number.push_back(static_cast<float>(10 * x + random.normal()));
    d.rare.push_back(x + random.normal() > 2.2);
  }
  return d;
}
Dataset<Row<1>, Real> numbers(const Data& d) { return {DenseStorage<float>(1, d.x), d.number}; }
Dataset<Row<1>, Label<2>> labels(const Data& d) { return {DenseStorage<float>(1, d.x), d.rare}; }

double f1(const auto& model, const Dataset<Row<1>, Label<2>>& data) {
  int hits = 0, wrong = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const bool said = model.predict(data.x(i)).index() == 1, is = data.y(i).index() == 1;
    hits += said && is;
    wrong += said != is;
  }
  return 2.0 * hits / (2.0 * hits + wrong);
}

}  // namespace

TEST_CASE("numbers are clipped, rounded and binned behind their predictor, one step behind the other") {
  const auto data = numbers(rows(1, 200));
  const auto plain = fit(Ridge{}, data);
  const auto clipped = fit(Finish{Ridge{}, ClipOutput{.low = -5, .high = 5}}, data);
  const auto rounded =
      fit(Finish{Finish{Ridge{}, ClipOutput{.low = -5, .high = 5}}, Round{.to = 0.5f}}, data);
  const auto binned = fit(Finish{Ridge{}, BinOutput{.edges = {-1, 0, 4}}}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const float y = plain.predict(data.x(i));
    const float c = std::clamp(y, -5.0f, 5.0f);
    CHECK(float(clipped.predict(data.x(i))) == c);
    CHECK(float(rounded.predict(data.x(i))) == 0.5f * std::round(c / 0.5f));
    CHECK(float(binned.predict(data.x(i))) == (y < -1 ? 0 : y < 0 ? 1 : y < 4 ? 2 : 3));
  }
}

TEST_CASE("a threshold that is given bends probabilities so that it is a half, and keeps their order") {
  const auto data = labels(rows(2, 400));
  const auto plain = fit(Logistic{}, data);
  const auto bent = fit(Finish{Logistic{}, Threshold{.at = 0.2f}}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const float p = plain.probabilities(data.x(i))[1], q = bent.probabilities(data.x(i))[1];
    CHECK((p > 0.2f) == (q > 0.5f));
    CHECK(bent.predict(data.x(i)).index() == int(p > 0.2f));
    CHECK(q >= p);
  }
  Threshold{.at = 0.2f}.check(2);
  float y[2] = {1, 0};
  Threshold{.at = 0.2f}.apply(y);
  CHECK(y[1] == 0);
  y[1] = 1;
  Threshold{.at = 0.2f}.apply(y);
  CHECK(y[1] == 1);
}

TEST_CASE("a learnt threshold is better at what it is for than a half, on rows that it has not seen") {
  const auto train = labels(rows(3, 1500)), test = labels(rows(4, 1500));
  const auto plain = fit(Logistic{}, train);
  const auto bent = fit(Finish{Logistic{}, Threshold{}}, train);
  CHECK(bent.model().step.at > 0.05f);
  CHECK(bent.model().step.at < 0.45f);
  CHECK(f1(bent, test) > f1(plain, test) + 0.03);
}

TEST_CASE(
    "the best threshold lies between the probabilities that it divides; of equals it is the one nearest to a "
    "half") {
  const Buffer<detail::ThresholdRow> rows{{0.1, {1, 0}}, {0.2, {1, 0}}, {0.3, {0, 1}}, {0.9, {0, 1}}};
  for (const Aim aim : {Aim::f1, Aim::balanced, Aim::accuracy})
    CHECK(detail::best_threshold(aim, rows) == doctest::Approx(0.25));
  CHECK(detail::best_threshold(Aim::accuracy, {{0.2, {3, 0}}, {0.6, {2, 1}}}) ==
        doctest::Approx(0.8));  // nobody
  CHECK(detail::best_threshold(Aim::f1, {{0.2, {0, 1}}, {0.6, {0, 1}}}) ==
        doctest::Approx(0.1));  // everybody
  CHECK(detail::best_threshold(Aim::f1, {}) == 0.5);
  CHECK(detail::best_threshold(Aim::accuracy, {{0.3, {1, 0}}, {0.4, {1, 1}}, {0.7, {0, 1}}}) ==
        doctest::Approx(0.55));
}

TEST_CASE("weights count in a learnt threshold") {
  const Buffer<detail::ThresholdRow> light{{0.4, {1, 0}}, {0.6, {0, 1}}, {0.8, {0.1, 0}}},
      heavy{{0.4, {1, 0}}, {0.6, {0, 1}}, {0.8, {9, 0}}};
  CHECK(detail::best_threshold(Aim::accuracy, light) == doctest::Approx(0.5));
  CHECK(detail::best_threshold(Aim::accuracy, heavy) == doctest::Approx(0.9));
}

TEST_CASE("out-of-fold predictions are finished, each fold by a threshold of the others") {
  const auto data = labels(rows(5, 300));
  const auto plain = out_of_fold(Logistic{}, data), bent = out_of_fold(Finish{Logistic{}, Threshold{}}, data);
  FitOptions options;
  const FoldPlan plan(options.folds, data, Random(options.seed).stream("folds"));
  for (int f = 0; f < 5; ++f) {
    Buffer<std::uint8_t> counts(300);
    for (RowIndex i = 0; i < 300; ++i) counts[i] = !plan.tests(f, i);
    const Threshold step = Threshold{}.fitted(plain.values(), data, counts);
    for (std::ptrdiff_t i = 0; i < 300; ++i) {
      if (!plan.tests(f, static_cast<RowIndex>(i))) continue;
      float y[2] = {plain.values()(i, 0), plain.values()(i, 1)};
      step.apply(y);
      CHECK(bent.values()(i, 1) == y[1]);
    }
  }
}

TEST_CASE(
    "a finished member stands in other forms, is judged beside its member, and stays itself when it is "
    "saved") {
  const auto data = labels(rows(6, 300));
  const auto spec = Stack{Average{Finish{Cascade{Standardize{}, Logistic{}}, Threshold{.aim = Aim::balanced}},
                                  Logistic{.lambda = 10}},
                          Logistic{}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    CHECK(again.probabilities(data.x(i)) == one.probabilities(data.x(i)));
  CHECK(fit(spec, data, {.nested = true}).classes() == 2);
  CHECK(evaluate(fit(Finish{Logistic{}, Threshold{}}, data), data).lines.size() == 2);
}

TEST_CASE("steps say which options they cannot have") {
  const auto d = rows(7, 50);
  const auto refused = [&](const auto& step) {
    return thrown_by<Error>([&] { fit(Finish{Ridge{}, step}, numbers(d)); });
  };
  CHECK(refused(ClipOutput{.low = 2, .high = 1}) == "Finish: expected a high of at least 2, got 1");
  CHECK(refused(Round{.to = 0}) == "Finish: expected numbers to be rounded to a number above 0, got 0");
  CHECK(refused(BinOutput{}) == "Finish: expected at least one edge, got 0");
  CHECK(refused(BinOutput{.edges = {1, 1}}) == "Finish: expected an edge above 1, got 1");
  CHECK(thrown_by<Error>([&] {
          fit(Finish{Logistic{}, Threshold{.at = 1}}, labels(d));
        }) == "Finish: a threshold: expected a number between 0 and 1, got 1");
}

TEST_CASE("a damaged threshold is refused") {
  CHECK_THROWS_WITH_AS((Threshold{.at = 2}.loaded()), "expected a threshold between 0 and 1, got 2",
                       FileError);
}
