// SPDX-License-Identifier: Apache-2.0
// Files that live as long as a test, and what a call refuses.
#pragma once
#include <tutti/data/text_file.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

struct TemporaryFile {
  std::string path;

  explicit TemporaryFile(std::string_view content, std::string_view name = "table.csv") {
    static int number = 0;
    const auto directory = std::filesystem::current_path() / "temporary_data";
    std::filesystem::create_directories(directory);
    path = (directory / (std::to_string(++number) + '_' + std::string(name))).string();
    std::ofstream(path, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
};

/// The message of the E that a call throws; anything else that happens is spelled out, so that a comparison
/// fails.
template <class E, class Call> std::string refusal(Call&& call) {
  try {
    call();
  } catch (const E& error) { return error.what(); } catch (const std::exception& error) {
    return std::string("another error: ") + error.what();
  }
  return "no error";
}

/// The same without the path in front: ":3:1: expected ..." or ": the file is empty".
template <class E = tutti::DataError, class Call>
std::string refusal_of(const TemporaryFile& file, Call&& call) {
  const std::string message = refusal<E>(call);
  return message.starts_with(file.path) ? message.substr(file.path.size()) : "no path: " + message;
}

#if TUTTI_HAS_ZLIB
inline std::string compressed(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, static_cast<uLong>(text.size())) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}
#endif
