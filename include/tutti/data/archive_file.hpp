// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/file.hpp>
#include <tutti/data/text_file.hpp>

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace tutti::detail {

/// A .zip archive: stored and deflated members, with 64-bit sizes where it has them; found by their names.
/// Errors   DataError naming file, byte and what is wrong there; no size is believed before it is held against the file's.
/// Source   PKWARE, .ZIP File Format Specification 6.3.9, §4.3.
class ArchiveFile {
 public:
  [[gnu::cold]] ArchiveFile(const std::string& path, std::uint64_t limit)
      : path_(path), limit_(limit), bytes_(read_file(path, limit)) {
    std::size_t end = bytes_.rfind("PK\5\6");
    if (end == bytes_.npos || bytes_.size() - end < 22)
      refuse({"this is not a zip archive, or it is truncated"});
    std::uint64_t count = number(end + 10, 2), first = number(end + 16, 4);
    if (count == 0xFFFF || first == 0xFFFFFFFF) {
      if (end < 20 || text(end - 20, 4) != "PK\6\7")
        refuse({"byte ", end, ": expected the locator of a directory in 64 bits before it"});
      end = place(number(end - 20 + 8, 8), 56, "PK\6\6", "the end of a directory in 64 bits");
      count = number(end + 32, 8);
      first = number(end + 48, 8);
    }
    for (std::uint64_t m = 0; m < count; ++m) first = read_entry(first);
  }

  /// The decompressed bytes of a member.
  /// Errors   DataError when it is not there (naming those that are), encrypted, compressed otherwise, damaged, too large.
  [[gnu::cold]] std::string member(std::string_view name) const {
    for (const Member& m : members_)
      if (m.name == name) return unpacked(m);
    std::string names;
    for (std::size_t i = 0; i < members_.size() && i < 12; ++i)
      names += joined({i == 0 ? "" : ", ", "\"", members_[i].name, "\""});
    refuse({"expected a member \"", name, "\", got ", members_.empty() ? "none" : names});
  }
  bool has(std::string_view name) const {
    for (const Member& m : members_)
      if (m.name == name) return true;
    return false;
  }

 private:
  struct Member {
    std::string name;
    std::uint64_t method, flags, crc, packed, size, header;
  };

  /// One entry of the central directory; returns where the next begins.
  std::uint64_t read_entry(std::uint64_t where) {
    const std::size_t at = place(where, 46, "PK\1\2", "an entry of the directory");
    const std::size_t name = number(at + 28, 2), extra = number(at + 30, 2), comment = number(at + 32, 2);
    if (name + extra + comment > bytes_.size() - at - 46)
      refuse({"byte ", at, ": the entry runs past the end of the file"});
    Member m{std::string(text(at + 46, name)),
             number(at + 10, 2),
             number(at + 8, 2),
             number(at + 16, 4),
             number(at + 20, 4),
             number(at + 24, 4),
             number(at + 42, 4)};
    std::size_t field = at + 46 + name;
    const std::size_t end = field + extra;
    while (end - field >= 4) {
      const std::uint64_t kind = number(field, 2), length = number(field + 2, 2);
      field += 4;
      if (length > end - field) refuse({"byte ", field, ": an extra field runs past the end of its entry"});
      std::size_t value = field;
      for (std::uint64_t* wide : {&m.size, &m.packed, &m.header})
        if (kind == 1 && *wide == 0xFFFFFFFF && field + length - value >= 8) {
          *wide = number(value, 8);
          value += 8;
        }
      field += length;
    }
    members_.push_back(std::move(m));
    return at + 46 + name + extra + comment;
  }

  std::string unpacked(const Member& m) const {
    const std::size_t at = place(m.header, 30, "PK\3\4", "the header of a member");
    const std::size_t skipped = 30 + number(at + 26, 2) + number(at + 28, 2), left = bytes_.size() - at;
    if (skipped > left || m.packed > left - skipped)
      refuse({"the member ", m.name, " runs past the end of the file"});
    if ((m.flags & 1) != 0) refuse({"the member ", m.name, " is encrypted"});
    if (m.size > limit_)
      refuse({"the member ", m.name, " holds more than the limit of ", limit_, " bytes once decompressed"});
    const std::string_view packed = text(at + skipped, m.packed);
    std::string out;
    if (m.method == 0 && m.packed == m.size) {
      out = packed;
    } else if (m.method == 8) {
      if (m.size / 1032 > m.packed)
        refuse({"the member ", m.name, " is corrupt: no data of ", m.packed, " bytes become ", m.size});
      out.resize(m.size);
      if constexpr (has_zlib) {
        if (!inflate_into(out, packed)) refuse({"the member ", m.name, " is corrupt or truncated"});
      } else {
        refuse({"the member ", m.name,
                " is compressed, and zlib was not found when the library was configured"});
      }
    } else {
      refuse({"the member ", m.name, ": expected stored or deflated data, got method ", m.method});
    }
    if (crc32(std::as_bytes(std::span(out))) != m.crc)
      refuse({"the member ", m.name, " is damaged: its checksum differs"});
    return out;
  }

  /// Where a structure of `size` bytes that begins with `mark` stands.
  std::size_t place(std::uint64_t at, std::size_t size, std::string_view mark, std::string_view what) const {
    if (bytes_.size() < size || at > bytes_.size() - size || text(at, mark.size()) != mark)
      refuse({"byte ", at > bytes_.size() ? bytes_.size() : at, ": expected ", what});
    return at;
  }
  std::string_view text(std::size_t at, std::size_t size) const {
    return std::string_view(bytes_).substr(at, size);
  }
  std::uint64_t number(std::size_t at, std::size_t size) const {
    std::uint64_t value = 0;
    for (std::size_t k = size; k-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes_[at + k]);
    return value;
  }
  [[noreturn, gnu::cold]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }

  std::string path_;
  std::uint64_t limit_;
  std::string bytes_;
  Buffer<Member> members_{};
};

}  // namespace tutti::detail
