// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace tutti::meta {

/// A string literal that can be a template argument: Field<"age", ...>, On<"image", ...>.
template <std::size_t N>
struct FixedString {
  char text[N]{};

  constexpr FixedString(const char (&literal)[N]) {  // implicit: a literal is written where a name is due
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }
  constexpr std::string_view view() const { return {text, N - 1}; }

  template <std::size_t M>
  constexpr bool operator==(const FixedString<M>& other) const {
    return view() == other.view();
  }
};

}  // namespace tutti::meta
