// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/csv.hpp>

#include <sys/stat.h>

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace tutti {

/// Delimited text that is read while something learns from it and is never kept: made by csv_stream.
template <Input X, Target Y = Nothing>
struct CsvStream {
  std::string path{};
  std::optional<Schema> known{};
  CsvOptions options{};
};

/// A file in the place of the rows that it holds, for what learns without having them all in memory:
/// `fit(Boost{Tree{}}, csv_stream<Row<Dynamic>, Label<2>>("big.csv", {.target = "y"}))`. Options and schema are those of
/// read_csv; nothing is read before the fit.
/// Errors   (of the fit) DataError and ShapeError as read_csv; DataError for a pipe, since the file is read more than
///          once, and for a file that changes meanwhile.
template <Input X, Target Y = Nothing>
CsvStream<X, Y> csv_stream(std::string path, CsvOptions options = {}) {
  return {std::move(path), {}, std::move(options)};
}
template <Input X, Target Y = Nothing, std::same_as<Schema> Known>  // a template, so that {.target = ...} means options
CsvStream<X, Y> csv_stream(std::string path, const Known& schema, CsvOptions options = {}) {
  return {std::move(path), schema, std::move(options)};
}

namespace detail {

/// The inputs of rows as floats, as the views of Row and Table say them.
class CsvNumbers {
 public:
  std::span<const float> of(const CsvPlan& plan, const CsvRows& rows, std::size_t n) {
    if (plan.parts[0].store == CsvStore::floats) return rows.floats[0];
    const std::size_t width = plan.inputs.size();
    numbers_.assign(n * width, std::numeric_limits<float>::quiet_NaN());  // what texts are
    for (std::size_t j = 0; j < width; ++j) {
      const CsvSlot& slot = plan.slots[plan.inputs[j]];
      const double scale = slot.kind == CsvKind::moment ? 1.0 / 86400 : 1.0;
      if (slot.kind == CsvKind::real || slot.kind == CsvKind::moment)
        for (std::size_t i = 0; i < n; ++i) numbers_[i * width + j] = static_cast<float>(rows.doubles[slot.list][i] * scale);
      if (slot.kind != CsvKind::code) continue;
      for (std::size_t i = 0; i < n; ++i)
        if (const std::int32_t code = rows.codes[slot.list][i]; code >= 0) numbers_[i * width + j] = static_cast<float>(code);
    }
    return numbers_;
  }

 private:
  Buffer<float> numbers_{};
};

/// How a file is read again with the schema that the first time made: nothing is to be found out any more.
inline CsvOptions second_reading(const CsvOptions& first, const CsvReport& report) {
  CsvOptions options = first;
  for (auto* list : {&options.columns, &options.numeric, &options.categorical, &options.dates, &options.text}) list->clear();
  options.header = report.header;
  options.delimiter = report.delimiter;
  options.report = nullptr;
  return options;
}
/// Errors   DataError for what can be read only once.
[[gnu::cold]] inline void check_can_be_read_again(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw DataError(joined({path, ": expected a file, since a stream is read twice (read_csv reads a pipe)"}));
}

}  // namespace detail

}  // namespace tutti
