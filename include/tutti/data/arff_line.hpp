// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/csv_cell.hpp>
#include <tutti/data/text_lines.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tutti::detail {

/// A value as it stands in a line of an ARFF file.
struct ArffValue {
  std::string_view text{};
  bool quoted = false;  // then ? is a value like others
  const char* place = nullptr;

  bool missing() const noexcept { return !quoted && text == "?"; }
};

/// Walks along one line: words and values in quotes, apart by commas or blanks; % begins a comment.
class ArffLine {
 public:
  ArffLine(const TextLines& lines, std::string_view line) : lines_(lines), rest_(line) {}

  const char* place() noexcept {
    skip();
    return rest_.data();
  }
  bool ended() noexcept {
    skip();
    return rest_.empty() || rest_[0] == '%';
  }
  bool taken(char c) noexcept {
    if (ended() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at(char c) noexcept { return !ended() && rest_[0] == c; }
  void expect(char c, std::string_view where) {
    if (!taken(c))
      lines_.fail(rest_.data(),
                  joined({"expected '", std::string_view(&c, 1), "' ", where, ", got ", here()}));
  }
  /// The next value; its text stays until the one after it is read.
  ArffValue value(std::string_view what) {
    if (ended()) lines_.fail(rest_.data(), joined({"expected ", what, ", got the end of the line"}));
    const char* const place = rest_.data();
    if (rest_[0] == '\'' || rest_[0] == '"') return {quoted(rest_[0]), true, place};
    std::size_t n = 0;
    while (n < rest_.size() && !separates(rest_[n])) ++n;
    if (n == 0) lines_.fail(place, joined({"expected ", what, ", got ", here()}));
    const std::string_view word = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return {word, false, place};
  }
  /// The end of the line, or a comment.
  void expect_end() {
    if (!ended()) lines_.fail(rest_.data(), joined({"expected the end of the line, got ", here()}));
  }

 private:
  static bool separates(char c) noexcept { return c == ',' || c == ' ' || c == '\t' || c == '{' || c == '}'; }
  void skip() noexcept {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  std::string here() const { return rest_.empty() ? "the end of the line" : shown(rest_); }
  /// What stands in quotes; a backslash stands before a quote, a backslash, or one of n, r, t.
  std::string_view quoted(char quote) {
    const char* const open = rest_.data();
    rest_.remove_prefix(1);
    std::size_t n = 0;
    bool escaped = false;
    for (; n < rest_.size() && rest_[n] != quote; ++n)
      if (rest_[n] == '\\') {
        escaped = true;
        ++n;
      }
    if (n >= rest_.size()) lines_.fail(open, "this quote is never closed");
    const std::string_view raw = rest_.substr(0, n);
    rest_.remove_prefix(n + 1);
    if (!rest_.empty() && !separates(rest_[0]) && rest_[0] != '%')
      lines_.fail(rest_.data(),
                  joined({"expected a comma or the end of the line after a closing quote, got ", here()}));
    if (!escaped) return raw;
    unescaped_.clear();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      char c = raw[i];
      if (c == '\\') {
        c = raw[++i];
        c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
      }
      unescaped_ += c;
    }
    return unescaped_;
  }

  const TextLines& lines_;
  std::string_view rest_;
  std::string unescaped_{};
};

}  // namespace tutti::detail
