// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/data/file_bytes.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

// What the readers of arrays of numbers (IDX, npy) have in common: numbers of one type, row after row.
namespace tutti {

/// The order of the three axes of an image in a file. In memory images are planar, CHW.
enum class Layout { CHW, HWC };
using enum Layout;

/// How a file that holds an array of numbers is read.
struct ArrayOptions {
  Layout layout = CHW;
  std::uint64_t limit = file_limit;  // most bytes the file may hold, decompressed
};

namespace detail {

enum class NumberKind : unsigned char { natural, whole, real, truth };

/// How each number stands in a file.
struct NumberType {
  NumberKind kind = NumberKind::natural;
  std::size_t size = 1;  // bytes
  bool big_endian = false;
};

/// What the 16 bits of a half-precision number stand for.
inline double half_number(std::uint64_t bits) noexcept {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const double fraction = static_cast<double>(bits & 1023) / 1024;
  double value = exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15);
  if (exponent == 31)
    value =
        fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  return (bits >> 15) != 0 ? -value : value;
}

template <class T> std::string spelled_number(T value) {
  if constexpr (std::is_integral_v<T>)
    return std::to_string(value);  // a Word has no room for the largest uint64
  else return joined({value});
}

/// The array that a file holds, in C order; its numbers are read and converted when they are asked for.
class ArrayFile {
 public:
  /// Errors   DataError naming the file when an axis is empty, or other than as many bytes as promised follow the header.
  [[gnu::cold]] ArrayFile(std::string path, FileBytes bytes, std::size_t head, NumberType type,
                          Buffer<std::uint64_t> axes)
      : path_(std::move(path)), bytes_(std::move(bytes)), head_(head), type_(type), axes_(std::move(axes)) {
    std::uint64_t promised = type_.size;
    std::string spelled;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      if (axes_[a] == 0) refuse({"expected at least one number along axis ", a, ", got 0"});
      const bool over =
          promised > bytes_.size() || axes_[a] > bytes_.size() / promised;  // once too large it stays so
      promised = over ? std::numeric_limits<std::uint64_t>::max() : promised * axes_[a];
      spelled += joined({a == 0 ? "" : " x ", std::to_string(axes_[a])});
    }
    const std::uint64_t body = bytes_.size() - head_;
    if (promised != body)
      refuse({"the header promises ", spelled, " numbers of ", type_.size, " bytes, but ", body,
              " bytes follow"});
  }

  const std::string& path() const noexcept { return path_; }
  const Buffer<std::uint64_t>& axes() const noexcept { return axes_; }
  std::ptrdiff_t rows() const noexcept { return static_cast<std::ptrdiff_t>(axes_[0]); }
  std::size_t numbers() const noexcept { return static_cast<std::size_t>(bytes_.size() - head_) / type_.size; }
  bool holds_integers() const noexcept { return type_.kind != NumberKind::real; }
  /// The extents of one row; rank 0 for plain numbers.
  /// Errors   DataError when a row has more than four axes.
  [[gnu::cold]] Shape extents() const {
    if (axes_.size() > 5) refuse({"expected 1 to 5 axes, got ", axes_.size()});
    Shape s;
    std::uint64_t width = 1;
    for (std::size_t a = 1; a < axes_.size(); ++a) {
      width *= axes_[a];
      if (width > 0x7FFFFFFF) refuse({"expected at most 2147483647 numbers in a row, got ", width});
      s.extent[s.rank++] = static_cast<int>(axes_[a]);
    }
    return s;
  }

  /// All numbers, in C order, block by block: no more than a block of the file is in memory beside them.
  /// Errors   DataError naming file and place of a number that no T is.
  template <class T> Buffer<T> values() {
    constexpr std::size_t block = std::size_t{1} << 15;
    const std::size_t all = numbers();
    Buffer<T> out, some(std::min(block, all));
    Buffer<char> raw(is_native<T>() ? 0 : some.size() * type_.size);
    out.reserve(all);
    bytes_.skip_to(head_);
    while (out.size() < all) {
      const std::size_t n = std::min(block, all - out.size());
      if (is_native<T>()) bytes_.read(reinterpret_cast<char*>(some.data()), n * sizeof(T));
      else convert(raw, some.data(), n, out.size());
      out.append(some.data(), n);
    }
    return out;
  }

  [[noreturn, gnu::cold]] void refuse(std::initializer_list<Word> message) const {
    throw DataError(joined({path_, ": ", joined(message)}));
  }
  /// Throws `path: row 3, number 7: expected ..., got ...`.
  [[noreturn, gnu::cold]] void refuse_number(std::size_t i, double value, bool whole, std::string_view least,
                                             std::string_view most) const {
    const std::size_t width = numbers() / static_cast<std::size_t>(rows());
    std::string place = joined({"row ", i / width});
    if (width > 1) place += joined({", number ", i % width});
    refuse({place, whole ? ": expected a whole number from " : ": expected a number from ", least, " to ",
            most, ", got ", value});
  }

