// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/activation.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;
using numbers::infinity;

namespace {

template <class T> constexpr double eps = static_cast<double>(std::numeric_limits<T>::epsilon());

}  // namespace

TEST_CASE_TEMPLATE("softmax, log_softmax and logsumexp agree with the reference at every length", T, float,
                   double) {
  for (std::ptrdiff_t n = 1; n <= 4 * lanes<T> + 1; ++n) {
    CAPTURE(n);
    auto x = numbers::fractions<T>(n + 1, 3);
    for (T& v : x) v *= 20;
    const T* const row = x.data() + 1;
    std::vector<T> p(static_cast<std::size_t>(n)), logs(p.size()), in_place(row, row + n);
    std::vector<double> wanted(p.size()), wanted_logs(p.size());
    const long double total = reference::logsumexp(n, row);
    for (std::size_t i = 0; i < p.size(); ++i) {
      wanted[i] = static_cast<double>(std::exp(row[i] - total));
      wanted_logs[i] = static_cast<double>(row[i] - total);
    }
    softmax(n, row, p.data());
    log_softmax(n, row, logs.data());
    softmax(n, in_place.data(), in_place.data());
    CHECK(numbers::distance(p, wanted) < 4 * eps<T>);
    CHECK(numbers::distance(logs, wanted_logs) < 32 * eps<T>);
    CHECK(std::abs(static_cast<double>(logsumexp(n, row)) - static_cast<double>(total)) < 32 * eps<T>);
    CHECK(in_place == p);
  }
}

TEST_CASE_TEMPLATE("softmax neither overflows nor loses a small class", T, float, double) {
  const T big = std::numeric_limits<T>::max() / 2;
  const T x[] = {big, big, -big};
  const T low[] = {-big, -big};
  T y[3];
  softmax(3, x, y);
  CHECK(y[0] == T(0.5));
  CHECK(y[2] == T(0));
  softmax(2, low, y);
  CHECK(y[1] == T(0.5));
  CHECK(logsumexp(2, low) == -big);
  const T far[] = {0, -50};
  log_softmax(2, far, y);
  CHECK(y[1] == T(-50));
  CHECK(y[0] == T(0));
}

TEST_CASE_TEMPLATE("a NaN makes the whole row NaN wherever it stands", T, float, double) {
  for (const T other : {T(1), infinity<T>, -infinity<T>})
    for (std::ptrdiff_t n = 1; n <= 2 * lanes<T> + 1; ++n)
      for (std::ptrdiff_t at = 0; at < n; ++at) {
        std::vector<T> x(static_cast<std::size_t>(n), other), y(x.size()), logs(x.size());
        x[static_cast<std::size_t>(at)] = numbers::nan<T>;
        softmax(n, x.data(), y.data());
        log_softmax(n, x.data(), logs.data());
        std::ptrdiff_t numbers_left = !std::isnan(logsumexp(n, x.data()));
        for (const T v : y) numbers_left += !std::isnan(v);
        for (const T v : logs) numbers_left += !std::isnan(v);
        CHECK(numbers_left == 0);
      }
}

TEST_CASE_TEMPLATE("infinities are the limits: the largest entries share all evenly", T, float, double) {
  const std::vector<T> up{infinity<T>, 3, infinity<T>, -infinity<T>}, down(4, -infinity<T>),
      one{5, -infinity<T>};
  std::vector<T> y(4);
  softmax(4, up.data(), y.data());
  CHECK(y == std::vector<T>{T(0.5), 0, T(0.5), 0});
  log_softmax(4, up.data(), y.data());
  CHECK(y == std::vector<T>{-std::log(T(2)), -infinity<T>, -std::log(T(2)), -infinity<T>});
  softmax(4, down.data(), y.data());
  CHECK(y == std::vector<T>(4, T(0.25)));
  log_softmax(4, down.data(), y.data());
  CHECK(y == std::vector<T>(4, -std::log(T(4))));
  y = down;
  softmax(4, y.data(), y.data());
  CHECK(y == std::vector<T>(4, T(0.25)));
  y.resize(2);
  softmax(2, one.data(), y.data());
  CHECK(y == std::vector<T>{1, 0});
  log_softmax(2, one.data(), y.data());
  CHECK(y == std::vector<T>{0, -infinity<T>});
  CHECK(logsumexp(4, up.data()) == infinity<T>);
  CHECK(logsumexp(4, down.data()) == -infinity<T>);
  CHECK(logsumexp(0, down.data()) == -infinity<T>);
  CHECK(logsumexp(2, one.data()) == T(5));
}

TEST_CASE_TEMPLATE("rows are softened one by one", T, float, double) {
  const auto x = numbers::fractions<T>(3 * 5, 4);
  std::vector<T> y(15), logs(15), wanted(15), wanted_logs(15);
  softmax_rows(3, 5, x.data(), y.data());
  log_softmax_rows(3, 5, x.data(), logs.data());
  for (std::ptrdiff_t r = 0; r < 15; r += 5) {
    softmax(5, x.data() + r, wanted.data() + r);
    log_softmax(5, x.data() + r, wanted_logs.data() + r);
  }
  CHECK(y == wanted);
  CHECK(logs == wanted_logs);
}

