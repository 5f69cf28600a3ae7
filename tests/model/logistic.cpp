// SPDX-License-Identifier: Apache-2.0
#include "../reference/linear.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/logistic_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// Both sides stop their search a little before the optimum: scikit-learn at 1e-12, Logistic where a test
/// says so.
void check_close(const auto& values, const auto& expected, double tolerance = 1e-5) { check_within(tolerance, values, expected); }

template <class Y>
auto reference_data(std::vector<int> y, std::vector<float> weight = {}, int classes = Y::outputs) {
  return dataset<Row<3>, Y>(3, reference::logistic_x, std::move(y), std::move(weight), classes);
}

constexpr float sharp = 1e-7f;  // a tolerance at which coefficients are right to a float

/// Three classes around three corners, 150 rows in `width` columns of which two matter.
Dataset<Row<Dynamic>, Label<3>> corners(float scale = 1, float offset = 0, int width = 2) {
  constexpr std::size_t rows = 150;
  const auto columns = static_cast<std::size_t>(width);
  auto x = noise("corners", rows * columns);
  std::vector<int> y;
  for (std::size_t i = 0; i < rows; ++i) {
    y.push_back(static_cast<int>(i % 3));
    x[i * columns] += y.back() == 1 ? 3.0f : 0.0f;
    x[i * columns + 1] += y.back() == 2 ? 3.0f : 0.0f;
    x[i * columns] = x[i * columns] * scale + offset;
  }
  return dataset<Row<Dynamic>, Label<3>>(width, x, y);
}

template <class X, class Y> double accuracy(const std::vector<float>& p, const Dataset<X, Y>& data) {
  const auto classes = static_cast<std::size_t>(data.outputs());
  double right = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.rows()); ++i)
    right += Y::decide({p.data() + i * classes, classes}, nullptr) == data.y(static_cast<std::ptrdiff_t>(i))
                 ? 1
                 : 0;
  return right / static_cast<double>(data.rows());
}

}  // namespace

static_assert(Logistic::capabilities.labels && Logistic::capabilities.probabilities &&
              Logistic::capabilities.weights && !Logistic::capabilities.numbers);
static_assert(static_workspace_bytes<Logistic::Model<Row<64>, Label<10>>>(1) == 0);

TEST_CASE("Logistic of two classes has the coefficients and probabilities of scikit-learn") {
  const auto y = vector(reference::logistic_two);
  const auto weight = vector(reference::logistic_w);
  const auto plain = Logistic{.lambda = 1, .tolerance = sharp}.fit(reference_data<Label<2>>(y), Context{});
  check_close(plain.coefficients, reference::logistic_two_coefficients);
  check_close(plain.intercept, reference::logistic_two_intercept);
  check_close(predicted(plain, reference_data<Label<2>>(y)), reference::logistic_two_probabilities);
  const auto weighted =
      Logistic{.lambda = 0.25f, .tolerance = sharp}.fit(reference_data<Label<2>>(y, weight), Context{});
  check_close(weighted.coefficients, reference::logistic_two_weighted_coefficients);
  check_close(weighted.intercept, reference::logistic_two_weighted_intercept);
  const auto origin =
      Logistic{.intercept = false, .tolerance = sharp}.fit(reference_data<Label<2>>(y, weight), Context{});
  check_close(origin.coefficients, reference::logistic_two_origin_coefficients);
  CHECK(origin.intercept[0] == 0);
}

TEST_CASE("Logistic of three classes has the coefficients and probabilities of scikit-learn") {
  const auto y = vector(reference::logistic_three);
  const auto plain = Logistic{.tolerance = sharp}.fit(reference_data<Label<3>>(y), Context{});
  check_close(plain.coefficients, reference::logistic_three_coefficients);
  check_close(plain.intercept, reference::logistic_three_intercept);
  check_close(predicted(plain, reference_data<Label<3>>(y)), reference::logistic_three_probabilities);
  const auto weighted = Logistic{.lambda = 4, .tolerance = sharp}.fit(
      reference_data<Label<3>>(y, vector(reference::logistic_w)), Context{});
  check_close(weighted.coefficients, reference::logistic_three_weighted_coefficients);
  check_close(weighted.intercept, reference::logistic_three_weighted_intercept);
}

