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
      : images(find_idx(directory, joined({part, "-images"}), {"idx3-ubyte", "idx4-ubyte"}), options.limit),
        labels_path(find_idx(directory, joined({part, "-labels"}), {"idx1-ubyte"})),
        labels(read_idx_labels(labels_path, options)) {
    if (images.rows() != std::ssize(labels))
      fail<DataError>(
          {labels_path, ": expected a label for each of the ", images.rows(), " images in ", images.path()},
          labels.size());
  }
  /// Errors   DataError for a label outside [0, classes).
  void check_labels(int classes) const {
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] < 0 || labels[i] >= classes)
        fail<DataError>({labels_path, ": row ", i, ": expected a label from 0 to ", classes - 1}, labels[i]);
  }
  int largest() const {
    int most = 0;
    for (const int label : labels) most = label > most ? label : most;
    return std::min(most, 0xFFFF);  // more are no classes: check_labels refuses them
  }
  IdxFile images;
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
  int classes = Y::outputs;
  if (classes == Dynamic) classes = 1 + std::max(train.largest(), test.largest());
  Schema schema;
  for (int k = 0; k < classes; ++k) schema.classes.push_back(std::to_string(k));
  const auto dataset = [&](detail::IdxPair& part) {
    part.check_labels(classes);
    return Dataset<X, Y>(detail::idx_rows<X>(part.images, options.layout), std::move(part.labels), {},
                         schema);
  };
  return {dataset(train), dataset(test)};
}

}  // namespace tutti
