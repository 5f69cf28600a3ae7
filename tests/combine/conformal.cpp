// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/conformal_fit.hpp>
#include <tutti/combine/prediction_sets.hpp>

#include "combine/learners.hpp"
#include "combine/spies.hpp"
#include "thrown_by.hpp"

#include <tutti/combine/average.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/evaluate.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace tutti;
using namespace learners;

namespace {

/// Probabilities of three labels: softmax of the inputs.
struct Softmax3 {
  static constexpr Capabilities capabilities{.labels = true, .numbers = false, .probabilities = true};
  struct Model {
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::size_t i = 0; i < x.size(); ++i) {
        float sum = 0;
        for (int k = 0; k < 3; ++k) sum += y(static_cast<std::ptrdiff_t>(i), k) = std::exp(x[i][k]);
        for (int k = 0; k < 3; ++k) y(static_cast<std::ptrdiff_t>(i), k) /= sum;
      }
    }
    static void visit(auto&, auto&) {}
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};

/// The number that it is given.
struct Follows {
  static constexpr Capabilities capabilities{.labels = false, .numbers = true};
  struct Model {
    Real predict(const auto& x) const noexcept { return {x[0]}; }
    static void visit(auto&, auto&) {}
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};

/// Labels whose log-odds are half the inputs: Softmax3 is too sure.
Dataset<Row<3>, Label<3>> labels(int rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    double p[3], sum = 0;
    for (double& v : p) {
      x.push_back(static_cast<float>(2 * random.normal()));
      sum += v = std::exp(0.5 * static_cast<double>(x.back()));
    }
    const double u = random.uniform53() * sum;
    y.push_back(u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2);
  }
  return table<Row<3>, Label<3>>(3, std::move(x), std::move(y));
}
/// Noise as wide as its input.
Dataset<Row<1>, Real> noise(int rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(1 + 9 * random.uniform());
    y.push_back(x.back() * static_cast<float>(random.normal()));
  }
  return table<Row<1>, Real>(1, std::move(x), std::move(y));
}

/// The mean share of covered rows over many draws of 76 rows, of which 19 are scores, and its spread from draw to draw.
struct Law {
  double mean = 0, variance = 0;
};
template <class Spec>
Law law_of(const Spec& spec, auto&& draw, int draws = 400, int tests = 25) {
  double sum = 0, squares = 0;
  for (int d = 0; d < draws; ++d) {
    const auto model = fit(spec, draw(76, static_cast<std::uint64_t>(2 * d + 1)), {.seed = static_cast<std::uint64_t>(d), .threads = 1});
    if (model.model().scores.judges() == 1) REQUIRE(model.model().scores.rows() == 19);
    const double c = measured_coverage(model, draw(tests, static_cast<std::uint64_t>(2 * d + 2))).coverage;
    sum += c;
    squares += c * c;
  }
  const double mean = sum / draws;
  return {mean, squares / draws - mean * mean};
}
/// Of 19 scores the 18th: a draw covers a share that is Beta(18, 2), of which 25 rows are seen. Both bounds are five standard errors.
void is_beta_binomial(const Law& law) {
  const double of_beta = 18.0 * 2 / (20 * 20 * 21), all = of_beta + (0.9 * 0.1 - of_beta) / 25;
  CHECK(std::abs(law.mean - 0.9) < 5 * std::sqrt(all / 400));
  CHECK(std::abs(law.variance - all) < 0.35 * all);
}

const ConformalOptions split_of_90{.coverage = 0.9f, .method = ConformalMethod::split};

}  // namespace

TEST_CASE("the rank of a coverage is ceil((n + 1) coverage), of the decimal that was meant") {
  CHECK(detail::conformal_rank(9, 0.8f) == 8);    // 10 x 0.8 exactly, though 0.8f is a little above it
  CHECK(detail::conformal_rank(9, 0.9f) == 9);
  CHECK(detail::conformal_rank(9, 0.85f) == 9);   // 8.5
  CHECK(detail::conformal_rank(19, 0.95f) == 19);
  CHECK(detail::conformal_rank(99, 0.95f) == 95);
  CHECK(detail::conformal_rank(100, 0.95f) == 96);  // 95.95
  ConformalScores nine{{1, 2, 3, 4, 5, 6, 7, 8, 9}, {9}};
  CHECK(nine.rank(0.9f) == 9);
  CHECK(thrown_by<DataError>([&] { (void)nine.rank(0.95f); }) ==
        "conformal: expected at least 19 rows for a coverage of 0.949999988, got 9");
  CHECK(thrown_by<DataError>([&] { (void)nine.rank(1); }) == "conformal: expected a coverage between 0 and 1, got 1");
}

