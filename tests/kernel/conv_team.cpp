// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "teams.hpp"

#include <tutti/kernel/conv_team.hpp>

#include <doctest/doctest.h>

#include <array>

using namespace tutti::kernel;

namespace {

/// In how many numbers the convolutions of teams differ from that of one thread.
template <class T> std::ptrdiff_t differences(const ConvShape& s, std::ptrdiff_t rows, bool with_bias, const ChannelEpilogue<T>& end) {
  const auto x = numbers::fractions<T>(rows * s.input_size(), 1), w = numbers::fractions<T>(s.weights_size(), 2),
             b = numbers::fractions<T>(s.out, 3);
  const T* const bias = with_bias ? b.data() : nullptr;
  std::vector<T> packed(static_cast<std::size_t>(conv_packed_size<T>(s))), wanted(static_cast<std::size_t>(rows * s.output_size()), T(9)),
      scratch(static_cast<std::size_t>(conv_scratch<T>(s, rows, false)));
  conv_pack<T>(s, w.data(), packed.data());
  conv_forward<T>(s, rows, x.data(), w.data(), packed.data(), bias, wanted.data(), scratch.data(), end);
  std::ptrdiff_t wrong = 0;
  const int shared = teams::each<T>(std::ssize(scratch), [&](const tutti::parallel::Team& team) {
    std::vector<T> y(wanted.size(), T(8));
    conv_forward<T>(team, s, rows, x.data(), w.data(), packed.data(), bias, y.data(), scratch.data(), end);
    wrong += numbers::differences(y, wanted);
  });
  CHECK((shared > 0) == (rows > 0));
  return wrong;
}

template <class T> std::ptrdiff_t differences(const ConvShape& s) {
  const auto scale = numbers::fractions<T>(s.out, 4), shift = numbers::fractions<T>(s.out, 5);
  std::ptrdiff_t wrong = 0;
  for (const std::ptrdiff_t rows : {1, 2, 5})
    wrong += differences<T>(s, rows, true, {}) + differences<T>(s, rows, false, {scale.data(), shift.data(), T(0)});
  return wrong;
}

/// The same of the gradients of weights and bias, which are added to.
template <class T> std::ptrdiff_t gradient_differences(const ConvShape& s) {
  std::ptrdiff_t wrong = 0;
  for (const std::ptrdiff_t rows : {1, 5}) {
    const auto x = numbers::fractions<T>(rows * s.input_size(), 1), dy = numbers::fractions<T>(rows * s.output_size(), 2),
               before_w = numbers::fractions<T>(s.weights_size(), 3), before_b = numbers::fractions<T>(s.out, 4);
    auto wanted_w = before_w, wanted_b = before_b;
    std::vector<T> scratch(static_cast<std::size_t>(conv_scratch<T>(s, rows, true)));
    conv_backward_weights<T>(s, rows, x.data(), dy.data(), wanted_w.data(), wanted_b.data(), scratch.data());
    const int shared = teams::each<T>(std::ssize(scratch), [&](const tutti::parallel::Team& team) {
      auto dw = before_w, db = before_b;
      conv_backward_weights<T>(team, s, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
      wrong += numbers::differences(dw, wanted_w) + numbers::differences(db, wanted_b);
      dw = before_w;
      conv_backward_weights<T>(team, s, rows, x.data(), dy.data(), dw.data(), nullptr, scratch.data());
      wrong += numbers::differences(dw, wanted_w);
    });
    CHECK(shared > 0);
  }
  return wrong;
}

constexpr ConvShape odd_shape{.channels = 3, .height = 31, .width = 32, .out = 51, .kernel_h = 7, .kernel_w = 5, .stride = 3, .dilation = 2};

}  // namespace

TEST_CASE_TEMPLATE("a convolution has the same bits whoever shares it", T, float, double) {
  for (const int kernel : {1, 3})
    for (const int stride : {1, 2})
      for (const int groups : {1, 3})
        CHECK(differences<T>({.channels = 36, .height = 31, .width = 37, .out = 72, .kernel_h = kernel, .kernel_w = kernel,
                              .stride = stride, .padding = kernel / 2, .groups = groups, .winograd = 0}) == 0);
  CHECK(differences<T>(odd_shape) == 0);
}

TEST_CASE_TEMPLATE("the gradients of the weights have the same bits whoever shares them", T, float, double) {
  for (const int kernel : {1, 3})
    for (const int width : {32, 37})  // registers of whole rows, and across their ends
      for (const int groups : {1, 3})
        CHECK(gradient_differences<T>({.channels = 36, .height = 31, .width = width, .out = 75, .kernel_h = kernel, .kernel_w = kernel,
                                       .padding = kernel / 2, .groups = groups, .winograd = 0}) == 0);
  CHECK(gradient_differences<T>(odd_shape) == 0);
}

TEST_CASE("tiles of Winograd have the same bits whoever shares them, by rows of tiles or by outputs") {
  for (const int tile : {2, 4}) {
    ConvShape s{.kernel_h = 3, .kernel_w = 3, .padding = 1, .winograd = tile};
    for (const auto& [channels, out, height, width] : {std::array{19, 37, 31, 29}, {40, 333, 7, 7}, {33, 130, 13, 17}}) {
      s.channels = channels, s.out = out, s.height = height, s.width = width;
      CHECK(differences<float>(s) == 0);
      CHECK(gradient_differences<float>(s) == 0);
    }
  }
}

TEST_CASE("a convolution without images is one without a team") {
  CHECK(differences<float>({.channels = 3, .height = 9, .width = 9, .out = 5, .kernel_h = 3, .kernel_w = 3}, 0, true, {}) == 0);
}
