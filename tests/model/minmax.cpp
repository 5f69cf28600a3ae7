// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/minmax_fit.hpp>

using namespace transforms;

static_assert(Transform<MinMax>);
static_assert(MinMax::infer(shape(3, 8, 8)) == shape(3, 8, 8));

TEST_CASE("MinMax agrees with scikit-learn") {
  check_close(fitted_to(MinMax{.low = -1, .high = 2}, holes()), reference::min_max);
  check_close(fitted_to(MinMax{.low = -1, .high = 2}, odd()), reference::min_max_odd);
  check_close(made_of(MinMax{.clip = true}.fit(full().first(12), Context{}), full()),
              reference::min_max_clip);
}

TEST_CASE("MinMax brings training's ends to exactly 0 and 1") {
  const float x[] = {0.1f, 0.3f, 0.2f};
  const auto made = fitted_to<float>(MinMax{}, table(1, x));
  CHECK(made[0] == 0);
  CHECK(made[1] == 1);
}

TEST_CASE("MinMax leaves categories and text as they are") {
  const float x[] = {1, 0, 5, 3, 2, 5};
  const auto data =
      table(3, x, {}, {{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}, {"c", ColumnKind::text}});
  CHECK(fitted_to<float>(MinMax{.low = 10, .high = 20}, data) == std::vector<float>{10, 0, 5, 20, 2, 5});
}

TEST_CASE("MinMax scales an image number by number, and rows of weight 0 do not count") {
  auto storage = std::make_shared<const Image<1, 1, 2>::Storage>(2, Buffer<std::uint8_t>{0, 255, 200, 255});
  const Dataset<Image<1, 1, 2>, Nothing> data(storage, {});
  CHECK(fitted_to<float>(MinMax{}, data) == std::vector<float>{0, 0, 1, 0});
  const float x[] = {1, 3, 100, INFINITY};
  CHECK(fitted_to<float>(MinMax{}, table(1, x, {1, 2, 0, 0}).first(3)) == std::vector<float>{0, 1, 49.5f});
}

TEST_CASE("a column without numbers stays without") {
  const float x[] = {reference::none, 1, reference::none, 2};
  const auto made = fitted_to<float>(MinMax{}, table(2, x));
  CHECK(std::isnan(made[0]));
  CHECK(made[3] == 1);
}

TEST_CASE("MinMax says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const MinMax& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "MinMax: expected finite numbers, got infinity in column 0");
  CHECK(refused({}, table(1, x, {0, 0})) ==
        "MinMax: expected at least one row with a positive weight, got 2 rows without");
  CHECK(refused({.low = 2, .high = 2}, full()) == "MinMax: expected low < high, got 2 and 2");
}

TEST_CASE("a MinMax that was saved is the same, and so are fits on any number of threads") {
  check_kept(MinMax{.low = -3, .clip = true}, holes());
  auto model = MinMax{}.fit(full(), Context{});
  model.range.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 4 ranges, got 3", FileError);
}
