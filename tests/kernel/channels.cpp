// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/channels.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {
/// f(layout) for channels of all sizes in rows that are longer than they.
template <class F> void each_layout(F f) {
  for (const std::ptrdiff_t rows : {0, 1, 3})
    for (const std::ptrdiff_t channels : {1, 5, 17, 35})
      for (const std::ptrdiff_t plane : {1, 2, 17}) f(ChannelLayout{rows, channels, plane, channels * plane + 2});
  for (std::ptrdiff_t n = 1; n <= 33; ++n) {  // to over two registers
    f(ChannelLayout{3, n, 1, n + 3});
    f(ChannelLayout{3, 2, n, 2 * n + 3});
  }
}
}  // namespace

TEST_CASE_TEMPLATE("channels are scaled and shifted by numbers of their own, also in place", T, float, double) {
  each_layout([](const ChannelLayout& l) {
    const auto x = numbers::whole<T>(l.rows * l.row_stride, 1), a = numbers::whole<T>(l.channels, 2),
               b = numbers::whole<T>(l.channels, 3);
    auto scaled = x, both = std::vector<T>(x.size(), T(9)), in_place = x;
    auto wanted_both = both;
    reference::each_channel_element(l, [&](std::ptrdiff_t c, std::ptrdiff_t i) {
      const auto at = static_cast<std::size_t>(i), channel = static_cast<std::size_t>(c);
      scaled[at] = a[channel] * x[at];
      wanted_both[at] = scaled[at] + b[channel];
    });
    scale_channels(l, x.data(), a.data(), in_place.data());
    scale_and_shift_channels(l, x.data(), a.data(), b.data(), both.data());
    CHECK(numbers::differences(in_place, scaled) == 0);
    CHECK(numbers::differences(both, wanted_both) == 0);
  });
}

TEST_CASE_TEMPLATE("channel_products are the sums over rows and plane", T, float, double) {
  each_layout([](const ChannelLayout& l) {
    const auto x = numbers::whole<T>(l.rows * l.row_stride, 1), z = numbers::whole<T>(l.rows * l.row_stride, 2);
    std::vector<T> got(static_cast<std::size_t>(l.channels), T(9)), wanted(got.size(), T(0));
    reference::each_channel_element(l, [&](std::ptrdiff_t c, std::ptrdiff_t i) {
      wanted[static_cast<std::size_t>(c)] += x[static_cast<std::size_t>(i)] * z[static_cast<std::size_t>(i)];
    });
    channel_products(l, x.data(), z.data(), got.data());
    CHECK(numbers::differences(got, wanted) == 0);
  });
}
