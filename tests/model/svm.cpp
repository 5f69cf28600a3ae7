// SPDX-License-Identifier: Apache-2.0
#include "../reference/svm.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/svm_fit.hpp>

#include <doctest/doctest.h>

#include <limits>

using namespace linear;

namespace {

const std::vector<float> weights(std::begin(reference::svm_w), std::end(reference::svm_w));
auto two(std::vector<float> weight = {}) {
  return dataset<Row<3>, Label<2>>(3, reference::svm_x, {std::begin(reference::svm_two), std::end(reference::svm_two)},
                                   std::move(weight));
}
auto three() {
  return dataset<Row<3>, Label<3>>(3, reference::svm_x, {std::begin(reference::svm_label), std::end(reference::svm_label)});
}
auto numbers(std::vector<float> weight = {}) {
  return dataset<Row<3>, Real>(3, reference::svm_x, {std::begin(reference::svm_number), std::end(reference::svm_number)},
                               std::move(weight));
}
template <class Model, class Data> std::vector<double> decisions(const Model& model, const Data& data) {
  std::vector<double> all;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (const double v : model.decisions(data.x(i))) all.push_back(v);
  return all;
}
/// The farthest of two lists.
template <class Values, class Expected> double apart(const Values& values, const Expected& expected) {
  REQUIRE(std::size(values) == std::size(expected));
  double most = 0;
  for (std::size_t i = 0; i < std::size(values); ++i)
    most = std::max(most, std::abs(static_cast<double>(values[i]) - static_cast<double>(expected[i])));
  return most;
}
/// Kernels are in float here and in double there: 2^-24 of numbers up to 10, in sums of up to 90 coefficients of about C.
constexpr double as_in_double = 5e-5;

#define CHECK_MACHINE(spec, data, objective_expected, decisions_expected)              \
  for (const bool shrinking : {true, false}) {                                         \
    SVM s = spec;                                                                      \
    s.tolerance = 1e-7f;                                                               \
    s.shrinking = shrinking;                                                           \
    const auto model = s.fit(data, Context{});                                         \
    CHECK(model.objective[0] == doctest::Approx(objective_expected[0]).epsilon(1e-6)); \
    CHECK(apart(decisions(model, data), decisions_expected) < as_in_double);           \
  }

}  // namespace

TEST_CASE("SVM has the dual objectives and decisions of scikit-learn, with every kernel") {
  CHECK_MACHINE(SVM{}, two(), reference::svm_rbf_objective, reference::svm_rbf_decisions);
  CHECK_MACHINE((SVM{.kernel = svm::RBF{.gamma = 2}, .C = 10}), two(), reference::svm_rbf_sharp_objective,
                reference::svm_rbf_sharp_decisions);
  CHECK_MACHINE((SVM{.kernel = svm::RBF{.gamma = svm::automatic}, .C = 0.25f}), two(), reference::svm_rbf_auto_objective,
                reference::svm_rbf_auto_decisions);
  CHECK_MACHINE((SVM{.kernel = svm::Linear{}, .C = 2}), two(), reference::svm_linear_objective, reference::svm_linear_decisions);
  CHECK_MACHINE((SVM{.kernel = svm::Polynomial{.degree = 3, .offset = 1}, .C = 0.5f}), two(), reference::svm_polynomial_objective,
                reference::svm_polynomial_decisions);
  CHECK_MACHINE((SVM{.kernel = svm::Sigmoid{.gamma = 0.25f, .offset = -0.5f}}), two(), reference::svm_sigmoid_objective,
                reference::svm_sigmoid_decisions);
}

TEST_CASE("classes and rows have weights, as in scikit-learn") {
  CHECK_MACHINE((SVM{.class_weights = {1, 0.25f}}), two(), reference::svm_class_weights_objective,
                reference::svm_class_weights_decisions);
  CHECK_MACHINE((SVM{.C = 4, .balanced = true}), two(), reference::svm_balanced_objective, reference::svm_balanced_decisions);
  // the scale of gamma is that of rows of positive weight alone, where scikit-learn takes all
  double mean = 0, squares = 0;
  for (const float v : reference::svm_x) mean += static_cast<double>(v) / 270;
  for (const float v : reference::svm_x) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean) / 270;
  const auto gamma = static_cast<float>(1 / (3 * squares));
  CHECK_MACHINE((SVM{.kernel = svm::RBF{.gamma = gamma}, .C = 2}), two(weights), reference::svm_weighted_objective,
                reference::svm_weighted_decisions);
}

