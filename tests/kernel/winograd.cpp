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
template <class F> void each_shape(int tile, F f) {
  for (const int channels : {3, 16, 33})
    for (const int out : {1, 16, 20})
      for (const int size : {1, 2, 3, 4, 5, 6, 7, 9})
        for (const int padding : {0, 1, 2}) {
          ConvShape s{channels, size, size + 2, out, 3, 3, 1, padding};
          s.winograd = tile;
          if (s.out_height() > 0) f(s);
        }
}

/// The largest distance, as a share of the largest number that is wanted.
double error(const std::vector<float>& found, const std::vector<double>& wanted) {
  double most = 0;
  for (const double v : wanted) most = std::max(most, std::abs(v));
  return numbers::distance(found, wanted) / most;
}
std::vector<double> exact(const std::vector<float>& v) { return {v.begin(), v.end()}; }
std::size_t size(std::ptrdiff_t n) { return static_cast<std::size_t>(n); }

/// Of the tiles' sums and differences, with factors up to 8 where a tile has 4 x 4 sums.
constexpr double tolerance(int tile) { return tile == 4 ? 2e-5 : 2e-6; }

}  // namespace

TEST_CASE("convolutions by Winograd's tiles agree with exact ones, forward and back") {
  std::ptrdiff_t shapes = 0;
  const auto check = [&](const ConvShape& s) {
    const double most = tolerance(s.winograd);
    REQUIRE(winograd_tile<float>(s) == s.winograd);
    ++shapes;
    CAPTURE(s.winograd);
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
    CHECK(error(y, wanted_y) < most);
    CHECK(error(dx, wanted_dx) < most);
    CHECK(error(dw, wanted_dw) < most);
    CHECK(error(db, wanted_db) < most);
    CHECK(scratch.back() == 77.0f);
  };
  for (const int tile : {2, 4}) each_shape(tile, check);
  CHECK(shapes == 2 * 3 * 3 * (8 + 8 + 6));
}

TEST_CASE("tiles of 2 x 2 sums round less than tiles of 4 x 4") {
  ConvShape s{64, 12, 12, 64, 3, 3, 1, 1};
  const auto x = numbers::fractions<float>(s.input_size(), 1), w = numbers::fractions<float>(s.weights_size(), 2);
  const auto ex = exact(x), ew = exact(w);
  std::vector<double> wanted(size(s.output_size())), zeros(size(s.out)), errors;
  reference::conv_forward(s, ex.data(), ew.data(), zeros.data(), wanted.data());
  for (const int tile : {0, 2, 4}) {
    s.winograd = tile;
    std::vector<float> packed(size(conv_packed_size<float>(s))), scratch(size(conv_scratch<float>(s, 1, false))), y(wanted.size());
    conv_pack(s, w.data(), packed.data());
    conv_forward<float>(s, 1, x.data(), w.data(), packed.data(), nullptr, y.data(), scratch.data());
    errors.push_back(error(y, wanted));
  }
  CHECK(errors[0] < 2e-6);
  CHECK(errors[1] < 1e-6);
  CHECK(errors[2] < 1e-5);
  CHECK(2 * errors[1] < errors[2]);
}

TEST_CASE("a row has the same bits by Winograd's tiles whatever rows are beside it") {
  constexpr std::ptrdiff_t many = 40;
  for (const int tile : {2, 4})
    for (const int side : {2, 7, 14}) {
      ConvShape s{33, side, side, 20, 3, 3, 1, 1};
      s.winograd = tile;
      const auto x = numbers::fractions<float>(many * s.input_size(), 1), dy = numbers::fractions<float>(many * s.output_size(), 2),
                 w = numbers::fractions<float>(s.weights_size(), 3);
      std::vector<float> packed(size(conv_packed_size<float>(s))), scratch(size(conv_scratch<float>(s, many, true))), y(dy.size()),
          dx(x.size()), one_y(size(s.output_size())), one_dx(size(s.input_size()));
      conv_pack(s, w.data(), packed.data());
      conv_forward<float>(s, many, x.data(), w.data(), packed.data(), nullptr, y.data(), scratch.data());
      conv_backward_data(s, many, w.data(), packed.data(), dy.data(), dx.data(), scratch.data());
      std::ptrdiff_t differ = 0;
      for (std::ptrdiff_t r = 0; r < many; ++r) {
        conv_forward<float>(s, 1, x.data() + r * s.input_size(), w.data(), packed.data(), nullptr, one_y.data(), scratch.data());
        conv_backward_data(s, 1, w.data(), packed.data(), dy.data() + r * s.output_size(), one_dx.data(), scratch.data());
        differ += !std::equal(one_y.begin(), one_y.end(), y.begin() + r * s.output_size());
        differ += !std::equal(one_dx.begin(), one_dx.end(), dx.begin() + r * s.input_size());
      }
      CHECK(differ == 0);
    }
}

TEST_CASE("gradients of many rows by Winograd's tiles, more than are multiplied at once, are exact sums") {
  constexpr std::ptrdiff_t many = 12;
  for (const int tile : {2, 4}) {
    ConvShape s{40, 20, 20, 36, 3, 3, 1, 1};
    s.winograd = tile;
    const std::ptrdiff_t lines = many * (20 / tile);
    CHECK((tile == 2 ? detail::WinogradTiles<float, 2>(s).rows_at_once(many) : detail::WinogradTiles<float, 4>(s).rows_at_once(many)) < lines);
    const auto x = numbers::fractions<float>(many * s.input_size(), 1), dy = numbers::fractions<float>(many * s.output_size(), 2);
    const auto ex = exact(x), edy = exact(dy);
    std::vector<float> scratch(size(conv_scratch<float>(s, many, true))), dw(size(s.weights_size()), 0.5f);
    std::vector<double> wanted(dw.size(), 0.5), db(size(s.out));
    conv_backward_weights(s, many, x.data(), dy.data(), dw.data(), static_cast<float*>(nullptr), scratch.data());
    for (std::ptrdiff_t r = 0; r < many; ++r)
      reference::conv_backward_weights(s, ex.data() + r * s.input_size(), edy.data() + r * s.output_size(), wanted.data(), db.data());
    CHECK(error(dw, wanted) < 2 * tolerance(tile));  // sums of 4 800 products
  }
}

TEST_CASE("no rows leave Winograd's gradient as it was") {
  const ConvShape s{16, 6, 6, 16, 3, 3, 1, 1};
  std::vector<float> dw(size(s.weights_size()), 0.5f), db(16, 0.5f), scratch(size(conv_scratch<float>(s, 0, true)));
  const std::vector<float> before = dw;
  conv_backward_weights<float>(s, 0, nullptr, nullptr, dw.data(), db.data(), scratch.data());
  CHECK(dw == before);
}
