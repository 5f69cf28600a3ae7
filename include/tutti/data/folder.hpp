// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/data/csv_names.hpp>

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>

// POSIX, not <filesystem>: that takes a program half a second to compile.
namespace tutti::detail {

/// What a folder holds, each list sorted; names that begin with a dot are left out.
struct Folder {
  Buffer<std::string> files{}, folders{};
};

inline std::string inside(const std::string& folder, std::string_view name) {
  return joined({folder, folder.empty() || folder.back() == '/' ? "" : "/", name});
}

/// Errors   DataError naming a folder or a file that cannot be looked at.
[[gnu::cold]] inline Folder list_folder(const std::string& path) {
  const auto refuse = [](const std::string& where) {
    throw DataError(joined({where, ": cannot be read: ", std::generic_category().message(errno)}));
  };
  struct Close {
    void operator()(DIR* open) const noexcept { closedir(open); }
  };
  const Owned<DIR, Close> open(opendir(path.c_str()));
  if (!open) refuse(path);
  Buffer<std::string> found;
  errno = 0;
  while (const dirent* entry = readdir(open.get()))
    if (entry->d_name[0] != '.') found.push_back(entry->d_name);
  if (errno != 0) refuse(path);
  CsvNames names;
  names.add_all(found);
  Buffer<std::string> sorted;
  Buffer<int> rank;
  names.sort(sorted, rank);
  Folder folder;
  for (std::string& name : sorted) {
    struct stat status {};
    if (stat(inside(path, name).c_str(), &status) != 0) refuse(inside(path, name));
    if (S_ISDIR(status.st_mode)) folder.folders.push_back(std::move(name));
    else if (S_ISREG(status.st_mode)) folder.files.push_back(std::move(name));
  }
  return folder;
}

}  // namespace tutti::detail
