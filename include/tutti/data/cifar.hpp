// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/text_file.hpp>

#include <cstring>
#include <initializer_list>

namespace tutti {

struct CifarOptions {
  std::uint64_t limit = file_limit;  // most bytes a file may hold, decompressed
};

namespace detail {

inline constexpr std::string_view cifar10_classes[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                                       "dog",      "frog",       "horse", "ship", "truck"};

/// Appends the records of one file: the label at byte `label` of `label_bytes`, then the pixels, planar.
template <class Bytes>
void add_cifar_file(const std::string& path, std::uint64_t limit, std::size_t label_bytes, std::size_t label, int classes,
                    std::size_t pixels, Bytes& images, Buffer<std::int32_t>& labels) {
  const std::string file = read_file(path, limit);
  const std::size_t record = label_bytes + pixels, rows = file.size() / record;
  if (rows == 0 || file.size() % record != 0)
    fail<DataError>({path, ": expected records of ", record, " bytes, one after another; the bytes of the file are"}, file.size());
  images.reserve(images.size() + rows * pixels);
  for (std::size_t r = 0; r < rows; ++r) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(file.data()) + r * record;
    const int k = bytes[label];
    if (k >= classes) fail<DataError>({path, ": record ", r, ": expected a label from 0 to ", classes - 1}, k);
    labels.push_back(k);
    images.append(bytes + label_bytes, pixels);
  }
}

}  // namespace detail

/// Reads images in the binary format of CIFAR, plain or .gz, from one file or from several as one dataset:
/// `read_cifar({"data_batch_1.bin", "data_batch_2.bin"})`. A Label<10> has the names of CIFAR-10's classes; of the two
/// labels of CIFAR-100 a Label<100> reads the fine one, a Label<20> the coarse one.
/// Shapes   record: 1 label byte (CIFAR-100: coarse, fine), then C H W bytes, planes of rows -> X (C, H, W).
/// Errors   DataError naming the file when its length is no whole number of records, or a label is no class.
template <Input X = Image<3, 32, 32>, Target Y = Label<10>>
Dataset<X, Y> read_cifar(std::initializer_list<std::string> paths, const CifarOptions& options = {}) {
  static_assert(std::is_same_v<typename X::Storage, DenseStorage<std::uint8_t>> && X::shape.is_static(),
                "read_cifar reads images of static extents");
  static_assert(Y::is_label && Y::outputs > 0, "the labels of CIFAR are classes: Y is a Label<10>, Label<20> or Label<100>");
  constexpr bool hundred = Y::outputs == 20 || Y::outputs == 100;
  Buffer<std::uint8_t> images;
  Buffer<std::int32_t> labels;
  check(paths.size() > 0, "read_cifar: expected at least one file", paths.size());
  for (const std::string& path : paths)
    detail::add_cifar_file(path, options.limit, hundred ? 2 : 1, Y::outputs == 100 ? 1 : 0, Y::outputs,
                           static_cast<std::size_t>(X::shape.size()), images, labels);
  Schema schema;
  for (int k = 0; k < Y::outputs; ++k)
    schema.classes.push_back(Y::outputs == 10 ? std::string(detail::cifar10_classes[k]) : std::to_string(k));
  return Dataset<X, Y>(typename X::Storage(X::shape.size(), std::move(images)), std::move(labels), {}, std::move(schema));
}
template <Input X = Image<3, 32, 32>, Target Y = Label<10>>
Dataset<X, Y> read_cifar(const std::string& path, const CifarOptions& options = {}) {
  return read_cifar<X, Y>({path}, options);
}

}  // namespace tutti
