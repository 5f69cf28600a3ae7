// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/file.hpp>
#include <tutti/core/rows.hpp>

#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>

namespace tutti {

namespace detail {

/// Header and numbers of an npy file of version 1, little-endian; the numbers begin at a multiple of 64 bytes.
[[gnu::cold]] inline Buffer<std::byte> npy_bytes(char kind, std::size_t size, const void* numbers,
                                                 std::size_t count,
                                                 std::initializer_list<std::ptrdiff_t> axes) {
  std::string shape;
  double product = 1;  // cannot overflow
  for (const std::ptrdiff_t extent : axes) {
    check(extent >= 0, "write_npy: expected extents that are not negative", extent);
    shape += joined({extent, axes.size() == 1 ? "," : ", "});
    product *= static_cast<double>(extent);
  }
  check(product == static_cast<double>(count),
        {"write_npy: expected ", product, " numbers for the shape (", shape, ")"}, count);
  std::string header = joined({"{'descr': '", size == 1 ? "|" : "<", std::string_view(&kind, 1), size,
                               "', 'fortran_order': False, 'shape': (", shape, "), }"});
  header.append(63 - (10 + header.size()) % 64, ' ') += '\n';
  Buffer<std::byte> bytes(10 + header.size() + size * count);
  std::memcpy(bytes.data(), "\x93NUMPY\x01", 8);  // and the zero behind it: version 1.0
  put(std::span<std::byte>(bytes).subspan(8), static_cast<std::uint16_t>(header.size()));
  std::memcpy(bytes.data() + 10, header.data(), header.size());
  std::byte* const body = bytes.data() + 10 + header.size();
  if (count > 0) std::memcpy(body, numbers, size * count);
  if constexpr (std::endian::native == std::endian::big)
    for (std::size_t i = 0; i < size * count; i += size)
      for (std::size_t k = 0; k < size / 2; ++k) std::swap(body[i + k], body[i + size - 1 - k]);
  return bytes;
}

}  // namespace detail

/// Writes numbers as NumPy saves them, `write_npy("scores.npy", scores, {rows, 3})`: the file is there as a whole or not at all.
/// Shapes   numbers in C order, as many as the extents say.
/// Errors   DataError when they are not; FileError naming a file that cannot be written.
/// Source   NumPy Enhancement Proposal 1.
template <class Numbers>
  requires requires(const Numbers& n) { std::span(n); }
void write_npy(const std::string& path, const Numbers& numbers, std::initializer_list<std::ptrdiff_t> axes) {
  const auto all = std::span(numbers);
  using T = std::remove_cv_t<typename decltype(all)::element_type>;
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "write_npy writes numbers");
  constexpr char kind = std::is_same_v<T, bool>       ? 'b'
                        : std::is_floating_point_v<T> ? 'f'
                        : std::is_signed_v<T>         ? 'i'
                                                      : 'u';
  detail::write_bytes_atomically(path, detail::npy_bytes(kind, sizeof(T), all.data(), all.size(), axes));
}
/// The same for numbers along one axis.
template <class Numbers>
  requires requires(const Numbers& n) { std::span(n); }
void write_npy(const std::string& path, const Numbers& numbers) {
  write_npy(path, numbers, {static_cast<std::ptrdiff_t>(std::size(numbers))});
}
/// The same for a matrix: predictions, probabilities.
template <class T> void write_npy(const std::string& path, Rows<T> rows) {
  write_npy(path, std::span<const std::remove_const_t<T>>(rows.data(), static_cast<std::size_t>(rows.size())),
            {rows.rows(), rows.width()});
}

}  // namespace tutti
