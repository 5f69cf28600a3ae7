// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/clip_fit.hpp>

using namespace transforms;

static_assert(Transform<Clip>);

namespace {
void check_both(const Clip& spec, const auto& plain, const auto& copies) {
  check_close(fitted_to(spec, holes()), plain);
  check_close(made_of(spec.fit(weighted(), Context{}), holes()), copies);
}
}  // namespace

TEST_CASE("Clip has the limits that numpy computes, for weights those of copies") {
  check_both({.low = 0.1, .high = 0.85}, reference::clip_quantiles, reference::clip_quantiles_weighted);
  check_both({.by = Limits::iqr, .factor = 0.5}, reference::clip_iqr, reference::clip_iqr_weighted);
  check_both({.by = Limits::deviations, .factor = 1.25}, reference::clip_deviations,
             reference::clip_deviations_weighted);
}

TEST_CASE("limits may be given, and outliers made missing") {
  const float x[] = {-5, 0.5f, 7, reference::none};
  CHECK(fitted_to<float>(Clip{.by = Limits::given, .low = 0, .high = 1}, table(1, x).first(3)) ==
        std::vector<float>{0, 0.5f, 1});
  const auto made =
      fitted_to<float>(Clip{.by = Limits::given, .low = 0, .high = 1, .to_missing = true}, table(1, x));
  CHECK(std::isnan(made[0]));
  CHECK(made[1] == 0.5f);
  CHECK(std::isnan(made[2]));
  CHECK(std::isnan(made[3]));
}

TEST_CASE("factors have the usual defaults") {
  const float x[] = {1, 2, 3, 4, 5};
  const auto iqr = Clip{.by = Limits::iqr}.fit(table(1, x), Context{});
  CHECK(iqr.low[0] == -1);
  CHECK(iqr.high[0] == 7);
  const auto sd = Clip{.by = Limits::deviations}.fit(table(1, x), Context{});
  CHECK(sd.low[0] == doctest::Approx(3 - 3 * std::sqrt(2.0)).epsilon(1e-14));
}

TEST_CASE("categories, and columns without numbers, are left as they are") {
  const float x[] = {9, reference::none, 1, reference::none, 0, reference::none};
  const auto data = table(2, x, {}, {{"a", ColumnKind::categorical, {"p"}}, {"b"}});
  const auto made = fitted_to<float>(Clip{.low = 0.4, .high = 0.6}, data);
  CHECK(made[0] == 9);
  CHECK(std::isnan(made[1]));
}

TEST_CASE("Clip says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const Clip& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "Clip: expected finite numbers, got infinity in column 0");
  CHECK(refused({.low = -1}, full()) == "Clip: expected 0 <= low <= high <= 1, got -1 and 0.99");
  CHECK(refused({.by = Limits::given, .low = 3, .high = 2}, full()) ==
        "Clip: expected low <= high, got 3 and 2");
  CHECK(refused({.by = Limits::iqr, .factor = -1}, full()) == "Clip: expected a factor of 0 or more, got -1");
}

TEST_CASE("a Clip that was saved is the same, and so are fits on any number of threads") {
  check_kept(Clip{.low = 0.1, .high = 0.9, .to_missing = true}, holes());
}
