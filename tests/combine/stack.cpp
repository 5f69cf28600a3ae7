// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "reference/stacking.hpp"

#include <mutex>

using namespace tutti;
using namespace learners;

namespace {

/// A meta-learner that lets the test see what it was fitted on, and says column 0.
struct Witness {
  struct Seen {
    std::mutex lock;
    std::vector<std::vector<float>> rows;  // of the largest fit
    std::vector<RowIndex> origins;
  };
  Seen* seen = nullptr;
  static constexpr Capabilities capabilities{.weights = true};
  struct Model {
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = x[static_cast<std::size_t>(i / y.width())][i % y.width()];
    }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>& data, Context) const {
    const std::lock_guard guard(seen->lock);
    if (data.rows() <= std::ssize(seen->rows)) return {};
    seen->rows.clear();
    seen->origins.clear();
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      seen->rows.emplace_back();
      for (int j = 0; j < data.width(); ++j) seen->rows.back().push_back(data.x(i)[j]);
      seen->origins.push_back(data.origin(i));
    }
    return {};
  }
};

const FitOptions three{.folds = {.k = 3}};

}  // namespace

TEST_CASE("the meta-learner sees exactly the out-of-fold predictions of the members") {
  const auto data = blobs<3, 3>(45, 1);
  Witness::Seen seen;
  (void)fit(Stack{Average{Nearest{}, Shows{{0.5f, 0.25f, 0.25f}}}, Witness{&seen}}, data, three);
  const auto expected = out_of_fold(Nearest{}, data, three);
  REQUIRE(seen.rows.size() == 45);
  int wrong = 0;
  for (std::size_t i = 0; i < 45; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(i);
    REQUIRE(seen.rows[i].size() == 6);
    CHECK(seen.origins[i] == i);
    for (std::size_t k = 0; k < 3; ++k) CHECK(seen.rows[i][k] == expected.values()(row, static_cast<std::ptrdiff_t>(k)));
    CHECK(seen.rows[i][3] == 0.5f);
    if (expected.values()(row, data.y(row).index()) != 1) ++wrong;
  }
  CHECK(wrong > 0);  // on the rows that it remembers a nearest neighbour is never wrong
}

TEST_CASE("of a vote it sees votes, of an average probabilities, of anything else one member") {
  const auto data = blobs<2, 2>(20, 1);
  const Shows soft{{0.25f, 0.75f}};
  const auto first_row = [&](auto spec) {
    Witness::Seen seen;
    (void)fit(Stack{spec, Witness{&seen}}, data, three);
    return seen.rows.at(0);
  };
  CHECK(first_row(Vote{soft, soft}) == std::vector<float>{0, 1, 0, 1});
  CHECK(first_row(Average{soft, soft}) == std::vector<float>{0.25f, 0.75f, 0.25f, 0.75f});
  CHECK(first_row(soft) == std::vector<float>{0.25f, 0.75f});
  CHECK(first_row(Average{Average{soft, Says{0}}}) == std::vector<float>{0.625f, 0.375f});  // one level is opened, no more
}

TEST_CASE("a plan that goes forward teaches the meta-learner by the later rows alone") {
  const auto data = line<2>(40, 1);
  Witness::Seen seen;
  const auto p = out_of_fold(Stack{Average{Nearest{}}, Witness{&seen}}, data, {.folds = {.k = 3, .forward = true}});
  for (int i = 0; i < 40; ++i) CHECK(p.covers(i) == (i >= 20));  // a block for the members, another one for the head
  Witness::Seen whole;
  (void)fit(Stack{Average{Nearest{}}, Witness{&whole}}, data, {.folds = {.k = 3, .forward = true}});
  REQUIRE(whole.origins.size() == 30);
  CHECK(whole.origins.front() == 10);
}

TEST_CASE("members are fitted again on all rows, or the fold models are kept and averaged") {
  const auto data = blobs<2, 2>(30, 4);
  Witness::Seen seen;
  const Stack spec{Average{Nearest{}}, Witness{&seen}};
  const auto refitted = fit(spec, data, three);
  for (std::ptrdiff_t i = 0; i < 30; ++i) CHECK(refitted.probabilities(data.x(i))[static_cast<std::size_t>(data.y(i).index())] == 1);

  FitOptions keep = three;
  keep.keep_folds = true;
  const auto kept = fit(spec, data, keep);
  CHECK(std::get<0>(refitted.model().members).models.size() == 1);
  REQUIRE(std::get<0>(kept.model().members).models.size() == 3);
  for (std::ptrdiff_t i = 0; i < 30; ++i) {  // the mean of three neighbours, two of which remember the row
    float sum = 0;
    for (const auto& m : std::get<0>(kept.model().members).models) sum += m.predict(data.x(i)).index() == 1 ? 1.0f : 0.0f;
    CHECK(kept.probabilities(data.x(i))[1] == doctest::Approx(sum / 3));
    CHECK(kept.probabilities(data.x(i))[static_cast<std::size_t>(data.y(i).index())] >= 0.66f);
  }
}

