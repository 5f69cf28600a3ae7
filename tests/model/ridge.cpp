// SPDX-License-Identifier: Apache-2.0
#include "../reference/linear.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/ridge_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// Coefficients are floats made from doubles: equal up to a rounding of 6e-8, and some more for the data's
/// condition.
void check_close(const auto& values, const auto& expected, double tolerance = 1e-6) { check_within(tolerance, values, expected); }

template <class Y> auto two_targets(std::vector<float> weight = {}) {
  return dataset<Row<3>, Y>(3, reference::ridge_x, vector(reference::ridge_y), std::move(weight), 2);
}

template <class Data> Buffer<double> left_out_errors(const Data& data, const Buffer<float>& lambdas, bool intercept) {
  detail::RidgeProblem p{detail::linear_problem(row_source(data), detail::finite_targets(data, "", "Ridge"), data.outputs(),
                                                intercept, "", "Ridge"), 1};
  SymmetricSystem s = detail::ridge_system(p);
  return detail::left_out_errors(p, s, lambdas, intercept);
}

/// 200 rows, 4 columns of scales from 1e-6 to 1e6, y = 1 + sum of the standardised columns + noise.
Dataset<Row<Dynamic>, Real> unlike_scales() {
  constexpr std::size_t rows = 200;
  const float scale[] = {1e-6f, 1, 1e6f, 1e3f}, offset[] = {0, -2, 1e6f, 1e5f};
  auto x = noise("x", rows * 4);
  auto y = noise("y", rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      y[i] += x[i * 4 + j];
      x[i * 4 + j] = x[i * 4 + j] * scale[j] + offset[j];
    }
  return dataset<Row<Dynamic>, Real>(4, x, y);
}

}  // namespace

static_assert(Ridge::capabilities.numbers && Ridge::capabilities.weights && !Ridge::capabilities.labels);
static_assert(static_workspace_bytes<Ridge::Model<Row<3>, Real>>(1) == 0);
static_assert(static_workspace_bytes<Ridge::Model<Image<1, 4, 4>, Real>>(1) == 64);

TEST_CASE(
    "Ridge has the coefficients of scikit-learn, for two outputs at once, with weights, without intercept") {
  const auto weight = vector(reference::ridge_w);
  const auto plain = Ridge{.lambda = 1}.fit(two_targets<Reals<2>>(), Context{});
  check_close(plain.coefficients, reference::ridge_plain_coefficients);
  check_close(plain.intercept, reference::ridge_plain_intercept);
  const auto weighted = Ridge{.lambda = 0.5f}.fit(two_targets<Reals<2>>(weight), Context{});
  check_close(weighted.coefficients, reference::ridge_weighted_coefficients);
  check_close(weighted.intercept, reference::ridge_weighted_intercept);
  const auto origin = Ridge{.lambda = 2, .intercept = false}.fit(two_targets<Reals<2>>(weight), Context{});
  check_close(origin.coefficients, reference::ridge_origin_coefficients);
  check_close(origin.intercept, reference::ridge_origin_intercept);
  const auto least_squares = Ridge{.lambda = 0}.fit(two_targets<Reals<2>>(weight), Context{});
  check_close(least_squares.coefficients, reference::ridge_least_squares_coefficients);
  check_close(least_squares.intercept, reference::ridge_least_squares_intercept);
}

TEST_CASE("Ridge with more columns than rows has the coefficients of scikit-learn") {
  const auto data =
      dataset<Row<9>, Real>(9, reference::wide_x, vector(reference::wide_y), {1, 2, 1, 0.5f, 1});
  const auto model = Ridge{.lambda = 0.3f}.fit(data, Context{});
  check_close(model.coefficients, reference::wide_coefficients);
  check_close(model.intercept, reference::wide_intercept);
}

TEST_CASE("Ridge gives the same on both sides of the switch between columns and rows") {
  const auto x = noise("square", 40 * 41);
  const auto tall = dataset<Row<40>, Real>(40, x, noise("target", 41));  // 41 rows of 40 columns, by columns
  const auto primal = Ridge{.lambda = 2}.fit(tall, Context{});
  std::vector<float>
      padded;  // two more columns of zeros change nothing, but now there are more columns than rows
  for (std::size_t i = 0; i < 41; ++i) {
    padded.insert(padded.end(), x.begin() + static_cast<std::ptrdiff_t>(i * 40),
                  x.begin() + static_cast<std::ptrdiff_t>(i * 40 + 40));
    padded.insert(padded.end(), {0.0f, 0.0f});
  }
  const auto wide = dataset<Row<42>, Real>(42, padded, noise("target", 41));
  const auto dual = Ridge{.lambda = 2}.fit(wide, Context{});
  check_close(std::vector<float>(dual.coefficients.begin(), dual.coefficients.begin() + 40),
              primal.coefficients);
  CHECK(dual.coefficients[40] == 0);
  check_close(dual.intercept, primal.intercept);
}

