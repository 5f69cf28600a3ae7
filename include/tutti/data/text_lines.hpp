// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/data/csv_cell.hpp>
#include <tutti/data/scan_number.hpp>
#include <tutti/data/text_file.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace tutti::detail {

/// A number that stands in a line of TextLines, as parse_number reads it: most take a third of the time.
inline bool read_number(std::string_view text, double& value) {
  const char* const end = scan_number(text.data(), value);
  return (end != nullptr && end == text.data() + text.size()) || parse_number(text, value);
}

/// The lines of a text file, one after another, as views into it. Lines end with LF, CRLF or CR; a byte-order mark is
/// skipped.
/// Errors   DataError naming the file when it is empty or no text: a zero byte, UTF-16.
class TextLines {
 public:
  [[gnu::cold]] TextLines(std::string path, std::string text)
      : path_(std::move(path)), text_(std::move(text)) {
    const std::string_view all = text_;
    if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF")) refuse("expected UTF-8, got UTF-16");
    const std::ptrdiff_t skipped = all.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::size_t bytes = text_.size();
    text_.append(8, '\0');  // what read_number may look at behind the last line
    at_ = text_.data() + skipped;
    end_ = text_.data() + bytes;
    if (at_ == end_) refuse("the file is empty");
    if (std::memchr(at_, 0, static_cast<std::size_t>(end_ - at_)) != nullptr)
      refuse("a zero byte: this is not a text file");
  }
  TextLines(const TextLines&) = delete;
  TextLines& operator=(const TextLines&) = delete;

  /// The next line without its end; false after the last.
  bool next(std::string_view& line) noexcept {
    if (at_ == end_) return false;
    const char* stop = found('\n', end_);
    if (const char* cr = found('\r', stop); cr != stop && cr + 1 != stop)
      stop = cr;  // a CR that is no half of CRLF
    const bool two = stop != end_ && stop != at_ && *stop == '\n' && stop[-1] == '\r';
    line = {at_, static_cast<std::size_t>(stop - at_) - two};
    if (stop == end_ && line.ends_with('\r')) line.remove_suffix(1);
    start_ = at_;
    at_ = stop == end_ ? end_ : stop + 1;
    ++number_;
    return true;
  }

  const std::string& path() const noexcept { return path_; }
  std::ptrdiff_t number() const noexcept { return number_; }  // of the last line, from 1 on
  /// Throws `path:line:column: message` for a place in the last line.
  [[noreturn, gnu::cold]] void fail(const char* place, std::string_view message) const {
    throw DataError(joined({path_, ":", number_, ":", place - start_ + 1, ": ", message}));
  }
  [[noreturn, gnu::cold]] void refuse(std::string_view message) const {
    throw DataError(joined({path_, ": ", message}));
  }

 private:
  const char* found(char c, const char* end) const noexcept {
    const void* at = std::memchr(at_, c, static_cast<std::size_t>(end - at_));
    return at == nullptr ? end : static_cast<const char*>(at);
  }

  std::string path_, text_;
  const char *at_ = nullptr, *end_ = nullptr, *start_ = nullptr;
  std::ptrdiff_t number_ = 0;
};

}  // namespace tutti::detail