template <class Y> auto penalised_data(std::vector<int> y, std::vector<float> weight = {}) {
  return dataset<Row<4>, Y>(4, reference::penalised_x, std::move(y), std::move(weight));
}
template <class Model, class W, class B> void has_coefficients(const Model& m, const W& coefficients, const B& intercept) {
  check_close(m.coefficients, coefficients, 1e-6);
  check_close(m.intercept, intercept, 1e-6);
  for (std::size_t i = 0; i < std::size(coefficients); ++i) CHECK((m.coefficients[i] == 0) == (coefficients[i] == 0));
}

TEST_CASE("with an l1 Logistic has the coefficients of scikit-learn's saga, zeros too, of two classes and of three") {
  const auto two = vector(reference::penalised_two), three = vector(reference::penalised_three);
  const auto w = vector(reference::penalised_w);
  const Logistic lasso{.lambda = 4, .l1_ratio = 1, .tolerance = sharp};
  has_coefficients(lasso.fit(penalised_data<Label<2>>(two), Context{}), reference::penalised_lasso_coefficients,
                   reference::penalised_lasso_intercept);
  const Logistic elastic{.lambda = 2, .l1_ratio = 0.5f, .tolerance = sharp};
  has_coefficients(elastic.fit(penalised_data<Label<2>>(two, w), Context{}), reference::penalised_elastic_coefficients,
                   reference::penalised_elastic_intercept);
  const Logistic origin{.lambda = 2, .l1_ratio = 0.75f, .intercept = false, .tolerance = sharp};
  const auto of_origin = origin.fit(penalised_data<Label<2>>(two, w), Context{});
  check_close(of_origin.coefficients, reference::penalised_origin_coefficients, 1e-6);
  CHECK(of_origin.intercept[0] == 0);
  has_coefficients(lasso.fit(penalised_data<Label<3>>(three), Context{}), reference::penalised_three_lasso_coefficients,
                   reference::penalised_three_lasso_intercept);
  const Logistic both{.lambda = 1, .l1_ratio = 0.5f, .iterations = 1000, .tolerance = sharp};
  has_coefficients(both.fit(penalised_data<Label<3>>(three, w), Context{}), reference::penalised_three_elastic_coefficients,
                   reference::penalised_three_elastic_intercept);
}

TEST_CASE("balanced classes and class weights have the coefficients of scikit-learn") {
  const auto two = vector(reference::penalised_two), three = vector(reference::penalised_three);
  const Logistic balanced{.balanced = true, .tolerance = sharp};
  const auto of_two = balanced.fit(penalised_data<Label<2>>(two), Context{});
  check_close(of_two.coefficients, reference::penalised_balanced_coefficients);
  check_close(of_two.intercept, reference::penalised_balanced_intercept);
  const auto of_three = balanced.fit(penalised_data<Label<3>>(three), Context{});
  check_close(of_three.coefficients, reference::penalised_balanced_three_coefficients);
  check_close(of_three.intercept, reference::penalised_balanced_three_intercept);
  const Logistic weighted{.class_weights = {0.5f, 2, 1}, .tolerance = sharp};
  const auto m = weighted.fit(penalised_data<Label<3>>(three), Context{});
  check_close(m.coefficients, reference::penalised_weights_coefficients);
  check_close(m.intercept, reference::penalised_weights_intercept);
}

TEST_CASE("class weights are row weights, and a class without rows does not count for the balance") {
  const auto three = vector(reference::penalised_three);
  std::vector<float> w;
  for (const int k : three) w.push_back(k == 1 ? 3.0f : 0.5f);
  const auto by_rows = Logistic{.tolerance = sharp}.fit(penalised_data<Label<3>>(three, w), Context{});
  const auto by_class = Logistic{.class_weights = {0.5f, 3, 0.5f}, .tolerance = sharp}.fit(penalised_data<Label<3>>(three), Context{});
  CHECK(by_rows.coefficients == by_class.coefficients);
  CHECK(by_rows.intercept == by_class.intercept);
  const Logistic balanced{.balanced = true, .tolerance = sharp};
  const auto of_three = predicted(balanced.fit(penalised_data<Label<3>>(three), Context{}), penalised_data<Label<3>>(three));
  const auto of_four = predicted(balanced.fit(penalised_data<Label<4>>(three), Context{}), penalised_data<Label<4>>(three));
  for (std::size_t i = 0; i < 60; ++i)
    for (std::size_t k = 0; k < 3; ++k) CHECK(of_four[4 * i + k] == doctest::Approx(of_three[3 * i + k]).epsilon(1e-5));
}