TEST_CASE("the number of outputs may be known at run time, and predictions are x W + b") {
  const auto fixed = Ridge{}.fit(two_targets<Reals<2>>(), Context{});
  const auto data = two_targets<Reals<Dynamic>>();
  const auto dynamic = Ridge{}.fit(data, Context{});
  CHECK(dynamic.coefficients == fixed.coefficients);
  CHECK(dynamic.intercept == fixed.intercept);
  const auto y = predicted(dynamic, data);
  check_close(predicted(fixed, two_targets<Reals<2>>()), y);
  for (std::size_t i = 0; i < 14; ++i)
    for (std::size_t c = 0; c < 2; ++c) {
      double expected = static_cast<double>(fixed.intercept[c]);
      for (std::size_t j = 0; j < 3; ++j)
        expected += static_cast<double>(reference::ridge_x[i * 3 + j]) *
                    static_cast<double>(fixed.coefficients[j * 2 + c]);
      CHECK(static_cast<double>(y[i * 2 + c]) == doctest::Approx(expected).epsilon(1e-5));
    }
}

TEST_CASE("every count of outputs and columns predicts as the double loop does") {
  const auto one_count = [](auto count) {
    constexpr int outputs = decltype(count)::value;
    for (const int width : {1, 7, 8, 9, 20}) {
      const auto x = noise("x", static_cast<std::size_t>(width)),
                 W = noise("W", static_cast<std::size_t>(width * outputs)), b = noise("b", outputs);
      float known[outputs], unknown[outputs];
      affine<outputs>(x.data(), width, outputs, W.data(), b.data(), known);
      affine<Dynamic>(x.data(), width, outputs, W.data(), b.data(), unknown);
      for (std::size_t k = 0; k < outputs; ++k) {
        double expected = static_cast<double>(b[k]);
        for (std::size_t j = 0; j < x.size(); ++j)
          expected += static_cast<double>(x[j]) * static_cast<double>(W[j * outputs + k]);
        CHECK(std::abs(static_cast<double>(known[k]) - expected) < 1e-5);
        CHECK(std::abs(static_cast<double>(unknown[k]) - expected) < 1e-5);
      }
    }
  };
  one_count(std::integral_constant<int, 1>{});
  one_count(std::integral_constant<int, 2>{});
  one_count(std::integral_constant<int, 8>{});
  one_count(std::integral_constant<int, 10>{});
  one_count(std::integral_constant<int, 19>{});
}

TEST_CASE("a Ridge of one row predicts its target, of one column too") {
  const float x[] = {3, -1, 2};
  for (const float lambda : {1.0f, 1e-3f}) {
    const auto wide = dataset<Row<3>, Real>(3, x, {5});
    CHECK(predicted(Ridge{.lambda = lambda}.fit(wide, Context{}), wide)[0] == 5);
  }
  const float single[] = {3};
  const auto narrow = dataset<Row<1>, Real>(1, single, {5});
  CHECK(predicted(Ridge{.lambda = 0}.fit(narrow, Context{}), narrow)[0] == 5);
}

TEST_CASE("a constant column gets the coefficient 0 and the others theirs, with and without penalty") {
  const float x[] = {1, 0.3f, 2, 0.3f, 4, 0.3f, 5, 0.3f};
  const auto data = dataset<Row<2>, Real>(2, x, {3, 5, 9, 11});  // 2 x + 1
  const auto exact = Ridge{.lambda = 0}.fit(data, Context{});
  CHECK(exact.coefficients[0] == doctest::Approx(2));
  CHECK(exact.coefficients[1] == 0);
  CHECK(exact.intercept[0] == doctest::Approx(1));
  CHECK(Ridge{.lambda = 1}.fit(data, Context{}).coefficients[1] == 0);
}

