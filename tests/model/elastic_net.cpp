// SPDX-License-Identifier: Apache-2.0
#include "../reference/linear.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/elastic_net_fit.hpp>
#include <tutti/model/lasso_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

void check_close(const auto& values, const auto& expected, double tolerance = 1e-6) { check_within(tolerance, values, expected); }
/// (columns, outputs) as (outputs, columns)
std::vector<float> by_output(const Buffer<float>& W, std::size_t outputs) {
  std::vector<float> turned;
  for (std::size_t c = 0; c < outputs; ++c)
    for (std::size_t j = c; j < W.size(); j += outputs) turned.push_back(W[j]);
  return turned;
}

constexpr float sharp = 1e-13f;
constexpr int long_enough = 1000000;

auto two_targets(std::vector<float> weight = {}) {
  return dataset<Row<6>, Reals<2>>(6, reference::elastic_x, vector(reference::elastic_y), std::move(weight), 2);
}
auto without_twin(std::vector<float> weight = {}) {
  return dataset<Row<5>, Reals<2>>(5, reference::lasso_x, vector(reference::elastic_y), std::move(weight), 2);
}
/// The coefficients in double, as the model has them before they are rounded: (outputs, columns).
template <class Spec, class X, class Y> Buffer<double> exact(const Spec& s, const Dataset<X, Y>& data) {
  const auto y = detail::finite_targets(data, "", "test");
  const auto p = detail::linear_problem(row_source(data), y, data.outputs(), s.intercept, "", "test");
  const detail::ElasticPaths paths(p, 1);
  Buffer<double> W;
  for (std::size_t c = 0; c < p.centre.size(); ++c) {
    const auto w = paths.solve(c, paths.grid(c, s), detail::penalty_of(s), nullptr);
    W.append(w.data(), w.size());
  }
  return W;
}
/// Five folds, row i in fold i % 5.
Context with_folds(std::ptrdiff_t rows) {
  FitOptions options;
  for (std::ptrdiff_t i = 0; i < rows; ++i) options.folds.assignment.push_back(static_cast<int>(i % 5));
  return Context(options, "Lasso");
}

}  // namespace

TEST_CASE("ElasticNet has the coefficients of scikit-learn, with weights, without intercept, with twins and a constant column") {
  const auto weight = vector(reference::elastic_w);
  const ElasticNet plain{.lambda = 0.125f, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(plain, two_targets()), reference::elastic_plain_coefficients, 1e-9);
  const auto model = plain.fit(two_targets(), Context{});
  check_close(by_output(model.coefficients, 2), reference::elastic_plain_coefficients);
  check_close(model.intercept, reference::elastic_plain_intercept, 2e-6);
  CHECK(model.coefficients[8] == 0);
  CHECK(model.coefficients[0] == doctest::Approx(model.coefficients[6]).epsilon(1e-6));
  CHECK(std::vector<float>(model.lambda) == std::vector<float>{0.125f, 0.125f});
  const ElasticNet weighted{.lambda = 0.0625f, .l1_ratio = 0.75f, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(weighted, two_targets(weight)), reference::elastic_weighted_coefficients, 1e-9);
  check_close(weighted.fit(two_targets(weight), Context{}).intercept, reference::elastic_weighted_intercept, 2e-6);
  const ElasticNet origin{.lambda = 0.25f, .intercept = false, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(origin, two_targets(weight)), reference::elastic_origin_coefficients, 1e-9);
  for (const float b : origin.fit(two_targets(weight), Context{}).intercept) CHECK(b == 0);
}

