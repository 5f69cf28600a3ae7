// SPDX-License-Identifier: Apache-2.0
// The binary format of CIFAR, with small images. Input: a byte for the kind of labels, then the file.
#include "input.hpp"

#include <tutti/data/cifar.hpp>

namespace {

using namespace tutti;

template <class Y> void images_of(const std::string& path) {
  const auto data = read_cifar<Image<3, 2, 2>, Y>({path, path}, {.limit = std::uint64_t{1} << 16});
  if (data.rows() == 0 || data.rows() % 2 != 0) fuzz::found("two equal files are not twice as many rows");
  const std::ptrdiff_t half = data.rows() / 2;
  for (std::ptrdiff_t i = 0; i < half; ++i) {
    if (data.y(i).index() >= Y::outputs || data.y(i).index() != data.y(half + i).index()) fuzz::found("a label is no class");
    for (int c = 0; c < data.width(); ++c)
      if (data.x(i)[c] != data.x(half + i)[c]) fuzz::found("two equal files have different pixels");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(3);
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    if (kind == 0) return images_of<Label<10>>(path);
    if (kind == 1) return images_of<Label<20>>(path);
    images_of<Label<100>>(path);
  });
  return 0;
}