TEST_CASE("pairs of classes have the decisions of scikit-learn, and their votes its choices and shares") {
  const SVM spec{.kernel = svm::RBF{.gamma = 0.5f}, .C = 3, .tolerance = 1e-7f};
  const auto model = spec.fit(three(), Context{});
  CHECK(apart(decisions(model, three()), reference::svm_pairs) < as_in_double);
  const auto shares = predicted(model, three());
  CHECK(apart(shares, reference::svm_pairs_shares) < as_in_double);
  for (std::size_t i = 0; i < 90; ++i) {
    int best = 0;
    for (int k = 1; k < 3; ++k)
      if (shares[3 * i + static_cast<std::size_t>(k)] > shares[3 * i + static_cast<std::size_t>(best)]) best = k;
    CHECK(best == reference::svm_pairs_label[i]);
  }
}

TEST_CASE("SVM of numbers has the dual objectives and predictions of scikit-learn") {
  CHECK_MACHINE(SVM{}, numbers(), reference::svr_rbf_objective, reference::svr_rbf_numbers);
  CHECK_MACHINE((SVM{.C = 0.5f, .epsilon = 0}), numbers(), reference::svr_tight_objective, reference::svr_tight_numbers);
  CHECK_MACHINE((SVM{.kernel = svm::Linear{}, .epsilon = 0.3f}), numbers(), reference::svr_linear_objective,
                reference::svr_linear_numbers);
  CHECK_MACHINE((SVM{.kernel = svm::RBF{.gamma = 1}, .C = 100, .epsilon = 0.5f}), numbers(), reference::svr_wide_objective,
                reference::svr_wide_numbers);
}

TEST_CASE("a row of weight 2 is two rows, one of weight 0 is none, whatever it holds") {
  std::vector<float> x, w;
  std::vector<int> y;
  Buffer<RowIndex> copies;
  for (std::size_t i = 0; i < 90; ++i) {
    w.push_back(static_cast<float>(i % 3));
    for (std::size_t c = 0; c < i % 3; ++c) copies.push_back(static_cast<RowIndex>(i));
    x.insert(x.end(), reference::svm_x + 3 * i, reference::svm_x + 3 * i + 3);
    y.push_back(reference::svm_label[i]);
    if (i % 3 == 0) x[3 * i] = i % 2 == 0 ? NAN : INFINITY;
  }
  const SVM spec{.kernel = svm::RBF{.gamma = 0.3f}, .tolerance = 1e-6f};
  const auto weighted = spec.fit(dataset<Row<3>, Label<3>>(3, x, y, w), Context{});
  CHECK(apart(decisions(weighted, three()), decisions(spec.fit(three().subset(copies), Context{}), three())) < 1e-5);
}

TEST_CASE("memory for the kernel decides the time alone; so does shrinking, to the tolerance") {
  const auto x = noise("cached", 2 * 700);
  std::vector<int> y;
  for (std::size_t i = 0; i < 700; ++i)
    y.push_back(x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1] + 0.3f * x[(2 * i + 7) % 1400] > 1.4f);
  const auto data = dataset<Row<2>, Label<2>>(2, x, y);
  const SVM spec{.C = 50};
  SVM small = spec, plain = spec;
  small.cache_mb = 0;
  plain.shrinking = false;
  const auto model = spec.fit(data, Context{});
  CHECK(decisions(small.fit(data, Context{}), data) == decisions(model, data));
  const auto other = plain.fit(data, Context{});
  CHECK(other.objective[0] == doctest::Approx(model.objective[0]).epsilon(1e-5));
  CHECK(apart(decisions(other, data), decisions(model, data)) < 1e-2);
}