TEST_CASE("a weight of 2 is a row twice, a weight of 0 no row") {
  std::vector<float> weight(14, 1.0f);
  weight[3] = weight[8] = 2;
  weight[5] = 0;
  std::vector<RowIndex> rows{0, 1, 2, 3, 3, 4, 6, 7, 8, 8, 9, 10, 11, 12, 13};
  const auto weighted = Ridge{}.fit(two_targets<Reals<2>>(weight), Context{});
  const auto repeated = Ridge{}.fit(two_targets<Reals<2>>().subset(rows), Context{});
  check_close(weighted.coefficients, repeated.coefficients);
  check_close(weighted.intercept, repeated.intercept);
}

TEST_CASE("NaN and infinity in a row of weight 0 are nothing") {
  const float x[] = {1, 2, INFINITY, std::nanf(""), 3};
  const auto model =
      Ridge{.lambda = 0}.fit(dataset<Row<1>, Real>(1, x, {1, 2, 50, 60, 3}, {1, 1, 0, 0, 1}), Context{});
  CHECK(model.coefficients[0] == doctest::Approx(1));
}

TEST_CASE(
    "a model whose width or outputs contradict the data gives NaN, and reads and writes nothing beyond") {
  Ridge::Model<Row<Dynamic>, Reals<Dynamic>> model;
  model.width = 3;
  model.coefficients.assign(6, 1.0f);
  model.intercept.assign(2, 1.0f);
  const float x[] = {1, 2, 3, 4};
  for (const auto& [columns, outputs] : {std::pair{2, 2}, {4, 2}, {3, 1}}) {
    std::vector<float> y(static_cast<std::size_t>(outputs), 0.0f);
    const DenseView<float, Dynamic> row(x, columns);
    Workspace none;
    model.outputs(std::span(&row, 1), Rows<float>(y.data(), 1, outputs), none);
    for (const float v : y) CHECK(std::isnan(v));
  }
}

TEST_CASE("columns of scales from 1e-6 to 1e6 all count in least squares") {
  const auto data = unlike_scales();
  const auto model = Ridge{.lambda = 0}.fit(data, Context{});
  const float scale[] = {1e-6f, 1, 1e6f, 1e3f};
  for (std::size_t j = 0; j < 4; ++j)
    CHECK(model.coefficients[j] * scale[j] == doctest::Approx(1).epsilon(0.2));  // 2.8 standard errors
  const auto y = predicted(model, data);
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i)
    squares += std::pow(static_cast<double>(y[i] - data.target(static_cast<std::ptrdiff_t>(i))[0]), 2);
  CHECK(squares / 200 < 1.3);  // the noise has variance 1
}

TEST_CASE("as lambda grows the coefficients vanish and the mean remains") {
  const auto data = unlike_scales();
  const auto model = Ridge{.lambda = 1e30f}.fit(data, Context{});
  double mean = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) mean += static_cast<double>(data.target(i)[0]) / 200;
  for (const float w : model.coefficients) CHECK(std::abs(w) < 1e-10f);
  CHECK(model.intercept[0] == doctest::Approx(mean));
}

TEST_CASE("equal columns share their coefficient under any penalty, even one that is lost in rounding") {
  std::vector<float> x;
  for (const float v : noise("twins", 50)) x.insert(x.end(), {v * 1e6f, v * 1e6f});
  std::vector<float> y;
  for (std::size_t i = 0; i < 50; ++i) y.push_back(x[2 * i] * 2e-6f);
  const auto data = dataset<Row<2>, Real>(2, x, y);
  for (const float lambda : {1e9f, 1.0f, 1e-6f}) {
    const auto fitted = predicted(Ridge{.lambda = lambda}.fit(data, Context{}), data);
    for (std::size_t i = 0; i < 50; ++i) CHECK(fitted[i] == doctest::Approx(y[i]).epsilon(1e-3));
  }
  const auto model = Ridge{.lambda = 1e9f}.fit(data, Context{});
  CHECK(model.coefficients[0] == doctest::Approx(model.coefficients[1]).epsilon(1e-5));
}

TEST_CASE("an image is read as its numbers") {
  auto storage = std::make_shared<const Image<1, 1, 2>::Storage>(
      2, Buffer<std::uint8_t>{0, 10, 100, 10, 200, 30, 50, 90});
  const Dataset<Image<1, 1, 2>, Real> data(storage, {1, 2, 3, 1.5f});  // 1 + x / 100
  const auto model = Ridge{.lambda = 0}.fit(data, Context{});
  const auto y = predicted(model, data);
  CHECK(y[1] == doctest::Approx(2));
  CHECK(y[3] == doctest::Approx(1.5));
}

