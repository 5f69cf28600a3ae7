// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/quantile_transform_fit.hpp>

using namespace transforms;

static_assert(Transform<QuantileTransform>);

TEST_CASE("QuantileTransform agrees with scikit-learn, for weights with what it does for copies") {
  const QuantileTransform uniform{.quantiles = 9}, normal{.quantiles = 9, .normal = true};
  check_close(fitted_to(uniform, holes()), reference::quantile_uniform);
  check_close(made_of(uniform.fit(weighted(), Context{}), holes()), reference::quantile_uniform_weighted);
  check_close(fitted_to(uniform, odd()), reference::quantile_uniform_odd);
  check_close(fitted_to(normal, holes()), reference::quantile_normal);
  check_close(made_of(normal.fit(weighted(), Context{}), holes()), reference::quantile_normal_weighted);
  check_close(fitted_to(normal, odd()), reference::quantile_normal_odd);
}

TEST_CASE("there are no more quantiles than rows, and new rows lie between or beyond them") {
  check_close(made_of(QuantileTransform{}.fit(full().first(20), Context{}), full()),
              reference::quantile_uniform_unseen);
  check_close(made_of(QuantileTransform{.normal = true}.fit(full().first(20), Context{}), full()),
              reference::quantile_normal_unseen);
}

TEST_CASE("one row, and a column without numbers, have a place") {
  const float x[] = {3, reference::none}, y[] = {4, 5};
  const auto model = QuantileTransform{}.fit(table(2, x), Context{});
  const auto made = made_of<float>(model, table(2, x)), other = made_of<float>(model, table(2, y));
  CHECK(made[0] == 0);
  CHECK(std::isnan(made[1]));
  CHECK(other[0] == 0);
  CHECK(other[1] == 5);
}

TEST_CASE("QuantileTransform leaves categories as they are") {
  const float x[] = {1, 0, 3, 2};
  const auto data = table(2, x, {}, {{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}});
  CHECK(fitted_to<float>(QuantileTransform{}, data) == std::vector<float>{0, 0, 1, 2});
}

TEST_CASE("QuantileTransform says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const QuantileTransform& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "QuantileTransform: expected finite numbers, got infinity in column 0");
  CHECK(refused({.quantiles = 0}, full()) == "QuantileTransform: expected at least one quantile, got 0");
}

TEST_CASE(
    "a QuantileTransform that was saved is the same, fits on any number of threads too; a damaged one is "
    "refused") {
  check_kept(QuantileTransform{.quantiles = 9, .normal = true}, holes());
  auto model = QuantileTransform{}.fit(full(), Context{});
  model.quantiles.numbers.pop_back();
  CHECK_THROWS_WITH_AS(model.quantiles.loaded(), "expected 148 numbers, got 147", FileError);
}
