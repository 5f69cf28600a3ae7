// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/dot4.hpp>

#include <algorithm>

/// What becomes of a finished sum of products of bytes, S = bias[j] + sum of x w, where j is the column of a product
/// of matrices or the output of a convolution. `bias` (of 32 bits, null: zeros) holds whatever is linear: the layer's
/// bias in units of x's scale times w's, and -z times the column's sum of weights where x has the zero point z. Signed
/// activations are bytes x + 128, whose zero point is 128.
namespace tutti::kernel {
namespace detail {

/// n numbers, the first at p + j; zeros without p and behind them.
template <class T>
Batch<T> load_columns(const T* p, std::ptrdiff_t j, std::ptrdiff_t n) noexcept {
  alignas(64) T whole[static_cast<std::size_t>(lanes<T>)] = {};
  if (p != nullptr && n > 0) std::copy_n(p + j, std::min(n, lanes<T>), whole);
  return Batch<T>::load_aligned(whole);
}

}  // namespace detail

/// C(i, j) = S.
struct KeepSums {
  using Output = std::int32_t;
  const std::int32_t* bias = nullptr;

  struct Columns {
    [[gnu::always_inline]] Quads operator()(const Quads& sum) const noexcept { return sum; }
  };
  Columns columns(std::ptrdiff_t, std::ptrdiff_t) const noexcept { return {}; }
};

/// C(i, j) = scale[j] S.
struct Dequantize {
  using Output = float;
  const float* scale;
  const std::int32_t* bias = nullptr;

  struct Columns {
    Batch<float> scale;
    [[gnu::always_inline]] Batch<float> operator()(const Quads& sum) const noexcept { return xsimd::to_float(sum) * scale; }
  };
  Columns columns(std::ptrdiff_t j, std::ptrdiff_t n) const noexcept { return {detail::load_columns(scale, j, n)}; }
};

/// C(i, j) = clamp(round(scale[j] S + zero_point), low, high) as a byte, ties to even; rounded once where the machine
/// has a fused multiply-add. ReLU is low = zero_point; ReLU6 and its like set high as well.
/// Needs    0 <= low <= high <= 255, zero_point in 0..255, scale finite.
struct Requantize {
  using Output = std::uint8_t;
  const float* scale;
  const std::int32_t* bias = nullptr;
  int zero_point = 0, low = 0, high = 255;

  /// Floats around `origin` are whole numbers whose lowest byte is that of what was added to it.
  static constexpr float origin = 12582912;  // 1.5 * 2^23

  struct Columns {
    Batch<float> scale, zero_point, low, high;

    [[gnu::always_inline]] Quads operator()(const Quads& sum) const noexcept {  // the result is the lowest byte
      const Batch<float> y = multiply_add<float>(xsimd::to_float(sum), scale, zero_point);
      return xsimd::bitwise_cast<Quads>(xsimd::min(xsimd::max(y, low), high));
    }
  };
  Columns columns(const Batch<float>& scales) const noexcept {
    const auto at = [](int level) { return Batch<float>(origin + static_cast<float>(level)); };
    return {scales, at(zero_point), at(low), at(high)};
  }
  Columns columns(std::ptrdiff_t j, std::ptrdiff_t n) const noexcept { return columns(detail::load_columns(scale, j, n)); }
};

namespace detail {

/// The first n <= lanes columns of a register.
template <class T>
[[gnu::always_inline]] inline void store_columns(const Batch<T>& v, T* p, std::ptrdiff_t n) noexcept {
  if (n >= lanes<T>) return store<T>(v, p);
  alignas(64) T whole[static_cast<std::size_t>(lanes<T>)];
  v.store_aligned(whole);
  for (std::ptrdiff_t i = 0; i < n; ++i) p[i] = whole[i];
}
/// The same as bytes: the lowest of each lane.
[[gnu::always_inline]] inline void store_columns(const Quads& v, std::uint8_t* p, std::ptrdiff_t n) noexcept {
#if defined(__AVX512F__)
  if (n >= quad_lanes)  // unmasked, g++ 12 warns
    return _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_maskz_cvtepi32_epi8(0xffff, v.data));
#endif
  alignas(64) std::int32_t whole[static_cast<std::size_t>(quad_lanes)];
  v.store_aligned(whole);
  for (std::ptrdiff_t i = 0; i < std::min(n, quad_lanes); ++i) p[i] = static_cast<std::uint8_t>(whole[i] & 255);
}

}  // namespace detail
}  // namespace tutti::kernel