TEST_CASE("the rank among shifted scores is that of all of them merged") {
  // judges that say 1 and 2, scores {1, 3} and {2, 4}: upper ends 2 4 4 6, lower ends 0 -2 0 -2
  const ConformalScores hand{{1, 3, 2, 4}, {2, 4}};
  const float base[] = {1, 2}, negative[] = {-1, -2}, scale[] = {1, 1};
  CHECK(detail::shifted_rank(hand, base, scale, 1) == 2);
  CHECK(detail::shifted_rank(hand, base, scale, 3) == 4);
  CHECK(detail::shifted_rank(hand, base, scale, 4) == 6);
  CHECK(-detail::shifted_rank(hand, negative, scale, 3) == -2);

  Random random(5);
  for (int repeat = 0; repeat < 50; ++repeat) {
    ConformalScores s;
    std::vector<float> bases, scales, merged;
    for (int j = 0; j < 4; ++j) {
      bases.push_back(static_cast<float>(100 * random.normal()));
      scales.push_back(j == 1 ? 0.0f : random.uniform());
      std::vector<float> own(random.below(30));
      for (float& v : own) v = static_cast<float>(10 * random.normal());
      std::sort(own.begin(), own.end());
      for (const float v : own) {
        s.sorted.push_back(v);
        merged.push_back(bases.back() + scales.back() * v);
      }
      s.end.push_back(static_cast<std::uint32_t>(s.sorted.size()));
    }
    std::sort(merged.begin(), merged.end());
    for (std::size_t r = 0; r < merged.size(); ++r)
      CHECK(detail::shifted_rank(s, bases, scales, static_cast<std::ptrdiff_t>(r) + 1) == doctest::Approx(merged[r]).epsilon(1e-6));
  }
}

TEST_CASE("scores of labels, worked by hand") {
  const float p[] = {0.3f, 0.5f, 0.2f};
  const auto scores = [&](const detail::LabelScoring& s, std::initializer_list<double> expected) {
    std::size_t k = 0;
    for (const double e : expected) CHECK(s.of(p, k++, 0.5f) == doctest::Approx(e));
  };
  scores({LabelScore::least_ambiguous}, {0.7, 0.5, 0.8});
  scores({LabelScore::adaptive}, {0.8, 0.5, 1});
  scores({LabelScore::adaptive, true}, {0.65, 0.25, 0.9});
  scores({LabelScore::adaptive, false, 0.1f, 1}, {0.9, 0.5, 1.2});
  const float tied[] = {0.4f, 0.4f, 0.2f};
  CHECK(detail::LabelScoring{LabelScore::adaptive}.of(tied, 0, 1) == doctest::Approx(0.4));
  CHECK(detail::LabelScoring{LabelScore::adaptive}.of(tied, 1, 1) == doctest::Approx(0.8));
}

TEST_CASE("a split interval is the prediction and the score of its rank on either side, for any coverage that there are rows for") {
  const auto data = noise(76, 3);
  const auto model = fit(Conformal{Shows{{2}}, split_of_90}, data);
  const auto& sorted = model.model().scores.sorted;
  REQUIRE(sorted.size() == 19);
  CHECK(float(model.predict(data.x(0))) == 2);
  CHECK(interval(model, data.x(0)) == PredictionInterval{2 - sorted[17], 2 + sorted[17]});
  const float mine[] = {5};
  CHECK(interval(model, mine, 0.5f) == PredictionInterval{2 - sorted[9], 2 + sorted[9]});
  CHECK(thrown_by<DataError>([&] { (void)interval(model, mine, 0.99f); }).starts_with("conformal: expected at least 99 rows"));
}

