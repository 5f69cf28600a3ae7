// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/boost_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/deviance.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/knn_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "reference/boost.hpp"

using namespace tutti;
using namespace learners;

namespace {

template <class Y, class Values> Dataset<Row<3>, Y> rows(const Values& y, bool weighted = false) {
  SideColumns side;
  if (weighted)
    side.weight.append(
        std::vector<float>(std::begin(reference::boost_weight), std::end(reference::boost_weight)));
  return table<Row<3>, Y>(3, {std::begin(reference::boost_x), std::end(reference::boost_x)},
                          {std::begin(y), std::end(y)}, std::move(side));
}
void expect_close(const std::vector<float>& got, const auto& expected, double epsilon) {
  REQUIRE(got.size() == std::size(expected));
  for (std::size_t i = 0; i < got.size(); ++i)
    CHECK(std::abs(static_cast<double>(got[i]) - expected[i]) < epsilon);
}
template <class Model, class Y> double squared_error(const Model& model, const Dataset<Row<3>, Y>& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    sum += std::pow(static_cast<double>(model.predict(data.x(i)).value - data.target(i)[0]), 2);
  return sum / static_cast<double>(data.rows());
}
const BoostOptions six{.rounds = 6, .learning_rate = 0.5f};

/// Says what it was taught in the one column it has: the target of the row with this number.
struct Repeats {
  static constexpr Capabilities capabilities{.labels = false, .numbers = true};
  struct Model {
    std::vector<float> said{};
    Real predict(const auto& x) const noexcept { return {said[static_cast<std::size_t>(x[0])]}; }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>& data, Context) const {
    Model m{std::vector<float>(100)};
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      m.said[static_cast<std::size_t>(data.x(i)[0])] = data.target(i)[0];
    return m;
  }
};

}  // namespace

static_assert(std::is_same_v<decltype(Boost{Boost<Ridge>{}}),
                             Boost<Boost<Ridge>>>);  // nesting never collapses into a copy

TEST_CASE("boosted trees on squared error are scikit-learn's, with weights") {
  const Boost spec{Average{Tree{.max_depth = 2, .splits = Splits::exact}},
                   {.rounds = 15, .learning_rate = 0.3f}};
  const auto data = rows<Real>(reference::boost_y, true);
  expect_close(all_outputs(fit(spec, data), data), reference::boost_trees, 5e-6);
}

TEST_CASE("Ridge is boosted as Friedman's algorithm says, under every objective") {
  const auto of = [](const auto& data, AnyObjective objective) {
    BoostOptions o = six;
    o.objective = objective;
    return all_outputs(fit(Boost{Ridge{}, o}, data), data);
  };
  const auto numbers = rows<Real>(reference::boost_y);
  expect_close(of(numbers, {}), reference::boost_squared, 1e-5);
  expect_close(of(rows<Real>(reference::boost_y, true), MSE{}), reference::boost_squared_weighted, 1e-5);
  expect_close(of(numbers, MAE{}), reference::boost_absolute, 1e-4);
  expect_close(of(numbers, Huber{}), reference::boost_huber, 1e-5);
  expect_close(of(rows<Real>(reference::boost_count), PoissonDeviance{}), reference::boost_poisson, 1e-4);

  std::vector<std::int32_t> is_last;
  for (const int label : reference::boost_label) is_last.push_back(label == 2);
  const auto two = of(rows<Label<2>>(is_last), CrossEntropy{});
  for (std::size_t i = 0; i < is_last.size(); ++i)
    CHECK(std::abs(static_cast<double>(two[2 * i + 1]) - reference::boost_two[i]) < 1e-5);
  expect_close(of(rows<Label<3>>(reference::boost_label), {}), reference::boost_three, 1e-5);
}

TEST_CASE("by hand: absolute error, a member that says its targets") {
  // y = 0, 1, 10, 3, 5: the median is 3, the signs are -1, -1, 1, 0, 1. The sum of |y - 3 - step sign| has its least value
  // where a step passes half of the distances 3, 2, 7, 2: from 2 to 3; the least of them is 2. Twice 0.5 of it, and so on.
  const auto data = table<Row<1>, Real>(1, {0, 1, 2, 3, 4}, {0, 1, 10, 3, 5});
  const auto model = fit(Boost{Repeats{}, {.rounds = 1, .learning_rate = 0.5f, .objective = MAE{}}}, data);
  CHECK(model.model().base[0] == 3);
  CHECK(model.model().steps[0] == doctest::Approx(1).epsilon(1e-5));
  const auto y = all_outputs(model, data);
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(y[i] == doctest::Approx(std::array{2, 2, 4, 3, 4}[i]).epsilon(1e-5));
}

TEST_CASE("every round lowers the objective on the rows it learns from, for any member") {
  const auto numbers = line<3>(150, 3);
  const auto falls = [&](const auto& member, AnyObjective objective) {
    double before = 1e300;
    for (int rounds = 1; rounds <= 4; ++rounds) {
      const double now = squared_error(
          fit(Boost{member, {.rounds = rounds, .learning_rate = 0.5f, .objective = objective}}, numbers),
          numbers);
      CHECK(now < before);
      before = now;
    }
  };
  falls(KNN{.neighbours = 5}, {});
  falls(Cascade{Standardize{}, Ridge{}}, Huber{});
  falls(Average{Ridge{}, KNN{}}, {});
  falls(Boost{Tree{}, {.rounds = 3}}, {});
}

