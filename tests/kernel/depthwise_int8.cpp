// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "pixels.hpp"

#include <tutti/kernel/depthwise_int8.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

constexpr std::ptrdiff_t rows = 2;

ConvShape depthwise(int channels, int height, int width, int kernel_h, int kernel_w, int stride, int padding, int dilation = 1) {
  return {channels, height, width, channels, kernel_h, kernel_w, stride, padding, dilation, channels};
}

/// Elements in which depthwise_int8 differs from the formula; data and weights begin unaligned.
std::ptrdiff_t differences(const ConvShape& s, std::uint8_t zero_point) {
  const auto x = numbers::bytes<std::uint8_t>(rows * s.input_size() + 1, 1);
  const auto w = numbers::bytes<std::int8_t>(s.weights_size(), 2);
  std::vector<std::int32_t> bias(static_cast<std::size_t>(s.channels));
  std::vector<float> scale(bias.size());
  for (std::size_t c = 0; c < bias.size(); ++c) {
    bias[c] = static_cast<std::int32_t>(c * 373 % 2000) - 1000;
    scale[c] = static_cast<float>(1 + c % 7) / 1024;
  }
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_depthwise_int8_size(s)) + 1);
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(depthwise_int8_scratch(s)));
  std::vector<std::uint8_t> y(static_cast<std::size_t>(rows * s.output_size()), 77), wanted(y.size());
  pack_depthwise_int8(s, w.data(), packed.data() + 1);
  depthwise_int8(s, rows, x.data() + 1, packed.data() + 1, y.data(), {scale.data(), bias.data(), 9, 2, 250}, scratch.data(), zero_point);
  const auto sums = pixels::conv_sums(s, rows, x.data() + 1, w.data(), bias.data(), zero_point);
  for (std::size_t i = 0; i < sums.size(); ++i) wanted[i] = pixels::requantized(sums[i], scale[i % scale.size()], 9, 2, 250);
  return numbers::differences(y, wanted);
}

}  // namespace

TEST_CASE("the depthwise convolution of bytes agrees with the reference for every small shape") {
  std::ptrdiff_t wrong = 0, shapes = 0;
  for (const int height : {1, 4, 7})
    for (const int kernel : {1, 2, 3, 4, 5, 7})
      for (const int stride : {1, 2, 3})
        for (const int padding : {0, 1, 4})
          for (const int dilation : {1, 2})
            for (const int channels : {1, 6, 37}) {
              wrong += differences(depthwise(channels, height, height + 2, kernel, kernel == 4 ? 3 : kernel, stride, padding, dilation),
                                   static_cast<std::uint8_t>(padding));
              ++shapes;
            }
  CHECK(wrong == 0);
  CHECK(shapes == 3 * 6 * 3 * 3 * 2 * 3);
}

TEST_CASE("the depthwise convolution of bytes agrees with the reference for every number of channels up to two registers") {
  std::ptrdiff_t wrong = 0;
  for (int channels = 1; channels <= 2 * register_bytes + 1; ++channels)
    for (const int stride : {1, 2}) wrong += differences(depthwise(channels, 3, 5, 3, 3, stride, 1), 128);
  CHECK(wrong == 0);
}

TEST_CASE("an unused bias of the depthwise convolution of bytes is zero, and the greatest bytes are exact") {
  const ConvShape s = depthwise(3, 4, 4, 3, 3, 1, 1);
  const std::vector<std::uint8_t> x(static_cast<std::size_t>(s.input_size()), 255);
  const std::vector<std::int8_t> w(static_cast<std::size_t>(s.weights_size()), -128);
  const std::vector<float> scale(3, -1.0f / 2048);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_depthwise_int8_size(s)));
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(depthwise_int8_scratch(s))), y(x.size());
  pack_depthwise_int8(s, w.data(), packed.data());
  depthwise_int8(s, 1, x.data(), packed.data(), y.data(), {scale.data()}, scratch.data(), 255);
  CHECK(y == std::vector<std::uint8_t>(y.size(), 143));  // 255 * 128 * 9 / 2048 = 143.4
}
