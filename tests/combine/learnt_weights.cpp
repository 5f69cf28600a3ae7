// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/learnt_weights_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "combine/learners.hpp"
#include "combine/spies.hpp"
#include "reference/weights.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// What members said, and owns it.
struct Said {
  Buffer<Buffer<float>> outputs;
  Buffer<float> numbers{}, weight{};
  Buffer<std::int32_t> labels{};
  Buffer<int> fold{};
  int classes = 0;
  bool flags = false;

  MemberOutputs view() const {
    MemberOutputs v;
    const auto rows = labels.empty() ? std::ssize(numbers) : std::ssize(labels);
    for (const auto& m : outputs) v.members.push_back({m.data(), flags ? 2 * rows / 4 : rows, std::ssize(m) / (flags ? 2 * rows / 4 : rows)});
    v.truth.labels = labels;
    v.truth.numbers = numbers;
    v.truth.weight = weight;
    v.truth.classes = classes;
    v.truth.flags = flags;
    v.fold = fold;
    return v;
  }
};
Said reference_numbers() {
  Said said;
  said.outputs.resize(5);
  for (std::size_t i = 0; i < 24; ++i) {
    said.numbers.push_back(reference::weights_y[i]);
    for (std::size_t m = 0; m < 5; ++m) said.outputs[m].push_back(reference::weights_members[i * 5 + m]);
  }
  return said;
}
/// Four rows, two classes: right in three, in one, in two of them.
Said four_labels() {
  return {.outputs = {{0.9f, 0.1f, 0.8f, 0.2f, 0.3f, 0.7f, 0.6f, 0.4f}, {0.4f, 0.6f, 0.4f, 0.6f, 0.9f, 0.1f, 0.1f, 0.9f}, {0.5f, 0.5f, 0.1f, 0.9f, 0.2f, 0.8f, 0.8f, 0.2f}},
          .labels = {0, 0, 1, 1},
          .fold = {0, 0, 1, 1},
          .classes = 2};
}
void expect(const Buffer<double>& got, const std::vector<double>& expected, double tolerance = 1e-9) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t m = 0; m < expected.size(); ++m) CHECK(got[m] == doctest::Approx(expected[m]).epsilon(tolerance));
}

/// A user's own: the first member alone.
struct FirstAlone {
  Buffer<double> weights(const MemberOutputs& said) const {
    Buffer<double> w(said.members.size(), 0.0);
    w[0] = 1;
    return w;
  }
};
/// Means nothing.
struct Nonsense {
  Buffer<double> given{};
  Buffer<double> weights(const MemberOutputs&) const { return given; }
};
struct NaNs {
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};
  struct Model {
    void outputs(auto, Rows<float> y, Workspace&) const noexcept {
      for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = std::numeric_limits<float>::quiet_NaN();
    }
  };
  template <class X, class Y> Model fit(const Dataset<X, Y>&, Context) const { return {}; }
};

template <class Spec, class X, class Y>
std::vector<float> weights_of(const Spec& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  const auto model = fit(spec, data, options);
  const auto& w = model.model().weights;
  return {w.begin(), w.end()};
}
const FitOptions three{.folds = {.k = 3}};

}  // namespace

TEST_CASE("accuracy weighs by the share that is right, less what it varies over the folds") {
  const Said said = four_labels();
  expect(AccuracyWeights{}.weights(said.view()), {0.75, 0.25, 0.5});  // a tie goes to the lowest class, here the true one
  expect(AccuracyWeights{.stability = 1}.weights(said.view()), {0.75 - 0.25, 0.25 - 0.25, 0.5});  // folds 1 and 0.5; 0 and 0.5; both 0.5
  expect(AccuracyWeights{.stability = 4}.weights(said.view()), {0, 0, 0.5});
  Said weighted = said;
  weighted.weight = {1, 1, 2, 0};
  expect(AccuracyWeights{}.weights(weighted.view()), {1, 0, 0.75});
}

TEST_CASE("accuracy of numbers is R2, and nobody counts for less than nothing") {
  Said said = reference_numbers();
  const auto w = AccuracyWeights{}.weights(said.view());
  for (std::size_t m = 0; m < 5; ++m) CHECK(w[m] == doctest::Approx(std::max(0.0, R2{}(said.view().judged(m)))));
  CHECK(w[3] == 0);
  const Said hopeless{.outputs = {{9, 9}, {-9, -9}}, .numbers = {0, 1}};
  expect(AccuracyWeights{}.weights(hopeless.view()), {1, 1});
  const Said constant{.outputs = {{2, 2}, {3, 2}}, .numbers = {2, 2}};
  expect(AccuracyWeights{}.weights(constant.view()), {1, 0.5});
}

