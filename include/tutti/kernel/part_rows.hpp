// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti::kernel {

/// Which side rows go to by their code in one column: up to `last` left, above it right; the code `missing`, which is above
/// all others, where it is told to.
/// Needs    column < width, rows as many as are named and their codes row after row.
struct PartColumn {
  const std::uint8_t* codes = nullptr;
  std::ptrdiff_t width = 0, rows = 0;
  int column = 0, last = 0, missing = 255;
  bool missing_left = false;
  const std::uint16_t* wide_codes = nullptr;  // where it is not null, they take the place of `codes`

  bool left(std::uint32_t row) const noexcept {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(row) * width + column;
    const int code = wide_codes != nullptr ? int{wide_codes[at]} : int{codes[at]};
    return (code <= last) | ((code == missing) & missing_left);
  }
};

/// Numbers that may be overwritten behind the right side.
inline constexpr std::ptrdiff_t part_slack = 16;

/// Keeps the rows of the left side in `rows`, in front, and writes the others to `right`, both in their order; returns how
/// many stay. What lies in `rows` behind them is left over.
/// Needs    right has room for n + part_slack numbers.
/// Cost     one code of a row each, sixteen at a time with AVX-512.
inline std::ptrdiff_t part_rows(const PartColumn& c, std::uint32_t* rows, std::ptrdiff_t n, std::uint32_t* right) noexcept {
  std::ptrdiff_t i = 0, left = 0;
  constexpr std::ptrdiff_t ahead = 32;
  const bool wide = c.wide_codes != nullptr;
  const int size = wide ? 2 : 1, place = size * c.column;
  const std::ptrdiff_t row_size = size * c.width;
  const std::uint8_t* const first = (wide ? reinterpret_cast<const std::uint8_t*>(c.wide_codes) : c.codes) + place;
#if defined(__AVX512F__)
  // Four bytes are read for the one or two: they lie inside the rows, before them or behind them.
  const int back = place >= 4 - size ? 4 - size : 0;
  if (row_size >= 6 && c.rows * row_size < std::numeric_limits<std::int32_t>::max()) {
    const std::uint8_t* const base = first - back;
    const __m512i width = _mm512_set1_epi32(static_cast<int>(row_size)), whole = _mm512_set1_epi32(wide ? 0xffff : 0xff);
    const __m512i last = _mm512_set1_epi32(c.last), missing = _mm512_set1_epi32(c.missing_left ? c.missing : -1);
    constexpr __mmask16 all = 0xffff;  // unmasked, g++ 12 warns of registers that it leaves undefined itself
    const __m128i shift = _mm_cvtsi32_si128(8 * back);
    for (; i + 16 <= n; i += 16) {
      if (i + ahead + 16 <= n)
        for (int k = 0; k < 16; k += 2) __builtin_prefetch(base + static_cast<std::ptrdiff_t>(rows[i + ahead + k]) * row_size);
      const __m512i row = _mm512_loadu_si512(rows + i);
      const __m512i four = _mm512_mask_i32gather_epi32(whole, all, _mm512_mullo_epi32(row, width), base, 1);
      const __m512i code = _mm512_and_si512(_mm512_maskz_srl_epi32(all, four, shift), whole);
      const __mmask16 stays = static_cast<__mmask16>(_mm512_cmple_epi32_mask(code, last) | _mm512_cmpeq_epi32_mask(code, missing));
      const auto goes = static_cast<__mmask16>(~stays);
      const int staying = __builtin_popcount(stays);
      _mm512_storeu_si512(rows + left, _mm512_maskz_compress_epi32(stays, row));  // left <= i: these have been read
      _mm512_storeu_si512(right + (i - left), _mm512_maskz_compress_epi32(goes, row));
      left += staying;
    }
  }
#endif
  for (; i < n; ++i) {
    if (i + ahead < n) __builtin_prefetch(first + static_cast<std::ptrdiff_t>(rows[i + ahead]) * row_size);
    const std::uint32_t row = rows[i];
    const bool stays = c.left(row);
    rows[left] = row;
    right[i - left] = row;
    left += stays;
  }
  return left;
}

}  // namespace tutti::kernel
