// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/text.hpp>
#include <tutti/data/text_lines.hpp>

#include <string>
#include <utility>

namespace tutti {

/// How lines of text are read.
struct LinesOptions {
  bool keep_empty = false;           // an empty line is a row as well, an empty text
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
};

/// Reads one text a line, plain or .gz: `const Dataset<Text> reviews = read_lines("reviews.txt");`. Lines end with LF, CRLF
/// or CR and are kept as they are; those that are empty are left out.
/// Cost     one pass; the file and the texts in memory.
/// Errors   DataError naming the file when it cannot be read, holds no text, is UTF-16 or holds a zero byte.
[[gnu::cold]] inline Dataset<Text> read_lines(const std::string& path, const LinesOptions& options = {}) {
  detail::TextLines lines(path, read_file(path, options.limit));
  Texts texts;
  std::string_view line;
  while (lines.next(line))
    if (options.keep_empty || !line.empty()) texts.append(line);
  if (texts.size() == 0) lines.refuse("expected at least one line that is not empty");
  return Dataset<Text>(std::move(texts));
}

}  // namespace tutti
