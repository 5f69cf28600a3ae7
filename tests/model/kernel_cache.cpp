// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/kernel_cache.hpp>

#include <doctest/doctest.h>

using namespace linear;

TEST_CASE("rows of the kernel are what they are, however few are kept, also after places change") {
  const auto x = noise("cache", 256 * 3);
  const svm::Kernel kernel = svm::RBF{.gamma = 0.5f};
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{5000}, std::size_t{1} << 20}) {
    KernelRows rows(3, 4), fresh(3, 4);
    for (std::ptrdiff_t i = 0; i < 256; ++i) rows.set(i, x.data() + 3 * i);
    detail::KernelCache cache(rows, kernel, bytes);
    std::ptrdiff_t stands[256];  // which row of x stands where
    for (std::ptrdiff_t i = 0; i < 256; ++i) stands[i] = i;
    const auto check_row = [&](std::ptrdiff_t place, std::ptrdiff_t length) {
      for (std::ptrdiff_t i = 0; i < 256; ++i) fresh.set(i, x.data() + 3 * stands[i]);
      float expected[256];
      kernel_values(kernel, fresh, x.data() + 3 * stands[place], 0, 4, expected);
      const float* const row = cache.row(place, length);
      for (std::ptrdiff_t t = 0; t < length; ++t) CHECK(row[t] == expected[t]);
    };
    for (const std::ptrdiff_t place : {3, 200, 3, 17, 64, 200, 3}) check_row(place, 256);
    for (const std::ptrdiff_t active : {256, 128}) {  // the odd ones first, then those divisible by three
      Buffer<std::ptrdiff_t> order;
      for (const bool first : {true, false})
        for (std::ptrdiff_t i = 0; i < active; ++i)
          if ((active == 256 ? i % 2 == 1 : i % 3 == 0) == first) order.push_back(i);
      cache.rearrange(order);
      std::ptrdiff_t before[256];
      std::copy(stands, stands + 256, before);
      for (std::size_t t = 0; t < order.size(); ++t) stands[t] = before[order[t]];
      for (const std::ptrdiff_t place : {3, 101, 250, 3}) check_row(place, active / 2);
    }
    for (const std::ptrdiff_t place : {3, 101, 5}) check_row(place, 256);  // the rest of rows of which the beginning is there
  }
}

TEST_CASE("the diagonal is what the rows say") {
  const auto x = noise("diagonal", 128 * 2);
  KernelRows rows(2, 2);
  for (std::ptrdiff_t i = 0; i < 128; ++i) rows.set(i, x.data() + 2 * i);
  for (const svm::Kernel& kernel :
       {svm::Kernel(svm::RBF{.gamma = 2}), svm::Kernel(svm::Polynomial{.degree = 2, .gamma = 1, .offset = 1}),
        svm::Kernel(svm::Linear{})}) {
    detail::KernelCache cache(rows, kernel, 0);
    const Buffer<float> diagonal = cache.diagonal();
    for (std::ptrdiff_t i = 0; i < 128; ++i) CHECK(diagonal[static_cast<std::size_t>(i)] == cache.row(i, 128)[i]);
  }
}
