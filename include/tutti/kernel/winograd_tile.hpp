// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_shape.hpp>

#include <algorithm>
#include <type_traits>

namespace tutti::kernel {

/// Where Winograd's tiles are possible: 3 x 3 taps that move by one pixel. In float alone; double is for those who want every digit.
template <class T> constexpr bool winograd_fits(const ConvShape& s) noexcept {
  return sizeof(T) == 4 && s.kernel_h == 3 && s.kernel_w == 3 && s.stride == 1 && s.dilation == 1 && s.groups == 1 && s.padding <= 2;
}

/// Tiles that cover a line of so many sums.
constexpr int tiles_on(int sums, int tile) noexcept { return (sums + tile - 1) / tile; }

/// How many products tiles of tile x tile sums take for one channel and output of s.
constexpr std::ptrdiff_t winograd_products(const ConvShape& s, int tile) noexcept {
  return std::ptrdiff_t{tiles_on(s.out_height(), tile)} * tiles_on(s.out_width(), tile) * (tile + 2) * (tile + 2);
}

/// The tile of s: 4 for tiles of 4 x 4 sums, 2 for those of 2 x 2, 0 where every sum is added up product by product. Left to
/// choose, tiles where channels fill registers, save on one long row of pixels; the tile with fewer products, and 2 x 2 where
/// both take as many (5 x 5 and 6 x 6 sums), since its weights are smaller, save for 16 channels to 16 outputs, whose time
/// goes into transforms. It is the shape alone that decides, lest the bits of a row depend on the rows beside it.
template <class T> constexpr int winograd_tile(const ConvShape& s) noexcept {
  if (!winograd_fits<T>(s)) return 0;
  if (s.winograd != 1) return s.winograd;
  const int shorter = std::min(s.out_height(), s.out_width()), longer = std::max(s.out_height(), s.out_width());
  if (s.channels < 16 || s.out < 16 || shorter < 1 || (shorter == 1 && longer > 8)) return 0;
  const std::ptrdiff_t two = winograd_products(s, 2), four = winograd_products(s, 4);
  return two < four || (two == four && s.channels + s.out >= 48) ? 2 : 4;
}

namespace detail {

/// f(the tile of s as a constant); false where s has none among Tiles, a sum of those that are compiled.
template <class T, int Tiles, class F> constexpr bool by_tiles([[maybe_unused]] const ConvShape& s, [[maybe_unused]] const F& f) {
  if constexpr ((Tiles & 4) != 0)
    if (winograd_tile<T>(s) == 4) return f(std::integral_constant<int, 4>{}), true;
  if constexpr ((Tiles & 2) != 0)
    if (winograd_tile<T>(s) == 2) return f(std::integral_constant<int, 2>{}), true;
  return false;
}

}  // namespace detail

/// All of Winograd's tiles, as an argument of the convolutions of conv.hpp, which leave others out of the program.
inline constexpr int every_tile = 2 + 4;

}  // namespace tutti::kernel
