// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/archive.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/core/words.hpp>
#include <tutti/meta/list.hpp>
#include <tutti/meta/type_name.hpp>

#include <cstdint>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>

/// Saved models. A file is a 64-byte header, then the payload of a Writer; docs/file_format.md is the specification.
///   0  8 bytes   magic 89 54 55 54 54 49 0D 0A  (a text-mode copy breaks it)
///   8  uint32    format version
///  12  uint32    CRC-32 of the payload
///  16  uint64    bytes in the payload
///  24  36 bytes  reserved, 0
///  60  uint32    CRC-32 of bytes 0 to 59
namespace tutti {

inline constexpr std::uint32_t file_version = 1;

namespace detail {

/// Remainders for eight bytes at once. Made at run time: as a constant it takes each program 0.14 s to compile.
struct CrcTable {
  std::uint32_t of[8][256];
  CrcTable() noexcept {
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
      of[0][i] = c;
    }
    for (std::uint32_t i = 0; i < 256; ++i)
      for (std::size_t s = 1; s < 8; ++s) of[s][i] = (of[s - 1][i] >> 8) ^ of[0][of[s - 1][i] & 255];
  }
};
/// CRC-32 (IEEE 802.3, reflected), eight bytes a step.
inline std::uint32_t crc32(std::span<const std::byte> bytes) {
  static const CrcTable made;
  const auto& table = made.of;
  std::uint32_t c = ~0u;
  std::size_t i = 0;
  const auto at = [&](std::size_t j) { return static_cast<std::uint32_t>(bytes[j]); };
  for (; i + 8 <= bytes.size(); i += 8) {
    c ^= at(i) | at(i + 1) << 8 | at(i + 2) << 16 | at(i + 3) << 24;
    c = table[7][c & 255] ^ table[6][(c >> 8) & 255] ^ table[5][(c >> 16) & 255] ^ table[4][c >> 24] ^ table[3][at(i + 4)] ^
        table[2][at(i + 5)] ^ table[1][at(i + 6)] ^ table[0][at(i + 7)];
  }
  for (; i < bytes.size(); ++i) c = table[0][(c ^ at(i)) & 255] ^ (c >> 8);
  return ~c;
}

inline constexpr std::size_t header_bytes = 64;
inline constexpr unsigned char file_magic[8] = {0x89, 'T', 'U', 'T', 'T', 'I', '\r', '\n'};

template <class T>
void put(std::span<std::byte> at, T value) {
  value = little(value);
  std::memcpy(at.data(), &value, sizeof(T));
}
template <class T>
T get(std::span<const std::byte> at) {
  T value;
  std::memcpy(&value, at.data(), sizeof(T));
  return little(value);
}

inline Buffer<std::byte> with_header(const Buffer<std::byte>& payload) {
  Buffer<std::byte> file(header_bytes + payload.size());
  std::memcpy(file.data(), file_magic, 8);
  const std::span<std::byte> s(file);
  put(s.subspan(8), file_version);
  put(s.subspan(12), crc32(payload));
  put(s.subspan(16), std::uint64_t{payload.size()});
  put(s.subspan(60), crc32(s.first(60)));
  if (!payload.empty()) std::memcpy(file.data() + header_bytes, payload.data(), payload.size());
  return file;
}

inline std::span<const std::byte> checked_payload(std::span<const std::byte> file) {
  if (file.size() < header_bytes) throw FileError("the file ends inside its header (" + std::to_string(file.size()) + " bytes)");
  if (std::memcmp(file.data(), file_magic, 8) != 0) throw FileError("this is not a saved tutti model (the first 8 bytes differ)");
  if (get<std::uint32_t>(file.subspan(60)) != crc32(file.first(60))) throw FileError("the header is damaged (its checksum differs)");
  const auto version = get<std::uint32_t>(file.subspan(8));
  if (version != file_version)
    throw FileError("expected format version " + std::to_string(file_version) + ", got " + std::to_string(version));
  const auto size = get<std::uint64_t>(file.subspan(16));
  const std::span<const std::byte> payload = file.subspan(header_bytes);
  if (payload.size() < size) throw FileError("the file is truncated: " + std::to_string(payload.size()) + " of " + std::to_string(size) + " bytes");
  if (payload.size() > size) throw FileError("there are " + std::to_string(payload.size() - size) + " bytes after the end of the model");
  if (get<std::uint32_t>(file.subspan(12)) != crc32(payload)) throw FileError("the model is damaged (its checksum differs)");
  return payload;
}

/// "they differ at 'Forest' and 'ExtraTrees'": the first words that differ in two type names.
[[gnu::cold]] inline std::string first_difference(const std::string& a, const std::string& b) {
  const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  while (i > 0 && word(a[i - 1])) --i;
  const auto cut = [&](const std::string& s) {
    std::size_t end = i;
    while (end < s.size() && word(s[end])) ++end;
    return s.substr(i, std::max<std::size_t>(end - i, i < s.size() ? 1 : 0));
  };
  return "they differ at \"" + cut(a) + "\" and \"" + cut(b) + '"';
}

[[gnu::cold]] inline Buffer<std::byte> read_bytes(const std::string& path) {
  const OpenFile f(std::fopen(path.c_str(), "rb"));
  if (!f) throw FileError(path + ": cannot be opened: " + std::strerror(errno));
  Buffer<std::byte> bytes;
  std::byte block[1 << 16];
  for (std::size_t n; (n = std::fread(block, 1, sizeof block, f.get())) > 0;) bytes.append(block, n);
  if (std::ferror(f.get()) != 0) throw FileError(path + ": cannot be read: " + std::strerror(errno));
  return bytes;
}

/// Writes beside the target and renames: whoever looks sees the old file or the new one, never half of it.
[[gnu::cold]] inline void write_bytes_atomically(const std::string& path, std::span<const std::byte> bytes) {
  std::string temporary;
  const auto fail = [&](const char* what, bool ours) {
    const std::string reason = std::strerror(errno);
    if (ours) std::remove(temporary.c_str());
    throw FileError(path + ": " + what + ": " + reason);
  };
  std::FILE* f = nullptr;
  for (int attempt = 0; f == nullptr; ++attempt) {  // a name that no other writer has
    temporary = path + ".writing-" + std::to_string(attempt);
    f = std::fopen(temporary.c_str(), "wbx");
    if (f == nullptr && (errno != EEXIST || attempt == 1000)) fail("cannot be written", false);
  }
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
  if (std::fclose(f) != 0 || !written) fail("cannot be written", true);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail("cannot be replaced", true);
}

/// The first part of a model that has no `visit`, or void; a model names its `Parts` where they come from elsewhere.
template <class Model>
struct Unsaved {
  using type = std::conditional_t<Saved<Model>, void, Model>;
};
template <Saved Model>
  requires requires { typename Model::Parts; }
struct Unsaved<Model> {
  template <class... Parts>
  static auto first(meta::List<Parts...>) -> meta::first_other<void, typename Unsaved<Parts>::type...>;
  using type = decltype(first(typename Model::Parts{}));
};

/// What an error calls a model: its spec, if it was fitted from one.
template <class Model>
struct ModelPlace {
  using type = Model;
};
template <class Model>
  requires requires { typename Model::SpecType; }
struct ModelPlace<Model> {
  using type = typename Model::SpecType;
};

/// A struct, so that a model that is saved and loaded in many places is refused once.
template <class Model, class Missing = typename Unsaved<Model>::type>
struct CanBeSaved {
  using Diagnosis = error::Mismatch<typename ModelPlace<Model>::type, error::GetsModel<Missing>, error::a_visit_member_that_names_its_fields>;
  static_assert(error::composition_fits<Diagnosis>, "this model cannot be saved: see Mismatch<Where, Gets, Needs>");
  static constexpr bool value = false;
};
template <class Model>
struct CanBeSaved<Model, void> {
  static constexpr bool value = true;
};

}  // namespace detail

