// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <cstdio>
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
  [[gnu::cold]] FitError(std::string_view path, std::string_view reason)
      : Error(std::string(path) + ": " + std::string(reason)), path_(path) {}
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// A piece of a message: text, or a number that is spelled only if the message is needed.
class Word {
 public:
  constexpr Word(std::string_view text) : kind_(Kind::text), text_(text) {}
  constexpr Word(const char* text) : Word(std::string_view(text)) {}  // no template: each length of a literal would be a type
  Word(const std::string& text) : Word(std::string_view(text)) {}
  template <class Number>
    requires std::is_integral_v<Number>
  constexpr Word(Number number) : kind_(Kind::whole), whole_(static_cast<long long>(number)) {}
  template <class Number>
    requires std::is_floating_point_v<Number>
  constexpr Word(Number number) : kind_(Kind::real), real_(static_cast<double>(number)) {}

  /// As it stands in a sentence; `quoted` puts text into quotes.
  [[gnu::cold]] std::string spelled(bool quoted = false) const {
    if (kind_ == Kind::whole) return std::to_string(whole_);
    if (kind_ == Kind::real) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.9g", real_);
      return digits;
    }
    std::string text(quoted ? "\"" : "");
    text += text_;
    if (quoted) text += '"';
    return text;
  }

 private:
  enum class Kind : char { text, whole, real };
  Kind kind_;
  union {
    std::string_view text_;
    long long whole_;
    double real_;
  };
};

namespace detail {
/// The words of a message as one text. A chain of + is inlined piece by piece and costs seconds of compile time.
[[gnu::noinline, gnu::cold]] inline std::string joined(std::initializer_list<Word> words) {
  std::string text;
  for (const Word& word : words) text += word.spelled();
  return text;
}
inline std::string spelled(Word word) { return word.spelled(true); }

template <class E>
[[noreturn, gnu::noinline, gnu::cold]] void fail(std::initializer_list<Word> expected, Word actual) {
  throw E(joined({joined(expected), ", got ", actual.spelled(true)}));
}
}  // namespace detail

/// Throws E("<expected>, got <actual>") unless the condition holds. For API edges. The expectation may be put together
/// of words, which cost nothing while it holds: check(w >= 0, {"row ", i, ": expected a weight of 0 or more"}, w).
template <class E = DataError>
void check(bool condition, std::initializer_list<Word> expected, Word actual) {
  if (!condition) [[unlikely]]
    detail::fail<E>(expected, actual);
}
template <class E = DataError>
void check(bool condition, Word expected, Word actual) {
  if (!condition) [[unlikely]]
    detail::fail<E>({expected}, actual);
}

}  // namespace tutti
