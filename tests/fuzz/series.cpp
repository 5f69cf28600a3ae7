// SPDX-License-Identifier: Apache-2.0
// Time series in the format of sktime. Input: a byte for the types, one for the options, then the file.
#include "input.hpp"

#include <tutti/data/series.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tutti;
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(4), choices = input.choice(8);
  SeriesOptions options{.limit = std::uint64_t{1} << 20};
  options.pad = (choices & 1) != 0;
  options.cut = (choices & 2) != 0;
  if ((choices & 4) != 0) options.length = 3;
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    switch (kind) {
      case 0: return void(read_ts<Sequence<float, Dynamic, 1>, Label<2>>(path, options));
      case 1: return void(read_ts<Sequence<float, 3, 2>, Label<Dynamic>>(path, options));
      case 2: return void(read_ts<Sequence<float, Dynamic, Dynamic>, Real>(path, options));
      default: return void(read_ts<Sequence<float, Dynamic, Dynamic>>(path, options));
    }
  });
  return 0;
}