TEST_CASE("Lasso has the coefficients of scikit-learn, zeros too") {
  const auto data = without_twin(vector(reference::elastic_w));
  for (const float lambda : {0.5f, 0.03125f}) {
    const bool large = lambda == 0.5f;
    const auto& expected = large ? reference::lasso_large_coefficients : reference::lasso_small_coefficients;
    check_close(exact(ElasticNet{.lambda = lambda, .l1_ratio = 1, .iterations = long_enough, .tolerance = sharp}, data), expected, 1e-9);
    const auto model = Lasso{.lambda = lambda, .iterations = long_enough, .tolerance = sharp}.fit(data, Context{});
    const auto W = by_output(model.coefficients, 2);
    check_close(W, expected);
    check_close(model.intercept, large ? reference::lasso_large_intercept : reference::lasso_small_intercept, 2e-6);
    for (std::size_t i = 0; i < W.size(); ++i) CHECK((W[i] == 0) == (expected[i] == 0));
  }
}

TEST_CASE("with more columns than rows Lasso and ElasticNet have the coefficients of scikit-learn") {
  const auto data = dataset<Row<30>, Real>(30, reference::wide_elastic_x, vector(reference::wide_elastic_y),
                                           {1, 2, 1, 0.5f, 1, 1, 3, 1, 1, 1, 1, 0});
  const ElasticNet lasso{.lambda = 0.25f, .l1_ratio = 1, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(lasso, data), reference::wide_lasso_coefficients, 1e-9);
  const auto model = Lasso{.lambda = 0.25f, .iterations = long_enough, .tolerance = sharp}.fit(data, Context{});
  check_close(model.intercept, reference::wide_lasso_intercept);
  const ElasticNet elastic{.lambda = 0.25f, .l1_ratio = 0.25f, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(elastic, data), reference::wide_elastic_coefficients, 1e-9);
  check_close(elastic.fit(data, Context{}).intercept, reference::wide_elastic_intercept);
}

TEST_CASE("by products and by columns the coefficients are the same") {
  const auto x = noise("x", 300 * 150), y = noise("y", 300);
  const auto data = dataset<Row<150>, Real>(150, x, y);
  const auto p = detail::linear_problem(row_source(data), detail::finite_targets(data, "", "test"), 1, true, "", "test");
  const ElasticNet spec{.lambda = 0.05f, .iterations = long_enough, .tolerance = sharp};
  const detail::ElasticPaths by_columns(p, 1), by_products(p, 10);
  const auto options = detail::penalty_of(spec);
  check_close(by_columns.solve(0, by_columns.grid(0, spec), options, nullptr),
              by_products.solve(0, by_products.grid(0, spec), options, nullptr), 1e-9);
}

TEST_CASE("an untouched search ends within its tolerance of the optimum") {
  const auto model = Lasso{.lambda = 0.5f}.fit(without_twin(vector(reference::elastic_w)), Context{});
  check_close(by_output(model.coefficients, 2), reference::lasso_large_coefficients, 1e-2);
}

TEST_CASE("a path has the lambdas of scikit-learn, and its choice on the same folds the same errors") {
  const auto data = dataset<Row<5>, Real>(5, reference::lasso_x, vector(reference::lasso_path_y));
  const ElasticNet spec{.l1_ratio = 1, .path = 20, .iterations = long_enough, .tolerance = sharp};
  const auto x = row_source(data);
  const auto y = detail::finite_targets(data, "", "test");
  const auto p = detail::linear_problem(x, y, 1, true, "", "test");
  const Buffer<Buffer<double>> grids{detail::ElasticPaths(p, 20).grid(0, spec)};
  check_close(grids[0], reference::lasso_path, 1e-9);
  const Context context = with_folds(40);
  Buffer<RowIndex> origins;
  for (RowIndex i = 0; i < 40; ++i) origins.push_back(i);
  const auto errors = detail::errors_on_folds(spec, x, y, grids, *context.plan(data), origins, "", "test");
  for (std::size_t l = 0; l < 20; ++l) CHECK(errors[l] / 40 == doctest::Approx(reference::lasso_path_errors[l]).epsilon(1e-9));
  const auto model = Lasso{.path = 20, .iterations = long_enough, .tolerance = sharp}.fit(data, context);
  CHECK(static_cast<double>(model.lambda[0]) == doctest::Approx(reference::lasso_path_alpha[0]).epsilon(1e-6));
  check_close(model.coefficients, reference::lasso_path_coefficients);
}

