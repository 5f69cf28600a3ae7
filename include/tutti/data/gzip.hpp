// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#if defined(TUTTI_HAS_ZLIB) && TUTTI_HAS_ZLIB
#include <zlib.h>
#endif

namespace tutti {

/// True when the library was configured with zlib: .gz files can be read.
#if defined(TUTTI_HAS_ZLIB) && TUTTI_HAS_ZLIB
inline constexpr bool has_zlib = true;
#else
inline constexpr bool has_zlib = false;
#endif

namespace detail {

/// The first two bytes of a gzip file, whatever its name is.
inline bool is_gzip(const std::string& bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

std::string gunzip(const std::string& path, const std::string& packed, std::uint64_t limit);

#if defined(TUTTI_HAS_ZLIB) && TUTTI_HAS_ZLIB
/// What a gzip file holds; several members one after another are one text, as gzip itself reads them.
/// Errors   DataError naming the file when it is truncated, corrupt, or holds more than `limit` bytes.
[[gnu::cold]] inline std::string gunzip(const std::string& path, const std::string& packed, std::uint64_t limit) {
  const auto refuse = [&path](std::initializer_list<Word> message) {
    throw DataError(joined({path, ": ", joined(message)}));
  };
  struct Stream {
    z_stream z{};
    ~Stream() { inflateEnd(&z); }
  } stream;
  z_stream& z = stream.z;
  if (inflateInit2(&z, 15 + 16) != Z_OK) refuse({"zlib could not be started"});

  constexpr std::size_t slice = std::size_t{1} << 30;  // zlib counts in 32 bits
  std::size_t taken = 0, used = 0;
  std::string out;
  for (;;) {
    if (z.avail_in == 0) {
      const std::size_t n = std::min(slice, packed.size() - taken);
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + taken));
      z.avail_in = static_cast<uInt>(n);
      taken += n;
    }
    if (used == out.size())
      out.resize(used + std::clamp<std::size_t>(used, std::size_t{1} << 16, std::size_t{1} << 26));
    z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    z.avail_out = static_cast<uInt>(out.size() - used);
    const int code = inflate(&z, Z_NO_FLUSH);
    used = out.size() - z.avail_out;
    if (used > limit) refuse({"holds more than the limit of ", limit, " bytes once decompressed"});

    const std::size_t left = packed.size() - taken + z.avail_in;
    if (code == Z_STREAM_END) {
      if (left == 0) break;
      const char* next = packed.data() + (packed.size() - left);
      if (left < 2 || next[0] != '\x1f' || next[1] != '\x8b')
        refuse({"corrupt: ", left, " bytes follow the end of the compressed data"});
      inflateReset(&z);
    } else if (code == Z_OK || code == Z_BUF_ERROR) {
      if (left == 0 && z.avail_out > 0) refuse({"truncated: the compressed data end too early"});
    } else {
      refuse({"corrupt: ", z.msg != nullptr ? z.msg : "not what gzip writes"});
    }
  }
  out.erase(used);
  return out;
}
#endif

}  // namespace detail
}  // namespace tutti
