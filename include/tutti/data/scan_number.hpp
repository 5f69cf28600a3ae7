// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace tutti::detail {

/// The most digits before and behind the point that a scanned number has; longer ones are left to std::from_chars.
inline constexpr int scanned_digits = 19;

/// Powers of ten that a double holds exactly.
inline constexpr double exact_power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// m times ten to the power e as the nearest T; false where that is not exact in one step of double arithmetic.
/// Source   Clinger, How to read floating point numbers accurately (PLDI 1990): two exact operands, one rounding.
template <std::floating_point T>
[[gnu::always_inline]] inline bool scaled(std::uint64_t m, int e, bool negative, T& value) {
  if (m >= std::uint64_t{1} << 53 || e < -22 || e > 22) return false;
  double v = static_cast<double>(m);
  v = e < 0 ? v / exact_power[-e] : v * exact_power[e];
  if constexpr (std::same_as<T, float>) {  // a double in the middle between two floats may be a rounded one
    if ((std::bit_cast<std::uint64_t>(v) & 0x1fffffff) == 0x10000000) return false;
    if (!(v == 0 || (v >= 1.2e-38 && v <= 3.4e38))) return false;
  }
  value = static_cast<T>(negative ? -v : v);
  return true;
}

/// Eight bytes that are all digits.
[[gnu::always_inline]] inline bool eight_digits(std::uint64_t bytes) {
  return ((bytes & 0xf0f0f0f0f0f0f0f0) | (((bytes + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333;
}
/// Their number: pairs, then fours, then all.
[[gnu::always_inline]] inline std::uint64_t value_of_eight(std::uint64_t bytes) {
  bytes = (bytes & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
  bytes = (bytes & 0x00ff00ff00ff00ff) * 6553601 >> 16;
  return (bytes & 0x0000ffff0000ffff) * 42949672960001 >> 32;
}

/// Digits at p, appended to m; the place behind them.
/// Needs    eight readable bytes at p and behind every digit.
[[gnu::always_inline]] inline const char* digits(const char* p, std::uint64_t& m) {
  if constexpr (std::endian::native == std::endian::little) {
    for (std::uint64_t bytes; std::memcpy(&bytes, p, 8), eight_digits(bytes); p += 8) m = m * 100000000 + value_of_eight(bytes);
  }
  for (unsigned d; (d = static_cast<unsigned>(*p) - '0') < 10; ++p) m = m * 10 + d;
  return p;
}

/// The number that the text at p begins with, correctly rounded; nullptr where it begins with none or one of more than
/// 19 digits. Fields of files are read here; what this refuses goes to std::from_chars.
/// Needs    eight readable bytes behind the number (a stop and padding).
/// Cost     about a nanosecond for each three characters.
template <std::floating_point T>
[[gnu::always_inline]] inline const char* scan_number(const char* p, T& value) {
  const bool negative = *p == '-';
  p += negative;
  std::uint64_t m = 0;
  const char* const first = p;
  p = digits(p, m);
  const std::ptrdiff_t whole = p - first;
  std::ptrdiff_t behind = 0;
  if (*p == '.') {
    const char* const point = ++p;
    p = digits(p, m);
    behind = p - point;
  }
  if (whole + behind == 0 || whole + behind > scanned_digits) return nullptr;
  int e = -static_cast<int>(behind);
  if ((*p | 32) == 'e') {
    const char* q = p + 1;
    const bool down = *q == '-';
    q += *q == '-' || *q == '+';
    int power = 0;
    const char* const begin = q;
    for (unsigned d; (d = static_cast<unsigned>(*q) - '0') < 10 && q - begin < 5; ++q) power = power * 10 + static_cast<int>(d);
    if (q == begin || q - begin == 5) return nullptr;
    e += down ? -power : power;
    p = q;
  }
  return scaled(m, e, negative, value) ? p : nullptr;
}

}  // namespace tutti::detail
