// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/csv_names.hpp>
#include <tutti/data/folder.hpp>
#include <tutti/data/images.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>

namespace tutti {

namespace detail {

/// The pictures below a folder, and the class of each where folders are classes.
struct PictureFiles {
  Buffer<std::string> files{};
  Buffer<std::int32_t> labels{};
  ClassNames classes{};
};

[[gnu::cold]] inline bool has_extension(std::string_view name, const Buffer<std::string>& extensions) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (const std::string_view extension : extensions) {
    if (name.size() <= extension.size() + 1 || name[name.size() - extension.size() - 1] != '.') continue;
    bool same = true;
    for (std::size_t i = 0; i < extension.size(); ++i)
      same = same && lower(extension[i]) == lower(name[name.size() - extension.size() + i]);
    if (same) return true;
  }
  return false;
}

/// Appends the pictures in a folder, then those in its folders, in the order of their names, `most` in all.
[[gnu::cold]] inline void find_pictures(const std::string& path, const ImageOptions& options,
                                        std::size_t most, Buffer<std::string>& files, int depth = 0) {
  if (depth == 32)
    throw DataError(
        joined({path, ": expected at most 32 folders within each other, got more (a link to itself?)"}));
  const Folder folder = list_folder(path);
  for (const std::string& name : folder.files)
    if (files.size() < most && has_extension(name, options.extensions)) files.push_back(inside(path, name));
  for (const std::string& name : folder.folders)
    if (files.size() < most) find_pictures(inside(path, name), options, most, files, depth + 1);
}

[[gnu::cold]] inline void refuse_none(const std::string& path, const ImageOptions& options) {
  throw DataError(
      joined({path, ": expected at least one picture (", listed(options.extensions), "), got none"}));
}

/// Errors   DataError when folders are not as expected; ShapeError for more of them than classes.
[[gnu::cold]] inline PictureFiles find_classes(const std::string& path, const Schema* known, int classes,
                                               const ImageOptions& options) {
  const Buffer<std::string> folders = list_folder(path).folders;
  if (folders.empty()) throw DataError(joined({path, ": expected a folder for each class, got none"}));
  PictureFiles found;
  const bool named = known != nullptr && !known->classes.empty();
  CsvNames names;
  names.add_all(named ? known->classes : folders);
  Buffer<int> rank;
  if (named) found.classes = known->classes;
  else names.sort_classes(classes, found.classes, rank);
  if (classes >= 0 && std::ssize(found.classes) > classes)
    throw ShapeError(joined({path, ": expected at most ", classes, " classes, got ", found.classes.size()}));
  const std::size_t most =
      options.per_class > 0 ? static_cast<std::size_t>(options.per_class) : ~std::size_t{0} >> 1;
  for (std::size_t f = 0; f < folders.size(); ++f) {
    const std::string folder = inside(path, folders[f]);
    const int number = named ? names.find(folders[f]) : rank[f];
    if (number < 0)
      throw DataError(joined({folder, ": expected one of the classes ", listed(found.classes)}));
    const std::size_t before = found.files.size();
    find_pictures(folder, options, before + most, found.files);
    if (found.files.size() == before) refuse_none(folder, options);
    found.labels.resize(found.files.size(), number);
  }
  return found;
}

template <class X, class Y>
Dataset<X, Y> read_image_folder(const std::string& path, const Schema* known, const ImageOptions& options) {
  static_assert(Y::is_label || std::is_same_v<Y, Nothing>, "folders are classes: Y is a Label, or Nothing");
  PictureFiles found;
  if constexpr (Y::is_label) {
    found = find_classes(path, known, Y::outputs, options);
  } else {
    find_pictures(path, options, ~std::size_t{0}, found.files);
    if (found.files.empty()) refuse_none(path, options);
  }
  auto storage = image_storage<X>(found.files, options);
  if (options.files != nullptr) *options.files = std::move(found.files);
  Buffer<typename Y::Element> targets;
  if constexpr (Y::is_label) targets = std::move(found.labels);
  Schema schema;
  schema.classes = std::move(found.classes);
  return Dataset<X, Y>(std::move(storage), std::move(targets), {}, std::move(schema));
}

}  // namespace detail

/// Reads a folder with a folder of pictures for each class: `read_image_folder<Image<3, 64, 64>, Label<Dynamic>>("flowers")`.
/// Classes are the names of the folders, numbered as read_csv numbers them; deeper folders belong to the class above. Rows
/// come class after class in the order of the names; files with other extensions and names that begin with a dot are left
/// out. Without a target all pictures at any depth are read.
/// Shapes   (C, H, W) as by read_images.
/// Cost     decoding, files side by side.
/// Errors   DataError naming the file that cannot be read or is damaged, or the folder without pictures; ShapeError for more
///          folders than the label has classes.
template <Input X, Target Y = Nothing>
Dataset<X, Y> read_image_folder(const std::string& path, const ImageOptions& options = {}) {
  return detail::read_image_folder<X, Y>(path, nullptr, options);
}
/// Reads a folder the way another one was read: classes keep their numbers, and may be missing.
/// Errors   as above; DataError naming a folder that is no class of the schema.
template <Input X, Target Y = Nothing,
          std::same_as<Schema> Known>  // a template, so that {.crop = ...} means options
Dataset<X, Y> read_image_folder(const std::string& path, const Known& schema,
                                const ImageOptions& options = {}) {
  return detail::read_image_folder<X, Y>(path, &schema, options);
}

}  // namespace tutti
