// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/gzip.hpp>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace tutti {

/// What a file may hold, decompressed, unless the caller allows more: 8 GiB.
inline constexpr std::uint64_t file_limit = std::uint64_t{8} << 30;

namespace detail {

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

[[gnu::cold]] inline std::string read_bytes(const std::string& path, std::uint64_t limit) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) throw DataError(joined({path, ": cannot be opened: ", std::generic_category().message(errno)}));
  std::string bytes;
  std::size_t used = 0;
  for (std::size_t step = std::size_t{1} << 16;; step = std::size_t{1} << 24) {
    bytes.resize(used + step);
    const std::size_t got = std::fread(bytes.data() + used, 1, step, file.get());
    const bool first = used == 0;
    used += got;
    if (used > limit) throw DataError(joined({path, ": holds more than the limit of ", limit, " bytes"}));
    if (got < step) {
      if (std::ferror(file.get()) != 0)
        throw DataError(joined({path, ": cannot be read: ", std::generic_category().message(errno)}));
      break;
    }
    if (first && std::fseek(file.get(), 0, SEEK_END) == 0) {  // a hint only: a pipe has no end to seek to
      const long end = std::ftell(file.get());
      if (end > 0 && static_cast<std::uint64_t>(end) <= limit)
        bytes.reserve(static_cast<std::size_t>(end) + (std::size_t{1} << 24));
      if (std::fseek(file.get(), static_cast<long>(used), SEEK_SET) != 0)
        throw DataError(joined({path, ": cannot be read: ", std::generic_category().message(errno)}));
    }
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace detail

/// The bytes of a whole file; what gzip has compressed is decompressed, whatever the file is called.
/// Errors   DataError naming the file when it cannot be read, is truncated or corrupt, holds more than
///          `limit` bytes, or is compressed and the library was configured without zlib.
template <bool Zlib = has_zlib>
std::string read_file(const std::string& path, std::uint64_t limit = file_limit) {
  std::string bytes = detail::read_bytes(path, limit);
  if (!detail::is_gzip(bytes)) return bytes;
  if constexpr (Zlib) return detail::gunzip(path, bytes, limit);
  else
    throw DataError(detail::joined(
        {path,
         ": is compressed, and zlib was not found when the library was configured; decompress it first"}));
}

}  // namespace tutti
