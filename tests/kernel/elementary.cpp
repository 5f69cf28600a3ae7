// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/elementary.hpp>
#include <tutti/kernel/logistic.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

using namespace tutti;
using kernel::Batch;
using numbers::infinity;

namespace {

/// How far y is from `exact` in units of the last place of T there; an infinite y counts as the power of two behind T's largest number.
template <class T> double ulps_off(T y, long double exact) {
  using Limits = std::numeric_limits<T>;
  if (std::isnan(exact) || std::isnan(y)) return std::isnan(exact) && std::isnan(y) ? 0 : infinity<double>;
  const long double beyond = std::ldexp(1.0L, Limits::max_exponent);
  if (exact > beyond) exact = beyond;
  if (exact < -beyond) exact = -beyond;
  const long double got = std::isinf(y) ? std::copysign(beyond, static_cast<long double>(y)) : static_cast<long double>(y);
  const int exponent = exact == 0 ? Limits::min_exponent : std::max(std::ilogb(exact) + 1, Limits::min_exponent);
  return static_cast<double>(std::abs(got - exact) / std::ldexp(1.0L, std::min(exponent, Limits::max_exponent) - Limits::digits));
}

/// All kinds of numbers: for float bit patterns at equal steps through all there are, for double random ones; and random
/// numbers where the functions change.
template <class T> std::vector<T> arguments() {
  std::vector<T> x;
  numbers::Stream stream(1);
  if constexpr (sizeof(T) == 4) {
    for (std::uint32_t bits = 0; bits < 0xffffffff - 30011; bits += 30011) x.push_back(std::bit_cast<float>(bits));
  } else {
    for (int i = 0; i < 100'000; ++i)
      x.push_back(std::bit_cast<double>((std::uint64_t{stream.next()} << 40) ^ (std::uint64_t{stream.next()} << 20) ^ stream.next()));
  }
  for (const double range : {0.4, 1.3, 7.0, 25.0, 110.0, 760.0})
    for (int i = 0; i < 20'000; ++i) x.push_back(static_cast<T>(range * (stream.next() / 8388608.0 - 1) + stream.next() * 0x1p-60));
  const T denormal = std::numeric_limits<T>::denorm_min(), least = std::numeric_limits<T>::min();
  for (const T v : {T(0), denormal, 3 * denormal, least - denormal, least, std::numeric_limits<T>::max(), infinity<T>, numbers::nan<T>})
    x.insert(x.end(), {v, -v});
  return x;
}

/// The most that f is off, and in how many places a lane depends on its place in a register.
struct Found {
  double most = 0;
  std::ptrdiff_t places = 0;
};
template <class T, class F, class Exact> Found search(const F& f, const Exact& exact) {
  const std::vector<T> x = arguments<T>();
  std::vector<T> y(x.size()), shifted(x.size());
  const auto n = std::ssize(x);
  kernel::transform<T>(n, y.data(), f, x.data());
  kernel::transform<T>(3, shifted.data(), f, x.data());
  kernel::transform<T>(n - 3, shifted.data() + 3, f, x.data() + 3);  // other lanes, and pointers that are not aligned
  Found found;
  found.places = numbers::differences(y, shifted);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = ulps_off<T>(y[i], exact(static_cast<long double>(x[i])));
    found.most = std::max(found.most, off);
  }
  return found;
}

template <class T, class F> T at(T x, const F& f) {
  T y;
  kernel::transform<T>(1, &y, f, &x);
  return y;
}

template <class T> constexpr auto exponential = [](const Batch<T>& v) { return kernel::exp<T>(v); };
template <class T> constexpr auto exponential_less_one = [](const Batch<T>& v) { return kernel::expm1<T>(v); };
template <class T> constexpr auto logarithm = [](const Batch<T>& v) { return kernel::log<T>(v); };
template <class T> constexpr auto hyperbolic = [](const Batch<T>& v) { return kernel::tanh<T>(v); };
template <class T> constexpr auto error_function = [](const Batch<T>& v) { return kernel::erf<T>(v); };
template <class T> constexpr auto sigma = [](const Batch<T>& v) { return kernel::logistic<T>(v); };

}  // namespace

#define TUTTI_CHECK_WITHIN(name, f, exact)                              \
  {                                                                     \
    const Found found = search<T>(f<T>, exact);                         \
    CHECK(found.most <= kernel::ulps.name);                          \
    CHECK(found.places == 0);                                           \
  }

TEST_CASE_TEMPLATE("each elementary function is as near as its header says, for all kinds of numbers", T, float, double) {
  TUTTI_CHECK_WITHIN(exp, exponential, [](long double x) { return std::exp(x); })
  TUTTI_CHECK_WITHIN(expm1, exponential_less_one, [](long double x) { return std::expm1(x); })
  TUTTI_CHECK_WITHIN(log, logarithm, [](long double x) { return std::log(x); })
  TUTTI_CHECK_WITHIN(tanh, hyperbolic, [](long double x) { return std::tanh(x); })
  TUTTI_CHECK_WITHIN(erf, error_function, [](long double x) { return std::erf(x); })
  TUTTI_CHECK_WITHIN(logistic, sigma, [](long double x) { return 1 / (1 + std::exp(-x)); })
}

TEST_CASE_TEMPLATE("elementary functions keep NaN, have their limits, and keep the sign of zero", T, float, double) {
  for (const T nan : {numbers::nan<T>, -numbers::nan<T>}) {
    CHECK(std::isnan(at(nan, exponential<T>)));
    CHECK(std::isnan(at(nan, exponential_less_one<T>)));
    CHECK(std::isnan(at(nan, logarithm<T>)));
    CHECK(std::isnan(at(nan, hyperbolic<T>)));
    CHECK(std::isnan(at(nan, error_function<T>)));
    CHECK(std::isnan(at(nan, sigma<T>)));
  }
  const T huge = std::numeric_limits<T>::max();
  for (const T big : {infinity<T>, huge}) {
    CHECK(at(big, exponential<T>) == infinity<T>);
    CHECK(at(-big, exponential<T>) == T(0));
    CHECK(at(big, exponential_less_one<T>) == infinity<T>);
    CHECK(at(-big, exponential_less_one<T>) == T(-1));
    CHECK(std::isnan(at(-big, logarithm<T>)));
    CHECK(at(big, hyperbolic<T>) == T(1));
    CHECK(at(-big, hyperbolic<T>) == T(-1));
    CHECK(at(big, error_function<T>) == T(1));
    CHECK(at(-big, error_function<T>) == T(-1));
  }
  CHECK(at(infinity<T>, logarithm<T>) == infinity<T>);
  for (const T zero : {T(0), T(-0.0)}) {
    CHECK(at(zero, exponential<T>) == T(1));
    CHECK(at(zero, logarithm<T>) == -infinity<T>);
    for (const T y : {at(zero, exponential_less_one<T>), at(zero, hyperbolic<T>), at(zero, error_function<T>)}) {
      CHECK(y == T(0));
      CHECK(std::signbit(y) == std::signbit(zero));
    }
  }
  CHECK(at(T(1), logarithm<T>) == T(0));
}

TEST_CASE_TEMPLATE("denormal numbers are neither read nor given as zeros", T, float, double) {
  const T denormal = std::numeric_limits<T>::denorm_min(), some = 12345 * denormal;
  for (const T x : {denormal, some, -some}) {
    CHECK(at(x, exponential<T>) == T(1));
    CHECK(at(x, exponential_less_one<T>) == x);
    CHECK(at(x, hyperbolic<T>) == x);
    CHECK(ulps_off<T>(at(x, error_function<T>), std::erf(static_cast<long double>(x))) <= 1);
  }
  const T small = std::log(some);
  CHECK(at(small, exponential<T>) > T(0));
  CHECK(at(small, exponential<T>) < std::numeric_limits<T>::min());
  CHECK(std::abs(at(some, logarithm<T>) - small) <= std::numeric_limits<T>::epsilon() * std::abs(small));
}