TEST_CASE("the link of a fold knows nothing of later folds of a forward plan, and of no rows it is as it stands") {
  const auto data = blobs<2, 2>(60, 5);
  const Folds folds{.k = 3, .forward = true};
  const auto p = out_of_fold(Ridge{}, one_hot(data), {.folds = folds});
  const FoldPlan plan(folds, data, Random(1));
  const ScoreLink first = likeliest_link(data, p, plan, 0), all = likeliest_link(data, p, plan);
  CHECK(first.floor == ScoreLink{}.floor);
  CHECK(first.sharpness == 1);
  CHECK(all.sharpness != 1);
}

TEST_CASE("a regressor on labels gives probabilities, none of them 0") {
  const auto data = blobs<3, 3>(90, 2);
  const auto model = fit(Stack{Average{Nearest{}, Says{1}}, Ridge{}}, data);
  int right = 0;
  const auto test = blobs<3, 3>(90, 3);
  for (std::ptrdiff_t i = 0; i < 90; ++i) {
    const auto p = model.probabilities(test.x(i));
    CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
    for (const float v : p) CHECK((v > 0 && v < 1));
    if (model.predict(test.x(i)) == test.y(i)) ++right;
  }
  CHECK(right > 60);
}

TEST_CASE("a stack learns which member to believe") {
  const auto data = line<3>(120, 5);
  const auto model = fit(Stack{Average{Ridge{.lambda = 1e-3f}, Shows{{100}}}, Ridge{.lambda = 1e-3f}}, data);
  double error = 0;
  for (std::ptrdiff_t i = 0; i < 120; ++i) error += std::abs(model.predict(data.x(i)).value - data.y(i).value) / 120;
  CHECK(error < 0.2);
}

TEST_CASE("weights reach members and meta-learner") {
  SideColumns side;
  for (int i = 0; i < 60; ++i) side.weight.push_back(i < 30 ? 1.0f : 0.0f);
  std::vector<float> x, y;
  for (int i = 0; i < 60; ++i) {
    x.push_back(static_cast<float>(i % 7));
    y.push_back(i < 30 ? 2 * x.back() : -50.0f);  // rows that count for nothing say nonsense
  }
  const auto data = table<Row<1>, Real>(1, x, y, side);
  const auto model = fit(Stack{Average{Ridge{.lambda = 1e-4f}}, Ridge{.lambda = 1e-4f}}, data);
  const float row[1] = {3};
  CHECK(model.predict(row).value == doctest::Approx(6).epsilon(0.01));
}

TEST_CASE("several meta-learners are a committee, of which each learns labels in its own way") {
  const auto data = blobs<3, 3>(90, 2), test = blobs<3, 3>(90, 3);
  const auto committee = Average{Nearest{}, Says{1}};
  const auto both = fit(Stack{committee, Average{Ridge{}, Logistic{}}}, data, three);
  const auto ridge = fit(Stack{committee, Ridge{}}, data, three);
  const auto logistic = fit(Stack{committee, Logistic{}}, data, three);
  const auto uneven = fit(Stack{committee, Average{Weights{3, 1}, Ridge{}, Logistic{}}}, data, three);
  for (std::ptrdiff_t i = 0; i < 90; ++i) {
    const auto p = both.probabilities(test.x(i)), r = ridge.probabilities(test.x(i)),
               l = logistic.probabilities(test.x(i)), u = uneven.probabilities(test.x(i));
    for (std::size_t k = 0; k < 3; ++k) {
      CHECK(p[k] == doctest::Approx((r[k] + l[k]) / 2).epsilon(1e-5));
      CHECK(u[k] == doctest::Approx((3 * r[k] + l[k]) / 4).epsilon(1e-5));
    }
  }
  const auto again = from_bytes<std::remove_const_t<decltype(both)>>(to_bytes(both));
  CHECK(again.probabilities(test.x(0)) == both.probabilities(test.x(0)));
  const auto numbers = line<3>(60, 5);
  CHECK(fit(Stack{Average{Ridge{}, Nearest{}}, Average{Ridge{}, Nearest{}}}, numbers, three).width() == 3);
}

