// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tutti::kernel {

/// A code and the place where it stood: code << 32 | place, ordered as the codes are, equal ones as they stood.
using CodeAndPlace = std::uint64_t;
inline std::uint32_t code_of(CodeAndPlace k) noexcept { return static_cast<std::uint32_t>(k >> 32); }
inline std::uint32_t place_of(CodeAndPlace k) noexcept { return static_cast<std::uint32_t>(k); }

/// Up to so many codes are sorted by counting the lower ones of each.
inline constexpr std::ptrdiff_t few_codes = 64;

/// sorted[r] for the r-th lowest of n <= few_codes codes below 2^26: each is put where the number of lower ones says.
/// n^2 comparisons, but without a branch and sixteen at a time: below 64 codes that is faster than any sort that
/// compares and jumps.
inline void sort_few_codes(const std::uint32_t* code, std::ptrdiff_t n, CodeAndPlace* sorted) noexcept {
  constexpr std::ptrdiff_t block = 16;
  std::uint32_t key[few_codes];
  const std::ptrdiff_t padded = (n + block - 1) / block * block;
  for (std::ptrdiff_t i = 0; i < n; ++i) key[i] = code[i] << 6 | static_cast<std::uint32_t>(i);
  for (std::ptrdiff_t i = n; i < padded; ++i) key[i] = ~0u;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    std::uint32_t lower = 0;
    for (std::ptrdiff_t b = 0; b < padded; b += block)
      for (std::ptrdiff_t j = 0; j < block; ++j) lower += key[b + j] < key[i];
    sorted[lower] = CodeAndPlace{code[i]} << 32 | static_cast<CodeAndPlace>(i);
  }
}

/// sorted[r] for the r-th lowest of n codes; `scratch` has room for n as well.
/// Cost     two passes for every eight bits in which codes differ; below 64 codes see sort_few_codes.
inline void sort_codes(const std::uint32_t* code, std::ptrdiff_t n, CodeAndPlace* sorted,
                       CodeAndPlace* scratch) noexcept {
  if (n == 0) return;
  std::uint32_t all = code[0], any = code[0];
  for (std::ptrdiff_t i = 1; i < n; ++i) {
    all &= code[i];
    any |= code[i];
  }
  if (n <= few_codes && any < 1u << 26) return sort_few_codes(code, n, sorted);
  const std::uint32_t differ = all ^ any;
  for (std::ptrdiff_t i = 0; i < n; ++i)
    sorted[i] = CodeAndPlace{code[i]} << 32 | static_cast<CodeAndPlace>(i);
  CodeAndPlace *from = sorted, *to = scratch;
  for (int shift = 0; shift < 32; shift += 8) {  // least significant digit first; each pass keeps the order of equals
    if ((differ >> shift & 0xff) == 0) continue;
    std::uint32_t begin[256] = {};
    for (std::ptrdiff_t i = 0; i < n; ++i) ++begin[code[i] >> shift & 0xff];
    std::uint32_t sum = 0;
    for (std::uint32_t& b : begin) {
      const std::uint32_t count = b;
      b = sum;
      sum += count;
    }
    for (std::ptrdiff_t i = 0; i < n; ++i) to[begin[code_of(from[i]) >> shift & 0xff]++] = from[i];
    std::swap(from, to);
  }
  if (from != sorted) std::copy_n(from, n, sorted);
}

}  // namespace tutti::kernel
