// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "teams.hpp"

#include <tutti/kernel/int8_team.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tutti::kernel;

namespace {

/// What layers of so many outputs do with their sums, and how often a team's results differ from those of one thread.
struct Ends {
  std::vector<float> scale;
  std::vector<std::int32_t> bias;

  explicit Ends(std::ptrdiff_t n) : scale(numbers::fractions<float>(n, 5)), bias(static_cast<std::size_t>(n)) {
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] = static_cast<std::int32_t>(i * 37) - 100;
    for (float& s : scale) s *= 0.01f;
  }
  /// f(team, y, epilogue) with all of them.
  template <class F> std::ptrdiff_t differences(std::ptrdiff_t results, std::ptrdiff_t scratch, const F& f) const {
    const auto with = [&](const auto& epilogue) {
      using Output = typename std::decay_t<decltype(epilogue)>::Output;
      std::vector<Output> wanted(static_cast<std::size_t>(results)), y(wanted.size());
      f(tutti::parallel::Team(), wanted.data(), epilogue);
      std::ptrdiff_t wrong = 0;
      const int shared = teams::each<std::uint8_t>(scratch, [&](const tutti::parallel::Team& team) {
        std::fill(y.begin(), y.end(), Output(99));
        f(team, y.data(), epilogue);
        wrong += numbers::differences(y, wanted);
      });
      CHECK(shared == (results == 0 ? 0 : 3));
      return wrong;
    };
    return with(KeepSums{bias.data()}) + with(KeepSums{}) + with(Dequantize{scale.data(), bias.data()}) +
           with(Requantize{scale.data(), bias.data(), 7, 3, 250});
  }
};

std::ptrdiff_t differences(const ConvShape& s, std::ptrdiff_t rows) {
  const auto x = numbers::bytes<std::uint8_t>(rows * s.input_size(), 1);
  const auto w = numbers::bytes<std::int8_t>(s.weights_size(), 2);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_conv_int8_size(s)));
  pack_conv_int8(s, w.data(), packed.data());
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(conv_int8_scratch(s)));
  std::ptrdiff_t wrong = 0;
  for (const std::uint8_t zero_point : {std::uint8_t{0}, std::uint8_t{131}})
    wrong += Ends(s.out).differences(rows * s.output_size(), std::ssize(scratch), [&](const auto& team, auto* y, const auto& epilogue) {
      conv_int8(team, s, rows, x.data(), packed.data(), y, epilogue, scratch.data(), zero_point);
    });
  return wrong;
}

}  // namespace

TEST_CASE("a product of bytes is the same whoever shares it") {
  for (const auto& [rows, columns, depth] : {std::array<std::ptrdiff_t, 3>{1, 1031, 517}, {7, 301, 613}, {129, 523, 131}, {401, 35, 300}}) {
    const std::ptrdiff_t M = rows, N = columns, K = depth;
    const auto a = numbers::bytes<std::uint8_t>(M * K, 1);
    const auto b = numbers::bytes<std::int8_t>(K * N, 2);
    std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_int8_size(K, N)));
    pack_int8(K, N, matrix(b.data(), N), packed.data());
    CHECK(Ends(N).differences(M * N, 0, [&](const auto& team, auto* c, const auto& epilogue) {
      gemm_int8(team, M, N, K, a.data(), K, packed.data(), c, N, epilogue);
    }) == 0);
  }
}

TEST_CASE("a convolution of bytes is the same whoever shares it") {
  for (const std::ptrdiff_t rows : {1, 3})
    for (const int groups : {1, 3})
      for (const int stride : {1, 2})
        for (const int padding : {0, 2})
          for (const int kernel : {1, 3})
            CHECK(differences({.channels = 96, .height = 37, .width = 39, .out = 198, .kernel_h = kernel, .kernel_w = kernel,
                               .stride = stride, .padding = padding, .dilation = kernel == 3 && stride == 1 ? 2 : 1, .groups = groups},
                              rows) == 0);
  CHECK(differences({.channels = 64, .height = 7, .width = 7, .out = 333, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 2) == 0);
  CHECK(differences({.channels = 64, .height = 7, .width = 7, .out = 333, .kernel_h = 3, .kernel_w = 3, .padding = 1}, 0) == 0);
}

TEST_CASE("a depthwise convolution of bytes is the same whoever shares it") {
  for (const std::ptrdiff_t rows : {0, 1, 3})
    for (const int channels : {32, 45})
      for (const int kernel : {3, 5})
        for (const int stride : {1, 2})
          for (const int dilation : {1, 2}) {
            const ConvShape s{.channels = channels, .height = 67, .width = 58, .out = channels, .kernel_h = kernel, .kernel_w = kernel,
                              .stride = stride, .padding = kernel / 2, .dilation = dilation, .groups = channels};
            const auto x = numbers::bytes<std::uint8_t>(rows * s.input_size(), 1);
            const auto w = numbers::bytes<std::int8_t>(s.weights_size(), 2);
            std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_depthwise_int8_size(s)));
            pack_depthwise_int8(s, w.data(), packed.data());
            std::vector<std::uint8_t> scratch(static_cast<std::size_t>(depthwise_int8_scratch(s)));
            const Ends ends(channels);
            const Requantize epilogue{ends.scale.data(), ends.bias.data(), 7, 3, 250};
            std::vector<std::uint8_t> wanted(static_cast<std::size_t>(rows * s.output_size())), y(wanted.size());
            depthwise_int8(s, rows, x.data(), packed.data(), wanted.data(), epilogue, scratch.data(), 131);
            const int shared = teams::each<std::uint8_t>(std::ssize(scratch), [&](const tutti::parallel::Team& team) {
              std::fill(y.begin(), y.end(), std::uint8_t{99});
              depthwise_int8(team, s, rows, x.data(), packed.data(), y.data(), epilogue, scratch.data(), 131);
              CHECK(y == wanted);
            });
            CHECK(shared == (rows == 0 ? 0 : 3));
          }
}
