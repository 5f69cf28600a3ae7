// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/percentile.hpp>
#include <tutti/measure/bias_correction.hpp>

#include <doctest/doctest.h>
#include <reference/metrics.hpp>

using namespace tutti;

TEST_CASE("a point of the normal distribution mirrors that of the rest") {
  CHECK(detail::bias_point(0.5) == 0);
  CHECK(detail::bias_point(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-9));
  CHECK(detail::bias_point(0.025) == doctest::Approx(-1.959963984540054).epsilon(1e-9));
  CHECK(std::isnan(detail::bias_point(0)));
  CHECK(std::isnan(detail::bias_point(1)));
}

TEST_CASE("percentiles and their correction agree with SciPy on resampled means that are given") {
  for (const auto& c : reference::interval_cases) {
    CAPTURE(std::string(c.what));
    Buffer<double> without;
    double sum = 0;
    for (const double v : c.values) sum += v;
    const double n = static_cast<double>(c.values.size());
    for (const double v : c.values) without.push_back((sum - v) / (n - 1));
    const Buffer<double> sorted = detail::sorted_defined(c.resampled_means);
    const Interval shares = detail::corrected_shares(sorted, mean(c.values), without, c.level);
    CHECK(detail::percentile(sorted, shares.low) == doctest::Approx(c.bca[0]).epsilon(1e-9));
    CHECK(detail::percentile(sorted, shares.high) == doctest::Approx(c.bca[1]).epsilon(1e-9));
    CHECK(detail::percentile(sorted, (1 - c.level) / 2) == doctest::Approx(c.percentile[0]).epsilon(1e-9));
    CHECK(detail::percentile(sorted, (1 + c.level) / 2) == doctest::Approx(c.percentile[1]).epsilon(1e-9));
  }
}