TEST_CASE("with probabilities, pairs are scaled on decisions out of fold: near the truth, and the same for any threads") {
  std::vector<float> x = noise("three clouds", 3 * 300);
  std::vector<int> y;
  for (std::size_t i = 0; i < 300; ++i) {
    y.push_back(static_cast<int>(i % 3));
    x[3 * i + i % 3] += 2;
  }
  const auto data = dataset<Row<3>, Label<4>>(3, x, y);  // no row of class 3
  const SVM spec{.probabilities = true};
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return spec.fit(data, Context{}); }); };
  const auto model = with(1);
  const auto p = predicted(model, data);
  CHECK(predicted(with(7), data) == p);
  CHECK(model.scales.size() == 3);
  double apart_from_truth = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    double logs[3], sum = 0, most = -1e9;  // three normal clouds of equal weight
    for (std::size_t k = 0; k < 3; ++k) {
      logs[k] = 2 * static_cast<double>(x[3 * i + k]);
      most = std::max(most, logs[k]);
    }
    for (const double v : logs) sum += std::exp(v - most);
    for (std::size_t k = 0; k < 3; ++k)
      apart_from_truth += std::abs(std::exp(logs[k] - most) / sum - static_cast<double>(p[4 * i + k])) / 900;
    CHECK(p[4 * i] + p[4 * i + 1] + p[4 * i + 2] == doctest::Approx(1));
    CHECK(p[4 * i + 3] == 0);
  }
  CHECK(apart_from_truth < 0.06);
}

TEST_CASE("rows that are repeated stay in one fold: probabilities of noise do not become sure by it") {
  std::vector<int> y, labels;
  std::vector<float> rows;
  Buffer<RowIndex> thrice;
  const auto x = noise("noise", 120);
  for (RowIndex i = 0; i < 60; ++i) {
    y.push_back(static_cast<int>(i % 2));
    thrice.append({i, i, i});
    for (int copy = 0; copy < 3; ++copy) {
      rows.insert(rows.end(), {x[2 * i], x[2 * i + 1]});
      labels.push_back(y.back());
    }
  }
  const auto data = dataset<Row<2>, Label<2>>(2, x, y);
  const SVM spec{.kernel = svm::RBF{.gamma = 2}, .C = 100, .probabilities = true};
  const auto sure = [&](const auto& fitted_to) {
    float most = 0;
    for (const float v : predicted(spec.fit(fitted_to, Context{}), data)) most = std::max(most, v);
    return most;
  };
  CHECK(sure(data.subset(thrice)) < 0.75f);
  CHECK(sure(dataset<Row<2>, Label<2>>(2, rows, labels)) > 0.9f);  // rows of their own, as far as anybody can tell
}

TEST_CASE("two rows, rows that contradict each other, numbers that epsilon covers") {
  const float x[] = {0, 1, 0, 1};
  const auto pair = dataset<Row<1>, Label<2>>(1, std::span(x, 2), {1, 0});
  const auto p = predicted(SVM{.C = 1000}.fit(pair, Context{}), pair);
  CHECK((p[1] > 0.7f && p[2] > 0.7f));
  const auto contradictory = dataset<Row<1>, Label<2>>(1, x, {0, 1, 1, 0});
  for (const float v : predicted(SVM{}.fit(contradictory, Context{}), contradictory))
    CHECK(v == doctest::Approx(0.5).epsilon(1e-3));
  const auto flat = dataset<Row<1>, Real>(1, x, {1, 1.1f, 1, 1.1f});
  const auto model = SVM{.epsilon = 0.2f}.fit(flat, Context{});
  CHECK(model.support.rows.blocks == 0);
  for (const float v : predicted(model, flat)) CHECK(v == doctest::Approx(1.05));
}

TEST_CASE("a row with NaN has NaN as its outputs") {
  const float bad[] = {1, NAN, 1};
  for (const bool probabilities : {false, true}) {
    const auto p = predicted(SVM{.probabilities = probabilities}.fit(three(), Context{}), dataset<Row<3>, Label<3>>(3, bad, {0}));
    CHECK((std::isnan(p[0]) && std::isnan(p[1]) && std::isnan(p[2])));
  }
}

