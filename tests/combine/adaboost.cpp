// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/adaboost_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "reference/adaboost.hpp"

#include <numeric>

using namespace tutti;
using namespace learners;

namespace {

template <int K> Dataset<Row<3>, Label<K>> classes(bool weighted = false) {
  std::vector<std::int32_t> y;
  for (const int label : reference::samme_label) y.push_back(K == 3 ? label : label == 0);
  SideColumns side;
  if (weighted)
    side.weight.append(
        std::vector<float>(std::begin(reference::samme_weight), std::end(reference::samme_weight)));
  return table<Row<3>, Label<K>>(3, {std::begin(reference::samme_x), std::end(reference::samme_x)}, y,
                                 std::move(side));
}
const Tree stump{.max_depth = 1, .splits = Splits::exact};

template <class Model, class X, class Y>
std::vector<float> decisions(const Model& model, const Dataset<X, Y>& data) {
  std::vector<float> f(static_cast<std::size_t>(data.rows() * data.outputs()));
  Workspace w(model.workspace_bytes(1));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const Workspace::Scope scope(w);
    const auto x = data.x(i);
    model.model().decide(std::ssize(model.model().models), {&x, 1},
                         Rows<float>(f.data() + i * data.outputs(), 1, data.outputs()), w);
  }
  return f;
}
void expect_close(const auto& got, const auto& expected, double epsilon = 2e-6) {
  REQUIRE(std::size(got) == std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i)
    CHECK(static_cast<double>(got[i]) == doctest::Approx(expected[i]).epsilon(epsilon));
}
double share_right(const auto& model, const auto& data) {
  double right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) right += model.predict(data.x(i)) == data.y(i);
  return right / static_cast<double>(data.rows());
}

/// Fitted for the m-th time, it says column m.
struct NextColumn {
  std::atomic<int>* fits;
  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};
  struct Model {
    int column = 0;
    Real predict(const auto& x) const noexcept { return {x[column]}; }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>&, Context) const { return {(*fits)++}; }
};

/// Notes the weights that it is fitted with; always chooses the first class.
struct Weighed {
  std::vector<std::vector<float>>* seen = nullptr;
  static constexpr Capabilities capabilities{.weights = true};
  struct Model {
    void outputs(auto, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = i % y.width() == 0 ? 1.0f : 0.0f;
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>& data, Context) const {
    auto& now = seen->emplace_back();
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) now.push_back(data.weight(i));
    return {};
  }
};

}  // namespace

TEST_CASE("SAMME agrees with scikit-learn on exact trees: votes, decisions, accuracy") {
  const auto three =
      fit(AdaBoost{Tree{.max_depth = 2, .splits = Splits::exact}, {.members = 12}}, classes<3>());
  expect_close(three.model().votes, reference::samme_three_votes);
  expect_close(decisions(three, classes<3>()), reference::samme_three_decision, 2e-5);
  CHECK(share_right(three, classes<3>()) == doctest::Approx(reference::samme_three_score[0]));

  const auto slow = fit(AdaBoost{stump, {.members = 12, .learning_rate = 0.5f}}, classes<3>(true));
  expect_close(slow.model().votes, reference::samme_slow_votes);
  expect_close(decisions(slow, classes<3>()), reference::samme_slow_decision, 2e-5);

  const auto two = fit(AdaBoost{stump, {.members = 12}}, classes<2>());  // AdaBoost.M1
  expect_close(two.model().votes, reference::samme_two_votes);
  expect_close(decisions(two, classes<2>()), reference::samme_two_decision, 2e-5);
}

TEST_CASE("votes sum to zero over the classes, and probabilities are those of the paper") {
  const auto data = classes<3>();
  const auto model = fit(AdaBoost{stump, {.members = 20}}, data);
  const auto f = decisions(model, data), p = all_outputs(model, data);
  for (std::size_t i = 0; i < f.size(); i += 3) {
    CHECK(std::abs(f[i] + f[i + 1] + f[i + 2]) < 1e-5);
    CHECK(p[i] + p[i + 1] + p[i + 2] == doctest::Approx(1));
    CHECK(std::log(p[i] / p[i + 1]) == doctest::Approx((f[i] - f[i + 1]) * 2 / 3).epsilon(1e-4));
  }
}

