// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/text_file.hpp>

#include <cstddef>
#include <string>

namespace tutti {

/// What a reader noticed and did not refuse; see CsvOptions::report.
struct CsvReport {
  std::ptrdiff_t rows = 0;     // rows of the dataset
  std::ptrdiff_t dropped = 0;  // rows left out by drop_missing
  std::ptrdiff_t missing = 0;  // input values that are missing in those rows
  std::ptrdiff_t unseen = 0;   // of these, categories that the schema does not have
  char delimiter = 0;
};

/// What the columns of a delimited text file are.
struct CsvOptions {
  std::string target{};                // name of the target column
  Buffer<std::string> columns{};  // the inputs, in this order; empty: all that have no other use
  std::string weight{};                // names of the side columns
  std::string group{};                 // whole numbers; other text is hashed
  std::string time{};                  // numbers or ISO 8601
  std::string id{};
  Buffer<std::string> categorical{};  // input columns that hold categories: read as their numbers
  char delimiter = 0;                      // 0: found out, one of , ; tab |
  bool header = true;                      // false: the columns are named "0", "1", ...
  std::string missing{};      // one more spelling of a missing value, beside nothing, NA, NaN, nan and ?
  bool drop_missing = false;  // leave out rows in which an input or the target is missing
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
  CsvReport* report = nullptr;       // filled in when given
};

}  // namespace tutti
