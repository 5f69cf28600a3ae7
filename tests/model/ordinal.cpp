// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/ordinal_fit.hpp>

using namespace transforms;

static_assert(Transform<Ordinal>);

namespace {
const Buffer<int> two_columns{0, 1};
Numbers codes() { return table(2, reference::codes); }
/// Sizes: small, large, middle and a missing one, beside a number.
Numbers sizes() {
  const float x[] = {1, 0, 2, 1, 3, 1, 4, 2, 5, reference::none};
  return table(2, x, {}, {{"a"}, {"size", ColumnKind::categorical, {"large", "middle", "small"}}});
}
std::vector<float> column(const std::vector<float>& x, std::size_t j) {
  std::vector<float> out;
  for (std::size_t i = j; i < x.size(); i += 2) out.push_back(x[i]);
  return out;
}
}  // namespace

TEST_CASE("Ordinal agrees with scikit-learn, for values of training and others") {
  const auto model = Ordinal{.columns = two_columns, .unseen = -1}.fit(codes(), Context{});
  auto made = made_of(model, codes());
  const auto rest = made_of(model, table(2, reference::unseen_codes));
  made.insert(made.end(), rest.begin(), rest.end());
  check_close(made, reference::ordinal);
}

TEST_CASE("the most frequent category may come first, and weights count as copies") {
  CHECK(column(fitted_to<float>(Ordinal{.order = Order::frequency, .unseen = -1}, sizes()), 1) ==
        std::vector<float>{1, 0, 0, 2, -1});
  const float x[] = {0, 1, 2};
  CHECK(fitted_to<float>(Ordinal{.columns = {0}, .order = Order::frequency}, table(1, x, {1, 2, 3})) ==
        std::vector<float>{2, 1, 0});
}

TEST_CASE("the order may be given; a category that is not named is unseen") {
  CHECK(column(
            fitted_to<float>(
                Ordinal{.order = Order::given, .given = {"small", "middle", "large"}, .unseen = -1}, sizes()),
            1) == std::vector<float>{2, 1, 1, 0, -1});
  CHECK(column(fitted_to<float>(Ordinal{.order = Order::given, .given = {"small", "large"}, .unseen = 9},
                                sizes()),
               1) == std::vector<float>{1, 9, 9, 0, 9});
}

TEST_CASE(
    "what is missing stays missing by default, other columns stay, and the column is a number from then on") {
  const auto model = Ordinal{}.fit(sizes(), Context{});
  const auto made = made_of<float>(model, sizes());
  CHECK(std::isnan(made[9]));
  CHECK(column(made, 0) == std::vector<float>{1, 2, 3, 4, 5});
  const auto columns = model.columns(sizes().schema().columns);
  CHECK(columns[1].name == "size");
  CHECK(columns[1].kind == ColumnKind::numeric);
  CHECK(columns[1].categories.empty());
}

TEST_CASE("Ordinal says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const Ordinal& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) ==
        "Ordinal: expected .columns, or data whose schema says which columns are categorical");
  CHECK(refused({.columns = {-1}}, table(1, x)) == "Ordinal: expected columns below 1, got -1");
  CHECK(refused({.columns = {0}}, table(1, x)) ==
        "Ordinal: expected finite numbers, got infinity in column 0");
  CHECK(refused({.order = Order::given}, sizes()) == "Ordinal: expected the order of categories in .given");
}

TEST_CASE(
    "an Ordinal that was saved is the same, fits on any number of threads too; a damaged one is refused") {
  check_kept(Ordinal{.columns = two_columns, .unseen = -1}, codes());
  auto model = Ordinal{.columns = two_columns}.fit(codes(), Context{});
  model.places.begin[1] = 0;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected a place for each value, got 7", FileError);
}