TEST_CASE_TEMPLATE("softmax over planes is the softmax of each pixel's channels, at every size", T, float, double) {
  for (const std::ptrdiff_t channels : {1, 2, 3, 10, 33, 70})
    for (std::ptrdiff_t plane = 0; plane <= 6 * lanes<T> + 1; plane += channels > 3 ? 5 : 1) {
      auto x = numbers::fractions<T>(channels * plane + 1, 4);
      for (T& v : x) v *= 20;
      std::vector<T> y(x.size(), T(9)), in_place = x;
      std::vector<double> wanted(x.size());
      wanted[0] = 9;
      for (std::ptrdiff_t p = 0; p < plane; ++p) {
        std::vector<T> column;
        for (std::ptrdiff_t c = 0; c < channels; ++c) column.push_back(x[static_cast<std::size_t>(1 + c * plane + p)]);
        const long double total = reference::logsumexp(channels, column.data());
        for (std::ptrdiff_t c = 0; c < channels; ++c)
          wanted[static_cast<std::size_t>(1 + c * plane + p)] = static_cast<double>(std::exp(column[static_cast<std::size_t>(c)] - total));
      }
      softmax_planes(channels, plane, x.data() + 1, y.data() + 1);
      softmax_planes(channels, plane, in_place.data() + 1, in_place.data() + 1);
      in_place[0] = T(9);
      CAPTURE(channels);
      CAPTURE(plane);
      CHECK(numbers::distance(y, wanted) < 8 * eps<T>);
      CHECK(numbers::differences(in_place, y) == 0);
    }
}

TEST_CASE_TEMPLATE("pixels with NaN or infinities have the same limits as rows, and do not touch their neighbours", T, float, double) {
  constexpr T up = infinity<T>, nan = numbers::nan<T>;
  const T kinds[][3] = {{1, 2, 3}, {nan, 2, 3}, {1, nan, up}, {nan, -up, -up}, {up, 3, up}, {-up, -up, -up}, {5, -up, 4}, {up, up, -up}};
  for (std::ptrdiff_t plane = 1; plane <= 5 * lanes<T> + 1; ++plane) {
    std::vector<T> x(static_cast<std::size_t>(3 * plane)), y(x.size());
    for (std::ptrdiff_t p = 0; p < plane; ++p)
      for (std::ptrdiff_t c = 0; c < 3; ++c) x[static_cast<std::size_t>(c * plane + p)] = kinds[p % 8][c];
    softmax_planes(3, plane, x.data(), y.data());
    std::ptrdiff_t wrong = 0;
    for (std::ptrdiff_t p = 0; p < plane; ++p) {
      T wanted[3];
      softmax(3, kinds[p % 8], wanted);
      for (std::ptrdiff_t c = 0; c < 3; ++c) {
        const T got = y[static_cast<std::size_t>(c * plane + p)];
        wrong += !(std::isnan(wanted[c]) ? std::isnan(got) : std::abs(got - wanted[c]) <= 2 * std::numeric_limits<T>::epsilon());
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("the gradient of softmax is its formula at every size, also where dx is dy", T, float, double) {
  for (const std::ptrdiff_t channels : {1, 3, 10, 40})
    for (std::ptrdiff_t plane = 1; plane <= 5 * lanes<T> + 1; plane += channels > 3 ? 3 : 1) {
      const auto y = numbers::fractions<T>(channels * plane + 1, 5), dy = numbers::fractions<T>(channels * plane + 1, 6);
      auto dx = dy;
      std::vector<double> wanted(dy.begin(), dy.end());
      for (std::ptrdiff_t p = 0; p < plane; ++p) {
        long double mean = 0;
        const auto at = [&](std::ptrdiff_t c) { return static_cast<std::size_t>(1 + c * plane + p); };
        for (std::ptrdiff_t c = 0; c < channels; ++c) mean += static_cast<long double>(y[at(c)]) * dy[at(c)];
        for (std::ptrdiff_t c = 0; c < channels; ++c) wanted[at(c)] = static_cast<double>(y[at(c)] * (dy[at(c)] - mean));
      }
      softmax_backward(channels, plane, y.data() + 1, dx.data() + 1, dx.data() + 1);
      CHECK(numbers::distance(dx, wanted) < 8 * eps<T>);
    }
}

TEST_CASE_TEMPLATE("the gradient of softmax is orthogonal to its shift", T, float, double) {
  const auto x = numbers::fractions<T>(4, 5), dy = numbers::fractions<T>(4, 6);
  std::vector<T> y(4), dx(4);
  softmax(4, x.data(), y.data());
  softmax_backward(4, 1, y.data(), dy.data(), dx.data());
  CHECK(std::abs(static_cast<double>(dx[0] + dx[1] + dx[2] + dx[3])) < 4 * eps<T>);
  for (std::size_t i = 0; i < 4; ++i) {
    double wanted = 0;
    for (std::size_t k = 0; k < 4; ++k)
      wanted += static_cast<double>(y[k]) * ((i == k) - static_cast<double>(y[i])) * static_cast<double>(dy[k]);
    CHECK(std::abs(static_cast<double>(dx[i]) - wanted) < 4 * eps<T>);
  }
}

TEST_CASE_TEMPLATE("denormal numbers share evenly, and a share may be denormal", T, float, double) {
  const T denormal = std::numeric_limits<T>::denorm_min();
  const T x[] = {denormal, -denormal, 0, 5 * denormal}, far[] = {0, std::log(1000 * denormal)};
  T y[4];
  softmax(4, x, y);
  for (const T v : y) CHECK(v == T(0.25));
  softmax_planes(4, 1, x, y);
  for (const T v : y) CHECK(v == T(0.25));
  softmax(2, far, y);
  CHECK(y[0] == T(1));
  CHECK(y[1] > 900 * denormal);
  CHECK(y[1] < 1100 * denormal);
}
