// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/mutual_information.hpp>

#include <doctest/doctest.h>
#include <reference/mutual_information.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace tutti;
namespace reference = mutual_reference;

namespace {

template <class T>
std::vector<double> numbers(const T& of, std::size_t first = 0, std::size_t step = 1) {
  std::vector<double> all;
  for (std::size_t i = first; i < std::size(of); i += step) all.push_back(static_cast<double>(of[i]));
  return all;
}
std::vector<double> column(std::size_t j) { return numbers(reference::x, j, 6); }
template <class T>
std::vector<std::int32_t> whole(const T& of) {
  std::vector<std::int32_t> all;
  for (const auto v : of) all.push_back(static_cast<std::int32_t>(v));
  return all;
}
void close(double got, double expected) { CHECK(std::abs(got - expected) <= 1e-9 * std::max(1.0, std::abs(expected))); }
double between(const std::vector<double>& x, const std::vector<double>& y, int k = 3) { return mutual_information<>(x, y, k); }
double between(const std::vector<double>& x, const std::vector<std::int32_t>& c, int k = 3) { return mutual_information<>(x, c, k); }
double between(const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) { return mutual_information<>(a, b); }

template <class F>
std::string refusal(const F& f) {
  try {
    f();
  } catch (const DataError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("digamma of whole numbers is the sum of fractions less Euler's constant") {
  long double sum = -0.57721566490153286061L;  // rounding would show in a double
  for (std::ptrdiff_t n = 1; n < 3000; ++n) {
    CHECK(std::abs(detail::digamma(n) - static_cast<double>(sum)) < 4e-15);
    sum += 1 / static_cast<long double>(n);
  }
}

TEST_CASE("of two continuous variables, and of one and a class, it is scikit-learn's for any number of neighbours") {
  const auto y = numbers(reference::number);
  const auto c = whole(reference::classes);
  for (std::size_t j = 0; j < 6; ++j) {
    INFO("column ", j);
    close(between(column(j), y, 1), reference::numbers_1[j]);
    close(between(column(j), y, 3), reference::numbers_3[j]);
    close(between(column(j), y, 10), reference::numbers_10[j]);
    close(between(column(j), c, 1), reference::classes_1[j]);
    close(between(column(j), c, 3), reference::classes_3[j]);
    close(between(column(j), c, 10), reference::classes_10[j]);
  }
}

TEST_CASE("of two discrete variables it is scikit-learn's") {
  for (std::size_t j = 0; j < 2; ++j) close(between(whole(column(4 + j)), whole(reference::classes)), reference::discrete[j]);
  CHECK(between(std::vector<std::int32_t>{}, {}) == 0);
  CHECK(between(std::vector<std::int32_t>{-2'000'000'000, 2'000'000'000}, {7, -7}) == doctest::Approx(std::log(2)));
}

TEST_CASE("numbers that repeat, constants, classes of one or two rows and few rows are scikit-learn's") {
  const auto a = numbers(reference::a), b = numbers(reference::b), none = std::vector<double>(60), few = numbers(reference::few);
  const auto ca = whole(reference::a), cb = whole(reference::b), nothing = std::vector<std::int32_t>(60), rare = whole(reference::rare);
  close(between(a, b), reference::repeated_numbers[0]);
  close(between(a, none), reference::repeated_numbers[1]);
  close(between(a, a), reference::repeated_numbers[2]);
  close(between(a, cb), reference::repeated_classes[0]);
  close(between(none, cb), reference::repeated_classes[1]);
  close(between(a, ca), reference::repeated_classes[2]);
  close(between(ca, cb), reference::repeated_discrete[0]);
  close(between(ca, nothing), reference::repeated_discrete[1]);
  close(between(ca, ca), reference::repeated_discrete[2]);
  const std::vector<double> four(few.begin(), few.begin() + 4), next(few.begin() + 4, few.begin() + 8);
  std::vector<double> squares = few;
  for (double& v : squares) v *= v;
  close(between(four, next, 1), reference::few_rows[0]);
  close(between(few, squares), reference::few_rows[1]);
  close(between(few, rare, 3), reference::few_rows[2]);
  close(between(few, rare, 1), reference::few_rows[3]);
  CHECK(between(std::vector<double>{1, 2, 3}, std::vector<std::int32_t>{4, 5, 6}) == 0);  // no class of two rows
}

TEST_CASE("it is the same whichever variable is named first, and on any number of threads") {
  std::vector<double> x, y;
  for (int i = 0; i < 5000; ++i) {
    x.push_back(std::sin(i * 12.9898) * 43758.5453);
    y.push_back(std::floor(x.back() / 20000));  // few different ones
  }
  const double one = parallel::with_threads(1, [&] { return between(x, y); });
  CHECK(one > 0);
  CHECK(parallel::with_threads(7, [&] { return between(x, y); }) == one);
  CHECK(between(y, x) == one);
}

TEST_CASE("what cannot be estimated is refused") {
  const std::vector<double> three{1, 2, 3}, two{1, 2};
  CHECK(refusal([&] { between(three, three); }) == "expected more than 3 rows, got 3");
  CHECK(refusal([&] { between(three, two, 1); }) == "expected 3 values of the other variable, got 2");
  CHECK(refusal([&] { between(three, three, 0); }) == "neighbours: expected at least one, got 0");
  CHECK(refusal([&] { between(three, std::vector<std::int32_t>{1}, 1); }) == "expected 3 values of the other variable, got 1");
}
