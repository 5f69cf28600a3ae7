// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/reference.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

namespace {

/// Many small shapes: kernels larger than the image, strides larger than the kernel, padding larger than
/// both.
template <class F> void each_shape(F f) {
  for (const int size : {1, 2, 5, 8})
    for (const int kernel : {1, 2, 3, 5})
      for (const int stride : {1, 2, 3})
        for (const int padding : {0, 1, 2, 4})
          for (const int channels : {1, 3})
            f(ConvShape{channels, size, size + 2, channels + 1, kernel, kernel == 2 ? 3 : kernel, stride,
                        padding});
}
/// The same with holes in the kernel and channels in groups.
template <class F> void each_grouped_shape(F f) {
  for (const int size : {3, 8})
    for (const int dilation : {1, 2, 3})
      for (const int groups : {1, 2, 4})
        for (const int stride : {1, 2})
          for (const int padding : {0, 3})
            f(ConvShape{4, size, size + 1, groups == 4 ? 8 : 6, 3, 2, stride, padding, dilation,
                        groups});
}

/// Scratch of the promised size; one more scalar at its end must survive.
template <class T> struct Scratch {
  std::vector<T> data;
  Scratch(const ConvShape& s, std::ptrdiff_t rows, bool training)
      : data(static_cast<std::size_t>(conv_scratch<T>(s, rows, training)) + 1, T(77)) {}
  T* get() { return data.data(); }
  bool kept() const { return data.back() == T(77); }
};

constexpr std::ptrdiff_t rows = 3;

template <class T, class F> void each_row(const ConvShape& s, std::vector<T>& x, std::vector<T>& y, F f) {
  for (std::ptrdiff_t r = 0; r < rows; ++r) f(x.data() + r * s.input_size(), y.data() + r * s.output_size());
}

}  // namespace

TEST_CASE_TEMPLATE("the convolution agrees with the reference for every small shape", T, float, double) {
  std::ptrdiff_t wrong = 0, shapes = 0;
  const auto try_one = [&](const ConvShape& s) {
    auto x = numbers::whole<T>(rows * s.input_size(), 1);
    const auto w = numbers::whole<T>(s.weights_size(), 2), b = numbers::whole<T>(s.out, 3);
    std::vector<T> y(static_cast<std::size_t>(rows * s.output_size()), T(9)), wanted(y.size());
    Scratch<T> scratch(s, rows, false);
    for (const T* bias : {b.data(), static_cast<const T*>(nullptr)}) {
      conv_forward<T>(s, rows, x.data(), w.data(), nullptr, bias, y.data(), scratch.get());
      each_row(s, x, wanted, [&](const T* a, T* c) { reference::conv_forward(s, a, w.data(), bias, c); });
      wrong += numbers::differences(y, wanted) + !scratch.kept();
    }
    ++shapes;
  };
  each_shape(try_one);
  each_grouped_shape(try_one);
  CHECK(wrong == 0);
  CHECK(shapes == 4 * 4 * 3 * 4 * 2 + 2 * 3 * 3 * 2 * 2);
}

TEST_CASE_TEMPLATE("the gradients of the convolution agree with the reference for every small shape", T,
                   float, double) {
  std::ptrdiff_t wrong = 0;
  const auto try_one = [&](const ConvShape& s) {
    auto x = numbers::whole<T>(rows * s.input_size(), 1), dy = numbers::whole<T>(rows * s.output_size(), 3);
    const auto w = numbers::whole<T>(s.weights_size(), 2);
    Scratch<T> scratch(s, rows, true);
    std::vector<T> dx(x.size(), T(9)), wanted(x.size());
    conv_backward_data<T>(s, rows, w.data(), nullptr, dy.data(), dx.data(), scratch.get());
    each_row(s, wanted, dy, [&](T* a, const T* d) { reference::conv_backward_data(s, w.data(), d, a); });
    wrong += numbers::differences(dx, wanted) + !scratch.kept();

    auto dw = numbers::whole<T>(s.weights_size(), 4), db = numbers::whole<T>(s.out, 5);  // both are added to
    auto wanted_dw = dw, wanted_db = db;
    conv_backward_weights(s, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.get());
    each_row(s, x, dy, [&](const T* a, const T* d) {
      reference::conv_backward_weights(s, a, d, wanted_dw.data(), wanted_db.data());
    });
    wrong += numbers::differences(dw, wanted_dw) + numbers::differences(db, wanted_db) + !scratch.kept();
    conv_backward_weights(s, rows, x.data(), dy.data(), dw.data(), static_cast<T*>(nullptr), scratch.get());
    wrong += numbers::differences(db, wanted_db);
  };
  each_shape(try_one);
  each_grouped_shape(try_one);
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("a row has the same bits whatever rows are beside it", T, float, double) {
  for (const ConvShape s : {ConvShape{5, 9, 11, 7, 3, 3, 1, 1}, ConvShape{6, 8, 16, 13, 3, 3, 2, 1}, ConvShape{40, 32, 32, 9},
                          ConvShape{20, 9, 11, 17, 3, 3, 1, 1}}) {
    const std::ptrdiff_t many = 9;
    const auto x = numbers::fractions<T>(many * s.input_size(), 1), w = numbers::fractions<T>(s.weights_size(), 2);
    std::vector<T> all(static_cast<std::size_t>(many * s.output_size())), one(static_cast<std::size_t>(s.output_size()));
    Scratch<T> scratch(s, many, false), small(s, 1, false);
    std::vector<T> packed(static_cast<std::size_t>(conv_packed_size<T>(s)));
    conv_pack(s, w.data(), packed.data());
    conv_forward<T>(s, many, x.data(), w.data(), packed.data(), nullptr, all.data(), scratch.get());
    for (std::ptrdiff_t r = 0; r < many; ++r) {
      conv_forward<T>(s, 1, x.data() + r * s.input_size(), w.data(), packed.data(), nullptr, one.data(), small.get());
      CHECK(std::equal(one.begin(), one.end(), all.begin() + r * s.output_size()));
    }
  }
}
