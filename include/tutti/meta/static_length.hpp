// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace tutti::meta {

/// How many elements a range of type R always has, or -1.
template <class R>
inline constexpr int static_length = -1;
template <class T, std::size_t N>
inline constexpr int static_length<T[N]> = static_cast<int>(N);
template <class T, std::size_t N>
inline constexpr int static_length<std::array<T, N>> = static_cast<int>(N);
template <class T, std::size_t N>
inline constexpr int static_length<std::span<T, N>> = N == std::dynamic_extent ? -1 : static_cast<int>(N);

static_assert(static_length<int[3]> == 3 && static_length<std::array<int, 2>> == 2 && static_length<std::span<int>> == -1);

}  // namespace tutti::meta