TEST_CASE("rows of which most numbers are their column's commonest give what the same rows in another basis give") {
  constexpr std::size_t rows = 400, width = 16;
  std::vector<float> one_hot(rows * width, -0.25f), turned;  // as if standardised: no zero anywhere
  std::vector<int> y;
  const auto noise_ = noise("labels", rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t a = i * 7 % 8, b = i * 5 % 3;
    one_hot[i * width + a] = 1.75f;
    one_hot[i * width + 8 + b] = 1;
    const double score = static_cast<double>(noise_[i]) + (a > 4 ? 1 : 0) - (b == 1 ? 1 : 0);
    y.push_back(score > 0.8 ? 2 : score > 0 ? 1 : 0);
  }
  turned = one_hot;
  for (std::size_t i = 0; i < rows; ++i)  // a reflection, which leaves |w| alone
    for (std::size_t j = 0; j < width; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < width; ++k) product += static_cast<double>(one_hot[i * width + k]) * (k % 2 ? 1 : -0.5);
      turned[i * width + j] -= static_cast<float>(2 * product * (j % 2 ? 1 : -0.5) / 10);
    }
  const auto sparse = dataset<Row<Dynamic>, Label<3>>(16, one_hot, y), dense = dataset<Row<Dynamic>, Label<3>>(16, turned, y);
  CHECK(DesignRows(row_source(sparse), moments(row_source(sparse)).mean, true).is_gathered());
  CHECK_FALSE(DesignRows(row_source(dense), moments(row_source(dense)).mean, true).is_gathered());
  check_close(predicted(Logistic{.tolerance = sharp}.fit(sparse, Context{}), sparse),
              predicted(Logistic{.tolerance = sharp}.fit(dense, Context{}), dense), 2e-5);
  for (int& k : y) k = k > 0;
  const auto sparse_two = dataset<Row<Dynamic>, Label<2>>(16, one_hot, y), dense_two = dataset<Row<Dynamic>, Label<2>>(16, turned, y);
  check_close(predicted(Logistic{.tolerance = sharp}.fit(sparse_two, Context{}), sparse_two),
              predicted(Logistic{.tolerance = sharp}.fit(dense_two, Context{}), dense_two), 2e-5);
}

TEST_CASE("many more columns than rows are fitted, by L-BFGS without an l1 and by few columns at a time with one") {
  constexpr std::size_t rows = 60, width = 700;
  const auto x = noise("wide", rows * width);
  std::vector<int> y;
  for (std::size_t i = 0; i < rows; ++i) y.push_back(x[i * width] + x[i * width + 1] > 0);
  const auto data = dataset<Row<Dynamic>, Label<2>>(700, x, y);
  CHECK(accuracy(predicted(Logistic{}.fit(data, Context{}), data), data) == 1);
  const Logistic spec{.lambda = 3, .l1_ratio = 1, .tolerance = 1e-5f};
  const auto model = spec.fit(data, Context{});
  std::size_t kept = 0;
  for (const float v : model.coefficients) kept += v != 0;
  CHECK((kept > 1 && kept < 60));
  CHECK(model.coefficients[0] > 0);
  const auto p = predicted(model, data);
  for (std::size_t j = 0; j < width; ++j) {  // the conditions of an optimum
    double slope = 0;
    for (std::size_t i = 0; i < rows; ++i) slope += static_cast<double>(x[i * width + j]) * (y[i] - static_cast<double>(p[2 * i + 1]));
    if (model.coefficients[j] == 0) CHECK(std::abs(slope) <= 3 + 1e-3);
    else CHECK(std::abs(slope - std::copysign(3.0, static_cast<double>(model.coefficients[j]))) < 1e-3);
  }
}

TEST_CASE("columns that depend on each other need no penalty") {
  std::vector<float> x;
  std::vector<int> y;
  const auto a = noise("a", 100), b = noise("b", 100);
  for (std::size_t i = 0; i < 100; ++i) {
    x.insert(x.end(), {a[i], 2 * a[i]});
    y.push_back(a[i] + b[i] > 0);
  }
  std::vector<float> once(a.begin(), a.end());
  const auto twins = dataset<Row<2>, Label<2>>(2, x, y);
  const auto single = dataset<Row<1>, Label<2>>(1, once, y);
  const Logistic free{.lambda = 0, .tolerance = sharp};
  check_close(predicted(free.fit(twins, Context{}), twins), predicted(free.fit(single, Context{}), single), 1e-5);
}

