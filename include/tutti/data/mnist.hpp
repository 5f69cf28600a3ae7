// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/data/idx.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace tutti {

namespace detail {

/// The file of that name as it is usually called: with - or . before the dimension, compressed or not.
[[gnu::cold]] inline std::string find_idx(const std::string& directory, std::string_view stem,
                            std::initializer_list<std::string_view> kinds) {
  for (const std::string_view kind : kinds)
    for (const char* joint : {"-", "."})
      for (const char* end : {"", ".gz"}) {
        std::string path = joined(
            {directory, directory.empty() || directory.back() == '/' ? "" : "/", stem, joint, kind, end});
        if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
          std::fclose(file);
          return path;
        }
      }
  throw DataError(joined({directory, ": expected a file ", stem, "-", *kinds.begin(), ", plain or .gz"}));
}

/// Images and labels of one part.
struct IdxPair {
  [[gnu::cold]] IdxPair(const std::string& directory, std::string_view part, const IdxOptions& options)
      : images(open_idx(find_idx(directory, joined({part, "-images"}), {"idx3-ubyte", "idx4-ubyte"}), options.limit)),
        labels_path(find_idx(directory, joined({part, "-labels"}), {"idx1-ubyte"})),
        labels(read_idx_labels(labels_path, options)) {
    if (images.rows() != std::ssize(labels))
      fail<DataError>(
          {labels_path, ": expected a label for each of the ", images.rows(), " images in ", images.path()},
          labels.size());
  }
  ArrayFile images;
  std::string labels_path;
  Buffer<std::int32_t> labels;
};

}  // namespace detail

/// Reads a directory with the four files of MNIST (train-images-idx3-ubyte, train-labels-idx1-ubyte,
/// t10k-...), plain or .gz: `const auto [train, test] = read_mnist("fashion-mnist");`
/// Errors   DataError naming the file that is missing or damaged, has another number of rows than its
///          partner, or holds a label that is no class; ShapeError when the images are not those of X.
template <Input X = Image<1, 28, 28>, Target Y = Label<10>>
[[gnu::cold]] std::pair<Dataset<X, Y>, Dataset<X, Y>> read_mnist(const std::string& directory, const IdxOptions& options = {}) {
  static_assert(Y::is_label, "the labels of MNIST are classes: Y is a Label");
  detail::IdxPair train(directory, "train", options), test(directory, "t10k", options);
  Schema schema;
  schema.classes = detail::array_classes(train.labels_path, train.labels, Y::outputs);
  if (const auto more = detail::array_classes(test.labels_path, test.labels, Y::outputs); more.size() > schema.classes.size())
    schema.classes = more;
  const auto dataset = [&](detail::IdxPair& part) {
    return Dataset<X, Y>(detail::array_rows<X>(part.images, options.layout), std::move(part.labels), {}, schema);
  };
  return {dataset(train), dataset(test)};
}

}  // namespace tutti