/// The bytes of a saved model, header included.
template <class Model>
[[gnu::cold]] Buffer<std::byte> to_bytes(const Model& model) {
  if constexpr (detail::CanBeSaved<Model>::value) {
    Writer out;
    out("type", type_name<Model>())("model", model);
    return detail::with_header(out.bytes());
  } else {
    return {};
  }
}

/// A model out of bytes that to_bytes made.
/// Errors   FileError: damaged, truncated, of another version, or of another type (then both names and where they differ).
template <class Model>
Model from_bytes(std::span<const std::byte> file) {
  using Plain = std::remove_cv_t<Model>;
  if constexpr (detail::CanBeSaved<Plain>::value) {
    Reader in(detail::checked_payload(file));
    std::string stored;
    in("type", stored);
    const std::string wanted = type_name<Plain>();
    if (stored != wanted) throw FileError("the file holds " + stored + ", not " + wanted + ": " + detail::first_difference(stored, wanted));
    Plain model;
    in("model", model);
    if (!in.finished()) throw FileError("there are bytes after the last field of the model");
    return model;
  } else {
    return {};
  }
}

/// Saves a fitted model (or anything with `visit`), atomically: on any error the old file is as it was.
/// Errors   FileError with the path.
template <class Model>
void save(const Model& model, const std::string& path) {
  detail::write_bytes_atomically(path, to_bytes(model));
}

/// Loads what save wrote: load<decltype(model)>("digits.tutti"). Predictions are the same to the last bit.
/// Errors   FileError with the path.
template <class Model>
std::remove_cv_t<Model> load(const std::string& path) {
  try {
    return from_bytes<Model>(detail::read_bytes(path));
  } catch (const Error& e) {
    const std::string what = e.what();
    throw FileError(what.starts_with(path + ": ") ? what : path + ": " + what);
  }
}

}  // namespace tutti
