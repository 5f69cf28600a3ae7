// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/impute_fit.hpp>

using namespace transforms;

static_assert(Transform<Impute>);
static_assert(Impute::infer(shape(3, 8, 8)) == shape(3, 8, 8));

namespace {

/// A number, a category and a text.
Numbers mixed() {
  const float n = reference::none;
  const float x[] = {1, 0, n, n, 1, n, 4, n, n, 7, 1, n};
  return table(3, x, {}, {{"age"}, {"sex", ColumnKind::categorical, {"f", "m"}}, {"note", ColumnKind::text}});
}

}  // namespace

TEST_CASE("Impute fills in what scikit-learn does, for weights what it does for copies") {
  check_close(fitted_to(Impute{}, holes()), reference::impute_mean);
  check_close(fitted_to(Impute{.numbers = Fill::median}, holes()), reference::impute_median);
  check_close(fitted_to(Impute{.numbers = Fill::most_frequent}, holes()), reference::impute_most_frequent);
  check_close(fitted_to(Impute{}, weighted()), reference::impute_mean_weighted);
  check_close(fitted_to(Impute{.numbers = Fill::median}, weighted()), reference::impute_median_weighted);
  check_close(fitted_to(Impute{.numbers = Fill::most_frequent}, weighted()),
              reference::impute_most_frequent_weighted);
}

TEST_CASE("Impute leaves numbers that are there as they are") {
  CHECK(fitted_to<float>(Impute{}, full()) ==
        std::vector<float>(std::begin(reference::full), std::end(reference::full)));
}

TEST_CASE("Impute fills a constant in") {
  const auto made = fitted_to<float>(Impute{.numbers = Fill::constant, .value = -7}, holes());
  for (std::size_t i = 0; i < made.size(); ++i)
    CHECK(made[i] == (std::isnan(reference::holes[i]) ? -7 : reference::holes[i]));
}

TEST_CASE("Impute fills categories with the most frequent one, numbers with their mean, and no text") {
  const auto model = Impute{}.fit(mixed(), Context{});
  CHECK(model.fill[0] == 4);
  CHECK(model.fill[1] == 1);
  CHECK(std::isnan(model.fill[2]));
  CHECK(model.columns(mixed().schema().columns) == mixed().schema().columns);
}

TEST_CASE("missing categories may become a category of their own, which has a name") {
  const auto model = Impute{.categories = Fill::constant}.fit(mixed(), Context{});
  CHECK(model.fill[1] == 2);
  CHECK(model.columns(mixed().schema().columns)[1].categories == Buffer<std::string>{"f", "m", "missing"});
  const float again[] = {reference::none, 0};
  const auto data = table(1, again, {}, {{"sex", ColumnKind::categorical, {"f", "missing"}}});
  CHECK(Impute{.categories = Fill::constant}.fit(data, Context{}).fill[0] == 1);
}

TEST_CASE("a column without any value becomes 0, or the category missing") {
  const float n = reference::none;
  const float x[] = {n, n, n, n};
  for (const Fill how : {Fill::mean, Fill::median, Fill::most_frequent}) {
    const auto data = table(2, x, {}, {{"a"}, {"b", ColumnKind::categorical, {"only"}}});
    const auto model = Impute{.numbers = how}.fit(data, Context{});
    CHECK(model.fill == Buffer<double>{0, 1});
    CHECK(model.columns(data.schema().columns)[1].categories.back() == "missing");
  }
}

TEST_CASE("rows of weight 0 do not count") {
  const float x[] = {1, 100, reference::none};
  CHECK(Impute{}.fit(table(1, x, {1, 0, 1}), Context{}).fill[0] == 1);
  CHECK(Impute{.numbers = Fill::median}.fit(table(1, x, {1, 0, 1}), Context{}).fill[0] == 1);
}

TEST_CASE("Impute says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const Impute& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) == "Impute: expected finite numbers, got infinity in column 0");
  CHECK(refused({}, table(1, x, {0, 0})) ==
        "Impute: expected at least one row with a positive weight, got 2 rows without");
  CHECK(refused({.categories = Fill::mean}, mixed()) ==
        "Impute: expected categories to be filled with the most frequent one or with their own (constant)");
}

TEST_CASE("an Impute that was saved is the same, and so are fits on any number of threads") {
  check_kept(Impute{.numbers = Fill::median}, holes());
  check_kept(Impute{}, weighted());
}
