// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/byte_source.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tutti {

/// What a reader noticed and did not refuse; see CsvOptions::report.
struct CsvReport {
  std::ptrdiff_t rows = 0;     // rows of the dataset
  std::ptrdiff_t dropped = 0;  // rows left out by drop_missing, drop_missing_target
  std::ptrdiff_t missing = 0;  // input values that are missing in those rows
  std::ptrdiff_t unseen = 0;   // of these, categories that the schema does not have
  char delimiter = 0;
  bool header = true;          // whether the first line was taken for one
};

/// What the columns of a delimited text file are. Where the inputs are a Table, columns that are named in none of the lists
/// are found out from the first megabyte: numbers, dates, categories, or texts where nearly all are different.
struct CsvOptions {
  std::string target{};           // name of the target column
  Buffer<std::string> targets{};  // those of Flags and Reals
  Buffer<std::string> columns{};  // the inputs, in this order; empty: all that have no other use
  Buffer<std::string> leave_out{};  // columns that are no inputs
  std::string weight{};           // names of the side columns
  std::string group{};            // whole numbers; other text is hashed
  std::string time{};             // numbers or ISO 8601
  std::string id{};
  Buffer<std::string> numeric{};      // input columns by what they hold
  Buffer<std::string> categorical{};  // categories: read as their numbers
  Buffer<std::string> dates{};        // ISO 8601, or seconds since 1970
  Buffer<std::string> text{};
  char delimiter = 0;            // 0: found out, one of , ; tab | or blanks
  std::optional<bool> quotes{};  // "..." is one cell, as RFC 4180 says; false: quotes are text. Left out: true, but for text
                                 // delimited by tabs whose first megabyte has quotes that open or close inside a cell
  char comment = 0;              // lines that begin with it are skipped
  std::optional<bool> header{};  // the first line holds names; left out: unless a cell of it is a number. Without: "0", "1", ...
  std::string missing{};         // one more spelling of a missing value, beside nothing, NA, N/A, NaN, null, NULL and ?
  bool drop_missing = false;     // leave out rows in which an input or the target is missing
  bool drop_missing_target = false;                          // leave out rows whose target is missing
  std::string_view (*relabel)(std::string_view) = nullptr;  // what a class is called here: several may become one
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
  CsvReport* report = nullptr;       // filled in when given
};

}  // namespace tutti
