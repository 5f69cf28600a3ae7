// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>
#include <utility>

/// How one number stands in a saved model: a letter for its type, then its bytes, little-endian.
namespace tutti {

namespace detail {

/// One letter for each element type, as in Python's struct module; 0: no number.
template <class T>
constexpr char element_code() {
  if constexpr (std::is_enum_v<T>) return element_code<std::underlying_type_t<T>>();
  else if constexpr (std::is_same_v<T, bool>) return '?';
  else if constexpr (std::is_same_v<T, float>) return 'f';
  else if constexpr (std::is_same_v<T, double>) return 'd';
  else if constexpr (std::is_integral_v<T>) {
    constexpr char codes[2][4] = {{'B', 'H', 'I', 'Q'}, {'b', 'h', 'i', 'q'}};
    return codes[std::is_signed_v<T>][std::countr_zero(sizeof(T))];
  } else {
    return 0;
  }
}
template <class T>
concept StoredNumber = element_code<T>() != 0;

template <StoredNumber T>
T little(T value) {  // the file is little-endian
  if constexpr (std::endian::native == std::endian::big) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
    for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
    return std::bit_cast<T>(bytes);
  }
  return value;
}

}  // namespace detail

}  // namespace tutti
