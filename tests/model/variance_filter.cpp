// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/variance_filter_fit.hpp>

using namespace transforms;

static_assert(Transform<VarianceFilter>);

TEST_CASE("variances are scikit-learn's, for weights those of copies") {
  const auto plain = VarianceFilter{}.fit(holes(), Context{}),
             copies = VarianceFilter{}.fit(weighted(), Context{});
  check_close({plain.scores.begin(), plain.scores.end()}, reference::variances);
  check_close({copies.scores.begin(), copies.scores.end()}, reference::variances_weighted);
}

TEST_CASE("constant columns go, or those below a threshold; the others keep their order and names") {
  CHECK(VarianceFilter{}.fit(odd(), Context{}).of == Buffer<std::int32_t>{1, 2, 4});
  CHECK(VarianceFilter{.threshold = 0.2}.fit(odd(), Context{}).of == Buffer<std::int32_t>{1, 2});
  const float x[] = {1, 5, 0, 2, 5, 0};
  const Buffer<Column> columns{{"a"}, {"b"}, {"c", ColumnKind::categorical, {"p"}}};
  const auto data = table(3, x, {}, columns);
  const auto model = VarianceFilter{}.fit(data, Context{});
  CHECK(made_of<float>(model, data) == std::vector<float>{1, 0, 2, 0});
  CHECK(model.columns(columns) == Buffer<Column>{columns[0], columns[2]});
}

TEST_CASE("VarianceFilter says what it cannot be fitted to") {
  const float x[] = {1, 1}, y[] = {1, INFINITY};
  CHECK(thrown_by<FitError>([&] { VarianceFilter{}.fit(table(1, x), Context{}); }) ==
        "VarianceFilter: expected a column with a variance above 0, got none of 1");
  CHECK(thrown_by<FitError>([&] { VarianceFilter{}.fit(table(1, y), Context{}); }) ==
        "VarianceFilter: expected finite numbers, got infinity in column 0");
}

TEST_CASE("a VarianceFilter that was saved is the same; a damaged one is refused") {
  check_kept(VarianceFilter{.threshold = 0.2}, odd());
  auto model = VarianceFilter{}.fit(odd(), Context{});
  model.of[0] = 5;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected a column below 5, got 5", FileError);
}
