// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/csv_names.hpp>
#include <tutti/data/file_target.hpp>
#include <tutti/data/text_lines.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace tutti {

/// How a .ts file is read.
struct SeriesOptions {
  int length = 0;    // steps of the rows where the type leaves them open; 0: those of the longest series
  bool pad = true;   // shorter series end in NaN; false: they are refused
  bool cut = false;  // longer series lose their end; false: they are refused
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
};

namespace detail {

/// A .ts file: lines @name value, then after @data one series a line, its dimensions apart by ':', their values by ',',
/// the target behind the last ':'. Not a template: what the types ask for comes as numbers.
class SeriesFile {
 public:
  /// classes, width: what the types need, Dynamic where they leave it open.
  [[gnu::cold]] SeriesFile(const std::string& path, FileTarget target, int classes, int width,
                           const Schema* known, std::uint64_t limit)
      : lines_(path, read_file(path, limit)), target_(target), classes_(classes), width_(width) {
    read_header();
    if (known != nullptr && !known->classes.empty()) schema.classes = known->classes;
    if (target_ == FileTarget::label && classes_ >= 0 && std::ssize(schema.classes) > classes_)
      throw ShapeError(
          joined({path, ": expected at most ", classes_, " classes, got ", schema.classes.size()}));
    named_ = !schema.classes.empty();
    if (named_) names_.add_all(schema.classes);
    std::string_view line;
    while (lines_.next(line))
      if (has_content(line)) read_series(line);
    if (rows() == 0) lines_.refuse("there are no series below @data");
    if (target_ == FileTarget::label && !named_) name_classes();
  }

  std::ptrdiff_t rows() const noexcept { return std::ssize(length); }
  int dimensions() const noexcept { return width_; }
  const std::string& path() const noexcept { return lines_.path(); }
  int longest() const noexcept {
    int most = 0;
    for (const int n : length) most = n > most ? n : most;
    return most;
  }
  /// One length for all rows: `wanted` (Dynamic: that of the options, or of the longest series).
  /// Errors   DataError naming the line of a series that is longer or shorter and may not be.
  [[gnu::cold]] int common_length(int wanted, const SeriesOptions& options) const {
    const int steps = wanted > 0 ? wanted : options.length > 0 ? options.length : longest();
    for (std::size_t i = 0; i < length.size(); ++i)
      if (length[i] > steps ? !options.cut : (length[i] < steps && !options.pad))
        throw DataError(
            joined({path(), ":", line[i], ": expected a series of ", steps, " steps, got ", length[i],
                    length[i] > steps ? " (.cut leaves out its end)" : " (.pad fills it with NaN)"}));
    return steps;
  }

  Buffer<double> values{};        // series after series, (dimension, step)
  Buffer<int> length{};           // steps of each
  Buffer<std::ptrdiff_t> line{};  // where it stands
  Buffer<std::int32_t> labels{};
  Buffer<float> numbers{};
  Schema schema{};

 private:
  static bool has_content(std::string_view line) {
    line = trimmed(line);
    return !line.empty() && line[0] != '#' && line[0] != '%';
  }
  /// The first n characters (all, where there are fewer), which are taken away with the separator behind them.
  static std::string_view take(std::string_view& text, std::size_t n) {
    n = std::min(n, text.size());
    const std::string_view word = text.substr(0, n);
    text.remove_prefix(std::min(n + 1, text.size()));
    return word;
  }
  static std::string lowered(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return lower;
  }

