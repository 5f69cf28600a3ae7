// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/shape.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace tutti {

/// The text of one row. It holds no numbers: what reads it asks for the text.
class TextView {
 public:
  constexpr TextView() = default;
  constexpr TextView(std::string_view text) noexcept : text_(text) {}
  constexpr TextView(const char* text) noexcept : text_(text) {}
  TextView(const std::string& text) noexcept : text_(text) {}

  constexpr std::string_view text() const noexcept { return text_; }
  constexpr operator std::string_view() const noexcept { return text_; }
  constexpr int size() const noexcept { return 0; }
  constexpr float operator[](std::ptrdiff_t) const noexcept { return std::numeric_limits<float>::quiet_NaN(); }
  template <class T>
  constexpr void copy_to(T*) const noexcept {}

 private:
  std::string_view text_;
};

/// Many texts, one behind the other in one piece of memory. A missing text is an empty one.
/// Cost     8 bytes a text beside its own.
class Texts {
 public:
  Texts() = default;
  template <class Range>
    requires requires(const Range& r) { std::string_view(*r.begin()); }
  explicit Texts(const Range& texts) {
    for (const auto& text : texts) append(std::string_view(text));
  }

  void append(std::string_view text) {
    bytes_.append(text.data(), text.size());
    end_.push_back(bytes_.size());
  }
  void append(const Texts& more) {
    const std::uint64_t before = bytes_.size();
    bytes_.append(more.bytes_);
    for (const std::uint64_t end : more.end_) end_.push_back(before + end);
  }
  /// Only the first n are kept.
  void shorten(std::size_t n) {
    if (n >= end_.size()) return;
    end_.resize(n);
    bytes_.resize(n == 0 ? 0 : end_[n - 1]);
  }
  /// The texts at these positions, copied, repeats allowed.
  Texts subset(std::span<const std::uint32_t> positions) const {
    Texts some;
    for (const std::uint32_t i : positions) some.append((*this)[i]);
    return some;
  }
  void reserve(std::size_t texts, std::size_t bytes) {
    end_.reserve(texts);
    bytes_.reserve(bytes);
  }

  std::ptrdiff_t size() const noexcept { return std::ssize(end_); }
  std::size_t bytes() const noexcept { return bytes_.size(); }
  int width() const noexcept { return 0; }
  std::string_view operator[](std::ptrdiff_t i) const noexcept {
    const auto at = static_cast<std::size_t>(i);
    const std::uint64_t begin = at == 0 ? 0 : end_[at - 1];
    return {bytes_.data() + begin, static_cast<std::size_t>(end_[at] - begin)};
  }
  template <class View>
  View view(std::ptrdiff_t i) const noexcept {
    return View((*this)[i]);
  }
  bool operator==(const Texts&) const = default;

 private:
  Buffer<char> bytes_{};
  Buffer<std::uint64_t> end_{};
};

/// A text as input, one for each row: UTF-8, as it was read. Only members with the capability `text` take it.
struct Text {
  static constexpr Shape shape = tutti::shape(Dynamic);
  static constexpr bool is_text = true;
  using Element = char;
  using View = TextView;
  using Storage = Texts;
};

/// True for inputs that are texts, not numbers.
template <class X>
inline constexpr bool is_text = requires { X::is_text; };

}  // namespace tutti
