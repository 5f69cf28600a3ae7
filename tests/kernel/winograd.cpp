// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace tutti::kernel;

namespace {

constexpr std::ptrdiff_t rows = 3;

/// Odd sizes: channels that fill no register, images that fill no tile, with all paddings.
template <class F> void each_shape(F f) {
  for (const int channels : {16, 17, 33})
    for (const int out : {16, 20, 35})
      for (const int size : {4, 6, 9})
        for (const int padding : {0, 1, 2})
          if (size + 2 * padding >= 6) f(ConvShape{channels, size, size + 2, out, 3, 3, 1, padding});
}

/// The largest distance, as a share of the largest number that is wanted.
double error(const std::vector<float>& found, const std::vector<double>& wanted) {
  double most = 0;
  for (const double v : wanted) most = std::max(most, std::abs(v));
  return numbers::distance(found, wanted) / most;
}
std::vector<double> exact(const std::vector<float>& v) { return {v.begin(), v.end()}; }
std::size_t size(std::ptrdiff_t n) { return static_cast<std::size_t>(n); }

constexpr double tolerance = 2e-5;  // of the tiles' sums and differences, with factors up to 8

}  // namespace

TEST_CASE("convolutions by Winograd's tiles agree with exact ones, forward and back") {
  std::ptrdiff_t shapes = 0;
  each_shape([&](const ConvShape& s) {
    REQUIRE(winograd_pays<float>(s));
    ++shapes;
    CAPTURE(s.channels);
    CAPTURE(s.out);
    CAPTURE(s.height);
    CAPTURE(s.padding);
    const auto x = numbers::fractions<float>(rows * s.input_size(), 1), w = numbers::fractions<float>(s.weights_size(), 2),
               b = numbers::fractions<float>(s.out, 3), dy = numbers::fractions<float>(rows * s.output_size(), 4);
    const auto ex = exact(x), ew = exact(w), eb = exact(b), edy = exact(dy);
    std::vector<float> packed(size(conv_packed_size<float>(s))), scratch(size(conv_scratch<float>(s, rows, true)) + 1, 77.0f), y(dy.size()),
        dx(x.size()), dw(w.size(), 0.5f), db(b.size(), 0.25f);
    std::vector<double> wanted_y(y.size()), wanted_dx(x.size()), wanted_dw(w.size(), 0.5), wanted_db(b.size(), 0.25);
    conv_pack(s, w.data(), packed.data());
    conv_forward(s, rows, x.data(), w.data(), packed.data(), b.data(), y.data(), scratch.data());
    conv_backward_data(s, rows, w.data(), packed.data(), dy.data(), dx.data(), scratch.data());
    conv_backward_weights(s, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
    for (std::ptrdiff_t r = 0; r < rows; ++r) {
      reference::conv_forward(s, ex.data() + r * s.input_size(), ew.data(), eb.data(), wanted_y.data() + r * s.output_size());
      reference::conv_backward_data(s, ew.data(), edy.data() + r * s.output_size(), wanted_dx.data() + r * s.input_size());
      reference::conv_backward_weights(s, ex.data() + r * s.input_size(), edy.data() + r * s.output_size(), wanted_dw.data(), wanted_db.data());
    }
    CHECK(error(y, wanted_y) < tolerance);
    CHECK(error(dx, wanted_dx) < tolerance);
    CHECK(error(dw, wanted_dw) < tolerance);
    CHECK(error(db, wanted_db) < tolerance);
    CHECK(scratch.back() == 77.0f);
  });
  CHECK(shapes == 3 * 3 * 8);
}

TEST_CASE("direct convolutions leave Winograd's tiles alone") {
  ConvShape s{16, 6, 6, 16, 3, 3, 1, 1};
  CHECK(conv_packed_size<float>(s) > 0);
  s.direct = true;
  CHECK(conv_packed_size<float>(s) == 0);
  CHECK(conv_packed_size<double>(ConvShape{16, 6, 6, 16, 3, 3, 1, 1}) == 0);
}

TEST_CASE("no rows leave Winograd's gradient as it was") {
  const ConvShape s{16, 6, 6, 16, 3, 3, 1, 1};
  std::vector<float> dw(size(s.weights_size()), 0.5f), db(16, 0.5f), scratch(size(conv_scratch<float>(s, 0, true)));
  const std::vector<float> before = dw;
  conv_backward_weights<float>(s, 0, nullptr, nullptr, dw.data(), db.data(), scratch.data());
  CHECK(dw == before);
}
