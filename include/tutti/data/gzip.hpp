// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

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
inline bool is_gzip(const char* bytes, std::size_t n) { return n >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

bool inflate_into(std::string& out, std::string_view packed);

#if defined(TUTTI_HAS_ZLIB) && TUTTI_HAS_ZLIB
/// What gzip has compressed, piece by piece; several members one after another are one text, as gzip itself reads them.
class Gunzip {
 public:
  explicit Gunzip(const std::string& path) : path_(path) {
    if (inflateInit2(&z_, 15 + 16) != Z_OK) refuse({"zlib could not be started"});
  }
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  ~Gunzip() { inflateEnd(&z_); }

  bool hungry() const noexcept { return z_.avail_in == 0; }
  /// More compressed bytes, which must stay until they are eaten; none: the file has ended.
  void feed(const char* bytes, std::size_t n) {
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes));
    z_.avail_in = static_cast<uInt>(n);  // zlib counts in 32 bits
    last_ = n == 0;
  }
  /// Decompresses what was fed into at most n bytes; how many there are. 0 with nothing left to eat: feed, or the end.
  /// Errors   DataError naming the file when it is truncated or corrupt.
  std::size_t take(char* out, std::size_t n) {
    z_.next_out = reinterpret_cast<Bytef*>(out);
    z_.avail_out = static_cast<uInt>(std::min(n, std::size_t{1} << 30));
    const std::size_t room = z_.avail_out;
    while (z_.avail_out > 0 && (z_.avail_in > 0 || last_)) {
      if (between_ && !next_member()) break;
      const int code = inflate(&z_, Z_NO_FLUSH);
      if (code == Z_STREAM_END) between_ = true;
      else if (last_ && z_.avail_in == 0 && z_.avail_out > 0) refuse({"truncated: the compressed data end too early"});
      else if (code != Z_OK && code != Z_BUF_ERROR) refuse({"corrupt: ", z_.msg != nullptr ? z_.msg : "not what gzip writes"});
    }
    return room - z_.avail_out;
  }

 private:
  /// Begins the next member behind one that has ended; false when the file has ended, or its two first bytes are not here yet.
  bool next_member() {
    if (z_.avail_in == 0) return false;
    if (z_.next_in[0] != 0x1f) refuse({"corrupt: ", "other bytes follow the end of the compressed data"});
    inflateReset(&z_);
    between_ = false;
    return true;
  }
  [[noreturn, gnu::cold]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }

  z_stream z_{};
  std::string path_;
  bool last_ = false, between_ = false;
};

/// Fills `out` with what bare deflated data, without a header of gzip or zlib, hold; false unless they are exactly as long.
[[gnu::cold]] inline bool inflate_into(std::string& out, std::string_view packed) {
  z_stream z{};
  if (inflateInit2(&z, -15) != Z_OK) return false;
  constexpr std::size_t slice = std::size_t{1} << 30;  // zlib counts in 32 bits
  std::size_t taken = 0, given = 0;
  int code = Z_OK;
  char spare;  // a place to go on in when `out` is full and the end of the data is still to come
  while (code == Z_OK) {
    const std::size_t in = std::min(slice, packed.size() - taken), room = std::min(slice, out.size() - given);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + taken));
    z.avail_in = static_cast<uInt>(in);
    z.next_out = reinterpret_cast<Bytef*>(room > 0 ? out.data() + given : &spare);
    z.avail_out = static_cast<uInt>(room > 0 ? room : 1);
    code = inflate(&z, Z_NO_FLUSH);
    taken += in - z.avail_in;
    const std::size_t made = (room > 0 ? room : 1) - z.avail_out;
    if (room == 0 && made > 0) code = Z_DATA_ERROR;
    given += made;
  }
  inflateEnd(&z);
  return code == Z_STREAM_END && taken == packed.size() && given == out.size();
}
#endif

}  // namespace detail
}  // namespace tutti
