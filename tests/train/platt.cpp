// SPDX-License-Identifier: Apache-2.0
#include "../reference/svm.hpp"

#include <tutti/train/platt.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

struct Decisions {
  Buffer<double> f{}, above{}, weight{};
};
Decisions reference_decisions(bool counted) {
  Decisions d;
  for (std::size_t i = 0; i < 40; ++i) {
    d.f.push_back(static_cast<double>(reference::platt_f[i]));
    d.above.push_back(reference::platt_above[i]);
    d.weight.push_back(counted ? reference::platt_weight[i] : 1);
  }
  return d;
}

}  // namespace

TEST_CASE("Platt's scale is that of greatest likelihood, weights counting as copies") {
  for (const bool counted : {false, true}) {
    const Decisions d = reference_decisions(counted);
    const PlattScale s = platt_scale(d.f, d.above, d.weight);
    const auto& expected = counted ? reference::platt_counts : reference::platt_plain;
    CHECK(s.slope == doctest::Approx(expected[0]).epsilon(1e-9));
    CHECK(s.shift == doctest::Approx(expected[1]).epsilon(1e-9));
  }
  Decisions copies;
  for (std::size_t i = 0; i < 40; ++i)
    for (int c = 0; c < reference::platt_weight[i]; ++c) {
      copies.f.push_back(static_cast<double>(reference::platt_f[i]));
      copies.above.push_back(reference::platt_above[i]);
      copies.weight.push_back(1);
    }
  CHECK(platt_scale(copies.f, copies.above, copies.weight).slope == doctest::Approx(reference::platt_counts[0]).epsilon(1e-9));
}

TEST_CASE("decisions that are always right or always the same have a finite scale") {
  const Buffer<double> right = {-2, -1, 1, 2}, above = {0, 0, 1, 1}, one(4, 1.0), same(4, 3.0);
  const PlattScale s = platt_scale(right, above, one);
  CHECK((std::isfinite(s.slope) && s.slope < 0));
  CHECK((s(2.0) > 0.6 && s(2.0) < 1));
  const PlattScale flat = platt_scale(same, above, one);
  CHECK(flat(3.0) == doctest::Approx(0.5));
  CHECK((s(1e6) == 1 && s(-1e6) == 0));
}