TEST_CASE("an untouched Logistic ends within 5e-3 of the optimal probabilities") {
  const auto data = reference_data<Label<3>>(vector(reference::logistic_three));
  check_close(predicted(Logistic{}.fit(data, Context{}), data), reference::logistic_three_probabilities,
              5e-3);  // 1/100 of a standard error
}

TEST_CASE("the number of classes may be known at run time") {
  for (const bool two : {true, false}) {
    const auto y = two ? vector(reference::logistic_two) : vector(reference::logistic_three);
    const auto data = reference_data<Label<Dynamic>>(y, {}, two ? 2 : 3);
    const auto model = Logistic{.tolerance = sharp}.fit(data, Context{});
    if (two) check_close(predicted(model, data), reference::logistic_two_probabilities);
    else check_close(predicted(model, data), reference::logistic_three_probabilities);
  }
}

TEST_CASE("a class without a row has probability 0, and the others are as if it did not exist") {
  const auto two = vector(reference::logistic_two);
  std::vector<int> moved;  // classes 1 and 3 of 5
  for (const int y : two) moved.push_back(2 * y + 1);
  const auto data = reference_data<Label<5>>(moved);
  const auto p = predicted(Logistic{.tolerance = sharp}.fit(data, Context{}), data);
  for (std::size_t i = 0; i < two.size(); ++i) {
    for (const std::size_t k : {0u, 2u, 4u}) CHECK(p[i * 5 + k] == 0);
    for (const std::size_t k : {0u, 1u})
      CHECK(std::abs(static_cast<double>(p[i * 5 + 2 * k + 1]) -
                     reference::logistic_two_probabilities[i * 2 + k]) < 1e-5);
  }
  const auto of_four = reference_data<Label<4>>(vector(reference::logistic_three));
  const auto q = predicted(Logistic{.tolerance = sharp}.fit(of_four, Context{}), of_four);
  for (std::size_t i = 0; i < two.size(); ++i) {
    CHECK(q[i * 4 + 3] == 0);
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(std::abs(static_cast<double>(q[i * 4 + k]) - reference::logistic_three_probabilities[i * 3 + k]) <
            1e-5);
  }
}

TEST_CASE("a class whose rows all have weight 0 is a class without a row") {
  const float x[] = {1, 2, 3, 4, 5, 6};
  const auto data = dataset<Row<1>, Label<3>>(1, x, {0, 0, 1, 1, 2, 2}, {1, 1, 1, 1, 0, 0});
  const auto p = predicted(Logistic{}.fit(data, Context{}), data);
  for (std::size_t i = 0; i < 6; ++i) CHECK(p[i * 3 + 2] == 0);
  CHECK(p[0] > 0.5f);
}

TEST_CASE("a class of next to no weight is fitted, whatever the rows of no weight hold") {
  const float x[] = {1, 2, 3, 4, INFINITY, std::nanf("")};
  for (const bool two : {true, false}) {
    const std::vector<float> weight{1, 1, two ? 1 : 1e-30f, 1e-30f, 0, 0};
    const auto data = dataset<Row<1>, Label<3>>(1, x, {0, 0, two ? 0 : 1, 2, 0, 1}, weight);
    const auto p = predicted(Logistic{}.fit(data, Context{}), data.first(4));
    for (const std::size_t i : {0u, 1u, 2u}) CHECK(p[3 * i] == doctest::Approx(1));
    CHECK((p[2] >= 0 && p[2] < 1e-20f));
  }
}

TEST_CASE("one class alone is certain") {
  const float x[] = {1, 2, 3};
  for (const int only : {0, 1}) {
    const auto two = dataset<Row<1>, Label<2>>(1, x, {only, only, only});
    const auto p = predicted(Logistic{}.fit(two, Context{}), two);
    CHECK(p[static_cast<std::size_t>(only)] == 1);
    CHECK(p[static_cast<std::size_t>(1 - only)] == 0);
    const auto three = dataset<Row<1>, Label<3>>(1, x, {only, only, only});
    const auto q = predicted(Logistic{}.fit(three, Context{}), three);
    for (int k = 0; k < 3; ++k) CHECK(q[static_cast<std::size_t>(k)] == (k == only ? 1.0f : 0.0f));
  }
  const float row[] = {5};
  const auto one = dataset<Row<1>, Label<1>>(1, row, {0});
  CHECK(predicted(Logistic{}.fit(one, Context{}), one)[0] == 1);
}

