// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/power_fit.hpp>

using namespace transforms;

static_assert(Transform<Power>);

namespace {

/// Some columns of a table.
Numbers columns_of(const Numbers& data, std::initializer_list<int> which, std::vector<float> weight = {}) {
  std::vector<float> x;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (const int j : which) x.push_back(data.x(i)[j]);
  return table(static_cast<int>(which.size()), x, std::move(weight));
}
Numbers positive() { return table(2, reference::positive); }

void check_lambda(const Power& spec, const Numbers& data, const auto& expected) {
  const auto model = spec.fit(data, Context{});
  check_close({model.lambda.begin(), model.lambda.end()}, expected);
}

}  // namespace

TEST_CASE(
    "Yeo-Johnson's power and what it makes agree with scikit-learn at the root of the likelihood's "
    "derivative") {
  const auto data = columns_of(holes(), {0, 1, 2});
  check_lambda({}, data, reference::yeo_johnson_lambda);
  check_close(fitted_to(Power{.standardize = false}, data), reference::yeo_johnson_raw);
  check_close(fitted_to(Power{}, data), reference::yeo_johnson);
}

TEST_CASE("weights count as copies in the likelihood, the mean and the deviation") {
  const auto model = Power{}.fit(
      columns_of(holes(), {0, 1, 2}, {std::begin(reference::copies), std::end(reference::copies)}),
      Context{});
  check_close({model.lambda.begin(), model.lambda.end()}, reference::yeo_johnson_weighted_lambda);
  check_close(made_of(model, columns_of(holes(), {0, 1, 2})), reference::yeo_johnson_weighted);
}

TEST_CASE("Box and Cox's power and what it makes agree with scikit-learn") {
  check_lambda({.box_cox = true}, positive(), reference::box_cox_lambda);
  check_close(fitted_to(Power{.box_cox = true, .standardize = false}, positive()), reference::box_cox_raw);
  check_close(fitted_to(Power{.box_cox = true}, positive()), reference::box_cox);
}

TEST_CASE("columns of two values, and of one far away, have a power") {
  const auto data = columns_of(odd(), {1, 2});
  check_lambda({}, data, reference::yeo_johnson_odd_lambda);
  check_close(fitted_to(Power{}, data), reference::yeo_johnson_odd);
}

TEST_CASE(
    "a constant column becomes 0, one without numbers stays without, and no likelihood is followed for "
    "ever") {
  const float n = reference::none;
  const float x[] = {2.5f, n, 1000.5f, 2.5f, n, 1000.25f, 2.5f, n, 1000.75f};
  const auto model = Power{}.fit(table(3, x), Context{});
  CHECK(model.lambda[0] == 1);
  const auto made = made_of<float>(model, table(3, x));
  CHECK(made[0] == 0);
  CHECK(std::isnan(made[1]));
  CHECK(std::isfinite(model.lambda[2]));
  for (const std::size_t i : {2u, 5u, 8u}) CHECK(std::isfinite(made[i]));
  CHECK(made[5] < made[2]);
  CHECK(made[2] < made[8]);
}

TEST_CASE("the derivative by the power has no step where the closed form gives way to the series") {
  for (const double t : {0.5, -0.5})
    CHECK(detail::power_slope(t * (1 - 1e-12), 1) ==
          doctest::Approx(detail::power_slope(t * (1 + 1e-12), 1)).epsilon(1e-11));
  CHECK(detail::power_slope(0, 3) == 4.5);
}

TEST_CASE("Box-Cox makes NaN of what is not above 0 and was not in training") {
  const float x[] = {-1, 0};
  const auto model = Power{.box_cox = true}.fit(positive(), Context{});
  CHECK(std::isnan(made_of<float>(model, table(2, x))[0]));
}

TEST_CASE("Power says what it cannot be fitted to") {
  const float x[] = {1, INFINITY}, y[] = {1, 0};
  const auto refused = [&](const Power& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "Power: expected finite numbers, got infinity in column 0");
  CHECK(refused({.box_cox = true}, table(2, y, {}, {{"a"}, {"b"}})) ==
        "Power: expected numbers above 0, got 0 in column \"b\"");
}

TEST_CASE("a Power that was saved is the same, and so are fits on any number of threads") {
  check_kept(Power{}, holes());
  check_kept(Power{.box_cox = true, .standardize = false}, positive());
}
