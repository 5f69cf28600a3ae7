// SPDX-License-Identifier: Apache-2.0
// PNG and JPEG. Input: a byte for the channels, one for cropping, then the file.
#include "input.hpp"

#include <tutti/data/images.hpp>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tutti;
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(3);
  const ImageOptions options{.crop = input.choice(2) == 1, .limit = std::uint64_t{1} << 20};
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    if (kind == 0) return void(read_images<Image<1, 3, 2>>({path}, options));
    if (kind == 1) return void(read_images<Image<3, 2, 2>>({path}, options));
    read_images<Image<4, 5, 5>>({path}, options);
  });
  return 0;
}
