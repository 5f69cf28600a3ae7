// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/csv_cell.hpp>
#include <tutti/data/csv_dialect.hpp>

#include <cstring>
#include <string>
#include <string_view>

namespace tutti::detail {

/// What is wrong with a text, and where.
struct CsvFault {
  const char* place = nullptr;
  std::string message{};
  explicit operator bool() const noexcept { return place != nullptr; }
};

/// Bytes that follow a stretch of text: a line end that stops every scan, and what a scan may read too far.
inline constexpr std::size_t csv_padding = 16;

/// Walks over whole records of text: cells are views into it, blanks around them do not count. Quoted cells with quotes
/// inside are shortened where they lie.
/// Needs    end[0] is a line end, csv_padding readable bytes from there. Line ends before `end` are left out.
class CsvScanner {
 public:
  CsvScanner(const CsvDialect& dialect, char* begin, char* end) : dialect_(dialect), begin_(begin), at_(begin), end_(end) {
    while (end_ != begin_ && is_line_end(end_[-1])) --end_;
  }

  /// Goes to the next record; false at the end. Comments are skipped.
  bool next_row() {
    row_ = at_;
    cells_ = 0;
    while (at_ < end_ && dialect_.comment != 0 && *at_ == dialect_.comment) {
      while (at_ < end_ && !is_line_end(*at_)) ++at_;
      over_line_end();
      row_ = at_;
    }
    if (at_ >= end_) return false;
    if (dialect_.spaced()) skip_blanks();
    return true;
  }
  const char* row() const noexcept { return row_; }
  std::size_t cells() const noexcept { return cells_; }
  const char* begin() const noexcept { return begin_; }
  const char* at() const noexcept { return at_; }
  /// Behind a cell that was read elsewhere: a place that is a stop.
  void move_to(const char* stop) noexcept { at_ += stop - at_; }

  /// Over the stop behind a cell; false at the end of the record.
  [[gnu::always_inline]] bool next_cell() {
    ++cells_;
    if (dialect_.spaced()) skip_blanks();
    else if (*at_ == dialect_.delimiter && at_ != end_) return ++at_, true;
    if (dialect_.spaced() && at_ < end_ && !is_line_end(*at_)) return true;
    over_line_end();
    return false;
  }

  /// The text of the cell here, up to its stop. Nothing more may be read once there is a fault.
  std::string_view cell() {
    const char* first = at_;
    while (first != end_ && dialect_.blank(*first)) ++first;
    if (dialect_.quotes && first != end_ && *first == '"') return quoted(at_ + (first - at_));
    while (!dialect_.stop(*at_)) ++at_;
    return trimmed({first, static_cast<std::size_t>(at_ > first ? at_ - first : 0)});
  }
  const CsvFault& fault() const noexcept { return fault_; }
  void fail(const char* place, std::string message) {
    if (!fault_) fault_ = {place, std::move(message)};
  }

 private:
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }
  void over_line_end() {
    if (at_ < end_) at_ += *at_ == '\r' && at_ + 1 != end_ && at_[1] == '\n' ? 2 : 1;
    if (at_ > end_) at_ = end_;
  }

  std::string_view quoted(char* open) {
    char *const first = open + 1, *out = first;
    for (char* p = first;;) {
      char* close = static_cast<char*>(std::memchr(p, '"', static_cast<std::size_t>(end_ - p)));
      if (close == nullptr) {
        fail(open, "this quote is never closed");
        at_ = end_;
        return {};
      }
      const bool escaped = close + 1 != end_ && close[1] == '"';
      const std::size_t n = static_cast<std::size_t>(close - p) + escaped;
      if (out != p) std::memmove(out, p, n);
      out += n;
      p = close + 1 + escaped;
      if (escaped) continue;
      std::memset(out, ' ', static_cast<std::size_t>(close - out));  // so that lines behind this cell are counted right
      at_ = p;
      break;
    }
    while (at_ != end_ && dialect_.blank(*at_)) ++at_;
    if (at_ != end_ && !dialect_.stop(*at_) && !dialect_.spaced())
      fail(at_, "expected the delimiter or the end of the line after a closing quote (say .quotes = false where quotes are only text)");
    return trimmed({first, static_cast<std::size_t>(out - first)});
  }

  const CsvDialect& dialect_;
  char *begin_, *at_, *end_;
  const char* row_ = nullptr;
  std::size_t cells_ = 0;
  CsvFault fault_{};
};

/// How much of a text is whole records, without empty lines at their end; 0: not one.
inline std::size_t whole_records(const CsvDialect& dialect, const char* text, std::size_t n) {
  const auto end_of_line = [&](std::size_t upto) {  // behind the last line end before `upto` that is surely a whole one
    while (upto > 0 && text[upto - 1] != '\n') --upto;
    return upto;
  };
  const auto without_blank_lines = [&](std::size_t upto) {
    std::size_t full = upto;
    while (full > 0 && is_line_end(text[full - 1])) --full;
    if (full == 0) return full;
    return full + (text[full] == '\r' && full + 1 < upto && text[full + 1] == '\n' ? 2 : 1);
  };
  if (!dialect.quotes || std::memchr(text, '"', n) == nullptr) {
    std::size_t upto = end_of_line(n);
    if (upto == 0 && n > 1)  // lines may end with CR alone; a last one may yet be followed by LF
      for (upto = n - 1; upto > 0 && text[upto - 1] != '\r'; --upto) {}
    return without_blank_lines(upto);
  }
  std::size_t whole = 0;
  bool first = true;               // the first cell of its line
  for (std::size_t i = 0; i < n;) {  // one cell after another
    const bool skipped = first && dialect.comment != 0 && text[i] == dialect.comment;
    while (skipped && i < n && !is_line_end(text[i])) ++i;
    while (i < n && dialect.blank(text[i])) ++i;
    if (!skipped && i < n && text[i] == '"') {
      for (++i;; ++i) {
        const void* const close = i < n ? std::memchr(text + i, '"', n - i) : nullptr;
        if (close == nullptr) return without_blank_lines(whole);
        i = static_cast<std::size_t>(static_cast<const char*>(close) - text) + 1;
        if (i >= n) return without_blank_lines(whole);  // the next byte may escape it
        if (text[i] != '"') break;
      }
    }
    while (i < n && !dialect.stop(text[i])) ++i;
    first = i < n && is_line_end(text[i]);
    if (first && text[i] == '\r' && i + 1 == n) break;  // LF may follow
    if (first) {
      i += text[i] == '\r' && text[i + 1] == '\n' ? 1 : 0;
      whole = i + 1;
    }
    ++i;
  }
  return without_blank_lines(whole);
}

}  // namespace tutti::detail
