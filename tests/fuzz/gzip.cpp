// SPDX-License-Identifier: Apache-2.0
// Whole files, plain and compressed. Input: a byte that says how large the limit is, then the file.
#include "input.hpp"

#include <tutti/data/text_file.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint64_t limit = std::uint64_t{1} << input.choice(20);
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    const std::string text = tutti::read_file(path, limit);
    if (text.size() > limit) fuzz::found("more was read than the limit allows");
    if (!input.rest().starts_with("\x1f\x8b") && text != input.rest()) fuzz::found("a plain file was changed");
  });
  return 0;
}
