// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/depthwise.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

/// How many numbers differ from those of a convolution in groups.
template <class T> std::ptrdiff_t wrong_numbers(const DepthwiseShape& s) {
  ConvShape grouped = s.plane;
  grouped.channels = grouped.groups = 2;
  grouped.out = 2 * s.multiplier;
  const auto x = numbers::whole<T>(s.input_size(), 1), w = numbers::whole<T>(grouped.weights_size(), 2),
             b = numbers::whole<T>(grouped.out, 3), dy = numbers::whole<T>(s.output_size(), 4);
  std::vector<T> y(dy.size(), T(9)), wanted(dy.size()), dx(x.size(), T(9)), wanted_dx(x.size());
  auto dw = numbers::whole<T>(grouped.weights_size(), 5), db = numbers::whole<T>(grouped.out, 6);
  auto wanted_dw = dw, wanted_db = db;
  std::vector<T> scratch(static_cast<std::size_t>(s.scratch_size<T>()) + 1, T(77));
  depthwise_forward(s, x.data(), w.data(), b.data(), y.data(), scratch.data());
  depthwise_backward_data(s, w.data(), dy.data(), dx.data(), scratch.data());
  depthwise_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
  reference::conv_forward(grouped, x.data(), w.data(), b.data(), wanted.data());
  reference::conv_backward_data(grouped, w.data(), dy.data(), wanted_dx.data());
  reference::conv_backward_weights(grouped, x.data(), dy.data(), wanted_dw.data(), wanted_db.data());
  return numbers::differences(y, wanted) + numbers::differences(dx, wanted_dx) +
           numbers::differences(dw, wanted_dw) + numbers::differences(db, wanted_db) +
         (scratch.back() != T(77));
}

}  // namespace

TEST_CASE_TEMPLATE("the depthwise convolution agrees with a convolution in groups for every small shape", T, float,
                   double) {
  std::ptrdiff_t wrong = 0, shapes = 0;
  for (const int size : {5, 19})
    for (const int stride : {1, 2, 3})
      for (const int padding : {0, 1, 4})
        for (const int dilation : {1, 2})
          for (const int multiplier : {1, 3}) {
            const DepthwiseShape s{{.height = size, .width = size + 1, .kernel_h = 2, .kernel_w = 3,
                                    .stride = stride, .padding = padding, .dilation = dilation},
                                   2, multiplier};
            wrong += wrong_numbers<T>(s);
            ++shapes;
          }
  CHECK(wrong == 0);
  CHECK(shapes == 72);
}

TEST_CASE_TEMPLATE("tiles of three and five taps agree with it for every width up to three registers", T, float, double) {
  std::ptrdiff_t wrong = 0;
  for (const int kernel : {3, 5})
    for (const int stride : {1, 2})
      for (int width = 1; width <= 3 * static_cast<int>(lanes<T>) * stride + 2; ++width)
        for (const int height : {1, 2, 5, 8, 14, 17}) {
          const int multiplier = width % 4 == 0 ? 2 : 1;
          const DepthwiseShape s{{.height = height, .width = width, .kernel_h = kernel, .kernel_w = kernel, .stride = stride,
                                  .padding = kernel / 2}, 2, multiplier};
          const std::ptrdiff_t n = wrong_numbers<T>(s);
          if (n != 0) MESSAGE(kernel << " taps, stride " << stride << ", " << height << " x " << width << ": " << n);
          wrong += n;
        }
  CHECK(wrong == 0);
}
