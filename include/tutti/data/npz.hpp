// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/archive_file.hpp>
#include <tutti/data/npy.hpp>

#include <string>
#include <string_view>

namespace tutti {

namespace detail {

/// A member of an archive by the name that NumPy shows, without ".npy".
[[gnu::cold]] inline ArrayFile open_npz(const ArchiveFile& archive, const std::string& path,
                                        std::string_view name) {
  std::string member = joined({name, ".npy"});
  if (!archive.has(member) && archive.has(name)) member = name;
  return open_npy(joined({path, "/", name}), archive.member(member));
}

}  // namespace detail

/// Reads inputs from an array of an .npz archive, stored or compressed: `read_npz<Row<4>>("iris.npz", "x")`.
/// Shapes   as read_npy.
/// Cost     the archive and one array of it in memory, beside what read_npy takes.
/// Errors   as read_npy, of `path/name`; DataError naming the file when it is no archive, is damaged, or lacks the array.
template <Input X>
Dataset<X> read_npz(const std::string& path, const std::string& inputs, const NpyOptions& options = {}) {
  const detail::ArchiveFile archive(path, options.limit);
  detail::ArrayFile file = detail::open_npz(archive, path, inputs);
  return Dataset<X>(detail::array_rows<X>(file, options.layout), {});
}
/// Inputs and targets from two arrays of one archive: `read_npz<Row<4>, Label<3>>("iris.npz", "x", "y")`.
/// Errors   as above and as read_npy of two files.
template <Input X, Target Y>
Dataset<X, Y> read_npz(const std::string& path, const std::string& inputs, const std::string& targets,
                       const NpyOptions& options = {}) {
  const detail::ArchiveFile archive(path, options.limit);
  return detail::array_dataset<X, Y>(detail::open_npz(archive, path, inputs),
                                     detail::open_npz(archive, path, targets), options.layout);
}
/// One array of any extents as numbers of type T.
template <class T>
NumberArray<T> read_npz_array(const std::string& path, const std::string& name,
                              const NpyOptions& options = {}) {
  return detail::number_array<T>(detail::open_npz(detail::ArchiveFile(path, options.limit), path, name));
}

}  // namespace tutti
