// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/csv_cell.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tutti::detail {

/// True for a date format that arff_time reads: year (yyyy), month (M, MM, or MMM in English), day, hour, minute, second
/// and fraction (d H m s S, once or more), other characters and text in single quotes.
[[gnu::cold]] inline bool is_arff_format(std::string_view format) {
  bool text = false, year = false;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '\'') text = !text;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (text || !letter) continue;
    std::size_t n = 1;
    while (i + n < format.size() && format[i + n] == c) ++n;
    if (c == 'y' ? n != 4 : c == 'M' ? n > 3 : std::string_view("dHmsS").find(c) == std::string_view::npos)
      return false;
    year = year || c == 'y';
    i += n - 1;
  }
  return year && !text;
}

/// A date in such a format as seconds since 1970; false when the text is none.
inline bool arff_time(std::string_view format, std::string_view text, double& seconds) {
  constexpr std::string_view months = "janfebmaraprmayjunjulaugsepoctnovdec";
  std::string_view year, month = "01", day = "01", hour = "00", minute = "00", second = "00", fraction = "0";
  std::string of_name;
  bool literal = false;
  const auto digits = [&](std::string_view& out, std::size_t most) {
    std::size_t n = 0;
    while (n < text.size() && n < most && text[n] >= '0' && text[n] <= '9') ++n;
    out = text.substr(0, n);
    text.remove_prefix(n);
    return n > 0;
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '\'') {
      literal = !literal;
      continue;
    }
    const bool letter = !literal && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    if (!letter) {
      if (text.empty() || text[0] != c) return false;
      text.remove_prefix(1);
      continue;
    }
    std::size_t n = 1;
    while (i + n < format.size() && format[i + n] == c) ++n;
    i += n - 1;
    if (c == 'M' && n == 3) {
      std::string name(text.substr(0, 3));
      for (char& l : name)
        if (l >= 'A' && l <= 'Z') l = static_cast<char>(l + 32);
      const std::size_t at = months.find(name);
      if (name.size() < 3 || at == months.npos || at % 3 != 0) return false;
      of_name = std::to_string(at / 3 + 1);
      month = of_name;
      text.remove_prefix(3);
      continue;
    }
    std::string_view& part = c == 'y'   ? year
                             : c == 'M' ? month
                             : c == 'd' ? day
                             : c == 'H' ? hour
                             : c == 'm' ? minute
                             : c == 's' ? second
                                        : fraction;
    if (!digits(part, c == 'y' ? 4 : c == 'S' ? 9 : 2) || (c == 'y' && part.size() != 4)) return false;
  }
  const auto two = [](std::string_view part) {
    return part.size() == 1 ? joined({"0", part}) : std::string(part);
  };
  return text.empty() && parse_time(joined({year, "-", two(month), "-", two(day), "T", two(hour), ":",
                                            two(minute), ":", two(second), ".", fraction}),
                                    seconds);
}

}  // namespace tutti::detail