TEST_CASE("SVM says what it cannot be fitted to") {
  const auto error = [](const SVM& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  CHECK(error({.C = 0}, two()) == "SVM: expected a finite C > 0, got 0");
  CHECK(error({.C = INFINITY}, two()) == "SVM: expected a finite C > 0, got inf");
  CHECK(error({.kernel = svm::RBF{.gamma = -3}}, two()) ==
        "SVM: expected a finite gamma > 0, svm::scale or svm::automatic, got -3");
  CHECK(error({.kernel = svm::Polynomial{.degree = -1}}, two()) == "SVM: expected a degree >= 0, got -1");
  CHECK(error({.kernel = svm::Sigmoid{.offset = NAN}}, two()) == "SVM: expected a finite offset of the kernel, got nan");
  CHECK(error({.epsilon = -1}, numbers()) == "SVM: expected a finite epsilon >= 0, got -1");
  CHECK(error({.tolerance = 0}, two()) == "SVM: expected a finite tolerance > 0, got 0");
  CHECK(thrown_by<DataError>([] {
          SVM{.class_weights = {1, 2, 3}}.fit(two(), Context{});
        }) == "class_weights: expected 2 of them, got 3");
  CHECK(thrown_by<DataError>([] { SVM{.class_weights = {1}}.fit(numbers(), Context{}); }) ==
        "class_weights: expected 0 of them, got 1");
  CHECK(thrown_by<DataError>([] {
          SVM{.class_weights = {1, 0}}.fit(two(), Context{});
        }) == "class_weights: expected positive numbers, got 0");
  CHECK(error({.cache_mb = -1}, two()) == "SVM: expected cache_mb >= 0, got -1");
  CHECK(error({.iterations = -1}, two()) == "SVM: expected iterations >= 0, got -1");
  CHECK(error({}, two(std::vector<float>(90, 0.0f))) ==
        "SVM: expected at least one row with a positive weight, got 90 rows without");
  const float x[] = {1, 2, NAN, 1e30f};
  CHECK(error({}, dataset<Row<1>, Label<2>>(1, std::span(x, 3), {0, 1, 1})) == "SVM: expected finite numbers, got NaN in column 0");
  CHECK(error({}, dataset<Row<1>, Real>(1, std::span(x, 2), {1, NAN})) == "SVM: expected finite targets, got nan in row 1");
  CHECK(thrown_by([&] { SVM{.kernel = svm::Linear{}}.fit(dataset<Row<1>, Real>(1, std::span(x + 3, 1), {1}), Context{}); }) ==
        "expected a kernel of finite numbers, got inf");
}

TEST_CASE("a search that is broken off says so and gives what it has") {
  struct Listener : Observer {
    void progressed(int, int, std::string_view) override {}
    std::vector<std::string> lines;
    void reported(std::string_view path, std::string_view text) override {
      lines.push_back(std::string(path) + ": " + std::string(text));
    }
  };
  const auto listener = std::make_shared<Listener>();
  FitOptions options;
  options.progress = Progress(listener);
  const auto broken = SVM{.iterations = 1}.fit(two(), Context(options, "Vote[0]/SVM"));
  CHECK(listener->lines == std::vector<std::string>{"Vote[0]/SVM: not converged after 1 iterations"});
  CHECK(broken.objective[0] > SVM{}.fit(two(), Context{}).objective[0]);
}

TEST_CASE("SVM is fitted with the same bits on 1 and 7 threads") {
  std::vector<int> y;
  const auto x = noise("threads", 2 * 600);
  for (std::size_t i = 0; i < 600; ++i) y.push_back((x[2 * i] > 0) + 2 * (x[2 * i + 1] > 0.3f));
  const auto data = dataset<Row<2>, Label<4>>(2, x, y);
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return SVM{.C = 10}.fit(data, Context{}); }); };
  CHECK(with(1).support.coefficients == with(7).support.coefficients);
  CHECK(with(1).support.offset == with(7).support.offset);
}

TEST_CASE("an SVM that was saved is the same; one that was tampered with is refused") {
  auto model = SVM{.probabilities = true}.fit(three(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, three()) == predicted(model, three()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(4, 3); }) == "expected support vectors of 4 columns for 3 outputs, got 3");
  model.scales.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected scales of 3 pairs, got 2");
  model.classes[1] = 3;
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected a class below 3, got 3");
  model.classes.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected the numbers of 3 classes, got 2");
  auto support = model.support;
  support.coefficients.pop_back();
  CHECK(thrown_by<FileError>([&] { support.loaded(); }).starts_with("expected 2 coefficients of each support vector"));
  support.begin[1] = 100;
  CHECK(thrown_by<FileError>([&] { support.loaded(); }).starts_with("expected classes of support vectors in order"));
}
