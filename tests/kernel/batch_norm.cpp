// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/batch_norm.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;

namespace {

constexpr double epsilon = 1e-3;

/// A layout with its data: rows are longer than their channels, so a kernel that ignores row_stride fails.
template <class T> struct Sample {
  ChannelLayout layout;
  std::vector<T> x, dy, gamma, beta;
  std::vector<double> mean, variance, inverse, dgamma, dbeta;

  Sample(std::ptrdiff_t rows, std::ptrdiff_t channels, std::ptrdiff_t plane)
      : layout{rows, channels, plane, channels * plane + 2},
        x(numbers::fractions<T>(rows * layout.row_stride, 1)),
        dy(numbers::fractions<T>(rows * layout.row_stride, 2)),
        gamma(numbers::fractions<T>(channels, 3)),
        beta(numbers::fractions<T>(channels, 4)),
        mean(gamma.size(), 9.0),
        variance(mean),
        inverse(mean),
        dgamma(mean),
        dbeta(mean) {
    for (T& v : x) v = v * 2 + T(0.5);
    channel_moments(layout, x.data(), mean.data(), variance.data());
    for (std::size_t c = 0; c < mean.size(); ++c) inverse[c] = 1 / std::sqrt(variance[c] + epsilon);
  }
};

template <class T, class F> void each_sample(F f) {
  for (const std::ptrdiff_t rows : {1, 2, 7})
    for (const std::ptrdiff_t channels : {1, 5, 9})
      for (const std::ptrdiff_t plane : {1, 2, 17, 1030}) f(Sample<T>(rows, channels, plane));
  for (std::ptrdiff_t n = 1; n <= 2 * lanes<T> + 1; ++n) {  // to over two registers
    f(Sample<T>(3, n, 1));
    f(Sample<T>(3, 2, n));
  }
}

template <class T> constexpr double eps = static_cast<double>(std::numeric_limits<T>::epsilon());

}  // namespace

TEST_CASE_TEMPLATE("channel_moments are mean and variance over rows and plane", T, float, double) {
  each_sample<T>([](const Sample<T>& s) {
    std::vector<long double> mean(s.mean.size()), variance(s.mean.size());
    const auto share = 1 / static_cast<long double>(s.layout.count());
    const auto x = [&](std::ptrdiff_t i) {
      return static_cast<long double>(s.x[static_cast<std::size_t>(i)]);
    };
    reference::each_channel_element(
        s.layout, [&](auto c, auto i) { mean[static_cast<std::size_t>(c)] += x(i) * share; });
    reference::each_channel_element(s.layout, [&](auto c, auto i) {
      const long double d = x(i) - mean[static_cast<std::size_t>(c)];
      variance[static_cast<std::size_t>(c)] += d * d * share;
    });
    CHECK(numbers::distance(s.mean, mean) < 16 * eps<T>);
    CHECK(numbers::distance(s.variance, variance) < 32 * eps<T>);
  });
}

TEST_CASE_TEMPLATE("the moments of a constant channel are exact, and of no rows 0", T, float, double) {
  const std::vector<T> x(40, T(0.1));
  double mean[2], variance[2];
  channel_moments(dense_channels(20, 2, 1), x.data(), mean, variance);
  CHECK(mean[1] == doctest::Approx(static_cast<double>(T(0.1))).epsilon(1e-12));
  CHECK(variance[1] < 1e-12);
  CHECK(variance[1] >= 0);
  channel_moments(dense_channels(0, 2, 1), x.data(), mean, variance);
  CHECK(mean[0] == 0);
  CHECK(variance[1] == 0);
}

TEST_CASE_TEMPLATE("batch_norm_forward is its formula, also in place, and leaves what lies between rows", T,
                   float, double) {
  each_sample<T>([](const Sample<T>& s) {
    std::vector<T> y(s.x.size(), T(3)), in_place = s.x;
    std::vector<double> wanted(s.x.size(), 3.0), wanted_in_place(s.x.begin(), s.x.end());
    reference::each_channel_element(s.layout, [&](auto channel, auto index) {
      const auto c = static_cast<std::size_t>(channel), i = static_cast<std::size_t>(index);
      wanted[i] = wanted_in_place[i] =
          (static_cast<double>(s.x[i]) - s.mean[c]) * s.inverse[c] * static_cast<double>(s.gamma[c]) +
          static_cast<double>(s.beta[c]);
    });
    batch_norm_forward(s.layout, s.x.data(), s.mean.data(), s.inverse.data(), s.gamma.data(), s.beta.data(),
                       y.data());
    batch_norm_forward(s.layout, in_place.data(), s.mean.data(), s.inverse.data(), s.gamma.data(),
                       s.beta.data(), in_place.data());
    CHECK(numbers::distance(y, wanted) < 64 * eps<T>);
    CHECK(numbers::distance(in_place, wanted_in_place) < 64 * eps<T>);
  });
}

TEST_CASE_TEMPLATE("batch_norm_gradients and batch_norm_backward are their formulas", T, float, double) {
  each_sample<T>([](const Sample<T>& s) {
    std::vector<double> dgamma(s.mean.size()), dbeta(s.mean.size()), got_dgamma(s.mean.size(), 9.0),
        got_dbeta = got_dgamma;
    const auto normal = [&](std::size_t c, std::size_t i) {
      return (static_cast<double>(s.x[i]) - s.mean[c]) * s.inverse[c];
    };
    reference::each_channel_element(s.layout, [&](auto channel, auto index) {
      const auto c = static_cast<std::size_t>(channel), i = static_cast<std::size_t>(index);
      dbeta[c] += static_cast<double>(s.dy[i]);
      dgamma[c] += static_cast<double>(s.dy[i]) * normal(c, i);
    });
    batch_norm_gradients(s.layout, s.x.data(), s.dy.data(), s.mean.data(), s.inverse.data(),
                         got_dgamma.data(), got_dbeta.data());
    const auto count = static_cast<double>(s.layout.count());
    CHECK(numbers::distance(got_dgamma, dgamma) < 64 * eps<T> * count);
    CHECK(numbers::distance(got_dbeta, dbeta) < 16 * eps<T> * count);

    std::vector<T> dx(s.x.size(), T(3));
    std::vector<double> wanted(s.x.size(), 3.0);
    reference::each_channel_element(s.layout, [&](auto channel, auto index) {
      const auto c = static_cast<std::size_t>(channel), i = static_cast<std::size_t>(index);
      wanted[i] = static_cast<double>(s.gamma[c]) * s.inverse[c] *
                  (static_cast<double>(s.dy[i]) - dbeta[c] / count - normal(c, i) * dgamma[c] / count);
    });
    batch_norm_backward(s.layout, s.x.data(), s.dy.data(), s.mean.data(), s.inverse.data(), s.gamma.data(),
                        dgamma.data(), dbeta.data(), dx.data());
    CHECK(numbers::distance(dx, wanted) < 256 * eps<T>);
  });
}

TEST_CASE_TEMPLATE("channels in ranges give the same bits as all at once", T, float, double) {
  for (const std::ptrdiff_t plane : {1, 6}) {
    const Sample<T> s(5, 7, plane);
    std::vector<double> mean(7), variance(7);
    for (const auto& range : {std::pair<std::ptrdiff_t, std::ptrdiff_t>{0, 3}, {3, 7}}) {
      ChannelLayout part = s.layout;
      part.channels = range.second - range.first;
      channel_moments(part, s.x.data() + range.first * plane, mean.data() + range.first,
                      variance.data() + range.first);
    }
    CHECK(mean == s.mean);
    CHECK(variance == s.variance);
  }
}