TEST_CASE("inverse errors are those of the metrics, and who never errs shares all") {
  const Said labels = four_labels(), numbers = reference_numbers();
  for (const double power : {0.0, 1.0, 2.0}) {
    const auto of_labels = InverseErrorWeights{power}.weights(labels.view()), of_numbers = InverseErrorWeights{power}.weights(numbers.view());
    for (std::size_t m = 1; m < 3; ++m)
      CHECK(of_labels[m] / of_labels[0] == doctest::Approx(std::pow(LogLoss{}(labels.view().judged(0)) / LogLoss{}(labels.view().judged(m)), power)));
    for (std::size_t m = 1; m < 5; ++m)
      CHECK(of_numbers[m] / of_numbers[0] == doctest::Approx(std::pow(RMSE{}(numbers.view().judged(0)) / RMSE{}(numbers.view().judged(m)), 2 * power)));
  }
  const Said perfect{.outputs = {{1, 2}, {1, 3}, {1, 2}}, .numbers = {1, 2}};
  expect(InverseErrorWeights{}.weights(perfect.view()), {1, 0, 1});
}

TEST_CASE("bootstrap weights are the chances to be best: all for one, halves for two who tie, none for the worst") {
  const Said said{.outputs = {{1, 2, 4}, {1, 2, 4}, {0, 0, 0}}, .numbers = {1, 2, 3}};
  expect(BootstrapWeights{}.weights(said.view()), {0.5, 0.5, 0});
  // the second is better on one row of three by more than the others are worth: it wins unless that row is not drawn
  const Said rare{.outputs = {{0, 0, 9}, {1, 1, 0}}, .numbers = {0, 0, 0}};
  const auto w = BootstrapWeights{.resamples = 4000}.weights(rare.view());
  CHECK(w[0] == doctest::Approx(8.0 / 27).epsilon(0.08));
  CHECK(w[0] + w[1] == doctest::Approx(1));
  Said grouped = rare;
  grouped.outputs = {{0, 0, 9, 9}, {1, 1, 0, 0}};
  grouped.numbers = {0, 0, 0, 0};
  MemberOutputs view = grouped.view();
  const std::vector<std::int64_t> group{5, 5, 7, 7};
  view.truth.group = group;
  CHECK(BootstrapWeights{.resamples = 4000}.weights(view)[0] == doctest::Approx(0.25).epsilon(0.08));  // the first group twice
}

TEST_CASE("least squares weights agree with scipy, and with the best of all supports") {
  Said said = reference_numbers();
  expect(LeastSquaresWeights{.sum_to_one = false}.weights(said.view()), {reference::weights_nnls, reference::weights_nnls + 5}, 1e-8);
  expect(LeastSquaresWeights{}.weights(said.view()), {reference::weights_simplex, reference::weights_simplex + 5}, 1e-8);
  said.weight.append(reference::weights_rows, 24);
  expect(LeastSquaresWeights{.sum_to_one = false}.weights(said.view()), {reference::weights_nnls_weighted, reference::weights_nnls_weighted + 5}, 1e-8);
  expect(LeastSquaresWeights{}.weights(said.view()), {reference::weights_simplex_weighted, reference::weights_simplex_weighted + 5}, 1e-8);
}

TEST_CASE("the weights of the least log-loss are those of the likeliest mixture of the chances of what is true") {
  Said said;
  said.outputs.resize(4);
  said.classes = 2;
  for (std::size_t i = 0; i < 40; ++i) {
    said.labels.push_back(static_cast<std::int32_t>(i % 2));
    for (std::size_t m = 0; m < 4; ++m) {
      const float chance = reference::mixture_chances[i * 4 + m];
      said.outputs[m].append(i % 2 == 0 ? std::initializer_list<float>{chance, 1 - chance} : std::initializer_list<float>{1 - chance, chance});
    }
  }
  expect(LogLossWeights{}.weights(said.view()), {reference::mixture_weights, reference::mixture_weights + 4}, 1e-4);
  said.weight.append(reference::mixture_rows, 40);
  expect(LogLossWeights{}.weights(said.view()), {reference::mixture_weights_weighted, reference::mixture_weights_weighted + 4}, 1e-4);
}

