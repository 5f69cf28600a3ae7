// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <limits>

namespace tutti::kernel {

/// What becomes of the sums s of each output of a convolution, or row of a product, before they are stored:
/// y = max(scale[c] s + shift[c], least); NaN stays NaN. Batch normalisation in prediction and ReLU are such.
template <class T> struct ChannelEpilogue {
  const T* scale = nullptr;  // (channels), and shift; null: s as it is
  const T* shift = nullptr;
  T least = -std::numeric_limits<T>::infinity();

  constexpr bool changes() const noexcept { return scale != nullptr || least > -std::numeric_limits<T>::infinity(); }
  /// The same for channels from c on.
  constexpr ChannelEpilogue from(std::ptrdiff_t c) const noexcept {
    return scale == nullptr ? *this : ChannelEpilogue{scale + c, shift + c, least};
  }
  /// The sums of channel c.
  [[gnu::always_inline]] Batch<T> operator()(const Batch<T>& s, std::ptrdiff_t c) const noexcept {
    return clipped(scale == nullptr ? s : multiply_add<T>(Batch<T>(scale[c]), s, Batch<T>(shift[c])));
  }
  [[gnu::always_inline]] Batch<T> clipped(const Batch<T>& v) const noexcept {
    const Batch<T> bound(least);
    return xsimd::select(v < bound, bound, v);
  }
};

}  // namespace tutti::kernel
