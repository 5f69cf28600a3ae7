// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/strided.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("numbers one and two apart are read and added to, and nothing behind them", T, float, double) {
  for (const int step : {1, 2})
    for (const std::ptrdiff_t behind : {std::ptrdiff_t{0}, std::ptrdiff_t{1}, 3 * lanes<T>})
      for (std::ptrdiff_t count = 1; count <= lanes<T>; ++count) {
        CAPTURE(step);
        CAPTURE(count);
        const std::ptrdiff_t used = step * (count - 1) + 1;
        const auto x = numbers::whole<T>(used + behind, 1), v = numbers::whole<T>(lanes<T>, 2);  // a read behind x is a sanitizer's error
        const detail::Strided<T> every{step, x.data() + x.size()};
        std::vector<T> got(v.size()), sum = x, wanted = x;
        store<T>(every.read(x.data(), count), got.data());
        for (std::ptrdiff_t k = 0; k < count; ++k) {
          CHECK(got[static_cast<std::size_t>(k)] == x[static_cast<std::size_t>(step * k)]);
          wanted[static_cast<std::size_t>(step * k)] += v[static_cast<std::size_t>(k)];
        }
        detail::Strided<T>{step, sum.data() + sum.size()}.add(load<T>(v.data()), sum.data(), count);
        CHECK(sum == wanted);
      }
}

TEST_CASE_TEMPLATE("pairs are read apart, written together and added to at every length", T, float, double) {
  for (std::ptrdiff_t count = 1; count <= lanes<T>; ++count) {
    CAPTURE(count);
    const auto x = numbers::whole<T>(2 * count, 1);
    std::vector<T> even(static_cast<std::size_t>(lanes<T>)), odd = even, back(x.size()), sum = x;
    Batch<T> first, second;
    detail::load_pairs<T>(x.data(), count, first, second);
    store<T>(first, even.data());
    store<T>(second, odd.data());
    detail::store_pairs<T>(first, second, back.data(), count);
    detail::add_pairs<T>(first, sum.data(), count);
    CHECK(back == x);
    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
      CHECK(even[k] == x[2 * k]);
      CHECK(odd[k] == x[2 * k + 1]);
      CHECK(sum[2 * k] == 2 * x[2 * k]);
      CHECK(sum[2 * k + 1] == x[2 * k + 1] + x[2 * k]);
    }
  }
}