TEST_CASE("boosted neighbours tell classes") {
  const auto data = blobs<3, 3>(240, 1), fresh = blobs<3, 3>(240, 2);
  const auto model = fit(Boost{KNN{.neighbours = 15}, {.rounds = 10}}, data);
  double right = 0;
  for (std::ptrdiff_t i = 0; i < fresh.rows(); ++i) right += model.predict(fresh.x(i)) == fresh.y(i);
  CHECK(right > 0.75 * 240);
  for (std::ptrdiff_t i = 0; i < 9; ++i) {
    const auto p = model.probabilities(fresh.x(i));
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
  }
}

TEST_CASE("early stopping keeps the best round of its own slice, by loss or by metric") {
  Random random(3);
  std::vector<float> number;  // a slope under noise: shallow trees soon learn the noise
  std::vector<float> place;
  for (int i = 0; i < 200; ++i) {
    place.push_back(static_cast<float>(random.normal()));
    number.push_back(place.back() + static_cast<float>(random.normal()));
  }
  const auto data = table<Row<1>, Real>(1, place, number);
  const auto rounds = [&](BoostOptions o) {
    return fit(Boost{Average{Tree{.max_depth = 3}}, o}, data).model().rounds();
  };
  const auto stopped = rounds({.rounds = 200, .learning_rate = 0.5f, .early_stop = 5});
  CHECK(stopped > 0);
  CHECK(stopped < 100);
  CHECK(rounds({.rounds = 200, .learning_rate = 0.5f, .early_stop = 5, .monitor = MAE{}}) < 100);
  // labels that nothing explains: the prior is hard to beat
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 300; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(static_cast<std::int32_t>(random.below(2)));
  }
  const auto noise = table<Row<1>, Label<2>>(1, x, y);
  CHECK(fit(Boost{Average{Tree{}}, {.rounds = 50, .learning_rate = 0.5f, .early_stop = 5}}, noise)
            .model()
            .rounds() <= 2);
}

TEST_CASE("a target that does not vary, one row, a class without rows, one class") {
  const auto flat = table<Row<1>, Real>(1, {0, 1, 2}, {4, 4, 4});
  const auto model = fit(Boost{Ridge{}, {.rounds = 3}}, flat);
  CHECK(model.model().rounds() == 0);
  CHECK(all_outputs(model, flat) == std::vector<float>{4, 4, 4});
  const auto one = table<Row<1>, Real>(1, {1}, {2});
  CHECK(fit(Boost{Ridge{}, {.rounds = 3}}, one).predict(one.x(0)).value == 2);
  const auto gap = table<Row<1>, Label<3>>(1, {0, 1, 2, 3}, {0, 0, 2, 2});
  const auto p = all_outputs(fit(Boost{Ridge{}, {.rounds = 20}}, gap), gap);
  CHECK(p[0] > 0.5f);
  CHECK(p[1] < 1e-3f);
  CHECK(p[11] > 0.5f);
  const auto single =
      table<Row<1>, Label<Dynamic>>(1, {0, 1}, {0, 0}, {}, Dynamic, Schema{{}, "kind", {"only"}});
  CHECK(all_outputs(fit(Boost{Ridge{}, {.rounds = 2}}, single), single) == std::vector<float>{1, 1});
}

TEST_CASE("a class counts more where classes are balanced") {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 100; ++i) {
    x.push_back(static_cast<float>(i % 10));
    y.push_back(i % 10 == 0 || i % 13 == 0);
  }
  const auto data = table<Row<1>, Label<2>>(1, x, y);
  const auto mean = [&](BoostOptions o) {
    const auto p = all_outputs(fit(Boost{Ridge{}, o}, data), data);
    float sum = 0;
    for (std::size_t i = 1; i < p.size(); i += 2) sum += p[i] / 100;
    return sum;
  };
  CHECK(mean({.rounds = 10}) < 0.25f);
  CHECK(mean({.rounds = 10, .balanced = true}) > 0.35f);
}

TEST_CASE("saved and loaded, by one thread and by seven: the same bits") {
  const auto same = [](const auto& spec, const auto& data) {
    const auto model = fit(spec, data, {.seed = 3, .threads = 1});
    CHECK(model.model().rounds() > 0);
    CHECK(to_bytes(fit(spec, data, {.seed = 3, .threads = 7})) == to_bytes(model));
    CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), data) ==
          all_outputs(model, data));
  };
  const BoostOptions some{.rounds = 5, .rows = 0.7f, .early_stop = 3};
  same(Boost{Average{Tree{}}, some}, blobs<4, 3>(120, 1));
  same(Boost{Cascade{Standardize{}, Ridge{}}, some}, line<4>(120, 1));
  static_assert(decltype(fit(Boost{Ridge{}}, blobs<4, 3>(1, 1)))::Model::is_static);
}

TEST_CASE("what does not fit is refused by name") {
  const auto data = line<3>(20, 1);
  const auto message = [&](const auto& member, BoostOptions o) {
    return thrown_by<FitError>([&] { fit(Boost{member, o}, data); });
  };
  CHECK(message(Ridge{}, {.rounds = 0}) == "Boost: expected at least one round, got 0");
  CHECK(message(Ridge{}, {.rows = 2}) == "Boost: expected a share of rows above 0 and at most 1, got 2");
  CHECK(message(Ridge{}, {.objective = CrossEntropy{}}) ==
        "Boost: the objective cross-entropy is for labels, the targets are numbers");
  CHECK(message(Ridge{}, {.objective = PoissonDeviance{}})
            .find("the objective Poisson deviance expects targets of 0 or more") != std::string::npos);
  CHECK(message(Ridge{}, {.balanced = true}).starts_with("Boost: balanced: expected labels"));
  CHECK(thrown_by<FitError>([&] { fit(Boost{Repeats{}}, rows<Real>(reference::boost_y, true)); }) ==
        "Boost: the data have weights, which this member cannot honour");
}
