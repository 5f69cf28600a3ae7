// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/group_norm.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;

namespace {

constexpr double epsilon = 1e-3;
template <class T> constexpr double eps = static_cast<double>(std::numeric_limits<T>::epsilon());

/// One row with everything that normalising it takes and gives.
template <class T> struct Sample {
  GroupShape shape;
  std::vector<T> x, dy, gamma, beta, dgamma, dbeta;

  explicit Sample(const GroupShape& s)
      : shape(s),
        x(numbers::fractions<T>(s.size(), 1)),
        dy(numbers::fractions<T>(s.size(), 2)),
        gamma(numbers::fractions<T>(s.channels, 3)),
        beta(numbers::fractions<T>(s.channels, 4)),
        dgamma(gamma.size(), T(1)),
        dbeta(gamma.size(), T(2)) {
    for (T& v : x) v = v * 2 + T(0.5);
  }
};

template <class T, class F> void each_sample(F f) {
  for (const std::ptrdiff_t groups : {1, 3})
    for (const std::ptrdiff_t in_group : {2, 19}) {
      for (const std::ptrdiff_t plane : {1, 2, 37}) f(Sample<T>({1, groups * in_group, plane, groups}));
      f(Sample<T>({5, groups * in_group, 1, groups}));
    }
  for (std::ptrdiff_t n = 1; n <= 2 * lanes<T> + 1; ++n) {  // to over two registers; groups of odd sizes begin at any address
    f(Sample<T>({1, n, 1, 1}));
    f(Sample<T>({1, 3 * n, 1, 3}));
    f(Sample<T>({1, 2, n, 2}));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("group_norm_forward is its formula, also in place", T, float, double) {
  each_sample<T>([](const Sample<T>& s) {
    std::vector<long double> wanted(s.x.size());
    reference::group_norm_forward(s.shape, epsilon, s.x.data(), s.gamma.data(), s.beta.data(), wanted.data());
    auto y = s.x;
    group_norm_forward(s.shape, epsilon, y.data(), s.gamma.data(), s.beta.data(), y.data());
    CHECK(numbers::distance(y, wanted) < 64 * eps<T>);
  });
}

TEST_CASE_TEMPLATE("group_norm_backward is its formula and adds to the gradients of gamma and beta", T, float, double) {
  each_sample<T>([](const Sample<T>& s) {
    std::vector<long double> dx(s.x.size()), dgamma(s.gamma.size(), 1), dbeta(s.gamma.size(), 2);
    reference::group_norm_backward(s.shape, epsilon, s.x.data(), s.dy.data(), s.gamma.data(), dgamma.data(),
                                   dbeta.data(), dx.data());
    Sample<T> got = s;
    group_norm_backward<T>(s.shape, epsilon, s.x.data(), s.dy.data(), s.gamma.data(), got.dgamma.data(),
                           got.dbeta.data(), got.dy.data());  // dx may be dy
    CHECK(numbers::distance(got.dy, dx) < 256 * eps<T>);
    CHECK(numbers::distance(got.dgamma, dgamma) < 256 * eps<T>);
    CHECK(numbers::distance(got.dbeta, dbeta) < 256 * eps<T>);
    const auto kept = got.dgamma;
    got.dgamma = s.dgamma;
    got.dbeta = s.dbeta;
    group_norm_backward<T>(s.shape, epsilon, s.x.data(), s.dy.data(), s.gamma.data(), got.dgamma.data(),
                           got.dbeta.data(), nullptr);
    CHECK(numbers::differences(got.dgamma, kept) == 0);
  });
}

TEST_CASE_TEMPLATE("normalising denormal numbers is exact where epsilon outweighs them, and a NaN stays in its group", T, float, double) {
  const T denormal = std::numeric_limits<T>::denorm_min();
  const std::vector<T> x{denormal, 3 * denormal, numbers::nan<T>, 1}, gamma(4, T(1)), beta(4, T(2));
  std::vector<T> y(4);
  group_norm_forward<T>({1, 4, 1, 2}, 1, x.data(), gamma.data(), beta.data(), y.data());
  CHECK(y[0] == T(2));
  CHECK(y[1] == T(2));
  CHECK(std::isnan(y[2]));
  CHECK(std::isnan(y[3]));
}
