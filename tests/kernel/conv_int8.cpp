// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "pixels.hpp"

#include <tutti/kernel/conv_int8.hpp>
#include <tutti/kernel/gemm_int8.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

constexpr std::ptrdiff_t rows = 2;

/// A convolution of random bytes; data and weights begin unaligned, and scratch has the promised size.
struct Convolution {
  ConvShape s;
  std::vector<std::uint8_t> x = numbers::bytes<std::uint8_t>(rows * s.input_size() + 1, 1);
  std::vector<std::int8_t> w = numbers::bytes<std::int8_t>(s.weights_size(), 2);
  std::vector<std::int32_t> bias = std::vector<std::int32_t>(static_cast<std::size_t>(s.out));
  std::vector<std::int8_t> packed = std::vector<std::int8_t>(static_cast<std::size_t>(packed_conv_int8_size(s)) + 1);

  explicit Convolution(const ConvShape& shape) : s(shape) {
    for (std::size_t o = 0; o < bias.size(); ++o) bias[o] = static_cast<std::int32_t>(o * 37) - 100;
    pack_conv_int8(s, w.data(), packed.data() + 1);
  }

  template <class Epilogue>
  std::vector<typename Epilogue::Output> operator()(const Epilogue& epilogue, std::uint8_t zero_point) const {
    std::vector<typename Epilogue::Output> y(static_cast<std::size_t>(rows * s.output_size()));
    std::vector<std::uint8_t> scratch(static_cast<std::size_t>(conv_int8_scratch(s)));
    conv_int8(s, rows, x.data() + 1, packed.data() + 1, y.data(), epilogue, scratch.data(), zero_point);
    return y;
  }
  std::vector<std::int32_t> sums(std::uint8_t zero_point) const {
    return pixels::conv_sums(s, rows, x.data() + 1, w.data(), bias.data(), zero_point);
  }
  std::ptrdiff_t wrong_sums() const {
    std::ptrdiff_t wrong = 0;
    for (const std::uint8_t zero_point : {std::uint8_t{0}, std::uint8_t{131}})
      wrong += numbers::differences((*this)(KeepSums{bias.data()}, zero_point), sums(zero_point));
    return wrong;
  }
};

}  // namespace

TEST_CASE("the convolution of bytes agrees with the reference for every small shape") {
  std::ptrdiff_t wrong = 0, shapes = 0;
  for (const int size : {1, 2, 5, 8})  // kernels larger than the image, strides than the kernel, padding than both
    for (const int kernel : {1, 2, 3, 5})
      for (const int stride : {1, 2, 3})
        for (const int padding : {0, 1, 2, 4})
          for (const int channels : {1, 3, 4, 8}) {
            wrong += Convolution({channels, size, size + 2, channels + 1, kernel, kernel == 2 ? 3 : kernel, stride, padding}).wrong_sums();
            ++shapes;
          }
  CHECK(wrong == 0);
  CHECK(shapes == 4 * 4 * 3 * 4 * 4);
}

TEST_CASE("the convolution of bytes agrees with the reference with holes in the kernel and channels in groups") {
  std::ptrdiff_t wrong = 0;
  for (const int size : {3, 8})
    for (const int dilation : {1, 2, 3})
      for (const int groups : {1, 2, 4})
        for (const int channels : {4, 12, 16})
          for (const int stride : {1, 2})
            for (const int padding : {0, 3})
              wrong += Convolution({channels, size, size + 1, groups == 4 ? 8 : 6, 3, 2, stride, padding, dilation, groups}).wrong_sums();
  CHECK(wrong == 0);
}

TEST_CASE("the convolution of bytes agrees with the reference for rows of several tiles and outputs of several panels") {
  for (const int out : {15, 16, 17, 32, 70})
    for (const int width : {1, 7, 8, 9, 17, 40}) CHECK(Convolution({5, 3, width, out, 3, 3, 1, 1}).wrong_sums() == 0);
  CHECK(Convolution({64, 6, 9, 48}).wrong_sums() == 0);
  CHECK(Convolution({10, 6, 9, 20, 1, 1, 1, 0, 1, 2}).wrong_sums() == 0);
}

