// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/data/csv_cell.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace tutti {

/// Splits delimited text into rows of cells, which are views into the text: nothing is copied.
/// Quotes are those of RFC 4180: "a, ""b""" is one cell and may run over several lines. Lines end with LF,
/// CRLF or CR; a byte-order mark and empty lines at either end are skipped, blanks around a cell do not
/// count.
/// Cost     one pass; places are counted only when an error needs one.
/// Errors   DataError `path:line:column: ...` for a quote that is not closed, text after a closing quote, a
///          zero byte, UTF-16, nothing at all.
class CsvParser {
 public:
  /// delimiter 0: the one of , ; tab | that the first lines agree on.
  CsvParser(std::string path, std::string text, char delimiter = 0)
      : path_(std::move(path)), text_(std::move(text)) {
    begin_ = at_ = text_.data();
    end_ = at_ + text_.size();
    const std::string_view all = text_;
    if (all.starts_with("\xEF\xBB\xBF")) begin_ = at_ = at_ + 3;
    if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF")) refuse("expected UTF-8, got UTF-16");
    if (const void* zero = std::memchr(begin_, 0, static_cast<std::size_t>(end_ - begin_)))
      fail(static_cast<const char*>(zero), "a zero byte: this is not a text file");
    while (end_ != begin_ && is_line_end(end_[-1])) --end_;
    if (begin_ == end_) refuse("the file is empty");
    while (is_line_end(*at_)) ++at_;
    delimiter_ = delimiter != 0 ? delimiter : detected();
    if (delimiter_ == '"' || is_line_end(delimiter_))
      refuse("a delimiter cannot be a quote or the end of a line");
    for (const char c : {delimiter_, '\n', '\r'}) stops_[static_cast<unsigned char>(c)] = true;
  }
  CsvParser(const CsvParser&) = delete;
  CsvParser& operator=(const CsvParser&) = delete;

  /// The cells of the next row; false at the end.
  bool next(Buffer<std::string_view>& cells) {
    cells.clear();
    row_ = at_;
    if (at_ == end_) return false;
    for (;; ++at_) {  // over the delimiter
      cells.push_back(cell());
      if (at_ == end_) return true;
      if (*at_ == delimiter_) continue;
      at_ += *at_ == '\r' && at_ + 1 != end_ && at_[1] == '\n' ? 2 : 1;
      return true;
    }
  }

  const std::string& path() const noexcept { return path_; }
  char delimiter() const noexcept { return delimiter_; }
  std::size_t bytes() const noexcept { return text_.size(); }
  /// The row that `next` gave last.
  const char* row() const noexcept { return row_; }

  /// Throws `path:line:column: message` for a place in the text.
  [[noreturn]] void fail(const char* place, std::string_view message) const {
    std::ptrdiff_t line = 1;
    const char* start = begin_;
    for (const char* p = begin_; p < place; ++p)
      if (*p == '\n' || (*p == '\r' && p[1] != '\n')) {
        ++line;
        start = p + 1;
      }
    throw DataError(detail::joined({path_, ":", line, ":", place - start + 1, ": ", message}));
  }

 private:
  [[noreturn]] void refuse(std::string_view message) const {
    throw DataError(detail::joined({path_, ": ", message}));
  }
  static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

  std::string_view cell() {
    const char* first = at_;
    while (first != end_ && *first == ' ' && delimiter_ != ' ') ++first;
    if (first != end_ && *first == '"') return quoted(at_ + (first - at_));
    while (at_ != end_ && !stops_[static_cast<unsigned char>(*at_)]) ++at_;
    return detail::trimmed({first, static_cast<std::size_t>(at_ - first)});
  }

  std::string_view quoted(char* open) {
    char *const first = open + 1, *out = first;
    for (char* p = first;;) {
      char* close = static_cast<char*>(std::memchr(p, '"', static_cast<std::size_t>(end_ - p)));
      if (close == nullptr) fail(open, "this quote is never closed");
      const bool escaped = close + 1 != end_ && close[1] == '"';
      const std::size_t n = static_cast<std::size_t>(close - p) + escaped;
      if (out != p) std::memmove(out, p, n);
      out += n;
      p = close + 1 + escaped;
      if (escaped) continue;
      std::memset(out, ' ',
                  static_cast<std::size_t>(close - out));  // so that lines behind this cell are counted right
      at_ = p;
      break;
    }
    while (at_ != end_ && *at_ == ' ' && delimiter_ != ' ') ++at_;
    if (at_ != end_ && !stops_[static_cast<unsigned char>(*at_)])
      fail(at_, "expected the delimiter or the end of the line after a closing quote");
    return detail::trimmed({first, static_cast<std::size_t>(out - first)});
  }

  /// The candidate that occurs most often in every one of the first lines, outside quotes.
  char detected() const {
    constexpr std::string_view candidates = ",;\t|";
    std::size_t fewest[4]{}, here[4]{};
    bool inside = false;
    int lines = 0;
    for (const char* p = at_; p <= end_ && lines < 8; ++p) {
      if (p != end_ && *p == '"') inside = !inside;
      if (p == end_ || (!inside && is_line_end(*p))) {
        if (is_line_end(p[-1])) continue;  // CRLF, or an empty line
        for (std::size_t c = 0; c < candidates.size(); ++c) {
          if (lines == 0 || here[c] < fewest[c]) fewest[c] = here[c];
          here[c] = 0;
        }
        ++lines;
      } else if (!inside) {
        if (const std::size_t c = candidates.find(*p); c != candidates.npos) ++here[c];
      }
    }
    std::size_t best = 0;
    for (std::size_t c = 1; c < candidates.size(); ++c)
      if (fewest[c] > fewest[best]) best = c;
    return candidates[best];
  }

  std::string path_, text_;
  char *begin_ = nullptr, *at_ = nullptr, *end_ = nullptr;
  const char* row_ = nullptr;
  char delimiter_ = ',';
  bool stops_[256]{};
};

}  // namespace tutti
