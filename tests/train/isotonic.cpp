// SPDX-License-Identifier: Apache-2.0
#include "../reference/calibration.hpp"
#include "thrown_by.hpp"

#include <tutti/core/random.hpp>
#include <tutti/train/isotonic.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

IsotonicRows reference_rows(bool weighted) {
  IsotonicRows rows;
  for (std::size_t i = 0; i < std::size(reference::iso_x); ++i)
    rows.add(reference::iso_x[i], static_cast<double>(reference::iso_y[i]), weighted ? static_cast<double>(reference::iso_w[i]) : 1.0);
  return rows;
}
IsotonicRows rows_of(std::initializer_list<float> x, std::initializer_list<double> y) {
  IsotonicRows rows;
  const double* target = y.begin();
  for (const float v : x) rows.add(v, *target++, 1);
  return rows;
}

}  // namespace

TEST_CASE("isotonic regression agrees with scikit-learn: ties, weights, both directions, numbers beyond the ends") {
  const KnottedCurve up = isotonic_regression(reference_rows(false)), down = isotonic_regression(reference_rows(false), false),
                     weighted = isotonic_regression(reference_rows(true));
  for (std::size_t i = 0; i < std::size(reference::iso_at); ++i) {
    CHECK(static_cast<double>(up(reference::iso_at[i])) == doctest::Approx(reference::iso_up[i]).epsilon(1e-6));
    CHECK(static_cast<double>(down(reference::iso_at[i])) == doctest::Approx(reference::iso_down[i]).epsilon(1e-6));
    CHECK(static_cast<double>(weighted(reference::iso_at[i])) == doctest::Approx(reference::iso_weighted[i]).epsilon(1e-6));
  }
}

TEST_CASE("violators are pooled: 1 3 2 4 becomes 1 2.5 2.5 4, with a line between blocks") {
  const KnottedCurve c = isotonic_regression(rows_of({4, 1, 2, 3}, {4, 1, 3, 2}));
  CHECK(c.x.size() == 4);
  CHECK(c(0) == 1);
  CHECK(c(1.5f) == 1.75f);
  CHECK(c(2) == 2.5f);
  CHECK(c(2.7f) == 2.5f);
  CHECK(c(9) == 4);
  CHECK(std::isnan(c(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("one row, one x and targets that fall throughout give a flat curve") {
  CHECK(isotonic_regression(rows_of({7}, {3}))(-1) == 3);
  CHECK(isotonic_regression(rows_of({2, 2, 2}, {1, 2, 6}))(5) == 3);
  const KnottedCurve flat = isotonic_regression(rows_of({1, 2, 3, 4}, {8, 6, 4, 2}));
  CHECK(flat.x.size() == 2);
  CHECK(flat(2.5f) == 5);
}

TEST_CASE("weights count as copies, and a weight of 0 as no row") {
  Random random(3);
  IsotonicRows weighted, copied;
  for (int i = 0; i < 200; ++i) {
    const float x = static_cast<float>(random.below(40));
    const double y = static_cast<double>(x) + 20 * random.normal();
    const int copies = static_cast<int>(random.below(4));
    weighted.add(x, y, copies);
    for (int c = 0; c < copies; ++c) copied.add(x, y, 1);
  }
  const KnottedCurve a = isotonic_regression(weighted), b = isotonic_regression(copied);
  REQUIRE(a.x.size() == b.x.size());
  for (std::size_t i = 0; i < a.x.size(); ++i) {
    CHECK(a.x[i] == b.x[i]);
    CHECK(a.y[i] == doctest::Approx(b.y[i]).epsilon(1e-6));
    if (i > 0) CHECK(a.y[i - 1] <= a.y[i]);
  }
}

TEST_CASE("isotonic regression names rows it cannot take, and a damaged curve is refused") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(thrown_by<DataError>([&] { isotonic_regression(rows_of({1, nan}, {1, 2})); }) == "isotonic regression: row 1: expected finite numbers, got nan");
  CHECK(thrown_by<DataError>([&] { isotonic_regression(IsotonicRows{}); }) == "isotonic regression: expected a row of a weight above 0, got 0");
  CHECK_THROWS_AS((KnottedCurve{{1, 1}, {1, 2}}.loaded()), FileError);
  CHECK_THROWS_AS((KnottedCurve{{1, 2}, {1}}.loaded()), FileError);
  CHECK_THROWS_AS((KnottedCurve{{1, 2}, {1, nan}}.loaded()), FileError);
  CHECK_THROWS_AS(KnottedCurve{}.loaded(), FileError);
}
