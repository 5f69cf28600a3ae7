// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/array_rows.hpp>

#include <utility>

namespace tutti {

using IdxOptions = ArrayOptions;

namespace detail {

/// An IDX file: big-endian sizes, then the numbers of row after row.
/// Errors   DataError naming the file when it is no IDX file or its length is not what the header promises.
[[gnu::cold]] inline ArrayFile open_idx(const std::string& path, std::uint64_t limit) {
  std::string bytes = read_file(path, limit);
  const auto refuse = [&](std::initializer_list<Word> message) {
    throw DataError(joined({path, ": ", joined(message)}));
  };
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) refuse({"this is not an IDX file"});
  NumberType type{.big_endian = true};
  switch (byte(2)) {
    case 0x08:
      break;
    case 0x09:
      type.kind = NumberKind::whole;
      break;
    case 0x0B:
      type = {NumberKind::whole, 2, true};
      break;
    case 0x0C:
      type = {NumberKind::whole, 4, true};
      break;
    case 0x0D:
      type = {NumberKind::real, 4, true};
      break;
    case 0x0E:
      type = {NumberKind::real, 8, true};
      break;
    default:
      refuse({"expected one of the IDX element types 8, 9, 11, 12, 13 and 14, got ", byte(2)});
  }
  const std::size_t axes = byte(3), head = 4 + 4 * axes;
  if (axes < 1 || axes > 4) refuse({"expected 1 to 4 axes, got ", axes});
  if (bytes.size() < head) refuse({"the file ends within its header"});
  Buffer<std::uint64_t> extents(axes);
  for (std::size_t i = 4; i < head; ++i) extents[i / 4 - 1] = extents[i / 4 - 1] << 8 | byte(i);
  return ArrayFile(path, std::move(bytes), head, type, std::move(extents));
}

}  // namespace detail

/// Reads inputs from an IDX file (the format of MNIST), plain or compressed, of any of its element types.
/// Shapes   file (rows, height, width), (rows, channels, height, width) or, with .layout = HWC, (rows,
///          height, width, channels); a flat row of as many numbers fits any shape.
/// Errors   DataError naming the file when its header does not fit its length, or naming the place of a number that an
///          Image cannot hold: all but whole numbers from 0 to 255; ShapeError when the rows are not those of X.
template <Input X> Dataset<X> read_idx(const std::string& path, const IdxOptions& options = {}) {
  detail::ArrayFile file = detail::open_idx(path, options.limit);
  return Dataset<X>(detail::array_rows<X>(file, options.layout), {});
}

/// Inputs from one file, targets from another:
/// `read_idx<Image<1, 28, 28>, Label<10>>("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz")`. Classes are their numbers.
/// Errors   as above; DataError when the files differ in rows, for a label that is no class, a target that is not finite.
template <Input X, Target Y>
Dataset<X, Y> read_idx(const std::string& inputs, const std::string& targets,
                       const IdxOptions& options = {}) {
  return detail::array_dataset<X, Y>(detail::open_idx(inputs, options.limit),
                                     detail::open_idx(targets, options.limit), options.layout);
}

/// The whole numbers of an IDX file with one axis.
/// Errors   DataError naming the file when it has more axes or holds other numbers.
inline Buffer<std::int32_t> read_idx_labels(const std::string& path, const IdxOptions& options = {}) {
  detail::ArrayFile file = detail::open_idx(path, options.limit);
  if (file.axes().size() != 1 || !file.holds_integers())
    file.refuse({"expected labels: whole numbers along one axis"});
  return file.values<std::int32_t>();
}

}  // namespace tutti
