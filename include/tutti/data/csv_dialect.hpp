// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tutti::detail {

/// How a text is delimited. A blank as delimiter means one or more blanks or tabs, and none at the ends of a line.
struct CsvDialect {
  char delimiter = ',';
  bool quotes = true;  // those of RFC 4180: "a, ""b""" is one cell and may run over several lines
  char comment = 0;    // lines that begin with it are skipped
  bool stops[256]{};   // what ends a cell without quotes

  CsvDialect() = default;
  CsvDialect(char delimiter_, bool quotes_, char comment_) : delimiter(delimiter_), quotes(quotes_), comment(comment_) {
    for (const char c : {delimiter, '\n', '\r'}) stops[static_cast<unsigned char>(c)] = true;
    if (spaced()) stops[static_cast<unsigned char>('\t')] = true;
  }
  bool spaced() const noexcept { return delimiter == ' '; }
  bool stop(char c) const noexcept { return stops[static_cast<unsigned char>(c)]; }
  bool blank(char c) const noexcept { return c == ' ' || (c == '\t' && delimiter != '\t'); }
};

inline bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

/// The delimiter of a text: the one of , ; tab | that occurs most often in every one of the first lines, outside quotes;
/// where there is none of them, a blank if all lines have as many words, more than one.
[[gnu::cold]] inline char detected_delimiter(std::string_view text, char comment = 0) {
  constexpr std::string_view candidates = ",;\t|";
  std::size_t fewest[4]{}, here[4]{}, words = 0, words_of_first = 0;
  bool inside = false, even = true, in_word = false;
  int lines = 0;
  for (std::size_t i = 0; i <= text.size() && lines < 8; ++i) {
    if (comment != 0 && i < text.size() && text[i] == comment && (i == 0 || is_line_end(text[i - 1]))) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    const bool end = i == text.size();
    if (!end && text[i] == '"') inside = !inside;
    if (end || (!inside && is_line_end(text[i]))) {
      if (i == 0 || is_line_end(text[i - 1])) continue;  // CRLF, or an empty line
      for (std::size_t c = 0; c < candidates.size(); ++c) {
        if (lines == 0 || here[c] < fewest[c]) fewest[c] = here[c];
        here[c] = 0;
      }
      words_of_first = lines == 0 ? words : words_of_first;
      even = even && words == words_of_first;
      words = 0, in_word = false;
      ++lines;
    } else if (!inside) {
      if (const std::size_t c = candidates.find(text[i]); c != candidates.npos) ++here[c];
      const bool blank = text[i] == ' ';
      words += !blank && !in_word;
      in_word = !blank;
    }
  }
  std::size_t best = 0;
  for (std::size_t c = 1; c < candidates.size(); ++c)
    if (fewest[c] > fewest[best]) best = c;
  return fewest[best] == 0 && even && words_of_first > 1 && lines > 1 ? ' ' : candidates[best];
}

}  // namespace tutti::detail
