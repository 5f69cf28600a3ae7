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

/// The same of the gradients.
template <class T> std::ptrdiff_t gradient_differences(const DepthwiseShape& s, std::ptrdiff_t rows) {
  const std::ptrdiff_t out = std::ptrdiff_t{s.channels} * s.multiplier;
  const auto x = numbers::fractions<T>(rows * s.input_size(), 1), w = numbers::fractions<T>(out * s.taps(), 2),
             dy = numbers::fractions<T>(rows * s.output_size(), 3), before_w = numbers::fractions<T>(out * s.taps(), 4),
             before_b = numbers::fractions<T>(out, 5);
  auto wanted = x, wanted_w = before_w, wanted_b = before_b;
  std::vector<T> scratch(static_cast<std::size_t>(s.scratch_size<T>()));
  for (std::ptrdiff_t r = 0; r < rows; ++r) {
    depthwise_backward_data(s, w.data(), dy.data() + r * s.output_size(), wanted.data() + r * s.input_size(), scratch.data());
    depthwise_backward_weights(s, x.data() + r * s.input_size(), dy.data() + r * s.output_size(), wanted_w.data(), wanted_b.data(), scratch.data());
  }
  std::ptrdiff_t wrong = 0;
  teams::each<T>(std::ssize(scratch), [&](const tutti::parallel::Team& team) {
    auto dx = x, dw = before_w, db = before_b;
    depthwise_backward_data(team, s, rows, w.data(), dy.data(), dx.data(), scratch.data());
    depthwise_backward_weights(team, s, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
    wrong += numbers::differences(dx, wanted) + numbers::differences(dw, wanted_w) + numbers::differences(db, wanted_b);
  });
  return wrong;
}

}  // namespace

TEST_CASE_TEMPLATE("a depthwise convolution has the same bits whoever shares its channels", T, float, double) {
  for (const int kernel : {3, 5, 4})
    for (const int stride : {1, 2})
      for (const int multiplier : {1, 2})
        for (const std::ptrdiff_t rows : {0, 1, 3}) {
          const ConvShape plane{.height = 33, .width = 35, .kernel_h = kernel, .kernel_w = kernel, .stride = stride, .padding = kernel / 2};
          const DepthwiseShape s{.plane = plane, .channels = 25, .multiplier = multiplier};
          CHECK(differences<T>(s, rows) == 0);
          CHECK(gradient_differences<T>(s, rows) == 0);
        }
}