  void read_header() {
    std::string_view line;
    while (lines_.next(line)) {
      if (!has_content(line)) continue;
      line = trimmed(line);
      if (line[0] != '@')
        lines_.fail(line.data(), joined({"expected a line that begins with @ (@data before the series), got ",
                                         shown(line)}));
      std::string_view rest = line;
      const std::string name = lowered(take(rest, rest.find_first_of(" \t")));
      rest = trimmed(rest);
      if (name == "@data") return check_target();
      if (name == "@timestamps" && truth(rest))
        lines_.fail(rest.data(), "series with time stamps are not read");
      if (name == "@univariate" && truth(rest)) expect_dimensions(rest, 1);
      if (name == "@dimensions" || name == "@dimension") expect_dimensions(rest, whole(rest));
      if (name == "@equallength") equal_ = truth(rest);
      if (name == "@serieslength") steps_ = whole(rest);
      if (name == "@targetlabel") has_number_ = truth(rest);
      if (name == "@classlabel") {
        has_label_ = truth(take(rest, rest.find_first_of(" \t")));
        while (!(rest = trimmed(rest)).empty())
          schema.classes.emplace_back(take(rest, rest.find_first_of(" \t")));
      }
    }
    lines_.refuse("expected a line @data before the series, got none");
  }
  void check_target() const {
    if (target_ == FileTarget::label && !has_label_)
      lines_.refuse("expected classes, @classLabel true, got none");
    if (target_ == FileTarget::number && !has_number_)
      lines_.refuse("expected numbers as targets, @targetLabel true, got none");
  }
  void expect_dimensions(std::string_view place, int n) {
    if (width_ >= 0 && width_ != n)
      throw ShapeError(
          joined({path(), ":", lines_.number(), ": expected series of ", width_, " dimensions, got ", n}));
    if (n < 1) lines_.fail(place.data(), "expected at least one dimension");
    width_ = n;
  }
  bool truth(std::string_view word) const {
    const std::string lower = lowered(word);
    if (lower != "true" && lower != "false")
      lines_.fail(word.data(), joined({"expected true or false, got ", shown(word)}));
    return lower == "true";
  }
  int whole(std::string_view word) const {
    int value = 0;
    if (!parse_number(word, value) || value < 1)
      lines_.fail(word.data(), joined({"expected a whole number from 1 on, got ", shown(word)}));
    return value;
  }

  void read_series(std::string_view rest) {
    const bool targeted = has_label_ || has_number_;
    const char* const begin = rest.data();
    int dimensions = 1;
    for (const char c : rest) dimensions += c == ':';
    dimensions -= targeted;
    if (width_ < 0) width_ = std::max(dimensions, 1);
    if (dimensions != width_)
      lines_.fail(begin, joined({"expected ", width_, " dimensions", targeted ? " and the target" : "",
                                 ", apart by ':', got ", dimensions}));
    std::size_t steps = 0;
    for (int d = 0; d < dimensions; ++d) {
      const std::string_view dimension = take(rest, rest.find(':'));
      const std::size_t before = values.size();
      read_values(dimension);
      const std::size_t n = values.size() - before;
      if (d > 0 && n != steps)
        lines_.fail(dimension.data(),
                    joined({"expected ", steps, " values in dimension ", d, ", as in dimension 0, got ", n}));
      steps = n;
    }
    if (equal_ && steps_ > 0 && steps != static_cast<std::size_t>(steps_))
      lines_.fail(begin, joined({"expected ", steps_, " steps as @seriesLength says, got ", steps}));
    if (steps > 0x7FFFFFFF / static_cast<std::size_t>(width_))
      lines_.fail(begin, "expected at most 2147483647 numbers in a series");
    length.push_back(static_cast<int>(steps));
    line.push_back(lines_.number());
    if (targeted) read_target(trimmed(rest));
  }
  void read_values(std::string_view rest) {
    if (trimmed(rest).empty()) lines_.fail(rest.data(), "expected at least one value, got none");
    for (bool more = true; more;) {
      more = rest.find(',') != rest.npos;
      const std::string_view text = trimmed(take(rest, rest.find(',')));
      double value = std::numeric_limits<double>::quiet_NaN();
      if (text.empty() || (!is_missing(text, "") && !(read_number(text, value) && std::isfinite(value))))
        lines_.fail(text.data(),
                    joined({"expected a finite number, or ? for a missing one, got ", shown(text)}));
      values.push_back(value);
    }
  }
  void read_target(std::string_view text) {
    if (target_ == FileTarget::number) {
      float value = 0;
      if (!parse_number(text, value) || !std::isfinite(value))
        lines_.fail(text.data(), joined({"expected a finite number as target, got ", shown(text)}));
      numbers.push_back(value);
    } else if (target_ == FileTarget::label) {
      if (text.empty()) lines_.fail(text.data(), "expected a class, got none");
      labels.push_back(named_ ? names_.find_class(text) : names_.add(text));
      if (labels.back() < 0)
        lines_.fail(text.data(),
                    joined({"expected one of the classes ", listed(schema.classes), ", got ", shown(text)}));
    }
  }
  void name_classes() {
    Buffer<int> rank;
    names_.sort_classes(classes_, schema.classes, rank);
    if (classes_ >= 0 && std::ssize(schema.classes) > classes_)
      throw ShapeError(
          joined({path(), ": expected at most ", classes_, " classes, got ", schema.classes.size()}));
    for (std::int32_t& label : labels) label = rank[static_cast<std::size_t>(label)];
  }

  TextLines lines_;
  FileTarget target_;
  int classes_, width_, steps_ = 0;
  bool equal_ = false, has_label_ = false, has_number_ = false, named_ = false;
  CsvNames names_{};
};

}  // namespace detail

}  // namespace tutti
