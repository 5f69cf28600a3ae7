// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/missing_indicators.hpp>

#include "transform_data.hpp"

#include <tutti/model/impute_fit.hpp>

using namespace transforms;

static_assert(Transform<MissingIndicators>);

TEST_CASE("missing indicators stand behind the columns, as scikit-learn's do behind imputed ones") {
  const auto model = MissingIndicators{}.fit(holes(), Context{});
  auto made = made_of<float>(model, holes());
  const auto imputed = fitted_to(Impute{}, table(model.width(), made));
  check_close(imputed, reference::indicators);
}

TEST_CASE("only columns with missing values have an indicator, unless all are asked for") {
  const float n = reference::none;
  const float x[] = {1, n, 2, 3};
  const auto data = table(2, x, {}, {{"a"}, {"b"}});
  const auto model = MissingIndicators{}.fit(data, Context{});
  CHECK(model.width() == 3);
  CHECK(model.columns(data.schema().columns)[2].name == "b missing");
  CHECK(made_of<float>(model, data)[2] == 1);
  CHECK(made_of<float>(model, data)[5] == 0);
  CHECK(MissingIndicators{.all = true}.fit(data, Context{}).width() == 4);
  CHECK(MissingIndicators{}.fit(table(2, x, {0, 1}), Context{}).width() == 2);
}

TEST_CASE("missing indicators that were saved are the same; others are refused") {
  check_kept(MissingIndicators{}, holes());
  CHECK_THROWS_WITH_AS((MissingIndicators::Model{2, {2}}.loaded()), "expected a column below 2, got 2",
                       FileError);
}
