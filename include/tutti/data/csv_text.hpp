// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/csv_scanner.hpp>

#include <cstring>
#include <string_view>

namespace tutti::detail {

/// A stretch of whole records in memory of its own, for scanning shortens quoted cells where they lie.
class CsvText {
 public:
  void hold(std::string_view records) {
    size_ = records.size();
    const std::size_t needed = bytes_of(size_, 1) + csv_padding;
    if (text_.size() < needed) text_.resize(needed);
    std::memcpy(text_.data(), records.data(), size_);
    std::memset(text_.data() + size_, 0, csv_padding);
    text_[size_] = '\n';
  }
  std::size_t size() const noexcept { return size_; }
  const char* begin() const noexcept { return text_.data(); }
  const char* end() const noexcept { return text_.data() + size_; }
  bool holds(const char* place) const noexcept { return begin() <= place && place < end(); }
  CsvScanner scanner(const CsvDialect& dialect) noexcept { return {dialect, text_.data(), text_.data() + size_}; }
  /// The first zero byte, or nullptr.
  const char* zero_byte() const noexcept { return static_cast<const char*>(std::memchr(begin(), 0, size_)); }

  /// How many lines end before a place: with LF, CRLF or CR.
  std::ptrdiff_t lines_before(const char* place) const noexcept {
    std::ptrdiff_t count = 0;
    const auto each = [&](char end, auto&& counts) {
      for (const char* p = begin(); p < place; ++p) {
        p = static_cast<const char*>(std::memchr(p, end, static_cast<std::size_t>(place - p)));
        if (p == nullptr) return;
        count += counts(p);
      }
    };
    each('\n', [](const char*) { return 1; });
    each('\r', [this](const char* p) { return p + 1 == end() || p[1] != '\n' ? 1 : 0; });
    return count;
  }
  std::ptrdiff_t lines() const noexcept { return lines_before(end()); }
  /// Bytes from the beginning of its line, from 1 on.
  std::ptrdiff_t column_of(const char* place) const noexcept {
    const char* start = place;
    while (start > begin() && !is_line_end(start[-1])) --start;
    return place - start + 1;
  }

 private:
  Buffer<char> text_{};
  std::size_t size_ = 0;
};

}  // namespace tutti::detail
