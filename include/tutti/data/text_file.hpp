// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/data/byte_source.hpp>

#include <algorithm>
#include <string>

namespace tutti {

namespace detail {
/// What has been read of a source, and all that is left.
template <bool Zlib>
[[gnu::cold]] std::string rest_of(ByteSource<Zlib>& source, std::uint64_t limit, std::string bytes = {}) {
  std::size_t whole = static_cast<std::size_t>(std::min(source.ahead(), limit)) + 3;
  for (std::size_t used = bytes.size();; whole = 0) {
    const std::size_t step = std::max(whole, std::clamp(used, std::size_t{1} << 16, std::size_t{1} << 26));
    bytes.resize(used + step);
    const std::size_t got = source.read(bytes.data() + used, step);
    used += got;
    if (got < step) {
      bytes.resize(used);
      return bytes;
    }
  }
}
}  // namespace detail

/// The bytes of a whole file; what gzip has compressed is decompressed, whatever the file is called.
/// Errors   DataError as ByteSource.
template <bool Zlib = has_zlib>
[[gnu::cold]] std::string read_file(const std::string& path, std::uint64_t limit = file_limit) {
  ByteSource<Zlib> source(path, limit);
  return detail::rest_of(source, limit);
}

}  // namespace tutti