TEST_CASE("lambdas in any order are a path, and each output has its own choice") {
  const auto data = two_targets();
  const Context context = with_folds(40);
  const auto together = ElasticNet{.lambdas = {0.01f, 100, 1, 10}}.fit(data, context);
  const auto backwards = ElasticNet{.lambdas = {100, 10, 1, 0.01f}}.fit(data, context);
  CHECK(together.coefficients == backwards.coefficients);
  CHECK(together.lambda == backwards.lambda);
  for (std::size_t c = 0; c < 2; ++c) {
    std::vector<float> one;
    for (std::size_t i = c; i < 80; i += 2) one.push_back(reference::elastic_y[i]);
    const auto alone = ElasticNet{.lambdas = {100, 10, 1, 0.01f}}.fit(dataset<Row<6>, Real>(6, reference::elastic_x, one), context);
    CHECK(alone.lambda[0] == together.lambda[c]);
    for (std::size_t j = 0; j < 6; ++j) CHECK(alone.coefficients[j] == together.coefficients[2 * j + c]);
  }
  CHECK(ElasticNet{.lambdas = {0.5f}}.fit(data, Context{}).coefficients == ElasticNet{.lambda = 0.5f}.fit(data, Context{}).coefficients);
}

TEST_CASE("the choice of lambda never sees rows of a fold that is held out from the member") {
  auto y = vector(reference::lasso_path_y);
  const auto choose = [&] {
    const auto data = dataset<Row<5>, Real>(5, reference::lasso_x, y);
    const auto plan = with_folds(40).plan(data);
    const auto [learnt, held] = sides(*plan, 2, data);
    return Lasso{.path = 10}.fit(data.subset(learnt), Context{}.with_plan(plan));
  };
  const auto before = choose();
  for (std::size_t i = 2; i < 40; i += 5) y[i] = 1e6f;  // fold 2
  const auto after = choose();
  CHECK(before.coefficients == after.coefficients);
  CHECK(before.lambda == after.lambda);
}

TEST_CASE("a weight of 2 is a row twice, and what a row of weight 0 holds is nothing") {
  auto x = vector(reference::elastic_x);
  std::vector<float> weight(40, 1.0f);
  weight[3] = weight[8] = 2;
  weight[5] = 0;
  std::vector<RowIndex> rows;
  for (RowIndex i = 0; i < 40; ++i) rows.insert(rows.end(), static_cast<std::size_t>(weight[i]), i);
  x[5 * 6] = std::nanf("");
  const auto data = dataset<Row<6>, Reals<2>>(6, x, vector(reference::elastic_y), weight, 2);
  const ElasticNet spec{.lambda = 0.1f, .iterations = long_enough, .tolerance = sharp};
  check_close(exact(spec, data), exact(spec, two_targets().subset(rows)), 1e-9);
}

TEST_CASE("one row, one column, and targets that are all equal are fitted") {
  const float x[] = {3, -1, 2};
  const auto row = dataset<Row<3>, Real>(3, x, {5});
  CHECK(predicted(Lasso{.lambda = 0.1f}.fit(row, Context{}), row)[0] == 5);
  const auto column = dataset<Row<1>, Real>(1, x, {4, 4, 4});
  const auto model = Lasso{.path = 3}.fit(column, Context(FitOptions{.folds = {.k = 3}}, ""));
  CHECK(model.coefficients[0] == 0);
  CHECK(model.intercept[0] == 4);
}