TEST_CASE("split intervals and sets cover as often as the law says, over many draws") {
  is_beta_binomial(law_of(Conformal{Shows{{0}}, split_of_90}, noise));
  is_beta_binomial(law_of(Conformal{Shows{{0}}, Scaled{Nearest{}}, split_of_90}, noise));
  is_beta_binomial(law_of(Conformal{Shows{{0}}, Between{Shows{{-1}}, Shows{{3}}}, split_of_90}, noise));
  is_beta_binomial(law_of(Conformal{Softmax3{}, split_of_90}, labels));
  ConformalOptions adaptive = split_of_90;
  adaptive.score = LabelScore::adaptive;
  adaptive.randomised = true;
  is_beta_binomial(law_of(Conformal{Softmax3{}, adaptive}, labels));
  adaptive.penalty = 0.05f;
  is_beta_binomial(law_of(Conformal{Softmax3{}, adaptive}, labels));
  adaptive.randomised = false;  // every third label ends at 1: scores that tie cover too often, never too rarely
  adaptive.penalty = 0;
  CHECK(law_of(Conformal{Softmax3{}, adaptive}, labels).mean > 0.9 - 0.02);
}

TEST_CASE("cross-conformal intervals and sets cover about as often as was asked for") {
  const ConformalOptions cross{.coverage = 0.9f};
  const Law numbers = law_of(Conformal{Nearest{}, cross}, noise, 60),
            wide = law_of(Conformal{Nearest{}, Scaled{Nearest{}}, cross}, noise, 60),
            sets = law_of(Conformal{Softmax3{}, cross}, labels, 60),
            quantiles = law_of(Conformal{Nearest{}, Between{Shows{{-2}}, Shows{{2}}}, cross}, noise, 60);
  CHECK(wide.mean > 0.87);  // one nearest neighbour is no steady judge of widths: folds disagree, which makes the union wide
  for (const Law& law : {numbers, sets, quantiles}) {
    CHECK(law.mean > 0.87);
    CHECK(law.mean < 0.97);
  }
}

TEST_CASE("a cross-conformal interval is made of all fold models and all rows, a set of what most rows would score") {
  const auto data = noise(40, 7);
  const auto model = fit(Conformal{Nearest{}, {.coverage = 0.8f}}, data, {.folds = {.k = 4}});
  const auto& m = model.model();
  REQUIRE(m.judges.size() == 4);
  CHECK(m.scores.rows() == 40);
  const auto asked = noise(5, 8);
  for (std::ptrdiff_t t = 0; t < 5; ++t) {
    const auto x = asked.x(t);
    std::vector<float> low, high;
    for (std::size_t j = 0; j < 4; ++j)
      for (const float s : m.scores.of(j)) {
        const float y = m.judges[j].predict(x);
        low.push_back(y - s);
        high.push_back(y + s);
      }
    std::sort(low.begin(), low.end());
    std::sort(high.begin(), high.end());
    const auto i = interval(model, x);  // ranks 33 of 40: ceil(41 x 0.8)
    CHECK(i.low == low[7]);
    CHECK(i.high == high[32]);
  }
  const auto many = labels(60, 9);
  const auto classifier = fit(Conformal{Softmax3{}, {.coverage = 0.8f}}, many, {.folds = {.k = 3}});
  for (std::ptrdiff_t i = 0; i < 20; ++i) {
    const auto p = classifier.probabilities(many.x(i));
    const auto set = prediction_set(classifier, many.x(i));
    for (int k = 0; k < 3; ++k) {
      int below = 0;
      for (const float s : classifier.model().scores.sorted) below += s < 1 - p[static_cast<std::size_t>(k)];
      CHECK(set.contains(k) == (below < 49));  // ceil(61 x 0.8)
    }
  }
}

TEST_CASE("intervals are as wide as the second member expects, or lie between quantiles") {
  const auto data = noise(2000, 11);
  const auto scaled = fit(Conformal{Shows{{0}}, Scaled{Nearest{}}, split_of_90}, data);
  double small = 0, large = 0;
  for (float x = 1; x < 3; x += 0.05f)
    small += static_cast<double>(interval(scaled, std::array{x}).width()),
        large += static_cast<double>(interval(scaled, std::array{x + 7}).width());
  CHECK(large > 2 * small);
  const auto plain = fit(Conformal{Shows{{0}}, split_of_90}, data);
  const auto between = fit(Conformal{Shows{{7}}, Between{Shows{{-1}}, Shows{{1}}}, split_of_90}, data);
  CHECK(interval(between, data.x(0)).low == doctest::Approx(interval(plain, data.x(0)).low).epsilon(1e-5));  // |y| - 1 beyond 1 is |y|
  CHECK(float(between.predict(data.x(0))) == 7);
  const auto crossed = fit(Conformal{Shows{{0}}, Between{Follows{}, Shows{{20}}}, split_of_90}, data);
  CHECK(interval(crossed, std::array{15.0f}).width() > 0);
  const PredictionInterval far = interval(crossed, std::array{1020.0f});
  CHECK(far.low == doctest::Approx(520));  // half way between 1020 and 20
  CHECK(far.width() == 0);
}

