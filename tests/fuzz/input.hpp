// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share: choices out of the first bytes of an input, and a file for readers, which take paths.
#pragma once
#include <tutti/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace fuzz {

/// A target calls this where it found a mistake that no sanitizer sees.
[[noreturn]] inline void found(std::string_view mistake) {
  std::fprintf(stderr, "fuzz: %.*s\n", static_cast<int>(mistake.size()), mistake.data());
  std::abort();
}

/// The bytes of an input, taken from the front.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  /// One byte, reduced to [0, n); 0 at the end.
  unsigned choice(unsigned n) {
    if (rest_.empty()) return 0;
    const unsigned byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return byte % n;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// The one file of a process, in memory, with a path that never changes.
inline const std::string& file_with(std::string_view content) {
  static const int file = memfd_create("fuzz", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  const auto bytes = static_cast<ssize_t>(content.size());
  if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, content.data(), content.size(), 0) != bytes)
    found("there is no memory for a file");
  return path;
}

/// Calls a reader. It may refuse the input by one of the library's own errors that names the file; anything else is a finding.
template <class Call> void reads(const std::string& path, Call&& call) {
  try {
    call();
  } catch (const tutti::Error& error) {
    if (!std::string_view(error.what()).starts_with(path)) found("an error does not name its file: " + std::string(error.what()));
  }
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
