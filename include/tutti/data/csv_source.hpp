// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/byte_source.hpp>
#include <tutti/data/csv_text.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace tutti::detail {

inline constexpr std::size_t csv_sample_bytes = std::size_t{1} << 20;  // read at a time, and what is known of a file at first
inline constexpr std::size_t csv_record_limit = std::size_t{1} << 28;  // longer ones are no records

/// Delimited text from front to back, in whole records. A byte-order mark and empty lines in front are passed.
/// Errors   DataError as ByteSource, and for UTF-16 or a file that holds no line.
class CsvSource {
 public:
  CsvSource(const std::string& path, std::uint64_t limit) : source_(path, limit) {
    const std::uint64_t size = source_.ahead();  // 0: not known
    more(size > 0 && size < csv_sample_bytes ? static_cast<std::size_t>(size) + 1 : csv_sample_bytes);
    if (left().starts_with("\xEF\xBB\xBF")) used_ = 3;
    if (left().starts_with("\xFF\xFE") || left().starts_with("\xFE\xFF")) refuse("expected UTF-8, got UTF-16");
    for (;; more(csv_sample_bytes)) {
      for (; used_ < filled_ && is_line_end(ahead_[used_]); ++used_) empty_lines_ += ends_line(used_);
      if (used_ < filled_) return;
      if (ended_) refuse("the file is empty");
    }
  }

  const std::string& path() const noexcept { return source_.path(); }
  /// What was read and not yet passed.
  std::string_view left() const noexcept { return {ahead_.data() + used_, filled_ - used_}; }
  /// True when nothing follows what is left.
  bool ended() const noexcept { return ended_; }
  std::ptrdiff_t empty_lines() const noexcept { return empty_lines_; }
  /// About how many bytes are still to be passed.
  std::uint64_t unread() { return source_.ahead() + left().size(); }
  [[noreturn, gnu::cold]] void refuse(std::string_view message) const { throw DataError(joined({path(), ": ", message})); }

  /// At least n bytes are left, unless the file ends before.
  void look_ahead(std::size_t n) {
    if (left().size() < n && !ended_) more(std::max(n - left().size(), csv_sample_bytes));
  }
  /// How many bytes of what is left are whole records, about `most` and at least one record; 0: nothing is left, or a record
  /// has no end.
  std::size_t records(const CsvDialect& dialect, std::size_t most = csv_sample_bytes) {
    for (;;) {
      look_ahead(most);
      const std::string_view text = left().substr(0, most);
      if (ended_ && text.size() == left().size()) return text.size();
      if (const std::size_t n = whole_records(dialect, text.data(), text.size()); n > 0) return n;
      if (text.size() >= csv_record_limit) return 0;
      most = 2 * std::max(most, text.size());
    }
  }
  /// The next n bytes, to be looked at.
  CsvText copy(std::size_t n) const {
    CsvText text;
    text.hold(left().substr(0, n));
    return text;
  }
  void pass(std::size_t n) noexcept { used_ += n; }
  /// Nothing follows the next n bytes: what does is not looked at.
  void end_after(std::size_t n) noexcept {
    filled_ = std::min(filled_, used_ + n);
    ended_ = true;
  }

 private:
  void more(std::size_t n) {
    if (used_ > 0) {  // nothing before it is needed any more
      std::memmove(ahead_.data(), ahead_.data() + used_, filled_ - used_);
      filled_ -= used_;
      used_ = 0;
    }
    if (ahead_.size() < filled_ + n) ahead_.resize(filled_ + n);
    const std::size_t got = source_.read(ahead_.data() + filled_, n);
    filled_ += got;
    ended_ = got < n;
  }
  bool ends_line(std::size_t i) const noexcept { return ahead_[i] == '\n' || (i + 1 < filled_ && ahead_[i + 1] != '\n'); }

  ByteSource<> source_;
  Buffer<char> ahead_{};  // [used_, filled_) is left
  std::size_t used_ = 0, filled_ = 0;
  bool ended_ = false;
  std::ptrdiff_t empty_lines_ = 0;
};

}  // namespace tutti::detail