TEST_CASE("adaptive sets are larger where a row is hard, sets shrink with the coverage, and a set prints its classes") {
  auto data = labels(1000, 13);
  ConformalOptions o = split_of_90;
  o.score = LabelScore::adaptive;
  const auto model = fit(Conformal{Softmax3{}, o}, data);
  const float hard[] = {0, 0, 0}, easy[] = {9, 0, 0};
  CHECK(prediction_set(model, hard).size() >= 2);
  CHECK(prediction_set(model, easy, 0.5f).size() <= 1);
  CHECK(prediction_set(model, hard, 0.5f).size() >= 1);
  for (std::ptrdiff_t i = 0; i < 50; ++i) {
    const auto small = prediction_set(model, data.x(i), 0.5f), large = prediction_set(model, data.x(i), 0.95f);
    for (int k = 0; k < 3; ++k) CHECK((!small.contains(k) || large.contains(k)));
  }
  PredictionSet<Dynamic> set(3, intern(ClassNames{"ant", "bee", "cat"}));
  std::ostringstream out;
  out << set;
  set.insert(0), set.insert(2);
  out << set << PredictionInterval{1, 2.5f};
  CHECK(out.str() == "{}{ant, cat}[1, 2.5]");
  CHECK(set.contains(Label<Dynamic>(2)));
  CHECK(!set.contains(7));
}

TEST_CASE("no row makes its own score: spies see every fold held out, at k + 1 fits; kept folds need no fit of all rows") {
  for (const bool keep : {false, true}) {
    spies::Journal journal;
    (void)fit(Conformal{spies::Spy{&journal}}, spies::rows(20), {.folds = {.k = 4}, .keep_folds = keep});
    CHECK(journal.leaks == 0);
    CHECK(journal.predictions == 20);
    CHECK(journal.fits == (keep ? 4 : 5));
  }
  spies::Journal journal;
  (void)fit(Conformal{spies::Spy{&journal}, {.coverage = 0.8f, .method = ConformalMethod::split}}, spies::rows(20));
  CHECK(journal.leaks == 0);
  CHECK(journal.fits == 1);
  (void)fit(Stack{Average{Conformal{spies::Spy{&journal}},
                          Conformal{spies::Spy{&journal}, {.coverage = 0.8f, .method = ConformalMethod::split}}},
                  spies::Spy{&journal}},
            spies::rows(40));
  CHECK(journal.leaks == 0);
}