TEST_CASE(
    "AdaBoost.R2 agrees with scikit-learn in votes and weighted medians, for every shape of the error") {
  const auto data = table<Row<8>, Real>(8, {std::begin(reference::r2_said), std::end(reference::r2_said)},
                                        {std::begin(reference::r2_target), std::end(reference::r2_target)});
  const auto expect = [&](ErrorShape shape, float rate, const auto& votes, const auto& predicted) {
    std::atomic<int> fits{0};
    const auto model =
        fit(AdaBoost{NextColumn{&fits}, {.members = 8, .learning_rate = rate, .loss = shape}}, data);
    expect_close(model.model().votes, votes);
    expect_close(all_outputs(model, data), predicted, 1e-7);
  };
  expect(ErrorShape::linear, 1, reference::r2_linear_votes, reference::r2_linear_predicted);
  expect(ErrorShape::linear, 0.3f, reference::r2_linear_slow_votes, reference::r2_linear_slow_predicted);
  expect(ErrorShape::square, 1, reference::r2_square_votes, reference::r2_square_predicted);
  expect(ErrorShape::square, 0.3f, reference::r2_square_slow_votes, reference::r2_square_slow_predicted);
  expect(ErrorShape::exponential, 1, reference::r2_exponential_votes, reference::r2_exponential_predicted);
  expect(ErrorShape::exponential, 0.3f, reference::r2_exponential_slow_votes,
         reference::r2_exponential_slow_predicted);
}

TEST_CASE(
    "weights keep their sum, and after a member the rows that it got wrong weigh as much as chance leaves "
    "them") {
  std::vector<std::vector<float>> seen;
  const auto data =
      table<Row<1>, Label<2>>(1, {0, 1, 2, 3, 4}, {0, 0, 0, 0, 1}, SideColumns{.weight = {1, 2, 1, 3, 3}});
  const auto model = fit(AdaBoost{Weighed{&seen}, {.members = 2}}, data);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0] == std::vector<float>{1, 2, 1, 3, 3});
  CHECK(std::accumulate(seen[1].begin(), seen[1].end(), 0.0f) == doctest::Approx(10));
  CHECK(seen[1][4] ==
        doctest::Approx(5));  // now it errs on half of the weight, no better than chance, and is dropped
  CHECK(model.model().votes.size() == 1);
  CHECK(model.model().votes[0] == doctest::Approx(std::log(0.7 / 0.3)));
}

TEST_CASE("a member without an error ends the run and outvotes those before it") {
  const auto data = table<Row<1>, Label<2>>(1, {0, 1, 2, 3}, {0, 0, 1, 1});
  const auto model = fit(AdaBoost<Tree>{}, data);
  CHECK(model.model().models.size() == 1);
  CHECK(model.model().votes[0] == doctest::Approx(std::log(7.0)));  // half a row of four
  CHECK(share_right(model, data) == 1);
  const auto numbers = table<Row<1>, Real>(1, {0, 1, 2, 3}, {0, 0, 1, 1});
  CHECK(all_outputs(fit(AdaBoost{Tree{}, {.emphasis = Emphasis::weights}}, numbers), numbers) ==
        std::vector<float>{0, 0, 1, 1});
}

TEST_CASE("a first member that is no better than chance stays alone, and is hardly heard") {
  const auto data = table<Row<2>, Label<2>>(2, {0, 0, 0, 1, 1, 0, 1, 1}, {0, 1, 1, 0});  // exclusive or
  const auto model = fit(AdaBoost<Tree>{}, data);
  CHECK(model.model().models.size() == 1);
  for (const float p : all_outputs(model, data)) CHECK(std::abs(p - 0.5f) < 1e-3);
  CHECK(share_right(fit(AdaBoost{Tree{.max_depth = 2}}, data), data) == 1);
}

TEST_CASE("one class, one row, a class without rows") {
  const auto one = table<Row<1>, Label<3>>(1, {0}, {2});
  CHECK(fit(AdaBoost<Tree>{}, one).predict(one.x(0)).index() == 2);
  const auto all =
      table<Row<1>, Label<Dynamic>>(1, {0, 1}, {0, 0}, {}, Dynamic, Schema{{}, "kind", {"only"}});
  CHECK(all_outputs(fit(AdaBoost<Tree>{}, all), all) == std::vector<float>{1, 1});
  const auto number = table<Row<1>, Real>(1, {0}, {7});
  CHECK(fit(AdaBoost<Tree>{}, number).predict(number.x(0)).value == 7);
}

TEST_CASE("boosted stumps learn what one stump cannot") {
  const auto data = blobs<4, 3>(300, 5), fresh = blobs<4, 3>(600, 6);
  const double one = share_right(fit(stump, data), fresh),
               many = share_right(fit(AdaBoost{stump, {.members = 40}}, data), fresh);
  CHECK(many > one + 0.1);
  const auto numbers = line<3>(300, 1), new_numbers = line<3>(300, 2);
  const auto error = [&](const auto& model) {
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < new_numbers.rows(); ++i)
      sum += std::pow(model.predict(new_numbers.x(i)).value - new_numbers.target(i)[0], 2);
    return sum;
  };
  CHECK(error(fit(AdaBoost<Tree>{}, numbers)) < 0.6 * error(fit(Tree{.max_depth = 3}, numbers)));
}