TEST_CASE("Ridge chooses lambda by leaving one out with the errors of scikit-learn's RidgeCV, and is then the Ridge of that lambda") {
  const Buffer<float> lambdas{0.015625f, 0.125f, 1, 8, 64};
  const auto tall = [](std::vector<float> weight = {}) {
    return dataset<Row<4>, Reals<2>>(4, reference::chosen_x, vector(reference::chosen_y), std::move(weight), 2);
  };
  const auto wide = [](std::vector<float> weight = {}) {
    return dataset<Row<30>, Real>(30, reference::wide_elastic_x, vector(reference::wide_elastic_y), std::move(weight));
  };
  const auto agrees = [&](const auto& data, bool intercept, const auto& errors, double lambda) {
    const Buffer<double> ours = left_out_errors(data, lambdas, intercept);
    for (std::size_t l = 0; l < 5; ++l) CHECK(ours[l] == doctest::Approx(errors[l]).epsilon(1e-9));
    const auto chosen = Ridge{.intercept = intercept, .lambdas = lambdas}.fit(data, Context{});
    for (const float v : chosen.lambda) CHECK(static_cast<double>(v) == lambda);
    const auto given = Ridge{.lambda = static_cast<float>(lambda), .intercept = intercept}.fit(data, Context{});
    CHECK(chosen.coefficients == given.coefficients);
    CHECK(chosen.intercept == given.intercept);
  };
  const auto weight = vector(reference::chosen_w);
  agrees(tall(), true, reference::chosen_plain_errors, reference::chosen_plain_alpha[0]);
  agrees(tall(weight), true, reference::chosen_weighted_errors, reference::chosen_weighted_alpha[0]);
  agrees(tall(weight), false, reference::chosen_origin_errors, reference::chosen_origin_alpha[0]);
  agrees(wide(), true, reference::chosen_wide_errors, reference::chosen_wide_alpha[0]);
  std::vector<float> rising;
  for (int i = 1; i <= 12; ++i) rising.push_back(static_cast<float>(i) / 4);
  agrees(wide(rising), true, reference::chosen_wide_weighted_errors, reference::chosen_wide_weighted_alpha[0]);
}

TEST_CASE("what leaving one out says is what fits without that row say, with weights, by columns and by rows") {
  for (const int width : {3, 20}) {
    const std::size_t rows = 12;
    std::vector<float> weight;
    for (std::size_t i = 0; i < rows; ++i) weight.push_back(i == 4 ? 0 : 0.5f + static_cast<float>(i % 3));
    const auto x = noise("left out", rows * static_cast<std::size_t>(width)), y = noise("target", rows);
    const auto data = dataset<Row<Dynamic>, Real>(width, x, y, weight);
    const Buffer<float> lambdas{0.5f, 4};
    const Buffer<double> errors = left_out_errors(data, lambdas, true);
    for (std::size_t l = 0; l < 2; ++l) {
      double sum = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        if (weight[i] == 0) continue;
        std::vector<RowIndex> others;
        for (RowIndex k = 0; k < rows; ++k)
          if (k != i) others.push_back(k);
        const auto model = Ridge{.lambda = lambdas[l]}.fit(data.subset(others), Context{});
        const double e = static_cast<double>(y[i]) - static_cast<double>(predicted(model, data)[i]);
        sum += static_cast<double>(weight[i]) * e * e;
      }
      CHECK(errors[l] == doctest::Approx(sum).epsilon(1e-5));
    }
  }
}

TEST_CASE("the first of equally good lambdas is chosen, a constant target has one, threads change nothing") {
  const float x[] = {1, 2, 4, 7};
  const auto flat = dataset<Row<1>, Real>(1, x, {3, 3, 3, 3});
  CHECK(Ridge{.lambdas = {10, 1, 100}}.fit(flat, Context{}).lambda[0] == 10);
  for (const int width : {20, 300}) {
    const auto data = dataset<Row<Dynamic>, Reals<2>>(width, noise("wide", static_cast<std::size_t>(width) * 200), noise("y", 400));
    const auto errors = [&](int threads) {
      return parallel::with_threads(threads, [&] { return left_out_errors(data, {0.1f, 10}, true); });
    };
    const auto one = errors(1);
    CHECK(one == errors(7));
    CHECK(one[0] != one[1]);
  }
}

