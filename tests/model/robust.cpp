// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/robust_fit.hpp>

using namespace transforms;

static_assert(Transform<Robust>);

TEST_CASE("Robust agrees with scikit-learn, for weights with what it does for copies") {
  check_close(fitted_to(Robust{}, holes()), reference::robust);
  check_close(made_of(Robust{}.fit(weighted(), Context{}), holes()), reference::robust_weighted);
  check_close(fitted_to(Robust{}, odd()), reference::robust_odd);
}

TEST_CASE("Robust has other quantiles, the unit of a normal column, and either half alone") {
  const Robust unit{.low = 0.1, .high = 0.85, .unit_variance = true};
  check_close(fitted_to(unit, holes()), reference::robust_unit);
  check_close(made_of(unit.fit(weighted(), Context{}), holes()), reference::robust_unit_weighted);
  check_close(fitted_to(unit, odd()), reference::robust_unit_odd);
  check_close(fitted_to(Robust{.scale = false}, holes()), reference::robust_centre);
  check_close(fitted_to(Robust{.centre = false}, holes()), reference::robust_scale);
}

TEST_CASE("one row, and a column without numbers, are left in place") {
  const float x[] = {3, reference::none};
  const auto made = fitted_to<float>(Robust{}, table(2, x));
  CHECK(made[0] == 0);
  CHECK(std::isnan(made[1]));
}

TEST_CASE("Robust leaves categories as they are") {
  const float x[] = {1, 0, 3, 2};
  const auto data = table(2, x, {}, {{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}});
  CHECK(fitted_to<float>(Robust{}, data) == std::vector<float>{-1, 0, 1, 2});
}

TEST_CASE("Robust says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const Robust& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "Robust: expected finite numbers, got infinity in column 0");
  CHECK(refused({.low = 0.9}, full()) == "Robust: expected 0 <= low <= high <= 1, got 0.9 and 0.75");
  CHECK(refused({.low = 0, .unit_variance = true}, full()) ==
        "Robust: expected 0 < low < high < 1 for unit_variance");
}

TEST_CASE("a Robust that was saved is the same, and so are fits on any number of threads") {
  check_kept(Robust{}, weighted());
}
