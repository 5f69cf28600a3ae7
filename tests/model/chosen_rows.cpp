// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/chosen_rows.hpp>

#include <doctest/doctest.h>

using namespace linear;

TEST_CASE("chosen rows are a source of their own, in their order, with their weights") {
  const float x[] = {1, 2, 3, 4, 5, 6};
  const auto data = dataset<Row<2>, Real>(2, x, {0, 0, 0}, {0.5f, 2, 4});
  const RowSource all = row_source(data);
  const detail::ChosenRows chosen{&all, {2, 0, 2}};
  const RowSource some = chosen.source();
  CHECK((some.rows == 3 && some.width == 2 && some.total == 8.5));
  CHECK(some.weight == Buffer<double>{4, 0.5, 4});
  float row[2];
  some.read(1, row);
  CHECK((row[0] == 1 && row[1] == 2));
  some.read(2, row);
  CHECK((row[0] == 5 && row[1] == 6));
}