 private:
  /// True where a T in memory has the bytes that it has in the file.
  template <class T> bool is_native() const noexcept {
    constexpr NumberKind own = std::is_floating_point_v<T> ? NumberKind::real
                               : std::is_signed_v<T>       ? NumberKind::whole
                                                           : NumberKind::natural;
    return type_.kind == own && type_.size == sizeof(T) &&
           (sizeof(T) == 1 || type_.big_endian == (std::endian::native == std::endian::big));
  }
  /// Doubles as floats; false where one is too large.
  static bool rounded(const char* from, float* out, std::size_t n) noexcept {
    int over = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double value;
      std::memcpy(&value, from + i * sizeof value, sizeof value);
      out[i] = static_cast<float>(value);
      over |= static_cast<int>(std::isinf(out[i]) != std::isinf(value));
    }
    return over == 0;
  }
  /// The next n numbers, of which `before` stand in front.
  template <class T> void convert(Buffer<char>& raw, T* out, std::size_t n, std::size_t before) {
    bytes_.read(raw.data(), n * type_.size);
    if constexpr (std::is_same_v<T, float>)
      if (is_native<double>() && rounded(raw.data(), out, n)) return;
    for (std::size_t i = 0; i < n; ++i) {
      const char* const p = raw.data() + i * type_.size;
      if (!get(p, out[i])) [[unlikely]] refuse_as<T>(p, before + i);
    }
  }
  /// The number at p, which is no T.
  template <class T> [[noreturn, gnu::noinline, gnu::cold]] void refuse_as(const char* p, std::size_t i) const {
    double value = 0;
    get(p, value);
    refuse_number(i, value, std::is_integral_v<T>, spelled_number(std::numeric_limits<T>::lowest()),
                  spelled_number(std::numeric_limits<T>::max()));
  }
  /// The number in these bytes as a T; false when no T is that number. Digits behind those of a floating-point T are rounded off.
  template <class T> bool get(const char* bytes, T& out) const noexcept {
    const std::uint64_t raw = bits(bytes);
    if (type_.kind == NumberKind::real) {
      const double value = real(raw);
      if constexpr (std::is_floating_point_v<T>) {
        out = static_cast<T>(value);
        return std::isinf(out) == std::isinf(value);
      } else {
        constexpr double least = static_cast<double>(std::numeric_limits<T>::min());
        if (!(value >= least && value < std::ldexp(1.0, std::numeric_limits<T>::digits)) ||
            value != std::floor(value))
          return false;
        out = static_cast<T>(value);
        return true;
      }
    }
    const bool is_signed = type_.kind == NumberKind::whole;
    out = is_signed ? static_cast<T>(sign_extended(raw))
                    : static_cast<T>(type_.kind == NumberKind::truth ? raw != 0 : raw);
    if constexpr (std::is_floating_point_v<T>) return true;
    else
      return is_signed ? std::in_range<T>(sign_extended(raw))
                       : type_.kind == NumberKind::truth || std::in_range<T>(raw);
  }
  std::uint64_t bits(const char* p) const noexcept {
    switch (type_.size) {
      case 1:
        return static_cast<std::uint8_t>(*p);
      case 2:
        return loaded<std::uint16_t>(p);
      case 4:
        return loaded<std::uint32_t>(p);
      default:
        return loaded<std::uint64_t>(p);
    }
  }
  template <class U> U loaded(const char* p) const noexcept {
    U value;
    std::memcpy(&value, p, sizeof value);
    if (type_.big_endian == (std::endian::native == std::endian::big)) return value;
    U turned = 0;  // compilers see the one instruction that this is
    for (std::size_t k = 0; k < sizeof value; ++k)
      turned = static_cast<U>(turned << 8 | (value >> (8 * k) & 255));
    return turned;
  }
  std::int64_t sign_extended(std::uint64_t raw) const noexcept {
    const auto unused = static_cast<int>(64 - 8 * type_.size);
    return static_cast<std::int64_t>(raw << unused) >> unused;
  }
  double real(std::uint64_t raw) const noexcept {
    if (type_.size == 8) return std::bit_cast<double>(raw);
    if (type_.size == 4) return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
    return half_number(raw);
  }

  std::string path_;
  FileBytes bytes_;
  std::size_t head_;
  NumberType type_;
  Buffer<std::uint64_t> axes_;
};

}  // namespace detail

}  // namespace tutti
