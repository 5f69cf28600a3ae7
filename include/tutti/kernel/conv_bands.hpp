// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv_shape.hpp>
#include <tutti/kernel/pool.hpp>

namespace tutti::kernel::detail {

/// Rows of sums of a pooled convolution that are in memory at once, an even number: with all outputs they lie in the first cache.
inline constexpr std::ptrdiff_t numbers_of_band = 6144;
constexpr std::ptrdiff_t band_rows(const ConvShape& s) noexcept {
  const std::ptrdiff_t row = std::max<std::ptrdiff_t>(std::ptrdiff_t{s.out} * s.out_width(), 1), all = s.out_height() / 2 * 2;
  return std::min(std::max<std::ptrdiff_t>(numbers_of_band / row / 2 * 2, 2), all);
}
/// Images whose bands are made together: more than one where those are whole images.
constexpr std::ptrdiff_t images_of_band(const ConvShape& s, std::ptrdiff_t images) noexcept {
  const std::ptrdiff_t rows = band_rows(s), image = std::max<std::ptrdiff_t>(rows * s.out * s.out_width(), 1);
  return rows < s.out_height() / 2 * 2 ? 1 : std::clamp<std::ptrdiff_t>(numbers_of_band / image, 1, std::max<std::ptrdiff_t>(images, 1));
}
/// Room for a band, enough for any part of the outputs as well; none where sums go where they belong.
constexpr std::ptrdiff_t band_size(const ConvShape& s, std::ptrdiff_t images) noexcept {
  const std::ptrdiff_t row = std::ptrdiff_t{s.out} * s.out_width();
  return s.pooled ? std::min(std::max(numbers_of_band, 2 * row), images * (s.out_height() / 2 * 2) * row) : 0;
}

/// sums(first image, images, first row, rows, to) for the sums of a convolution of one group, all at once to y, or band by band to
/// `band`, images and outputs one behind the other, from where the largest of each 2 x 2 of them go to y, and which they are to
/// `winner`, unless that is null.
template <class T, class Sums>
[[gnu::always_inline]] inline void each_band(const ConvShape& s, std::ptrdiff_t images, T* y, T* winner, std::ptrdiff_t y_image, T* band,
                                             const Sums& sums) noexcept {
  if (!s.pooled) return sums(0, images, 0, s.out_height(), y);
  const std::ptrdiff_t width = s.out_width(), most = band_rows(s), all = s.out_height() / 2 * 2, lot = images_of_band(s, images);
  for (std::ptrdiff_t image = 0; image < images; image += lot)
    for (std::ptrdiff_t row = 0; row < all; row += most) {
      const std::ptrdiff_t some = std::min(lot, images - image), rows = std::min(most, all - row), plane = rows * width;
      sums(image, some, row, rows, band);
      for (std::ptrdiff_t i = 0; i < some; ++i) {
        const HalvedPlanes halves{s.out, rows / 2, width / 2, width, plane, s.y_plane()};
        const T* const from = band + i * s.out * plane;
        const std::ptrdiff_t to = (image + i) * y_image + row / 2 * (width / 2);
        if (winner == nullptr) largest_of_halves<false, T>(halves, from, y + to, nullptr);
        else largest_of_halves<true, T>(halves, from, y + to, winner + to);
      }
    }
}

}  // namespace tutti::kernel::detail
