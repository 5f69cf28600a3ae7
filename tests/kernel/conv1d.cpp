// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/conv1d.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE_TEMPLATE("the convolution of sequences agrees with the reference for every small shape", T, float, double) {
  std::ptrdiff_t wrong = 0, shapes = 0;
  for (const int steps : {1, 7})
    for (const int kernel : {1, 3})
      for (const int stride : {1, 2})
        for (const int padding : {0, 2})
          for (const int dilation : {1, 3})
            for (const int groups : {1, 2}) {
              const Conv1DShape s{steps, 4, 6, kernel, stride, padding, dilation, groups};
              const auto x = numbers::whole<T>(s.input_size(), 1), w = numbers::whole<T>(s.weights_size(), 2),
                         b = numbers::whole<T>(6, 3), dy = numbers::whole<T>(s.output_size(), 4);
              std::vector<T> y(dy.size(), T(9)), wanted(dy.size()), dx(x.size(), T(9)), wanted_dx(x.size());
              auto dw = numbers::whole<T>(s.weights_size(), 5), db = numbers::whole<T>(6, 6);
              auto wanted_dw = dw, wanted_db = db;
              for (std::size_t i = 0; i < dy.size(); ++i) wanted[i] = b[i % 6], wanted_db[i % 6] += dy[i];
              reference::each_conv1d_product(s, [&](std::size_t at, std::size_t tap, std::size_t out) {
                wanted[out] += x[at] * w[tap];
                wanted_dx[at] += w[tap] * dy[out];
                wanted_dw[tap] += x[at] * dy[out];
              });
              std::vector<T> scratch(static_cast<std::size_t>(s.scratch_size()) + 1, T(77));
              conv1d_forward(s, x.data(), w.data(), b.data(), y.data(), scratch.data());
              conv1d_backward_data(s, w.data(), dy.data(), dx.data(), scratch.data());
              conv1d_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
              wrong += numbers::differences(y, wanted) + numbers::differences(dx, wanted_dx) +
                       numbers::differences(dw, wanted_dw) + numbers::differences(db, wanted_db);
              wrong += scratch.back() != T(77);
              ++shapes;
            }
  CHECK(wrong == 0);
  CHECK(shapes == 64);
}
