// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "teams.hpp"

#include <tutti/kernel/conv_team.hpp>

#include <doctest/doctest.h>

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

}  // namespace

TEST_CASE_TEMPLATE("a convolution has the same bits whoever shares it", T, float, double) {
  for (const int kernel : {1, 3})
    for (const int stride : {1, 2})
      for (const int groups : {1, 3})
        CHECK(differences<T>({.channels = 36, .height = 31, .width = 37, .out = 72, .kernel_h = kernel, .kernel_w = kernel, .stride = stride,
                              .padding = kernel / 2, .groups = groups, .winograd = 0}) == 0);
  CHECK(differences<T>({.channels = 3, .height = 31, .width = 32, .out = 51, .kernel_h = 7, .kernel_w = 5, .stride = 3, .dilation = 2}) == 0);
}

TEST_CASE("tiles of Winograd have the same bits whoever shares them, by rows of tiles or by outputs") {
  for (const int tile : {2, 4}) {
    const auto shape = [&](int channels, int out, int height, int width) {
      return ConvShape{.channels = channels, .height = height, .width = width, .out = out, .kernel_h = 3, .kernel_w = 3, .padding = 1, .winograd = tile};
    };
    CHECK(differences<float>(shape(19, 37, 31, 29)) == 0);
    CHECK(differences<float>(shape(40, 333, 7, 7)) == 0);
    CHECK(differences<float>(shape(33, 130, 13, 17)) == 0);
  }
}

TEST_CASE("a convolution without images is one without a team") {
  CHECK(differences<float>({.channels = 3, .height = 9, .width = 9, .out = 5, .kernel_h = 3, .kernel_w = 3}, 0, true, {}) == 0);
}