TEST_CASE("without a column that matters the probabilities are the shares of the classes") {
  const float x[] = {7, 7, 7, 7, 7, 7, 7, 7};
  for (const float lambda : {1.0f, 0.0f}) {
    const auto two = dataset<Row<1>, Label<2>>(1, x, {0, 0, 1, 0, 0, 1, 0, 0});
    const auto model = Logistic{.lambda = lambda}.fit(two, Context{});
    CHECK(model.coefficients[0] == 0);
    CHECK(predicted(model, two)[1] == doctest::Approx(0.25));
    const auto three = dataset<Row<1>, Label<3>>(1, x, {0, 0, 1, 0, 2, 1, 0, 0});
    CHECK(predicted(Logistic{.lambda = lambda}.fit(three, Context{}), three)[2] == doctest::Approx(0.125));
  }
}

TEST_CASE("a weight of 2 is a row twice") {
  std::vector<float> weight(30, 1.0f);
  weight[3] = weight[8] = 2;
  weight[5] = 0;
  std::vector<RowIndex> rows;
  for (RowIndex i = 0; i < 30; ++i) rows.insert(rows.end(), static_cast<std::size_t>(weight[i]), i);
  const auto y = vector(reference::logistic_three);
  const auto weighted = Logistic{.tolerance = sharp}.fit(reference_data<Label<3>>(y, weight), Context{});
  const auto repeated = Logistic{.tolerance = sharp}.fit(reference_data<Label<3>>(y).subset(rows), Context{});
  check_close(weighted.coefficients, repeated.coefficients);
  check_close(weighted.intercept, repeated.intercept);
}

TEST_CASE("scale and offset of a column change nothing without a penalty") {
  const auto plain =
      predicted(Logistic{.lambda = 0, .tolerance = sharp}.fit(corners(), Context{}), corners());
  for (const float scale : {1e-6f, 1e3f, 1e6f}) {
    const auto data = corners(scale, 100 * scale);  // in floats the offset costs two digits
    const auto p = predicted(Logistic{.lambda = 0, .tolerance = sharp}.fit(data, Context{}), data);
    check_close(p, plain, 3e-4);
  }
}

TEST_CASE("a large penalty leaves the shares of the classes") {
  const auto data = corners();
  for (const float p : predicted(Logistic{.lambda = 1e30f}.fit(data, Context{}), data))
    CHECK(p == doctest::Approx(1.0 / 3).epsilon(1e-5));
}

TEST_CASE("Logistic finds classes among columns that say nothing") {
  const auto data = corners(1, 0, 20);
  CHECK(accuracy(predicted(Logistic{}.fit(data, Context{}), data), data) >
        0.93);  // 0.97 of the mass is on the right side
}

TEST_CASE(
    "separable classes without a penalty end after the iterations that were asked for, with sure "
    "probabilities") {
  const float x[] = {-3, -2, -1, 1, 2, 3};
  const auto data = dataset<Row<1>, Label<2>>(1, x, {0, 0, 0, 1, 1, 1});
  const auto p =
      predicted(Logistic{.lambda = 0, .iterations = 30, .tolerance = 0}.fit(data, Context{}), data);
  for (std::size_t i = 0; i < 6; ++i) {
    CHECK(p[2 * i] + p[2 * i + 1] == doctest::Approx(1));
    CHECK(p[2 * i + (i < 3 ? 0 : 1)] > 0.999f);
  }
}

TEST_CASE("the largest floats are fitted without an overflow") {
  const float x[] = {3e38f, -3e38f, 1e38f, -2e38f, 2e38f, -1e38f};
  const auto data = dataset<Row<1>, Label<2>>(1, x, {1, 0, 1, 0, 1, 0});
  for (const float p : predicted(Logistic{}.fit(data, Context{}), data)) CHECK((p >= 0 && p <= 1));
}