TEST_CASE("Ridge says what it cannot be fitted to") {
  const float x[] = {1, 2, 3, 6, 5, 10, 7, 14};
  const auto message = [](const Ridge& spec, const auto& data) -> std::string {
    try {
      spec.fit(data, Context{});
    } catch (const FitError& e) { return e.what(); }
    return "fitted";
  };
  const auto dependent = dataset<Row<2>, Real>(2, x, {1, 2, 3, 4});
  CHECK(message({.lambda = -1.5f}, dependent) == "Ridge: expected a finite lambda >= 0, got -1.5");
  CHECK(message({.lambda = std::nanf("")}, dependent)
            .starts_with("Ridge: expected a finite lambda >= 0, got "));
  CHECK(message({.lambda = INFINITY}, dependent) == "Ridge: expected a finite lambda >= 0, got inf");
  CHECK(message({.lambdas = {1, 0}}, dependent) == "Ridge: expected finite lambdas > 0, got 0");
  CHECK(message({.lambdas = {1, 2}}, dependent.first(1)) ==
        "Ridge: expected at least two rows to choose lambda by leaving one out, got 1");
  CHECK(message({.lambda = 0}, dependent) ==
        "Ridge: expected lambda > 0, got 0: column 1 is a linear combination of those before it");
  CHECK(message({.lambda = 0}, dependent.first(1)) ==
        "Ridge: expected lambda > 0 for 2 columns and only 1 rows, got 0");
  CHECK(message({}, dataset<Row<2>, Real>(2, x, {1, 2, 3, 4}, {0, 0, 0, 0})) ==
        "Ridge: expected at least one row with a positive weight, got 4 rows without");
  CHECK(message({}, dependent.first(0)) ==
        "Ridge: expected at least one row with a positive weight, got 0 rows without");
  CHECK(message({}, dataset<Row<2>, Real>(2, x, {1, INFINITY, 3, 4})) ==
        "Ridge: expected finite targets, got inf in row 1");
  const float hole[] = {1, 2, 3, std::nanf("")};
  CHECK(message({}, dataset<Row<2>, Real>(2, hole, {1, 2})) ==
        "Ridge: expected finite numbers, got NaN in column 1");
  const Context named(FitOptions{}, "Stack[1]/Ridge");
  CHECK_THROWS_WITH_AS(Ridge{.lambda = -1}.fit(dependent, named),
                       "Stack[1]/Ridge: expected a finite lambda >= 0, got -1", FitError);
}

TEST_CASE("the largest floats are fitted without an overflow") {
  const float x[] = {3e38f, -3e38f, 1e38f, 2e38f, -1e38f};
  const auto model = Ridge{}.fit(dataset<Row<1>, Real>(1, x, {3, -3, 1, 2, -1}), Context{});
  CHECK(model.coefficients[0] * 1e38f == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("Ridge is fitted with the same bits on 1, 2 and 7 threads, tall and wide") {
  const auto tall = dataset<Row<Dynamic>, Reals<2>>(70, noise("tall", 70 * 3000), noise("y", 6000));
  const auto wide = dataset<Row<Dynamic>, Reals<2>>(700, noise("wide", 700 * 200), noise("y", 400));
  for (const auto& data : {tall, wide}) {
    const auto fit = [&](int threads) {
      return parallel::with_threads(threads, [&] { return Ridge{}.fit(data, Context{}); });
    };
    const auto one = fit(1);
    for (const int threads : {2, 7}) {
      CHECK(fit(threads).coefficients == one.coefficients);
      CHECK(fit(threads).intercept == one.intercept);
    }
  }
}

TEST_CASE("a Ridge that was saved predicts the same bits; one that was tampered with is refused") {
  const auto data = two_targets<Reals<2>>();
  auto model = Ridge{}.fit(data, Context{});
  Writer out;
  out("model", model);
  Ridge::Model<Row<3>, Reals<2>> again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, data) == predicted(model, data));
  model.coefficients.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 6 coefficients, got 5", FileError);
  model.intercept.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 2 intercepts, got 1", FileError);
  model.width = 2;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected coefficients for 3 columns, got 2", FileError);
}
