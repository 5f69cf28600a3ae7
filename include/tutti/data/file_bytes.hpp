// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/owned.hpp>
#include <tutti/data/text_file.hpp>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace tutti::detail {

/// The bytes of a file whose beginning is at hand, while the rest is read to where it is wanted: so it is in memory once.
/// All of it is at hand where it is small, compressed, or a pipe.
/// Errors   DataError as ByteSource, and for a file that becomes shorter while it is read.
class FileBytes {
  using Source = Owned<ByteSource<>>;

 public:
  static constexpr std::size_t at_once = std::size_t{1} << 17;

  FileBytes(std::string bytes) : first_(std::move(bytes)), size_(first_.size()) {}  // implicit: these are all
  [[gnu::cold]] FileBytes(const std::string& path, std::uint64_t limit) : source_(Source::make(path, limit)) {
    first_.resize(at_once);
    first_.resize(source_->read(first_.data(), at_once));
    const std::uint64_t left = first_.size() < at_once || source_->packed() ? 0 : source_->ahead();
    if (left == 0) take_all(limit);
    size_ = first_.size() + left;
    if (size_ > limit) throw DataError(joined({path, ": holds more than the limit of ", limit, " bytes"}));
  }

  std::string_view at_hand() const noexcept { return first_; }
  std::uint64_t size() const noexcept { return size_; }
  /// The next read begins there.
  void skip_to(std::size_t place) noexcept { at_ = place; }
  /// The next n bytes.
  /// Needs    as many.
  void read(char* out, std::size_t n) {
    const std::size_t here = std::min(n, first_.size() - std::min(at_, first_.size()));
    std::memcpy(out, first_.data() + at_, here);
    at_ += here;
    if (here < n && source_->read(out + here, n - here) < n - here)
      throw DataError(joined({source_->path(), ": became shorter while it was read"}));
  }
  /// Everything comes at hand.
  [[gnu::cold]] void take_all(std::uint64_t limit) {
    if (source_) first_ = rest_of(*source_, limit, std::move(first_));
    source_ = {};
  }

 private:
  Source source_{};  // of what is not at hand
  std::string first_{};
  std::uint64_t size_ = 0;
  std::size_t at_ = 0;
};

}  // namespace tutti::detail
