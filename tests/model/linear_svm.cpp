// SPDX-License-Identifier: Apache-2.0
#include "../reference/svm.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/linear_svm_fit.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace linear;

namespace {

const std::vector<float> weights(std::begin(reference::svm_w), std::end(reference::svm_w));
auto two(std::vector<float> weight = {}) {
  return dataset<Row<3>, Label<2>>(3, reference::linear_x, {std::begin(reference::svm_two), std::end(reference::svm_two)},
                                   std::move(weight));
}
auto three(std::vector<float> weight = {}) {
  return dataset<Row<3>, Label<3>>(3, reference::linear_x, {std::begin(reference::svm_label), std::end(reference::svm_label)},
                                   std::move(weight));
}
auto numbers(std::vector<float> weight = {}) {
  return dataset<Row<3>, Real>(3, reference::linear_x, {std::begin(reference::svm_number), std::end(reference::svm_number)},
                               std::move(weight));
}
void check_close(const auto& values, const auto& expected) { check_within(1e-7, values, expected); }  // floats made from doubles
#define CHECK_REFERENCE(spec, data, name)                                     \
  {                                                                           \
    LinearSVM exact = spec;                                                   \
    exact.tolerance = 1e-11f;                                                 \
    exact.iterations = 100000;                                                \
    const auto model = exact.fit(data, Context{});                            \
    CAPTURE(#name);                                                           \
    check_close(model.coefficients, reference::linear_##name##_coefficients); \
    check_close(model.intercept, reference::linear_##name##_intercept);       \
  }

}  // namespace

TEST_CASE("LinearSVM has the coefficients of scikit-learn's LinearSVC, with either loss, weights and any intercept") {
  CHECK_REFERENCE(LinearSVM{}, two(), squared);
  CHECK_REFERENCE((LinearSVM{.C = 0.5f, .squared = false}), two(), hinge);
  CHECK_REFERENCE((LinearSVM{.intercept = false}), two(), origin);
  CHECK_REFERENCE((LinearSVM{.C = 0.25f, .intercept_scale = 10}), two(), scaled);
  CHECK_REFERENCE(LinearSVM{}, two(weights), weighted);
  CHECK_REFERENCE((LinearSVM{.class_weights = {1, 0.25f}}), two(), class_weights);
  CHECK_REFERENCE((LinearSVM{.balanced = true}), two(), balanced);
  CHECK_REFERENCE(LinearSVM{}, three(), three);
  CHECK_REFERENCE((LinearSVM{.squared = false}), three(weights), three_hinge);
}

TEST_CASE("LinearSVM of numbers has the coefficients of scikit-learn's LinearSVR") {
  CHECK_REFERENCE((LinearSVM{.squared = false, .epsilon = 0.2f}), numbers(), numbers);
  CHECK_REFERENCE((LinearSVM{.epsilon = 0.2f}), numbers(), numbers_squared);
  CHECK_REFERENCE((LinearSVM{.C = 0.1f, .squared = false, .epsilon = 0}), numbers(weights), numbers_exact);
}

TEST_CASE("the class of the greatest decision has the greatest share; two classes have the logistic function") {
  const auto shares = predicted(LinearSVM{.tolerance = 1e-8f, .iterations = 100000}.fit(three(), Context{}), three());
  for (std::size_t i = 0; i < 90; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k) sum += std::exp(reference::linear_three_decisions[3 * i + k]);
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(static_cast<double>(shares[3 * i + k]) ==
            doctest::Approx(std::exp(reference::linear_three_decisions[3 * i + k]) / sum).epsilon(1e-5));
  }
  const auto model = LinearSVM{}.fit(two(), Context{});
  const auto p = predicted(model, two());
  const float* const x = reference::linear_x;
  const float f = model.intercept[0] + x[0] * model.coefficients[0] + x[1] * model.coefficients[1] + x[2] * model.coefficients[2];
  CHECK(p[1] == doctest::Approx(1 / (1 + std::exp(-f))));
  CHECK(p[0] + p[1] == doctest::Approx(1));
}

TEST_CASE("a row of weight 2 is two rows, one of weight 0 is none, whatever it holds") {
  std::vector<float> x(std::begin(reference::linear_x), std::end(reference::linear_x)), w;
  Buffer<RowIndex> copies;
  for (std::size_t i = 0; i < 90; ++i) {
    w.push_back(static_cast<float>(i % 3));
    for (std::size_t c = 0; c < i % 3; ++c) copies.push_back(static_cast<RowIndex>(i));
    if (i % 3 == 0) x[3 * i] = NAN;
  }
  const LinearSVM spec{.tolerance = 1e-11f, .iterations = 100000};
  const auto weighted = dataset<Row<3>, Label<3>>(3, x, {std::begin(reference::svm_label), std::end(reference::svm_label)}, w);
  check_close(spec.fit(weighted, Context{}).coefficients, spec.fit(three().subset(copies), Context{}).coefficients);
}

TEST_CASE("classes without rows get nothing, and where two are left one decision tells them apart") {
  std::vector<int> y;
  for (const int k : reference::svm_two) y.push_back(3 * k + 1);
  const auto data = dataset<Row<3>, Label<Dynamic>>(3, reference::linear_x, y, {}, 6);
  const auto of_six = predicted(LinearSVM{}.fit(data, Context{}), data),
             of_two = predicted(LinearSVM{}.fit(two(), Context{}), two());
  for (std::size_t i = 0; i < 90; ++i) {
    CHECK(of_six[6 * i + 4] == doctest::Approx(of_two[2 * i + 1]).epsilon(1e-5));
    CHECK((of_six[6 * i] == 0 && of_six[6 * i + 2] == 0 && of_six[6 * i + 5] == 0));
  }
}

TEST_CASE("separable, constant and contradictory rows have their solutions") {
  const float x[] = {-1, 1, -1, 1};
  const auto pair = dataset<Row<1>, Label<2>>(1, std::span(x, 2), {0, 1});
  const auto hard = LinearSVM{.C = 1000, .squared = false, .intercept = false}.fit(pair, Context{});
  CHECK(hard.coefficients[0] == doctest::Approx(1));
  const float zero[] = {0, 0, 0};
  const auto constant = dataset<Row<1>, Label<2>>(1, zero, {0, 1, 1});
  const auto model = LinearSVM{.squared = false, .intercept = false}.fit(constant, Context{});  // nothing to go by
  CHECK(model.coefficients[0] == 0);
  CHECK(predicted(LinearSVM{}.fit(constant, Context{}), constant)[1] > 0.5f);
  const auto torn = dataset<Row<1>, Label<2>>(1, x, {0, 0, 1, 1});
  CHECK(std::abs(LinearSVM{}.fit(torn, Context{}).coefficients[0]) < 1e-4f);
}

TEST_CASE("a row with NaN has NaN as its outputs") {
  const float bad[] = {1, NAN, 1};
  const auto p = predicted(LinearSVM{}.fit(three(), Context{}), dataset<Row<3>, Label<3>>(3, bad, {0}));
  CHECK((std::isnan(p[0]) && std::isnan(p[1]) && std::isnan(p[2])));
}

TEST_CASE("LinearSVM says what it cannot be fitted to, and that it has not converged") {
  const auto error = [](const LinearSVM& spec, const auto& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(error({.C = -1}, two()) == "LinearSVM: expected a finite C > 0, got -1");
  CHECK(error({.epsilon = NAN}, numbers()) == "LinearSVM: expected a finite epsilon >= 0, got nan");
  CHECK(error({.intercept_scale = 0}, two()) == "LinearSVM: expected a finite intercept_scale > 0, got 0");
  CHECK(thrown_by<DataError>([] { LinearSVM{.class_weights = {1}}.fit(two(), Context{}); }) == "class_weights: expected 2 of them, got 1");
  CHECK(thrown_by<DataError>([] { LinearSVM{.class_weights = {1, -1}}.fit(two(), Context{}); }) ==
        "class_weights: expected positive numbers, got -1");
  CHECK(error({.tolerance = 0}, two()) == "LinearSVM: expected a finite tolerance > 0, got 0");
  CHECK(error({.iterations = -1}, two()) == "LinearSVM: expected iterations >= 0, got -1");
  CHECK(error({}, two(std::vector<float>(90, 0.0f))) ==
        "LinearSVM: expected at least one row with a positive weight, got 90 rows without");
  const float x[] = {1, 2, NAN};
  CHECK(error({}, dataset<Row<1>, Label<2>>(1, x, {0, 1, 1})) == "LinearSVM: expected finite numbers, got NaN in column 0");
  CHECK(error({}, dataset<Row<1>, Real>(1, std::span(x, 1), {INFINITY})) == "LinearSVM: expected finite targets, got inf in row 0");

  struct Listener : Observer {
    std::vector<std::string> lines;
    void progressed(int, int, std::string_view) override {}
    void reported(std::string_view path, std::string_view text) override {
      lines.push_back(std::string(path) + ": " + std::string(text));
    }
  };
  const auto listener = std::make_shared<Listener>();
  FitOptions options;
  options.progress = Progress(listener);
  LinearSVM{.iterations = 1}.fit(two(), Context(options, "LinearSVM"));
  CHECK(listener->lines == std::vector<std::string>{"LinearSVM: not converged after 1 iterations"});
}

TEST_CASE("LinearSVM is fitted with the same bits on 1 and 7 threads, whatever the seed to the tolerance") {
  std::vector<int> y;
  const auto x = noise("threads", 5 * 500);
  for (std::size_t i = 0; i < 500; ++i) y.push_back((x[5 * i] > 0) + 2 * (x[5 * i + 1] > 0.3f));
  const auto data = dataset<Row<5>, Label<4>>(5, x, y);
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return LinearSVM{}.fit(data, Context{}); }); };
  const auto model = with(1);
  CHECK(model.coefficients == with(7).coefficients);
  const auto other = LinearSVM{}.fit(data, Context(FitOptions{.seed = 5}, "LinearSVM"));
  for (std::size_t i = 0; i < model.coefficients.size(); ++i)
    CHECK(std::abs(other.coefficients[i] - model.coefficients[i]) < 1e-3f);
}

TEST_CASE("a LinearSVM that was saved is the same; one that was tampered with is refused") {
  auto model = LinearSVM{}.fit(three(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, three()) == predicted(model, three()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(4, 3); }) == "expected coefficients of 4 columns for 3 outputs, got 3");
  model.intercept.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected 3 intercepts, got 2");
}
