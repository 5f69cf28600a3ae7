// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The shapes that all programs of this folder measure: those of small nets, of ResNet and MobileNet, and squares.
#include "../rows.hpp"

#include <cstddef>
#include <new>
#include <string>
#include <vector>

namespace shapes {

/// Numbers from the beginning of a cache line on, as nets and layers hold them: for all programs alike.
template <class T> struct FromLine {
  using value_type = T;
  FromLine() = default;
  template <class U> FromLine(const FromLine<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{64}); }
  bool operator==(const FromLine&) const { return true; }
};
using Numbers = std::vector<float, FromLine<float>>;

/// C (M, N) = A (M, K) B (K, N), row-major; float. Where B holds the weights of a layer it may be packed ahead.
struct Gemm {
  int M, N, K;
  const char* of = "";

  std::string name() const {
    const std::string sizes = std::to_string(M) + "x" + std::to_string(N) + "x" + std::to_string(K);
    return std::string(M == 1 ? "gemv " : "gemm ") + sizes + (*of == '\0' ? "" : std::string(", ") + of);
  }
  std::size_t a() const { return static_cast<std::size_t>(M) * static_cast<std::size_t>(K); }
  std::size_t b() const { return static_cast<std::size_t>(K) * static_cast<std::size_t>(N); }
  std::size_t c() const { return static_cast<std::size_t>(M) * static_cast<std::size_t>(N); }
  rows::Work work() const { return rows::flops(2.0 * M * N * K, 4.0 * static_cast<double>(a() + b() + c())); }
};

inline constexpr Gemm gemms[] = {
    {8, 8, 8}, {16, 16, 16}, {7, 9, 11}, {37, 53, 71}, {32, 32, 32}, {64, 64, 64}, {128, 128, 128},
    {256, 256, 256}, {512, 512, 512}, {1024, 1024, 1024}, {2048, 2048, 2048},
    {32, 1024, 27, "im2col"}, {64, 256, 288, "im2col"}, {128, 64, 576, "im2col"}, {64, 3136, 576, "im2col"},
    {256, 196, 2304, "im2col"}, {512, 49, 4608, "im2col"}, {256, 3136, 64, "1x1 convolution"},
    {64, 64, 32, "attention"}, {64, 128, 128, "projection"}, {64, 512, 128, "feed-forward"}, {64, 128, 512, "feed-forward"},
    {8, 256, 784, "dense"}, {32, 256, 784, "dense"}, {128, 256, 784, "dense"}, {128, 10, 128, "dense"},
    {4096, 16, 16, "tall"}, {4096, 32, 8, "tall"},
    {1, 10, 128}, {1, 128, 128}, {1, 256, 256}, {1, 256, 784}, {1, 512, 512}, {1, 1024, 1024}, {1, 4096, 4096},
};

/// The same of bytes, unsigned times signed, with sums of 32 bits.
inline constexpr Gemm int8_gemms[] = {{64, 64, 64}, {256, 256, 256}, {1024, 1024, 1024}, {32, 256, 784, "dense"}, {256, 64, 288, "im2col"},
                                      {1, 256, 784}, {1, 1024, 1024}};
inline rows::Work int8_work(const Gemm& s) {
  return rows::operations(2.0 * s.M * s.N * s.K, static_cast<double>(s.a() + s.b() + 4 * s.c()));
}

/// Floats times bf16; what is read is half as much of B.
inline constexpr Gemm bf16_gemms[] = {{64, 64, 64}, {256, 256, 256}, {1024, 1024, 1024}, {8, 256, 784, "dense"}, {32, 256, 784, "dense"},
                                      {128, 256, 784, "dense"}, {128, 10, 128, "dense"}, {256, 64, 288, "im2col"},
                                      {1, 10, 128}, {1, 128, 128}, {1, 256, 256}, {1, 256, 784}, {1, 512, 512}, {1, 1024, 1024},
                                      {1, 4096, 4096}};
inline constexpr std::ptrdiff_t round_size = 16384;  // numbers that are rounded to bf16
inline constexpr const char* round_row = "bf16 rounding 16384 numbers";
inline rows::Work bf16_work(const Gemm& s) {
  return rows::bf16_flops(2.0 * s.M * s.N * s.K, static_cast<double>(4 * s.a() + 2 * s.b() + 4 * s.c()));
}

/// A convolution over `rows` square images; one group, or depthwise: as many groups as channels. Padding keeps the size.
struct Conv {
  int channels, out, size, kernel, stride = 1;
  bool depthwise = false;

  int padding() const { return kernel / 2; }
  int out_size() const { return (size + 2 * padding() - kernel) / stride + 1; }
  int taps() const { return (depthwise ? 1 : channels) * kernel * kernel; }
  std::size_t x(int rows) const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(channels * size * size); }
  std::size_t y(int rows) const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(out * out_size() * out_size()); }
  std::size_t w() const { return static_cast<std::size_t>(out) * static_cast<std::size_t>(taps()); }

  std::string name(const char* pass, int rows) const {
    char text[96];
    char to[16] = "";
    if (!depthwise) std::snprintf(to, sizeof to, ">%d", out);
    std::snprintf(text, sizeof text, "%s%s %dx%d%s %d%s @%d, batch %d", pass, depthwise ? " depthwise" : "", kernel, kernel,
                  stride == 1 ? "" : " stride 2", channels, to, size, rows);
    return text;
  }
  rows::Work work(int rows) const {
    return rows::flops(2.0 * static_cast<double>(y(rows)) * taps(), 4.0 * static_cast<double>(x(rows) + w() + y(rows)));
  }
};

inline constexpr Conv convs[] = {
    {3, 64, 224, 7, 2}, {64, 256, 56, 1}, {64, 64, 56, 3}, {128, 128, 28, 3}, {256, 256, 14, 3}, {512, 512, 7, 3},
    {32, 32, 112, 3, 1, true}, {144, 144, 56, 3, 1, true}, {512, 512, 14, 3, 1, true},
    {3, 32, 32, 3}, {32, 64, 16, 3}, {64, 128, 8, 3},
};
enum Pass { forward, data, weights };
inline constexpr const char* pass_names[] = {"conv forward", "conv backward data", "conv backward weights"};

/// f(layer, pass, rows) for what is measured: forward at batch 1 and 32, backward at 32 (depthwise at 1 too), no gradient of
/// the images for layers that see the pixels themselves.
inline void each_conv(const auto& f) {
  for (const Pass pass : {forward, data, weights})
    for (const int rows : {1, 32})
      for (const Conv& conv : convs) {
        if (pass != forward && rows == 1 && !conv.depthwise) continue;
        if (pass == data && conv.channels == 3) continue;
        f(conv, pass, rows);
      }
}

/// One image of bytes to bytes.
inline rows::Work int8_work(const Conv& c) {
  return rows::operations(2.0 * static_cast<double>(c.y(1)) * c.taps(), static_cast<double>(c.x(1) + c.w() + c.y(1)));
}

}  // namespace shapes
