// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"
#include "teams.hpp"

#include <tutti/kernel/depthwise_team.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

/// In how many numbers the convolutions of teams differ from those of one thread, image by image.
template <class T> std::ptrdiff_t differences(const DepthwiseShape& s, std::ptrdiff_t rows) {
  const std::ptrdiff_t out = std::ptrdiff_t{s.channels} * s.multiplier;
  const auto x = numbers::fractions<T>(rows * s.input_size(), 1), w = numbers::fractions<T>(out * s.taps(), 2),
             b = numbers::fractions<T>(out, 3), scale = numbers::fractions<T>(out, 4), shift = numbers::fractions<T>(out, 5);
  std::vector<T> wanted(static_cast<std::size_t>(rows * s.output_size())), scratch(static_cast<std::size_t>(s.scratch_size<T>()));
  std::ptrdiff_t wrong = 0;
  for (const auto& end : {ChannelEpilogue<T>{}, ChannelEpilogue<T>{scale.data(), shift.data(), T(0)}}) {
    for (std::ptrdiff_t r = 0; r < rows; ++r)
      depthwise_forward(s, x.data() + r * s.input_size(), w.data(), b.data(), wanted.data() + r * s.output_size(), scratch.data(), end);
    const int shared = teams::each<T>(std::ssize(scratch), [&](const tutti::parallel::Team& team) {
      std::vector<T> y(wanted.size(), T(8));
      depthwise_forward(team, s, rows, x.data(), w.data(), b.data(), y.data(), scratch.data(), end);
      wrong += numbers::differences(y, wanted);
    });
    CHECK(shared == (rows == 0 ? 0 : 3));
  }
  return wrong;
}

}  // namespace

TEST_CASE_TEMPLATE("a depthwise convolution has the same bits whoever shares its channels", T, float, double) {
  for (const int kernel : {3, 5, 4})
    for (const int stride : {1, 2})
      for (const int multiplier : {1, 2})
        for (const std::ptrdiff_t rows : {0, 1, 3}) {
          const ConvShape plane{.height = 33, .width = 35, .kernel_h = kernel, .kernel_w = kernel, .stride = stride, .padding = kernel / 2};
          CHECK(differences<T>({.plane = plane, .channels = 25, .multiplier = multiplier}, rows) == 0);
        }
}
