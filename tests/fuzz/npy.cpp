// SPDX-License-Identifier: Apache-2.0
// NumPy's arrays and archives of them. Input: a byte for what is read, one for the layout, then the file.
#include "input.hpp"

#include <tutti/data/npz.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tutti;
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(6);
  const NpyOptions options{.layout = input.choice(2) == 1 ? HWC : CHW, .limit = std::uint64_t{1} << 20};
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    switch (kind) {
      case 0: return void(read_npy<Row<Dynamic>>(path, options));
      case 1: return void(read_npy<Image<3, 2, 2>>(path, options));
      case 2: return void(read_npy_array<double>(path, options));
      case 3: return void(read_npz<Row<Dynamic>, Label<3>>(path, "x", "y", options));
      case 4: return void(read_npz_array<std::int64_t>(path, "x", options));
      default: return void(read_npy<Row<2>, Real>(path, path, options));
    }
  });
  return 0;
}
