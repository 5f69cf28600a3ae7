// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/target.hpp>

#include <type_traits>

namespace tutti::detail {

/// What a file is to say about the target of a row: readers are no templates, and get this for the type.
enum class FileTarget : unsigned char { none, label, number, numbers, flags };

template <class Y>
constexpr FileTarget file_target() {
  if constexpr (Y::is_label) return FileTarget::label;
  else if constexpr (is_flags<Y>) return FileTarget::flags;
  else if constexpr (std::is_same_v<Y, Real>) return FileTarget::number;
  else if constexpr (std::is_same_v<Y, Nothing>) return FileTarget::none;
  else return FileTarget::numbers;
}
/// True for targets of one class or one number, as formats have them that know no lists of targets.
template <class Y>
inline constexpr bool is_single_target = Y::is_label || std::is_same_v<Y, Real> || std::is_same_v<Y, Nothing>;

}  // namespace tutti::detail