TEST_CASE("logits of any size become probabilities") {
  float two[] = {1000, 0};
  Logistic::to_probabilities(two);
  CHECK(two[0] == 0);
  CHECK(two[1] == 1);
  float three[] = {1000, -1000, 1000};
  Logistic::to_probabilities(three);
  CHECK(three[0] == 0.5f);
  CHECK(three[1] == 0);
  float nan[] = {0, std::nanf(""), 0};
  Logistic::to_probabilities(nan);
  for (const float p : nan) CHECK(std::isnan(p));
}

TEST_CASE("Logistic says what it cannot be fitted to, and that it has not converged") {
  const auto message = [](const Logistic& spec, const auto& data) -> std::string {
    try {
      spec.fit(data, Context{});
    } catch (const FitError& e) { return e.what(); }
    return "fitted";
  };
  const auto data = corners();
  CHECK(message({.lambda = -1}, data) == "Logistic: expected a finite lambda >= 0, got -1");
  CHECK(
      message({.lambda = std::nanf("")}, data).starts_with("Logistic: expected a finite lambda >= 0, got "));
  CHECK(message({.tolerance = -1}, data) == "Logistic: expected a tolerance >= 0, got -1");
  CHECK(message({.iterations = -2}, data) == "Logistic: expected iterations >= 0, got -2");
  CHECK(message({.l1_ratio = 2}, data) == "Logistic: expected an l1_ratio in [0, 1], got 2");
  CHECK(message({.balanced = true, .class_weights = {1, 2, 3}}, data) ==
        "Logistic: expected either balanced classes or class_weights, got both");
  CHECK_THROWS_WITH_AS((Logistic{.class_weights = {1, 2}}.fit(data, Context{})), "class_weights: expected 3 of them, got 2", DataError);
  CHECK(message({}, data.first(0)) ==
        "Logistic: expected at least one row with a positive weight, got 0 rows without");
  const float hole[] = {1, std::nanf("")};
  CHECK(message({}, dataset<Row<1>, Label<2>>(1, hole, {0, 1})) ==
        "Logistic: expected finite numbers, got NaN in column 0");

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
  Logistic{.iterations = 2}.fit(data, Context(options, "Vote[0]/Logistic"));
  CHECK(listener->lines == std::vector<std::string>{"Vote[0]/Logistic: not converged after 2 iterations"});
}

TEST_CASE("Logistic is fitted with the same bits on 1, 2 and 7 threads") {
  constexpr std::size_t rows = 2000;
  std::vector<int> y;
  const auto score = noise("score", rows);
  const auto x = noise("x", rows * 9);
  for (std::size_t i = 0; i < rows; ++i) y.push_back(score[i] + x[i * 9] > 1 ? 2 : score[i] > 0 ? 1 : 0);
  const auto data = dataset<Row<9>, Label<3>>(9, x, y, std::vector<float>(rows, 0.7f));
  auto few = x;
  for (std::size_t i = 0; i < few.size(); ++i) few[i] = i % 9 == i / 9 % 9 ? few[i] : 0.0f;
  const auto sparse = dataset<Row<9>, Label<3>>(9, few, y);
  for (int& k : y) k = k > 0;
  const auto two = dataset<Row<9>, Label<2>>(9, few, y);
  const auto agrees = [&](const Logistic& spec, const auto& rows_) {
    const auto fit = [&](int threads) {
      return parallel::with_threads(threads, [&] { return spec.fit(rows_, Context{}); });
    };
    const auto one = fit(1);
    for (const int threads : {2, 7}) {
      CHECK(fit(threads).coefficients == one.coefficients);
      CHECK(fit(threads).intercept == one.intercept);
    }
  };
  for (const float l1_ratio : {0.0f, 0.5f}) {
    agrees({.l1_ratio = l1_ratio}, data);
    agrees({.l1_ratio = l1_ratio}, sparse);
    agrees({.l1_ratio = l1_ratio}, two);
  }
}

TEST_CASE("a Logistic that was saved predicts the same bits; one that was tampered with is refused") {
  const auto data = reference_data<Label<4>>(
      vector(reference::logistic_three));  // one class without rows: an infinite intercept
  auto model = Logistic{}.fit(data, Context{});
  Writer out;
  out("model", model);
  Logistic::Model<Row<3>, Label<4>> again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, data) == predicted(model, data));
  model.intercept.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 4 intercepts, got 3", FileError);
  model.classes = 3;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 4 classes, got 3", FileError);
}
