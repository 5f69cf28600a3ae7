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
  explicit Scratch(const ConvShape& s) : data(static_cast<std::size_t>(s.columns_size()) + 1, T(77)) {}
  T* get() { return data.data(); }
  bool kept() const { return data.back() == T(77); }
};

}  // namespace

TEST_CASE_TEMPLATE("the convolution agrees with the reference for every small shape", T, float, double) {
  std::ptrdiff_t wrong = 0, shapes = 0;
  const auto try_one = [&](const ConvShape& s) {
    const auto x = numbers::whole<T>(s.input_size(), 1), w = numbers::whole<T>(s.weights_size(), 2),
               b = numbers::whole<T>(s.out, 3);
    std::vector<T> y(static_cast<std::size_t>(s.output_size()), T(9)), wanted(y.size());
    Scratch<T> scratch(s);
    for (const T* bias : {b.data(), static_cast<const T*>(nullptr)}) {
      conv_forward(s, x.data(), w.data(), bias, y.data(), scratch.get());
      reference::conv_forward(s, x.data(), w.data(), bias, wanted.data());
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
    const auto x = numbers::whole<T>(s.input_size(), 1), w = numbers::whole<T>(s.weights_size(), 2),
               dy = numbers::whole<T>(s.output_size(), 3);
    Scratch<T> scratch(s);
    std::vector<T> dx(x.size(), T(9)), wanted(x.size());
    conv_backward_data(s, w.data(), dy.data(), dx.data(), scratch.get());
    reference::conv_backward_data(s, w.data(), dy.data(), wanted.data());
    wrong += numbers::differences(dx, wanted) + !scratch.kept();

    auto dw = numbers::whole<T>(s.weights_size(), 4), db = numbers::whole<T>(s.out, 5);  // both are added to
    auto wanted_dw = dw, wanted_db = db;
    conv_backward_weights(s, x.data(), dy.data(), dw.data(), db.data(), scratch.get());
    reference::conv_backward_weights(s, x.data(), dy.data(), wanted_dw.data(), wanted_db.data());
    wrong += numbers::differences(dw, wanted_dw) + numbers::differences(db, wanted_db) + !scratch.kept();
    conv_backward_weights(s, x.data(), dy.data(), dw.data(), static_cast<T*>(nullptr), scratch.get());
    wrong += numbers::differences(db, wanted_db);
  };
  each_shape(try_one);
  each_grouped_shape(try_one);
  CHECK(wrong == 0);
}

TEST_CASE("a pointwise convolution needs no scratch, any other its matrix of columns") {
  constexpr ConvShape pointwise{.channels = 4, .height = 3, .width = 3, .out = 2};
  constexpr ConvShape strided{.channels = 4, .height = 3, .width = 3, .out = 2, .stride = 2};
  CHECK(pointwise.columns_size() == 0);
  CHECK(strided.columns_size() == 4 * 4);
  CHECK(ConvShape{.channels = 2, .height = 4, .width = 4, .kernel_h = 3, .kernel_w = 3, .padding = 1}
            .columns_size() == 18 * 16);
}

TEST_CASE_TEMPLATE("col2im is the transpose of im2col", T, float, double) {
  std::ptrdiff_t wrong = 0;
  each_shape([&](const ConvShape& s) {  // <im2col(x), c> = <x, col2im(c)>
    const std::ptrdiff_t size = s.taps() * s.pixels();
    const auto x = numbers::whole<T>(s.input_size(), 6), c = numbers::whole<T>(size, 7);
    std::vector<T> columns(c.size()), image(x.size());
    im2col(s, x.data(), columns.data());
    col2im(s, c.data(), image.data());
    wrong += reference::dot(size, columns.data(), c.data()) !=
             reference::dot(s.input_size(), x.data(), image.data());
  });
  CHECK(wrong == 0);
}
