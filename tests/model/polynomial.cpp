// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/polynomial.hpp>

#include "transform_data.hpp"

using namespace transforms;

static_assert(Transform<Polynomial>);

namespace {
Numbers base() { return table(3, reference::base, {}, {{"a"}, {"b"}, {"c"}}); }
void check_both(const Polynomial& spec, const auto& values, const auto& names) {
  check_close(fitted_to(spec, base()), values);
  const auto columns = spec.fit(base(), Context{}).columns(base().schema().columns);
  REQUIRE(columns.size() == std::size(names));
  for (std::size_t k = 0; k < columns.size(); ++k) CHECK(columns[k].name == names[k]);
}
}  // namespace

TEST_CASE("products, their order and their names are scikit-learn's") {
  check_both({.degree = 2, .bias = true}, reference::polynomial_2, reference::polynomial_2_names);
  check_both({.degree = 3, .bias = true}, reference::polynomial_3, reference::polynomial_3_names);
  check_both({.degree = 3, .interaction_only = true, .bias = true}, reference::polynomial_interaction,
             reference::polynomial_interaction_names);
  check_both({}, reference::polynomial_plain, reference::polynomial_plain_names);
}

TEST_CASE("categories stand behind the products, as they are") {
  const float x[] = {2, 1, 3};
  const Buffer<Column> columns{{"a"}, {"sex", ColumnKind::categorical, {"f", "m"}}, {"b"}};
  const auto data = table(3, x, {}, columns);
  const auto model = Polynomial{}.fit(data, Context{});
  CHECK(made_of<float>(model, data) == std::vector<float>{2, 3, 4, 6, 9, 1});
  CHECK(model.columns(columns)[5] == columns[1]);
  CHECK(model.columns(columns)[3].name == "a b");
}

TEST_CASE("a degree of 1 changes nothing, one above the number of columns has no interactions left to add") {
  CHECK(Polynomial{.degree = 1}.fit(base(), Context{}).width() == 3);
  CHECK(Polynomial{.degree = 9, .interaction_only = true}.fit(base(), Context{}).width() == 7);
}

TEST_CASE("Polynomial says what it cannot be fitted to") {
  const std::vector<float> wide(3000, 1.0f);
  const auto refused = [&](const Polynomial& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({.degree = 0}, base()) == "Polynomial: expected a degree of 1 or more, got 0");
  CHECK(refused({}, table(3000, wide)) ==
        "Polynomial: expected at most 1000000 products, got more of 3000 columns");
}

TEST_CASE("a Polynomial that was saved is the same; a damaged one is refused") {
  check_kept(Polynomial{.degree = 3}, base());
  auto model = Polynomial{}.fit(base(), Context{});
  model.factors[0] = 3;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected a column below 3, got 3", FileError);
}