TEST_CASE("a conformal model predicts what its member predicts, stands in other forms, and stays itself when it is saved") {
  const auto data = noise(60, 17);
  const auto spec = Conformal{Average{Nearest{}, Shows{{1}}}, Scaled{Nearest{}}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  const auto plain = fit(Average{Nearest{}, Shows{{1}}}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    CHECK(float(one.predict(data.x(i))) == float(plain.predict(data.x(i))));
    CHECK(interval(again, data.x(i)) == interval(one, data.x(i)));
  }
  CHECK(evaluate(one, data).lines.size() == 4);
  const auto between = fit(Conformal{Nearest{}, Between{Nearest{}, Nearest{}}}, data, {.keep_folds = true});
  CHECK(between.model().member.models.size() == 5);
  CHECK(to_bytes(from_bytes<std::remove_const_t<decltype(between)>>(to_bytes(between))) == to_bytes(between));
  CHECK(fit(Stack{Average{spec, Nearest{}}, Nearest{}}, data, {.nested = true}).outputs() == 1);
  static_assert(std::is_same_v<decltype(Conformal{Conformal{Nearest{}}}), Conformal<Conformal<Nearest>>>);
  static_assert(std::is_same_v<decltype(Conformal{Nearest{}, {}}), Conformal<Nearest>>);

  ConformalOptions o = split_of_90;
  o.score = LabelScore::adaptive;
  o.randomised = true;
  const auto sets = fit(Conformal{Softmax3{}, o}, labels(100, 2));
  const auto sets_again = from_bytes<std::remove_const_t<decltype(sets)>>(to_bytes(sets));
  for (std::ptrdiff_t i = 0; i < 100; ++i)
    CHECK(prediction_set(sets, labels(100, 2).x(i)) == prediction_set(sets_again, labels(100, 2).x(i)));
}

TEST_CASE("a forward plan scores later rows by models of earlier ones") {
  spies::Journal journal{.forward = true};
  const auto model = fit(Conformal{spies::Spy{&journal}, {.coverage = 0.8f}}, spies::rows(20), {.folds = {.k = 4, .forward = true}});
  CHECK(journal.leaks == 0);
  CHECK(model.model().scores.rows() == 16);
}

TEST_CASE("a split under a forward plan, or of rows that have times, holds out the latest rows") {
  const ConformalOptions split{.coverage = 0.8f, .method = ConformalMethod::split};
  spies::Journal journal{.forward = true};
  (void)fit(Conformal{spies::Spy{&journal}, split}, spies::rows(20), {.folds = {.k = 4, .forward = true}});
  CHECK(journal.leaks == 0);
  CHECK(journal.predictions == 5);
  (void)fit(Stack{Average{Conformal{spies::Spy{&journal}, split}}, spies::Spy{&journal}}, spies::rows(80),
            {.folds = {.k = 3, .forward = true}});
  CHECK(journal.leaks == 0);

  SideColumns side;  // the first rows are the latest
  std::vector<float> x, y;
  for (int i = 0; i < 20; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(static_cast<float>(i));
    side.time.push_back(-i);
  }
  const auto model = fit(Conformal{Nearest{}, split}, table<Row<1>, Real>(1, x, y, side));
  CHECK(model.model().member.models[0].targets == std::vector<float>(y.begin() + 5, y.end()));
  CHECK(model.model().scores.sorted == std::vector<float>{1, 2, 3, 4, 5});  // the nearest known row is row 5
}

TEST_CASE("what a conformal member cannot do, it says") {
  const auto few = noise(8, 1);
  CHECK(thrown_by<FitError>([&] { fit(Conformal{Nearest{}}, few); }) ==
        "Conformal: conformal: expected at least 9 rows for a coverage of 0.899999976, got 8");
  CHECK(thrown_by<FitError>([&] {
          fit(Conformal{Nearest{}, {.coverage = 1}}, few);
        }) == "Conformal: conformal: expected a coverage between 0 and 1, got 1");
  CHECK(thrown_by<FitError>([&] {
          fit(Conformal{Nearest{}, {.held_out = 0}}, few);
        }) == "Conformal: conformal: expected a held-out share between 0 and 1, got 0");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<FitError>([&] { fit(Conformal{Shows{{nan}}}, noise(20, 1)); }) ==
        "Conformal: conformal: row 0: expected a finite prediction and target, so that its score is, got nan");
  CHECK(thrown_by<FitError>([&] { fit(Conformal{Shows{{1}}}, table<Row<1>, Real>(1, {1, 2}, {1, 2}, {.weight = {1, 2}})); }) ==
        "Conformal: the data have weights, which this member cannot honour");
}

TEST_CASE("damaged scores are refused") {
  CHECK_THROWS_AS((ConformalScores{{2, 1}, {2}}.loaded()), FileError);
  CHECK_THROWS_AS((ConformalScores{{1, 2}, {3}}.loaded()), FileError);
  CHECK_THROWS_AS((ConformalScores{{1, 2}, {1}}.loaded()), FileError);
  CHECK_THROWS_AS((ConformalScores{{1, std::numeric_limits<float>::quiet_NaN()}, {2}}.loaded()), FileError);
  using Model = ConformalModel<Row<1>, Real, Shows::Model, SameWidth>;
  Model m{{{}, 1}, {}, {}, {{1, 2}, {2}}, 0.5f};
  m.loaded();
  m.coverage = 0.99f;
  CHECK_THROWS_AS(m.loaded(), FileError);
  m.coverage = 2;
  CHECK_THROWS_AS(m.loaded(), FileError);
  m.coverage = 1e-30f;  // of rank 0
  CHECK_THROWS_AS(m.loaded(), FileError);
  m = {{{}, 1}, {}, {}, {{1, 2, 3, 4}, {2, 4}}, 0.5f};
  CHECK_THROWS_AS(m.loaded(), FileError);  // two judges, and none there
}
