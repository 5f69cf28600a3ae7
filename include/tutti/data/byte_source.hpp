// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/data/gzip.hpp>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

namespace tutti {

/// What a file may hold, decompressed, unless the caller allows more: 8 GiB.
inline constexpr std::uint64_t file_limit = std::uint64_t{8} << 30;

/// The bytes of a file from front to back; what gzip has compressed is decompressed on the way, whatever the file is
/// called. Reads pipes as well.
/// Errors   DataError naming the file when it cannot be opened or read, is truncated or corrupt, holds more than `limit`
///          bytes, or is compressed and the library was configured without zlib.
template <bool Zlib = has_zlib>
class ByteSource {
 public:
  explicit ByteSource(std::string path, std::uint64_t limit = file_limit) : path_(std::move(path)), limit_(limit), file_(std::fopen(path_.c_str(), "rb")) {
    if (!file_) refuse({"cannot be opened: ", std::generic_category().message(errno)});
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // whoever reads has a buffer
    while (head_ < 2) {
      const std::size_t got = fetch(first_ + head_, 2 - head_);
      if (got == 0) break;
      head_ += got;
    }
    packed_ = detail::is_gzip(first_, head_);
    if (!packed_) return;
    if constexpr (Zlib) gunzip_.emplace(path_);
    else refuse({"is compressed, and zlib was not found when the library was configured; decompress it first"});
  }

  const std::string& path() const noexcept { return path_; }
  bool packed() const noexcept { return packed_; }
  /// The next bytes, at most n; fewer only at the end.
  std::size_t read(char* out, std::size_t n) {
    std::size_t used = 0;
    while (used < n) {
      const std::size_t got = packed_ ? unpacked(out + used, n - used) : plain(out + used, n - used);
      if (got == 0) break;
      used += got;
    }
    delivered_ += used;
    if (delivered_ > limit_) refuse({"holds more than the limit of ", limit_, packed_ ? " bytes once decompressed" : " bytes"});
    return used;
  }
  /// About how many bytes there are still to read: exact for a plain file, 0 when that cannot be known (a pipe).
  std::uint64_t ahead() {
    const long at = std::ftell(file_.get());
    if (at < 0 || std::fseek(file_.get(), 0, SEEK_END) != 0) return 0;
    const long end = std::ftell(file_.get());
    if (std::fseek(file_.get(), at, SEEK_SET) != 0) refuse({"cannot be read: ", std::generic_category().message(errno)});
    const auto left = static_cast<std::uint64_t>(end > at ? end - at : 0);
    if (!packed_ || left == 0) return left + (packed_ ? 0 : head_ - taken_);
    const double ratio = static_cast<double>(delivered_) / static_cast<double>(std::max(at, 1L));
    return static_cast<std::uint64_t>(static_cast<double>(left) * ratio);
  }

 private:
  [[noreturn, gnu::cold]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(detail::joined({path_, ": ", detail::joined(message)}));
  }
  std::size_t fetch(char* out, std::size_t n) {
    const std::size_t got = std::fread(out, 1, n, file_.get());
    if (got < n && std::ferror(file_.get()) != 0) refuse({"cannot be read: ", std::generic_category().message(errno)});
    return got;
  }
  std::size_t plain(char* out, std::size_t n) {
    std::size_t used = 0;
    for (; taken_ < head_ && used < n; ++used) out[used] = first_[taken_++];
    return used + (used < n ? fetch(out + used, n - used) : 0);
  }
  std::size_t unpacked([[maybe_unused]] char* out, [[maybe_unused]] std::size_t n) {
    if constexpr (Zlib) {
      for (;;) {
        if (const std::size_t got = gunzip_->take(out, n); got > 0) return got;
        if (ended_) return 0;
        chunk_.resize(std::size_t{1} << 18);
        const std::size_t got = plain(chunk_.data(), chunk_.size());
        ended_ = got == 0;
        gunzip_->feed(chunk_.data(), got);
      }
    } else return 0;
  }

  struct None {};
#if defined(TUTTI_HAS_ZLIB) && TUTTI_HAS_ZLIB
  using Unpacker = detail::Gunzip;
#else
  using Unpacker = None;
#endif

  std::string path_;
  std::uint64_t limit_, delivered_ = 0;
  OpenFile file_;
  char first_[2]{};  // what tells whether it is compressed
  std::size_t head_ = 0, taken_ = 0;
  bool packed_ = false, ended_ = false;
  std::optional<Unpacker> gunzip_{};
  Buffer<char> chunk_{};
};

}  // namespace tutti
