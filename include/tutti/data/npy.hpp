// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/array_rows.hpp>
#include <tutti/data/npy_header.hpp>

#include <utility>

namespace tutti {

using NpyOptions = ArrayOptions;

/// Numbers with the extents of their axes, in C order.
template <class T> struct NumberArray {
  Buffer<std::uint64_t> axes{};
  Buffer<T> values{};
};

namespace detail {

/// The numbers of an array that lies in Fortran's order, brought into C's: the last axis varies fastest.
[[gnu::cold]] inline std::string in_c_order(std::string_view numbers, std::size_t size,
                                            const Buffer<std::uint64_t>& axes) {
  std::string out(numbers.size(), '\0');
  Buffer<std::uint64_t> index(axes.size()), stride(axes.size());
  std::uint64_t step = size, from = 0;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    stride[a] = step;
    step *= axes[a];
  }
  for (std::size_t to = 0; to < out.size(); to += size) {
    std::memcpy(out.data() + to, numbers.data() + from, size);
    for (std::size_t a = axes.size(); a-- > 0;) {
      from += stride[a];
      if (++index[a] < axes[a]) break;
      from -= stride[a] * axes[a];
      index[a] = 0;
    }
  }
  return out;
}

/// Errors   DataError naming the file when it is no npy file, or its length is not what the header promises.
[[gnu::cold]] inline ArrayFile open_npy(const std::string& path, FileBytes bytes, std::uint64_t limit = file_limit) {
  const std::string_view start = bytes.at_hand();
  if (start.size() > 6 && start[6] != 1) bytes.take_all(limit);  // headers of version 1 alone are sure to be at hand
  NpyHeader header = NpyParser(path, bytes.at_hand()).header();
  if (!header.fortran || header.axes.size() < 2) return ArrayFile(path, std::move(bytes), header.end, header.type, std::move(header.axes));
  bytes.take_all(limit);
  std::string ordered(bytes.at_hand().substr(header.end));
  ArrayFile whole(path, std::move(bytes), header.end, header.type, header.axes);  // checks what is promised
  ordered = in_c_order(ordered, header.type.size, header.axes);
  return ArrayFile(path, std::move(ordered), 0, header.type, std::move(header.axes));
}
[[gnu::cold]] inline ArrayFile open_npy_file(const std::string& path, std::uint64_t limit) {
  return open_npy(path, FileBytes(path, limit), limit);
}

template <class T> NumberArray<T> number_array(ArrayFile file) {
  return {file.axes(), file.values<T>()};
}

}  // namespace detail

/// Reads inputs from an array that NumPy has saved, plain or .gz: `read_npy<Row<Dynamic>>("X.npy")`. Booleans, integers and
/// floating-point numbers of any size and byte order, versions 1 to 3, C's and Fortran's order; NaN and infinity stay.
/// Shapes   file (rows, ...) with the extents of X, in any number of axes of length 1, or (rows, numbers of X);
///          with .layout = HWC images are (rows, height, width, channels).
/// Cost     the values in memory, and a block of the file; the file as well where it is compressed or a pipe, or in Fortran's
///          order, then twice.
/// Errors   DataError naming file, offset and field where the header is not as specified, when other than the promised
///          bytes follow it, or naming the place of a number that the inputs cannot hold (an Image: all but whole numbers
///          from 0 to 255); ShapeError when the rows are not those of X.
/// Source   NumPy Enhancement Proposal 1; numpy.lib.format.
template <Input X> Dataset<X> read_npy(const std::string& path, const NpyOptions& options = {}) {
  detail::ArrayFile file = detail::open_npy_file(path, options.limit);
  return Dataset<X>(detail::array_rows<X>(file, options.layout), {});
}

/// Inputs from one file, targets from another: `read_npy<Row<Dynamic>, Label<3>>("X.npy", "y.npy")`. Classes are whole
/// numbers from 0 on.
/// Shapes   targets (rows) or (rows, 1), for Reals and Flags (rows, K).
/// Errors   as above; DataError when the files differ in rows, for a label that is no class, a target that is not finite.
template <Input X, Target Y>
Dataset<X, Y> read_npy(const std::string& inputs, const std::string& targets,
                       const NpyOptions& options = {}) {
  return detail::array_dataset<X, Y>(detail::open_npy_file(inputs, options.limit),
                                     detail::open_npy_file(targets, options.limit), options.layout);
}

/// An array of any extents as numbers of type T.
/// Errors   as read_npy; a number that is no T is refused.
template <class T> NumberArray<T> read_npy_array(const std::string& path, const NpyOptions& options = {}) {
  return detail::number_array<T>(detail::open_npy_file(path, options.limit));
}

}  // namespace tutti
