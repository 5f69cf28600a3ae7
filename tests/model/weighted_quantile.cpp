// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/weighted_quantile.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;
using detail::weighted_quantile;

TEST_CASE("a quantile lies at the share of the weight, in the middle where it is reached exactly") {
  const Buffer<double> value{4, -1, 2, 9};
  const Buffer<float> unit{1, 1, 1, 1};
  CHECK(weighted_quantile(value, unit, 0.5) == 3);
  CHECK(weighted_quantile(value, unit, 0.25) == 0.5);
  CHECK(weighted_quantile(value, unit, 0.26) == 2);
  CHECK(weighted_quantile(value, unit, 0.99) == 9);
  CHECK(weighted_quantile(value, unit, 0.01) == -1);
  CHECK(weighted_quantile({7}, {0.5f}, 0.5) == 7);
}

TEST_CASE("weights count as repeated values do, rows without weight not at all") {
  Random random(5);
  for (int trial = 0; trial < 50; ++trial) {
    Buffer<double> value, repeated;
    Buffer<float> weight, unit;
    for (int i = 0; i < 12; ++i) {
      value.push_back(static_cast<double>(random.below(9)) - 4);
      weight.push_back(static_cast<float>(random.below(4)));
      for (int k = 0; k < static_cast<int>(weight.back()); ++k) {
        repeated.push_back(value.back());
        unit.push_back(1);
      }
    }
    for (const double level : {0.1, 0.25, 0.5, 0.75, 0.9}) {
      const double a = weighted_quantile(value, weight, level), b = weighted_quantile(repeated, unit, level);
      CHECK((a == b || (std::isnan(a) && std::isnan(b))));
    }
  }
  CHECK(std::isnan(weighted_quantile({1, 2}, {0, 0}, 0.5)));
}