TEST_CASE("with logits the meta-learner sees centred logarithms of the probabilities") {
  const auto data = blobs<2, 3>(30, 1);
  Witness::Seen seen;
  const auto model =
      fit(Stack{Average{Shows{{0.5f, 0.25f, 0.25f}}, Shows{{1, 0, 0}}}, Witness{&seen}, {.logits = true}},
          data, three);
  const auto& z = seen.rows.at(0);
  CHECK(z[0] == doctest::Approx(2 * std::log(2.0) / 3));
  CHECK(z[1] == doctest::Approx(-std::log(2.0) / 3));
  CHECK(z[2] == z[1]);
  CHECK(z[3] == doctest::Approx(40 * std::log(2.0) / 3));  // 0 counts as 2^-20
  float p[3] = {0.1f, 0.7f, 0.2f}, sum = 0;
  to_logits<Label<3>>(p);
  for (float& v : p) sum += v = std::exp(v);
  CHECK(p[1] / sum == doctest::Approx(0.7));         // their softmax is what they were
  CHECK(model.probabilities(data.x(0))[0] == z[0]);  // the witness says what it sees, at prediction as well
  float flags[3] = {0.5f, 0.75f, 1};
  to_logits<Flags<3>>(flags);
  CHECK(flags[0] == 0);
  CHECK(flags[1] == doctest::Approx(std::log(3.0)));
  CHECK(flags[2] == doctest::Approx(20 * std::log(2.0)));

  const auto refusal =
      "Stack: logits: expected members whose probabilities the meta-learner sees, not votes or numbers";
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Vote{Says{0}}, Witness{&seen}, {.logits = true}}, data);
        }) == refusal);
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Average{Nearest{}}, Ridge{}, {.logits = true}}, line<2>(20, 1));
        }) == refusal);
}

TEST_CASE("repeats deal the rows anew, and the meta-learner learns from the means") {
  const auto data = line<2>(30, 3);
  std::atomic<int> fits = 0;
  Witness::Seen seen;
  (void)fit(Stack{Average{Nearest{&fits}}, Witness{&seen}, {.repeats = 4}}, data, three);
  CHECK(fits == 4 * 3 + 1);

  const Context root(three, "Stack");
  std::vector<double> mean(30);
  for (int r = 0; r < 4; ++r) {
    const auto p =
        learn(Nearest{}, data, root.with_plan(root.plan(data, r)), Want{false, true, false}).out_of_fold;
    for (std::ptrdiff_t i = 0; i < 30; ++i)
      mean[static_cast<std::size_t>(i)] += static_cast<double>(p->values()(i, 0)) / 4;
  }
  int moved = 0;
  const auto once = out_of_fold(Nearest{}, data, three);
  for (std::size_t i = 0; i < 30; ++i) {
    CHECK(seen.rows.at(i)[0] == doctest::Approx(mean[i]).epsilon(1e-5));
    moved += seen.rows.at(i)[0] != once.values()(static_cast<std::ptrdiff_t>(i), 0);
  }
  CHECK(moved > 10);

  FitOptions keep = three, forward = three;
  keep.keep_folds = true;
  forward.folds.forward = true;
  CHECK(std::get<0>(fit(Stack{Average{Nearest{}}, Ridge{}, {.repeats = 4}}, data, keep).model().members)
            .models.size() == 12);
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Average{Nearest{}}, Ridge{}, {.repeats = 2}}, data, forward);
        }) ==
        "Stack: repeats: expected folds that are dealt at random, not a plan of one's own or forward in "
        "time, got 2");
  CHECK(thrown_by<FitError>([&] {
          fit(Stack{Average{Nearest{}}, Ridge{}, {.repeats = 0}}, data);
        }) == "Stack: repeats: expected at least one plan, got 0");
  const auto spec = Stack{Average{Nearest{}, Ridge{}}, Ridge{}, {.repeats = 3}};
  CHECK(to_bytes(fit(spec, data, {.threads = 1})) == to_bytes(fit(spec, data, {.threads = 7})));
}

namespace {
/// The rows of the reference, with the folds that scikit-learn was given.
template <class Y> Dataset<Row<4>, Y> reference_rows(auto& targets) {
  return table<Row<4>, Y>(4, {std::begin(reference::stacking_x), std::end(reference::stacking_x)},
                          {std::begin(targets), std::end(targets)});
}
FitOptions reference_folds() {
  FitOptions options;
  for (const int f : reference::stacking_fold) options.folds.assignment.push_back(f);
  return options;
}
const Logistic sharp_logistic(float lambda) { return {.lambda = lambda, .tolerance = 1e-7f}; }
}  // namespace

TEST_CASE("stacks agree with scikit-learn's StackingRegressor and StackingClassifier") {
  const auto numbers = reference_rows<Real>(reference::stacking_y);
  const auto stack =
      fit(Stack{Average{Ridge{.lambda = 0.5f}, Ridge{.lambda = 40}}, Ridge{}}, numbers, reference_folds());
  const auto labels = reference_rows<Label<3>>(reference::stacking_label);
  const auto classifier = fit(Stack{Average{sharp_logistic(0.5f), sharp_logistic(20)}, sharp_logistic(1)},
                              labels, reference_folds());
  for (std::size_t i = 0; i < 42; ++i) {
    const auto row = static_cast<std::ptrdiff_t>(i);
    CHECK(static_cast<double>(stack.predict(numbers.x(row)).value) ==
          doctest::Approx(reference::stacking_plain_numbers[i]).epsilon(1e-5));
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(std::abs(static_cast<double>(classifier.probabilities(labels.x(row))[k]) -
                     reference::stacking_plain_probabilities[3 * i + k]) < 1e-5);
  }
}