TEST_CASE("Lasso and ElasticNet say what they cannot be fitted to, and that they have not converged") {
  const auto message = [](const auto& spec, const auto& data) -> std::string {
    try {
      spec.fit(data, Context{});
    } catch (const FitError& e) { return e.what(); }
    return "fitted";
  };
  const auto data = two_targets();
  CHECK(message(Lasso{.lambda = 0}, data) == "Lasso: expected a finite lambda > 0, got 0");
  CHECK(message(Lasso{.lambda = INFINITY}, data) == "Lasso: expected a finite lambda > 0, got inf");
  CHECK(message(Lasso{.path = -1}, data) == "Lasso: expected a path of at least 1 lambda, got -1");
  CHECK(message(Lasso{.path = 3, .lambdas = {1}}, data) == "Lasso: expected either a path or lambdas, got both");
  CHECK(message(Lasso{.lambdas = {1, -2}}, data) == "Lasso: expected finite lambdas > 0, got -2");
  CHECK(message(Lasso{.iterations = 0}, data) == "Lasso: expected iterations >= 1, got 0");
  CHECK(message(Lasso{.tolerance = -1}, data) == "Lasso: expected a tolerance >= 0, got -1");
  CHECK(message(ElasticNet{.l1_ratio = 1.5f}, data) == "ElasticNet: expected an l1_ratio in [0, 1], got 1.5");
  CHECK(message(ElasticNet{.l1_ratio = 0, .path = 5}, data) ==
        "ElasticNet: expected l1_ratio > 0 for a path, got 0: no lambda is large enough to begin at");
  CHECK(message(Lasso{}, data.first(0)) == "Lasso: expected at least one row with a positive weight, got 0 rows without");
  const float x[] = {1, 2};
  CHECK(message(Lasso{}, dataset<Row<1>, Real>(1, x, {1, std::nanf("")})) == "Lasso: expected finite targets, got nan in row 1");
  const float hole[] = {1, std::nanf("")};
  CHECK(message(Lasso{}, dataset<Row<1>, Real>(1, hole, {1, 2})) == "Lasso: expected finite numbers, got NaN in column 0");
  const auto none = std::make_shared<const FoldPlan>(Folds{.assignment = {-1, -1, 0, 1}}, data.first(4), Random(0));
  CHECK_THROWS_WITH_AS(Lasso{.path = 3}.fit(data.first(2), Context{}.with_plan(none)),
                       "Lasso: expected folds with rows to learn from and rows to be judged on, to choose lambda", FitError);

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
  const auto one = dataset<Row<6>, Real>(6, reference::elastic_x, vector(reference::lasso_path_y));
  ElasticNet{.lambda = 1e-3f, .iterations = 2}.fit(one, Context(options, "Vote[0]/ElasticNet"));
  CHECK(listener->lines == std::vector<std::string>{"Vote[0]/ElasticNet: not converged after 2 sweeps"});
}

TEST_CASE("Lasso is fitted with the same bits on 1, 2 and 7 threads, tall and wide, with a choice of lambda") {
  const auto tall = dataset<Row<Dynamic>, Reals<2>>(20, noise("tall", 20 * 3000), noise("y", 6000));
  const auto wide = dataset<Row<Dynamic>, Reals<2>>(700, noise("wide", 700 * 100), noise("y", 200));
  for (const auto& data : {tall, wide}) {
    const auto fit = [&](int threads) {
      return parallel::with_threads(threads, [&] { return Lasso{.path = 5}.fit(data, Context{}); });
    };
    const auto one = fit(1);
    for (const int threads : {2, 7}) {
      CHECK(fit(threads).coefficients == one.coefficients);
      CHECK(fit(threads).intercept == one.intercept);
      CHECK(fit(threads).lambda == one.lambda);
    }
  }
}

TEST_CASE("a Lasso that was saved predicts the same bits; one that was tampered with is refused") {
  const auto data = two_targets();
  auto model = Lasso{.lambda = 0.1f}.fit(data, Context{});
  Writer out;
  out("model", model);
  Lasso::Model<Row<6>, Reals<2>> again;
  Reader(out.bytes())("model", again);
  CHECK(predicted(again, data) == predicted(model, data));
  CHECK(again.lambda == model.lambda);
  model.lambda.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected a lambda for each of 2 outputs, got 1", FileError);
}
