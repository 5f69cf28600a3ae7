// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace tutti {

/// The base of every exception this library throws; what() is one sentence that names what and where.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
};

/// Data that cannot be read or used: what() names file, line and column, or row and column.
class DataError : public Error {
  using Error::Error;
};

/// A width, a class count or a schema that differs from what a model expects.
class ShapeError : public Error {
  using Error::Error;
};

/// A saved model that is damaged, of another version or of another type.
class FileError : public Error {
  using Error::Error;
};

/// A member that could not be fitted: what() begins with the path of the node in the composition.
class FitError : public Error {
 public:
  FitError(std::string_view path, std::string_view reason)
      : Error(std::string(path) + ": " + std::string(reason)), path_(path) {}
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

namespace detail {
/// The pieces of a message as one text. A chain of + is inlined piece by piece and costs seconds of compile time.
inline std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string text;
  for (const std::string_view piece : pieces) text += piece;
  return text;
}
inline std::string spelled(std::string_view text) { return joined({"\"", text, "\""}); }
inline std::string spelled_number(long long number) { return std::to_string(number); }
inline std::string spelled_number(double number) {  // 0.500000 -> 0.5
  std::string digits = std::to_string(number);
  const std::size_t last = digits.find_last_not_of('0');
  if (digits.find('.') != digits.npos) digits.resize(digits[last] == '.' ? last : last + 1);
  return digits;
}
template <class Number>
  requires std::is_arithmetic_v<Number>
std::string spelled(Number number) {
  if constexpr (std::is_floating_point_v<Number>) return spelled_number(static_cast<double>(number));
  else return spelled_number(static_cast<long long>(number));
}
template <class E>
[[noreturn]] void fail(std::string_view expected, const std::string& actual) {
  throw E(joined({expected, ", got ", actual}));
}
}  // namespace detail

/// Throws E("<expected>, got <actual>") unless the condition holds. For API edges, never inside loops.
template <class E = DataError, class Actual>
void check(bool condition, std::string_view expected, const Actual& actual) {
  if (!condition) [[unlikely]]
    detail::fail<E>(expected, detail::spelled(actual));
}

}  // namespace tutti