TEST_CASE("the convolution of bytes agrees with the reference for runs of more than 64 bytes and rows of more than 16 pixels") {
  for (const int channels : {22, 24, 64, 70})
    for (const int width : {3, 5, 18, 37})
      for (const int padding : {0, 1})
        for (const int out : {16, 40}) CHECK(Convolution({channels, 5, width, out, 3, 3, 1, padding}).wrong_sums() == 0);
  CHECK(Convolution({130, 5, 20, 33, 3, 3, 2, 1}).wrong_sums() == 0);
  CHECK(Convolution({140, 5, 20, 66, 3, 3, 1, 2, 2, 2}).wrong_sums() == 0);
}

TEST_CASE("the convolution of bytes agrees with the reference whatever parts its runs are cut into, and where rows are one") {
  for (const int channels : {6, 9, 12, 36, 44, 51, 68})  // runs of 5 to 51 quads: one part, even parts, and a rest
    for (const int height : {1, 4, 7})
      for (const int width : {7, 9, 16, 30})
        for (const int padding : {0, 1, 3}) CHECK(Convolution({channels, height + 2, width, 20, 3, 3, 1, padding}).wrong_sums() == 0);
}

TEST_CASE("the convolution of bytes requantizes and dequantizes output by output") {
  const Convolution c({6, 7, 9, 35, 3, 3, 2, 1});
  std::vector<float> scale(35);
  for (std::size_t o = 0; o < scale.size(); ++o) scale[o] = static_cast<float>(1 + o % 7) / 8192;
  const auto sums = c.sums(0);
  const auto bytes = c(Requantize{scale.data(), c.bias.data(), 3, 3}, 0);
  const auto floats = c(Dequantize{scale.data(), c.bias.data()}, 0);
  std::ptrdiff_t wrong = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    wrong += bytes[i] != pixels::requantized(sums[i], scale[i % 35], 3, 3, 255);
    wrong += floats[i] != static_cast<float>(sums[i]) * scale[i % 35];
  }
  CHECK(wrong == 0);
}

TEST_CASE("the convolution of the greatest bytes is exact") {
  const ConvShape s{64, 5, 5, 3, 3, 3, 1, 1};
  const std::vector<std::uint8_t> x(static_cast<std::size_t>(s.input_size()), 255);
  const std::vector<std::int8_t> w(static_cast<std::size_t>(s.weights_size()), -128);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_conv_int8_size(s)));
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(conv_int8_scratch(s)));
  std::vector<std::int32_t> y(static_cast<std::size_t>(s.output_size()));
  pack_conv_int8(s, w.data(), packed.data());
  conv_int8(s, 1, x.data(), packed.data(), y.data(), KeepSums{}, scratch.data(), 255);
  CHECK(y == std::vector<std::int32_t>(y.size(), -255 * 128 * 9 * 64));
}

TEST_CASE("a convolution of signed bytes is one of bytes x + 128 with 128 around them") {
  const ConvShape s{3, 5, 6, 4, 3, 3, 1, 1};
  const auto signed_x = numbers::bytes<std::int8_t>(s.input_size(), 3), w = numbers::bytes<std::int8_t>(s.weights_size(), 4);
  std::vector<std::uint8_t> x(signed_x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<std::uint8_t>(signed_x[i] + 128);
  std::vector<std::int32_t> bias(4), y(static_cast<std::size_t>(s.output_size())), wanted(y.size());
  column_sums(s.taps(), s.out, transposed(w.data(), s.taps()), bias.data());
  for (std::int32_t& b : bias) b *= -128;
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_conv_int8_size(s)));
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(conv_int8_scratch(s)));
  pack_conv_int8(s, w.data(), packed.data());
  conv_int8(s, 1, x.data(), packed.data(), y.data(), KeepSums{bias.data()}, scratch.data(), 128);
  const std::ptrdiff_t plane = std::ptrdiff_t{s.height} * s.width;
  reference::each_conv_product(s, [&](std::ptrdiff_t in, std::ptrdiff_t tap, std::ptrdiff_t out) {
    wanted[static_cast<std::size_t>(out % s.pixels() * s.out + out / s.pixels())] +=
        signed_x[static_cast<std::size_t>(in % plane * s.channels + in / plane)] * w[static_cast<std::size_t>(tap)];
  });
  CHECK(y == wanted);
}
