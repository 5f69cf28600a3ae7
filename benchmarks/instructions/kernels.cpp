// SPDX-License-Identifier: Apache-2.0
// One kernel so many times: kernels gemm 2. What scripts/instruction_count.py counts.
#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/gemm_int8.hpp>
#include <tutti/kernel/pool.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace tutti::kernel;

namespace {

std::vector<float> numbers(std::ptrdiff_t n) {
  std::vector<float> v(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<float>(i % 23) * 0.125f - 1;
  return v;
}

float gemm_128(int times) {
  constexpr std::ptrdiff_t n = 128;
  const auto a = numbers(n * n), b = numbers(n * n), bias = numbers(n);
  auto c = numbers(n * n);
  for (int i = 0; i < times; ++i) gemm(n, n, n, matrix(a.data(), n), matrix(b.data(), n), c.data(), n, add_bias(bias.data()));
  return c.back();
}

float gemm_int8_128(int times) {
  constexpr std::ptrdiff_t n = 128;
  const std::vector<std::uint8_t> a(n * n, 3);
  const std::vector<std::int8_t> b(n * n, -5);
  std::vector<std::int8_t> packed(static_cast<std::size_t>(packed_int8_size(n, n)));
  std::vector<std::int32_t> c(n * n);
  pack_int8(n, n, matrix(b.data(), n), packed.data());
  for (int i = 0; i < times; ++i) gemm_int8(n, n, n, a.data(), n, packed.data(), c.data(), n);
  return static_cast<float>(c.back());
}

/// Forward, gradient of the images and gradient of the weights.
float conv(const ConvShape& s, int times) {
  constexpr std::ptrdiff_t rows = 4;
  const auto x = numbers(rows * s.input_size()), w = numbers(s.weights_size()), b = numbers(s.out), dy = numbers(rows * s.output_size());
  auto y = dy, dx = x, dw = w, db = b, packed = numbers(conv_packed_size<float>(s)), scratch = numbers(conv_scratch<float>(s, rows, true));
  for (int i = 0; i < times; ++i) {
    conv_pack(s, w.data(), packed.data());
    conv_forward(s, rows, x.data(), w.data(), packed.data(), b.data(), y.data(), scratch.data());
    conv_backward_data(s, rows, w.data(), packed.data(), dy.data(), dx.data(), scratch.data());
    conv_backward_weights(s, rows, x.data(), dy.data(), dw.data(), db.data(), scratch.data());
  }
  return y.back() + dx.back() + dw.back();
}

float max_pool(int times) {
  const PoolShape s{.channels = 32, .height = 32, .width = 32};
  const auto x = numbers(s.input_size());
  auto y = numbers(s.output_size()), winner = y, dx = x;
  for (int i = 0; i < times; ++i) {
    tutti::kernel::max_pool<float>(s, x.data(), y.data(), winner.data());
    max_pool_backward<float>(s, y.data(), winner.data(), dx.data());
  }
  return dx.back();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  const int times = argc > 2 ? std::atoi(argv[2]) : 1;
  float result = 0;
  if (name == "gemm") result = gemm_128(times);
  else if (name == "gemm_int8") result = gemm_int8_128(times);
  else if (name == "winograd") result = conv({.channels = 32, .height = 16, .width = 16, .out = 64, .kernel_h = 3, .kernel_w = 3, .padding = 1}, times);
  else if (name == "conv") result = conv({.channels = 3, .height = 32, .width = 32, .out = 32, .kernel_h = 5, .kernel_w = 5, .stride = 2, .padding = 2}, times);
  else if (name == "max_pool") result = max_pool(times);
  else return std::puts("kernels gemm | gemm_int8 | winograd | conv | max_pool <times>"), 2;
  std::printf("%g\n", static_cast<double>(result));
}
