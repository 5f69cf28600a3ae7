// SPDX-License-Identifier: Apache-2.0
// Delimited text. Input: four bytes that choose the types and the options, then the file, whose columns are called a, b, c, ...
#include "input.hpp"

#include <tutti/data/csv.hpp>

namespace {

using namespace tutti;

template <class X, class Y> void rows_of(const std::string& path, const CsvOptions& options) {
  const auto data = read_csv<X, Y>(path, options);
  if (data.rows() == 0) fuzz::found("a table without rows was read");
  if (options.report->rows != data.rows()) fuzz::found("the report counts other rows");
  const auto again = read_csv<X, Y>(path, data.schema(), options);
  if (again.rows() != data.rows()) fuzz::found("a file read by its own schema has other rows");
}

CsvOptions options_from(fuzz::Input& input, CsvReport& report) {
  const unsigned roles = input.choice(256), looks = input.choice(256);
  CsvOptions options{.target = "a", .limit = std::uint64_t{1} << 20, .report = &report};
  if ((roles & 1) != 0) options.columns = {"b", "c"};
  if ((roles & 2) != 0) options.weight = "d";
  if ((roles & 4) != 0) options.group = "e";
  if ((roles & 8) != 0) options.time = "f";
  if ((roles & 16) != 0) options.id = "g";
  if ((roles & 32) != 0) options.categorical = {"b"};
  if ((roles & 64) != 0) options.target = "";
  options.delimiter = ",;\t|"[looks % 4];
  if ((looks & 4) != 0) options.delimiter = 0;
  options.header = (looks & 8) == 0;
  options.drop_missing = (looks & 16) != 0;
  if ((looks & 32) != 0) options.missing = "-";
  if (!options.header && options.target == "a") options.target = "0";
  return options;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(6);
  CsvReport report;
  const CsvOptions options = options_from(input, report);
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    switch (kind) {
      case 0: return rows_of<Row<Dynamic>, Label<Dynamic>>(path, options);
      case 1: return rows_of<Row<2>, Label<3>>(path, options);
      case 2: return rows_of<Row<Dynamic>, Real>(path, options);
      case 3: return rows_of<Row<Dynamic>, Nothing>(path, options);
      case 4: return rows_of<Image<1, 1, 2>, Label<Dynamic>>(path, options);
      default: return rows_of<Record<Field<"left", Row<1>>, Field<"right", Row<Dynamic>>>, Real>(path, options);
    }
  });
  return 0;
}
