// SPDX-License-Identifier: Apache-2.0
// Weka's tables. Input: a byte for the type of the target, one for its name, then the file.
#include "input.hpp"

#include <tutti/data/arff.hpp>

namespace {

using namespace tutti;

template <class Y> void table_of(const std::string& path, const ArffOptions& options) {
  const auto data = read_arff<Table, Y>(path, options);
  if (data.rows() == 0) fuzz::found("a table without rows was read");
  if (read_arff<Table, Y>(path, data.schema(), options).rows() != data.rows()) fuzz::found("a file read by its own schema has other rows");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(3);
  ArffOptions options{.limit = std::uint64_t{1} << 20};
  if (input.choice(2) == 1) options.target = "a";
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    if (kind == 0) return table_of<Label<Dynamic>>(path, options);
    if (kind == 1) return table_of<Real>(path, options);
    table_of<Nothing>(path, options);
  });
  return 0;
}
