// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/winograd.hpp>

namespace tutti::kernel {

/// How many numbers conv_pack makes of the weights; 0 where they are read as they lie.
template <class T> constexpr std::ptrdiff_t conv_packed_size(const ConvShape& s) noexcept {
  std::ptrdiff_t size = 0;
  detail::by_tiles<T, every_tile>(s, [&](auto tile) {
    size = winograd_weights_size<T, tile()>(s) + winograd_weights_size<T, tile()>(winograd_backward(s));
  });
  return size;
}
/// The weights as the convolutions of conv.hpp read them; packed once, they serve any number of calls.
/// Shapes   w (out, channels / groups, kernel_h, kernel_w) -> packed (conv_packed_size).
template <class T, int Tiles = every_tile> void conv_pack(const ConvShape& s, const T* w, T* packed) noexcept {
  detail::by_tiles<T, Tiles>(s, [&](auto tile) {
    winograd_weights<T, tile()>(s, w, false, packed);
    winograd_weights<T, tile()>(winograd_backward(s), w, true, packed + winograd_weights_size<T, tile()>(s));
  });
}

}  // namespace tutti::kernel