TEST_CASE("rows of weight 0 teach nothing") {
  Said all = four_labels(), some = four_labels();
  all.weight = {1, 2, 0, 0};
  for (auto& m : some.outputs) m.resize(4);
  some.labels.resize(2);
  some.fold.resize(2);
  some.weight = {1, 2};
  const auto same = [&](const auto& policy) { expect(policy.weights(all.view()), {[&] { const auto w = policy.weights(some.view()); return std::vector<double>(w.begin(), w.end()); }()}); };
  same(AccuracyWeights{.stability = 0.5});
  same(InverseErrorWeights{});
  same(BootstrapWeights{});
  same(LeastSquaresWeights{});
  same(LeastSquaresWeights{.sum_to_one = false});
  same(LogLossWeights{});
}

TEST_CASE("weights are learnt from out-of-fold predictions: who only remembers counts for little") {
  const auto data = line<2>(90, 3);
  const auto w = weights_of(Average{LeastSquaresWeights{}, Nearest{}, Ridge{.lambda = 1e-3f}}, data);
  CHECK(w[0] + w[1] == doctest::Approx(1));
  CHECK(w[1] > 0.9f);  // in sample the nearest neighbour is never wrong
}

TEST_CASE("a policy of one's own is a policy, of an average and of a vote") {
  const auto data = blobs<2, 3>(30, 1);
  CHECK(weights_of(Average{FirstAlone{}, Nearest{}, Says{1}}, data) == std::vector<float>{1, 0});
  const auto alone = fit(Nearest{}, data);
  CHECK(all_outputs(fit(Vote{FirstAlone{}, Nearest{}, Says{1}, Says{2}}, data), data) == all_outputs(alone, data));
}

TEST_CASE("a vote's weights are learnt from the votes") {
  const auto data = blobs<2, 2>(40, 1);  // half of the rows are of class 1
  const Shows sure{{0.0f, 1.0f}}, unsure{{0.49f, 0.51f}};
  const auto w = weights_of(Vote{InverseErrorWeights{}, sure, unsure}, data);
  CHECK(w[0] == w[1]);
  const auto outputs = weights_of(Average{InverseErrorWeights{}, sure, unsure}, data);
  CHECK(outputs[1] > 5 * outputs[0]);
}

TEST_CASE("each fold's rows are merged by weights that were learnt without them") {
  const auto data = line<2>(60, 5);
  const auto whole = out_of_fold(Average{InverseErrorWeights{}, Nearest{}, Ridge{}}, data, three);
  const auto a = out_of_fold(Nearest{}, data, three), b = out_of_fold(Ridge{}, data, three);
  const FoldPlan plan(three.folds, data, Random(three.seed).stream("folds"));
  for (int f = 0; f < 3; ++f) {
    double error[2] = {0, 0};
    for (std::ptrdiff_t i = 0; i < 60; ++i) {
      if (plan.tests(f, static_cast<RowIndex>(i))) continue;
      for (const bool second : {false, true}) {
        const double e = static_cast<double>((second ? b : a).values()(i, 0)) - static_cast<double>(data.y(i).value);
        error[second] += e * e;
      }
    }
    const double first = 1 / error[0] / (1 / error[0] + 1 / error[1]);
    for (std::ptrdiff_t i = 0; i < 60; ++i)
      if (plan.tests(f, static_cast<RowIndex>(i)))
        CHECK(whole.values()(i, 0) == doctest::Approx(first * a.values()(i, 0) + (1 - first) * b.values()(i, 0)).epsilon(1e-5));
  }
}

TEST_CASE("no row teaches the weights of its own prediction, at any depth") {
  using spies::Spy;
  for (const bool nested : {false, true})
    for (const bool forward : {false, true}) {
      spies::Journal journal{.forward = forward};
      const Spy s{&journal};
      const auto data = spies::rows(40);
      FitOptions options{.folds = {.k = 4, .forward = forward}, .nested = nested && !forward};
      const auto spec = Stack{Average{Average{AccuracyWeights{}, s, s}, Vote{FirstAlone{}, s, Average{LeastSquaresWeights{}, s, s}}}, s};
      (void)fit(spec, data, options);
      CHECK(journal.leaks == 0);
      CHECK(journal.confused == 0);
      CHECK(journal.predictions > 0);
    }
}

