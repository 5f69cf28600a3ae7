// SPDX-License-Identifier: Apache-2.0
#include "../thrown_by.hpp"

#include <tutti/model/standardize_fit.hpp>
#include <tutti/train/fit_transform.hpp>

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a transform is fitted on its own, with targets and without") {
  const Dataset<Row<1>> rows(Row<1>::Storage(1, {1.0f, 3}), {});
  const auto t = fit(Standardize{}, rows);
  CHECK(t.transform({{3}}) == std::array<float, 1>{1});
  CHECK(t.model().mean[0] == 2);
  const Dataset<Row<1>, Real> labelled(Row<1>::Storage(1, {1.0f, 3}), {8, 9});
  CHECK(fit(Standardize{}, labelled).transform(labelled).x(0)[0] == -1);
}

TEST_CASE("a transform alone is refused data without rows, and names itself in what goes wrong") {
  CHECK(thrown_by<DataError>([] { fit(Standardize{}, Dataset<Row<1>>()); }) ==
        "fit: expected data with at least one row, got 0");
  const Dataset<Row<1>> rows(Row<1>::Storage(1, {1.0f, INFINITY}), {});
  CHECK(thrown_by<FitError>([&] { fit(Standardize{}, rows); }) ==
        "Standardize: expected finite numbers, got infinity in column 0");
}

namespace {
struct Unweighted {
  static constexpr Shape infer(Shape in) { return in; }
  template <class X, class Y> Standardize::Model<X, Y> fit(const Dataset<X, Y>&, Context) const { return {}; }
};
}  // namespace

TEST_CASE("a transform that cannot honour weights is refused them") {
  const Dataset<Row<1>> rows(Row<1>::Storage(1, {1.0f, 3}), {}, {{1, 2}, {}, {}, {}});
  CHECK(thrown_by<FitError>([&] { fit(Unweighted{}, rows); }) ==
        "Unweighted: the data have weights, which this member cannot honour");
}
