// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/pointwise.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti;
using numbers::infinity;

namespace {

template <class T> inline constexpr double eps = static_cast<double>(std::numeric_limits<T>::epsilon());

/// The largest error of f and of its slope, relative to 1 + |value|, at every length up to three registers.
template <class T, class F, class Value, class Slope>
double error_of(const F& f, const Value& value, const Slope& slope) {
  double worst = 0;
  for (std::ptrdiff_t n = 0; n <= 3 * kernel::lanes<T> + 1; ++n) {
    auto x = numbers::fractions<T>(n, 1), dy = numbers::fractions<T>(n, 2);
    for (T& v : x) v *= 15;
    std::vector<T> y(x.size()), in_place = x, dx = dy;
    kernel::pointwise(n, f, x.data(), y.data());
    kernel::pointwise(n, f, in_place.data(), in_place.data());
    kernel::pointwise_backward(n, f, x.data(), y.data(), dx.data(), dx.data());
    worst += static_cast<double>(numbers::differences(in_place, y));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double at = static_cast<double>(x[i]), v = value(at), s = slope(at) * static_cast<double>(dy[i]);
      worst = std::max({worst, std::abs(static_cast<double>(y[i]) - v) / (1 + std::abs(v)),
                        std::abs(static_cast<double>(dx[i]) - s) / (1 + std::abs(s))});
    }
  }
  return worst;
}

double sigma(double x) { return 1 / (1 + std::exp(-x)); }
double normal(double x) { return 0.5 * (1 + std::erf(x / std::sqrt(2.0))); }

}  // namespace

TEST_CASE_TEMPLATE("functions of one number agree with their formulas at every length", T, float, double) {
  const double bar = 8 * eps<T>;
  CHECK(error_of<T>(
            kernel::Relu<T>{}, [](double x) { return x > 0 ? x : 0; }, [](double x) { return x > 0 ? 1 : 0; }) == 0);
  CHECK(error_of<T>(
            kernel::LeakyRelu<T>{T(0.125)}, [](double x) { return x > 0 ? x : 0.125 * x; },
            [](double x) { return x > 0 ? 1 : 0.125; }) == 0);
  CHECK(error_of<T>(
            kernel::Elu<T>{T(1.5)}, [](double x) { return x > 0 ? x : 1.5 * std::expm1(x); },
            [](double x) { return x > 0 ? 1 : 1.5 * std::exp(x); }) < bar);
  CHECK(error_of<T>(
            kernel::Gelu<T>{}, [](double x) { return x * normal(x); },
            [](double x) { return normal(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * 3.14159265358979323846); }) <
        bar);
  CHECK(error_of<T>(
            kernel::Silu<T>{}, [](double x) { return x * sigma(x); },
            [](double x) { return sigma(x) * (1 + x * (1 - sigma(x))); }) < bar);
  CHECK(error_of<T>(kernel::Logistic<T>{}, sigma, [](double x) { return sigma(x) * sigma(-x); }) < bar);
  CHECK(error_of<T>(
            kernel::HyperbolicTangent<T>{}, [](double x) { return std::tanh(x); },
            [](double x) { return 1 - std::tanh(x) * std::tanh(x); }) < bar);
  CHECK(error_of<T>(
            kernel::HardSwish<T>{}, [](double x) { return x * std::min(std::max(x + 3, 0.0), 6.0) / 6; },
            [](double x) { return x < -3 ? 0 : x > 3 ? 1 : x / 3 + 0.5; }) < bar);
}

TEST_CASE_TEMPLATE("relu lets a NaN through and stops its gradient", T, float, double) {
  const T x[] = {numbers::nan<T>, infinity<T>, -infinity<T>};
  const T dy[] = {1, 2, 3};
  T y[3], dx[3];
  kernel::pointwise(3, kernel::Relu<T>{}, x, y);
  kernel::pointwise_backward(3, kernel::Relu<T>{}, x, y, dy, dx);
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == infinity<T>);
  CHECK(y[2] == T(0));
  CHECK(dx[0] == T(0));
  CHECK(dx[1] == T(2));
  CHECK(dx[2] == T(0));
}

TEST_CASE_TEMPLATE("a NaN stays NaN in every function of one number", T, float, double) {
  const T x[] = {numbers::nan<T>};
  const auto stays = [&](const auto& f) {
    T y[] = {0};
    kernel::pointwise(1, f, x, y);
    return std::isnan(y[0]);
  };
  CHECK(stays(kernel::LeakyRelu<T>{T(0.1)}));
  CHECK(stays(kernel::Elu<T>{T(1)}));
  CHECK(stays(kernel::Gelu<T>{}));
  CHECK(stays(kernel::Silu<T>{}));
  CHECK(stays(kernel::Logistic<T>{}));
  CHECK(stays(kernel::HyperbolicTangent<T>{}));
  CHECK(stays(kernel::HardSwish<T>{}));
}

TEST_CASE_TEMPLATE("functions of denormal numbers are not zero, at any address", T, float, double) {
  const T least = std::numeric_limits<T>::denorm_min();
  const auto is_near = [&](const auto& f, T factor) {
    std::ptrdiff_t wrong = 0;
    for (std::ptrdiff_t n = 0; n <= 2 * kernel::lanes<T> + 1; ++n) {
      std::vector<T> x(static_cast<std::size_t>(n + 1)), y(x.size()), dy(x.size(), T(1)), dx(x.size());
      for (std::size_t i = 1; i < x.size(); ++i) x[i] = (i % 2 == 0 ? -1000 : 1000) * static_cast<T>(i) * least;
      kernel::pointwise(n, f, x.data() + 1, y.data() + 1);
      kernel::pointwise_backward(n, f, x.data() + 1, y.data() + 1, dy.data() + 1, dx.data() + 1);
      for (std::size_t i = 1; i < x.size(); ++i)
        wrong += !(std::abs(y[i] - factor * x[i]) <= least) + !(std::abs(dx[i] - factor) <= 2 * std::numeric_limits<T>::epsilon());
    }
    return wrong == 0;
  };
  CHECK(is_near(kernel::Elu<T>{T(1)}, T(1)));
  CHECK(is_near(kernel::HyperbolicTangent<T>{}, T(1)));
  CHECK(is_near(kernel::Gelu<T>{}, T(0.5)));
  CHECK(is_near(kernel::Silu<T>{}, T(0.5)));
  CHECK(is_near(kernel::HardSwish<T>{}, T(0.5)));
}