TEST_CASE("a head of members costs k + 1 fits of each, inside another head as well") {
  std::atomic<int> fits{0};
  const Nearest counted{&fits};
  const auto data = line<2>(60, 5);
  (void)fit(Average{AccuracyWeights{}, counted, counted}, data, three);
  CHECK(fits == 2 * 4);
  fits = 0;
  (void)fit(Stack{Average{Average{AccuracyWeights{}, counted, counted}}, Ridge{}}, data, three);
  CHECK(fits == 2 * 4);
}

TEST_CASE("a plan that goes forward learns the weights of a block from earlier blocks") {
  const auto data = line<2>(40, 1);
  const auto p = out_of_fold(Average{InverseErrorWeights{}, Nearest{}, Ridge{}}, data, {.folds = {.k = 3, .forward = true}});
  for (int i = 0; i < 40; ++i) CHECK(p.covers(i) == (i >= 20));  // a block for the members, another one for the weights
}

TEST_CASE("fold models are kept and averaged where that is asked for") {
  const auto data = line<2>(45, 4);
  FitOptions keep = three;
  keep.keep_folds = true;
  const auto model = fit(Average{InverseErrorWeights{}, Nearest{}, Ridge{}}, data, keep);
  CHECK(std::get<0>(model.model().members).models.size() == 3);
  CHECK(std::get<1>(fit(Average{InverseErrorWeights{}, Nearest{}, Ridge{}}, data, three).model().members).models.size() == 1);
}

TEST_CASE("on noise, learnt weights are no better than chance") {
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    std::vector<float> x(120 * 3);
    for (float& v : x) v = static_cast<float>(random.normal());
    std::vector<std::int32_t> y;
    for (int i = 0; i < 120; ++i) y.push_back(i % 2);
    shuffle(std::span<std::int32_t>(y), random);
    const auto data = table<Row<3>, Label<2>>(3, x, y);
    const auto p = out_of_fold(Average{LogLossWeights{}, Nearest{}, Logistic{}, Says{1}}, data, {.seed = seed, .nested = true});
    for (std::ptrdiff_t i = 0; i < 120; ++i) mean += (Label<2>::decide(p.values().row(i), nullptr) == data.y(i)) / 1200.0;
  }
  CHECK(mean <= 0.5 + 3 * std::sqrt(0.25 / 1200));
}

TEST_CASE("a saved committee is the same, and threads change no bit") {
  const auto data = blobs<3, 3>(60, 2);
  const auto run = [&](const auto& spec) {
    const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
    CHECK(to_bytes(one) == to_bytes(seven));
    CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one)), data) == all_outputs(one, data));
  };
  run(Average{BootstrapWeights{}, Nearest{}, Logistic{}});
  run(Vote{LogLossWeights{}, Nearest{}, Logistic{}, Says{2}});
  run(Average{LeastSquaresWeights{}, Nearest{}, Logistic{.lambda = 3}});
}

TEST_CASE("the workspace of static members is a constant") {
  using Model = ModelOf<Average<InverseErrorWeights, Says, Says>, Row<4>, Label<3>>;
  static_assert(Model::workspace_bytes(1) >= 3 * sizeof(float));
  CHECK(Model::is_static);
}

TEST_CASE("what cannot be weighed is refused by name") {
  const auto data = blobs<2, 2>(20, 1);
  const auto message = [&](auto policy) { return thrown_by<FitError>([&] { fit(Average{policy, Says{0}, Says{1}}, data); }); };
  CHECK(message(Nonsense{{1}}) == "Average: expected a weight for each of 2 members, got 1");
  CHECK(message(Nonsense{{1, -1}}) == "Average: expected weights that are finite and not negative, got -1");
  CHECK(message(Nonsense{{0, 0}}) == "Average: expected weights with a sum above 0, got 0");
  CHECK(message(AccuracyWeights{.stability = -1}) == "Average: accuracy weights: expected a stability of 0 or more, got -1");
  CHECK(message(InverseErrorWeights{.power = -1}) == "Average: inverse error weights: expected a power of 0 or more, got -1");
  CHECK(message(BootstrapWeights{.resamples = 0}) == "Average: bootstrap weights: expected at least one resample, got 0");
  CHECK(thrown_by<FitError>([&] { fit(Average{AccuracyWeights{}, Says{0}, NaNs{}}, data); }) == "Average: member 1, row 0: expected finite outputs to learn weights from, got nan");
  CHECK(thrown_by<FitError>([&] { fit(Average{AccuracyWeights{}, Says{0}, Unlucky{}}, data); }).starts_with("Average[1]/Unlucky"));
}
