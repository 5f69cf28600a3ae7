// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/max_abs_fit.hpp>

using namespace transforms;

static_assert(Transform<MaxAbs>);

TEST_CASE("MaxAbs agrees with scikit-learn") {
  check_close(fitted_to(MaxAbs{}, holes()), reference::max_abs);
  check_close(fitted_to(MaxAbs{}, odd()), reference::max_abs_odd);
}

TEST_CASE("MaxAbs leaves zeros and categories as they are, and looks at rows of positive weight only") {
  const float x[] = {0, 2, -4, 1, 8, 0};
  const auto data = table(2, x, {1, 1, 0}, {{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}});
  CHECK(fitted_to<float>(MaxAbs{}, data) == std::vector<float>{0, 2, -1, 1, 2, 0});
}

TEST_CASE("MaxAbs says what it cannot be fitted to") {
  const float x[] = {1, -INFINITY};
  CHECK(thrown_by<FitError>([&] { MaxAbs{}.fit(table(2, x), Context{}); }) ==
        "MaxAbs: expected finite numbers, got infinity in column 1");
}

TEST_CASE("a MaxAbs that was saved is the same, and so are fits on any number of threads") {
  check_kept(MaxAbs{}, holes());
  auto model = MaxAbs{}.fit(full(), Context{});
  model.scale.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 4 scales, got 3", FileError);
}
