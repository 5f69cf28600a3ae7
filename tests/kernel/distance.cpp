// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/distance.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace tutti::kernel;

namespace {

template <class T> std::vector<T> numbers_of(std::ptrdiff_t n, int seed) {
  std::vector<T> x(static_cast<std::size_t>(n));
  unsigned state = static_cast<unsigned>(seed);
  for (T& v : x) v = static_cast<T>((state = state * 1664525u + 1013904223u) >> 8) / T(1 << 22) - T(2);
  return x;
}
void close(double got, long double expected) {
  CHECK(static_cast<double>(std::abs(got - expected)) <= 1e-14 * static_cast<double>(expected));
}

}  // namespace

TEST_CASE_TEMPLATE("distances agree with the reference at every size up to four times eight lanes", T, float, double) {
  for (std::ptrdiff_t n = 0; n <= 32; ++n) {
    const auto x = numbers_of<T>(n, 1), y = numbers_of<T>(n, 2);
    const auto expected = [&](double p) { return reference::minkowski_distance(n, x.data(), y.data(), p); };
    close(std::sqrt(squared_distance(n, x.data(), y.data())), expected(2));
    close(manhattan_distance(n, x.data(), y.data()), expected(1));
    close(chebyshev_distance(n, x.data(), y.data()), expected(std::numeric_limits<double>::infinity()));
    close(std::pow(minkowski_sum(n, x.data(), y.data(), 3), 1 / 3.0), expected(3));
    close(std::pow(minkowski_sum(n, x.data(), y.data(), 1.5), 1 / 1.5), expected(1.5));
  }
}

TEST_CASE("the cosine distance is 0 along a line, 1 at a right angle and beside a row of zeros, 2 opposite") {
  const float x[] = {3, 4}, along[] = {6, 8}, right[] = {-4, 3}, opposite[] = {-3, -4}, zero[] = {0, 0};
  CHECK(cosine_distance(2, x, along) == 0);
  CHECK(cosine_distance(2, x, right) == 1);
  CHECK(cosine_distance(2, x, opposite) == 2);
  CHECK(cosine_distance(2, x, zero) == 1);
  CHECK(cosine_distance(2, zero, zero) == 1);
}

TEST_CASE("rows of floats and of doubles may be compared, and NaN in either is NaN in the distance") {
  for (const std::ptrdiff_t n : {3, 8, 21})
    for (std::ptrdiff_t at = 0; at < n; ++at) {
      auto x = numbers_of<float>(n, 3);
      const std::vector<double> y(x.begin(), x.end());
      CHECK(squared_distance(n, x.data(), y.data()) == 0);
      x[static_cast<std::size_t>(at)] = std::nanf("");
      CHECK(std::isnan(squared_distance(n, x.data(), y.data())));
      CHECK(std::isnan(manhattan_distance(n, y.data(), x.data())));
      CHECK(std::isnan(chebyshev_distance(n, x.data(), y.data())));
      CHECK(std::isnan(cosine_distance(n, x.data(), y.data())));
    }
}

TEST_CASE("one row against many has the squared distances to each, whatever their number") {
  for (std::ptrdiff_t rows = 1; rows <= 4 * columnwise_stride(1) + 3; ++rows)
    for (const std::ptrdiff_t columns : {0, 1, 7, 20}) {
      const auto x = numbers_of<float>(columns, 4);
      const auto c = numbers_of<double>(rows * columns, 5);
      std::vector<double> turned(static_cast<std::size_t>(columns * columnwise_stride(rows)), 0.0);
      for (std::ptrdiff_t i = 0; i < rows; ++i)
        for (std::ptrdiff_t j = 0; j < columns; ++j)
          turned[static_cast<std::size_t>(j * columnwise_stride(rows) + i)] = c[static_cast<std::size_t>(i * columns + j)];
      std::ptrdiff_t seen = 0;
      squared_distances(columns, x.data(), rows, turned.data(), [&](std::ptrdiff_t first, std::ptrdiff_t count, const double* d) {
        CHECK(first == seen);
        for (std::ptrdiff_t k = 0; k < count; ++k) close(d[k], squared_distance(columns, x.data(), c.data() + (first + k) * columns));
        seen += count;
      });
      CHECK(seen == rows);
    }
}
