// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>

namespace tutti {

/// The bytes of one small value whose type its owner remembers: how a loss, a metric, an optimiser is kept in
/// an options field without allocation, so that options stay copyable and constexpr (the latter for values
/// without padding).
/// Needs    trivially copyable, at most 32 bytes; a larger table is referred to by a span.
class SmallValue {
 public:
  static constexpr std::size_t capacity = 32;

  constexpr SmallValue() = default;
  template <class V>
  constexpr explicit SmallValue(const V& value) {
    static_assert(std::is_trivially_copyable_v<V> && sizeof(V) <= capacity,
                  "what an options field keeps of any type is trivially copyable and has at most 32 bytes");
    if constexpr (!std::is_empty_v<V>) bytes_ = std::bit_cast<Bytes>(filled(value));
  }
  /// The value, which must have been stored as a V.
  template <class V>
  constexpr V as() const {
    if constexpr (std::is_empty_v<V>) return V{};
    else return std::bit_cast<Filled<V>>(bytes_).value;
  }
  constexpr bool operator==(const SmallValue& other) const { return bytes_ == other.bytes_; }

 private:
  using Bytes = std::array<std::byte, capacity>;
  template <class V>
  struct Padded {
    V value;
    std::byte rest[capacity - sizeof(V)];
  };
  template <class V>
  struct Exact { V value; };
  template <class V>
  using Filled = std::conditional_t<sizeof(V) == capacity, Exact<V>,
                                    Padded<std::conditional_t<sizeof(V) == capacity, char, V>>>;

  template <class V>
  static constexpr Filled<V> filled(const V& value) {
    if constexpr (sizeof(V) == capacity) return {value};
    else return {value, {}};
  }

  alignas(std::max_align_t) Bytes bytes_{};
};

}  // namespace tutti
