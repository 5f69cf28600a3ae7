// SPDX-License-Identifier: Apache-2.0
// One image, and a batch of 16, through a convolution and back, for layers of small nets and of ResNet.
#include "peak.hpp"

#include <tutti/kernel/conv.hpp>

#include <iterator>
#include <string>
#include <vector>

namespace {

using tutti::kernel::ConvShape;

constexpr ConvShape layers[] = {
    {.channels = 1, .height = 28, .width = 28, .out = 16, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 3, .height = 32, .width = 32, .out = 32, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 16, .height = 32, .width = 32, .out = 16, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 6, .height = 12, .width = 12, .out = 16, .kernel_h = 5, .kernel_w = 5},
    {.channels = 32, .height = 13, .width = 13, .out = 64, .kernel_h = 3, .kernel_w = 3},
    {.channels = 32, .height = 16, .width = 16, .out = 64, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 64, .height = 8, .width = 8, .out = 128, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 64, .height = 56, .width = 56, .out = 64, .kernel_h = 3, .kernel_w = 3, .padding = 1},
    {.channels = 64, .height = 56, .width = 56, .out = 256},
    {.channels = 512, .height = 7, .width = 7, .out = 512, .kernel_h = 3, .kernel_w = 3, .padding = 1},
};

template <class T> struct Layer {
  ConvShape s;
  std::ptrdiff_t rows;
  std::vector<T> x, w, b, y, scratch;

  explicit Layer(const benchmark::State& state, std::ptrdiff_t images)
      : s(layers[state.range(0)]),
        rows(images),
        x(static_cast<std::size_t>(rows * s.input_size()), T(0.5)),
        w(static_cast<std::size_t>(s.weights_size()), T(0.25)),
        b(static_cast<std::size_t>(s.out), T(1)),
        y(static_cast<std::size_t>(rows * s.output_size()), T(0.125)),
        scratch(static_cast<std::size_t>(tutti::kernel::conv_scratch<T>(s, rows, true))) {}

  void measure(benchmark::State& state, const auto& work) {
    state.SetLabel(std::to_string(s.channels) + ">" + std::to_string(s.out) + " " +
                   std::to_string(s.kernel_h) + "x" + std::to_string(s.kernel_w) + " @" +
                   std::to_string(s.height));
    measure_flops<T>(state, 2.0 * static_cast<double>(rows) * s.out * static_cast<double>(s.taps()) * static_cast<double>(s.pixels()),
                     work);
  }
};

template <class T, int Rows> void forward(benchmark::State& state) {
  Layer<T> l(state, Rows);
  l.measure(state, [&] {
    conv_forward(l.s, l.rows, l.x.data(), l.w.data(), l.b.data(), l.y.data(), l.scratch.data());
    benchmark::DoNotOptimize(l.y.data());
  });
}
template <class T> void backward_data(benchmark::State& state) {
  Layer<T> l(state, 16);
  l.measure(state, [&] {
    conv_backward_data(l.s, l.rows, l.w.data(), l.y.data(), l.x.data(), l.scratch.data());
    benchmark::DoNotOptimize(l.x.data());
  });
}
template <class T> void backward_weights(benchmark::State& state) {
  Layer<T> l(state, 16);
  l.measure(state, [&] {
    conv_backward_weights(l.s, l.rows, l.x.data(), l.y.data(), l.w.data(), l.b.data(), l.scratch.data());
    benchmark::DoNotOptimize(l.w.data());
  });
}

}  // namespace

#define EACH_LAYER(name, ...) BENCHMARK(__VA_ARGS__)->Name(name)->DenseRange(0, std::size(layers) - 1)
EACH_LAYER("conv_forward<float>", forward<float, 1>);
EACH_LAYER("conv_forward<float>, 16 rows", forward<float, 16>);
EACH_LAYER("conv_backward_data<float>, 16 rows", backward_data<float>);
EACH_LAYER("conv_backward_weights<float>, 16 rows", backward_weights<float>);
