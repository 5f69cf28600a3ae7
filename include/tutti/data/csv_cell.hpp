// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/data/calendar.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

// What the text of one cell means. Nothing here depends on the locale.
namespace tutti::detail {

inline std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The spellings of a value that is not there; `marker` is one more.
inline bool is_missing(std::string_view cell, std::string_view marker) {
  if (!marker.empty() && cell == marker) return true;
  if (cell.size() > 4) return false;
  return cell.empty() || cell == "?" || cell == "NA" || cell == "NaN" || cell == "nan" || cell == "N/A" || cell == "n/a" ||
         cell == "null" || cell == "NULL" || cell == "<NA>" || cell == "#N/A";
}

/// The whole text as a number; false when it is none. Too small to be told from zero is zero, too large is
/// no number.
template <class T> bool parse_number(std::string_view text, T& value) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return false;
  if (code == std::errc{}) return true;
  if constexpr (std::is_floating_point_v<T>) {
    const std::size_t e = text.find_first_of("eE"), digit = text.find_first_of("123456789"),
                      point = text.find('.');
    const bool tiny =
        code == std::errc::result_out_of_range && (e != text.npos ? text[e + 1] == '-' : point < digit);
    if (tiny) value = 0;
    return tiny;
  }
  return false;
}

/// A whole number, also when a program has printed it as 3.0.
inline bool parse_integer(std::string_view text, std::int64_t& value) {
  if (const std::size_t point = text.find('.');
      point != text.npos && point > 0 && text.find_first_not_of('0', point + 1) == text.npos)
    text = text.substr(0, point);
  return parse_number(text, value);
}

/// A number, or a date and time as ISO 8601 spells them (2024-02-29, 2024-02-29T12:30:05.25Z) in seconds
/// since 1970.
inline bool parse_time(std::string_view text, double& value) {
  if (parse_number(text, value)) return std::isfinite(value);
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto take = [&text](std::size_t digits, char before, std::int64_t low, std::int64_t high,
                            std::int64_t& out) {
    if (before != 0) {
      if (text.empty() || (text[0] != before && !(before == 'T' && text[0] == ' '))) return false;
      text.remove_prefix(1);
    }
    if (text.size() < digits || text[0] == '-' || !parse_number(text.substr(0, digits), out)) return false;
    text.remove_prefix(digits);
    return low <= out && out <= high;
  };
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (!take(4, 0, 0, 9999, year) || !take(2, '-', 1, 12, month) || !take(2, '-', 1, 31, day)) return false;
  if (!text.empty() && (!take(2, 'T', 0, 24, hour) || !take(2, ':', 0, 59, minute))) return false;
  if (!text.empty() &&
      (text[0] != ':' || !parse_number(text.substr(1), second) || !(second >= 0 && second < 61)))
    return false;
  value = static_cast<double>(((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60) + second;
  return true;
}

/// A value as messages show it: in quotes, cut after 60 characters, control characters as dots.
inline std::string shown(std::string_view text) {
  std::string s(1, '"');
  for (const char c : text.substr(0, 60)) s += static_cast<unsigned char>(c) < 32 ? '.' : c;
  return s += text.size() > 60 ? "...\"" : "\"";
}

/// Appends one of many names: "a", "b", "c" and so on, at most twelve.
inline void list_one(std::string& text, std::size_t i, std::string_view name) {
  if (i < 12) text += joined({i == 0 ? "" : ", ", shown(name)});
  else if (i == 12) text += ", ...";
}
inline std::string listed(const Buffer<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 13); ++i) list_one(text, i, names[i]);
  return text;
}

}  // namespace tutti::detail