TEST_CASE(
    "a member that cannot honour weights is shown rows as often as they weigh; the weights of data too") {
  const auto data = blobs<2, 2>(60, 3);
  const auto model = fit(AdaBoost{Nearest{}, {.members = 5}}, data);
  CHECK(share_right(model, data) > 0.9);
  SideColumns side;
  for (int i = 0; i < 60; ++i) side.weight.push_back(i < 30 ? 1.0f : 0.0f);
  const auto half = fit(AdaBoost{Nearest{}, {.members = 3}}, blobs<2, 2>(60, 3, std::move(side)));
  for (const auto& m : half.model().models)
    for (std::size_t r = 0; r < m.targets.size(); ++r) {
      bool weighs = false;
      for (std::ptrdiff_t i = 0; i < 30; ++i) weighs = weighs || data.x(i)[0] == m.rows[2 * r];
      CHECK(weighs);
    }
}

TEST_CASE("a weighted median is the least value with half of the weight") {
  Random random(4);
  for (int trial = 0; trial < 300; ++trial) {
    const std::ptrdiff_t n = 1 + trial % 12;
    std::vector<float> value, weight;
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      value.push_back(static_cast<float>(random.below(6)));
      weight.push_back(static_cast<float>(1 + random.below(4)));
    }
    float expected = 1e9f, all = 0;
    for (const float w : weight) all += w;
    for (const float v : value) {
      float below = 0;
      for (std::size_t i = 0; i < value.size(); ++i) below += value[i] <= v ? weight[i] : 0;
      if (2 * below >= all) expected = std::min(expected, v);
    }
    CHECK(detail::weighted_median(value.data(), weight.data(), n) == expected);
  }
}

TEST_CASE("the first members alone are what a shorter run is") {
  const auto data = classes<3>();
  const auto twelve = fit(AdaBoost{stump, {.members = 12}}, data),
             four = fit(AdaBoost{stump, {.members = 4}}, data);
  Workspace w(twelve.workspace_bytes(1));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto x = data.x(i);
    float p[3];
    const Workspace::Scope scope(w);
    twelve.model().staged(4, {&x, 1}, Rows<float>(p, 1, 3), w);
    CHECK(four.probabilities(x) == std::array{p[0], p[1], p[2]});
  }
}

TEST_CASE("saved and loaded, by one thread and by seven: the same bits") {
  const auto labels = blobs<4, 3>(120, 1);
  const auto numbers = line<4>(120, 1);
  const auto same = [](const auto& spec, const auto& data) {
    const auto model = fit(spec, data, {.seed = 3, .threads = 1});
    CHECK(to_bytes(fit(spec, data, {.seed = 3, .threads = 7})) == to_bytes(model));
    CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), data) ==
          all_outputs(model, data));
  };
  same(AdaBoost{Tree{}, {.members = 8}}, labels);
  same(AdaBoost{Tree{}, {.members = 8, .emphasis = Emphasis::draws}}, labels);
  same(AdaBoost{Tree{}, {.members = 8}}, numbers);
  same(AdaBoost{Cascade{Standardize{}, Ridge{}}, {.members = 4}}, numbers);
  static_assert(decltype(fit(AdaBoost<Tree>{}, labels))::Model::is_static);
}

TEST_CASE("out of fold, labels that are noise are not learnt, whatever repeats inside") {
  Random random(9);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 400; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(static_cast<std::int32_t>(random.below(2)));
  }
  const auto data = table<Row<1>, Label<2>>(1, x, y);
  std::vector<RowIndex> repeated;
  for (RowIndex i = 0; i < 400; ++i)
    for (RowIndex n = 0; n <= i % 3; ++n) repeated.push_back(i);
  const auto rows = data.subset(repeated);
  for (const Emphasis emphasis : {Emphasis::weights, Emphasis::draws}) {
    const AdaBoost spec{Tree{.max_depth = 6}, {.members = 20, .emphasis = emphasis}};
    const auto honest = out_of_fold(spec, rows);
    double right = 0;
    for (std::ptrdiff_t i = 0; i < rows.rows(); ++i)
      right += Label<2>::decide(honest.values().row(i), nullptr) == rows.y(i);
    CHECK(std::abs(right / static_cast<double>(rows.rows()) - 0.5) < 0.09);
    CHECK(share_right(fit(spec, rows), rows) > 0.8);
  }
}

TEST_CASE("what makes no sense is refused by name") {
  const auto message = [](auto member, AdaBoostOptions o) {
    return thrown_by<FitError>([&] { fit(AdaBoost{member, o}, blobs<2, 2>(20, 1)); });
  };
  CHECK(message(Tree{}, {.members = 0}) == "AdaBoost: expected at least one member, got 0");
  CHECK(message(Tree{}, {.learning_rate = 0}) == "AdaBoost: expected a learning rate above 0, got 0");
  CHECK(message(Nearest{}, {.emphasis = Emphasis::weights})
            .starts_with("AdaBoost: expected a member that honours weights, or Emphasis::draws, got"));
  CHECK(thrown_by<FitError>([&] {
          fit(AdaBoost{Shows{{NAN}}}, line<2>(8, 1));
        }).starts_with("AdaBoost: row 0: expected a target and an output that are finite"));
}
