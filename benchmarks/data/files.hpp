// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The files that are read, made in data/ where they are not there yet, and the rows of each kind of them.
#include <tutti/core/random.hpp>
#include <tutti/kernel/parallel.hpp>

#include "../rows.hpp"

#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <string>

void add_csv_rows();
void add_array_rows();
void add_text_rows();
void add_picture_rows();

namespace files {

inline void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path + ".part", std::ios::binary) << bytes;
  std::filesystem::rename(path + ".part", path);
}
inline void compress(const std::string& path, const std::string& bytes) {
  gzFile file = gzopen((path + ".part").c_str(), "wb6");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  std::filesystem::rename(path + ".part", path);
}

/// A row: read() returns what it has read, `bytes` is how much that is without compression.
template <class Read> void add(const std::string& name, double bytes, const Read& read) {
  rows::add(name, "", {1e-6 * bytes, "MB/s", 0, bytes}, [read] {
    return [read] {
      const auto data = tutti::parallel::with_threads(rows::threads(), read);
      benchmark::DoNotOptimize(data.rows());
    };
  });
}

}  // namespace files
