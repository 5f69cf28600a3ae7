// SPDX-License-Identifier: Apache-2.0
// The IDX format of MNIST. Input: a byte each for the kind of rows and the layout, then the file.
#include "input.hpp"

#include <tutti/data/idx.hpp>

namespace {

using namespace tutti;

template <class X> void rows_of(const std::string& path, const IdxOptions& options) {
  const auto data = read_idx<X>(path, options);
  if (data.rows() == 0 || data.width() == 0) fuzz::found("an IDX file without numbers was read");
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (int c = 0; c < data.width(); ++c) sum += static_cast<double>(data.x(i)[c]);
  volatile double keep = sum;
  (void)keep;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.choice(6);
  const IdxOptions options{.layout = input.choice(2) == 1 ? HWC : CHW, .limit = std::uint64_t{1} << 20};
  const std::string& path = fuzz::file_with(input.rest());
  fuzz::reads(path, [&] {
    switch (kind) {
      case 0: return rows_of<Row<Dynamic>>(path, options);
      case 1: return rows_of<Row<4>>(path, options);
      case 2: return rows_of<Image<1, 2, 2>>(path, options);
      case 3: return rows_of<Image<3, 2, 2>>(path, options);
      case 4: return rows_of<Image<Dynamic, Dynamic, Dynamic>>(path, options);
      default:
        if (read_idx_labels(path, options).empty()) fuzz::found("an IDX file without labels was read");
    }
  });
  return 0;
}
