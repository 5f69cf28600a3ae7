// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/stored_number.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Models become bytes through one function each, `static void visit(auto& self, auto& archive)`, which names its
/// fields: archive("width", self.width)("means", self.means). The same function writes and reads.
/// Field names and element types are stored, so that a file of another layout is refused by name, never misread.
namespace tutti {

/// Writes fields into memory. Arrays of numbers start at a multiple of 64 bytes, ready to be mapped.
class Writer {
 public:
  static constexpr bool reading = false;

  template <class T>
  Writer& operator()(std::string_view name, const T& value) {
    number(static_cast<std::uint8_t>(name.size()));
    raw(name.data(), name.size());
    write(value);
    return *this;
  }
  const Buffer<std::byte>& bytes() const noexcept { return bytes_; }

 private:
  [[gnu::noinline]] void raw(const void* data, std::size_t n) {
    const auto* p = static_cast<const std::byte*>(data);
    bytes_.append(p, n);
  }
  template <detail::StoredNumber T>
  void number(T value) {
    value = detail::little(value);
    raw(&value, sizeof(T));
  }
  template <detail::StoredNumber T>
  void write(T value) {
    number(detail::element_code<T>());
    number(value);
  }
  void write(const std::string& text) {
    number('s');
    number(std::uint64_t{text.size()});
    raw(text.data(), text.size());
  }
  template <class T, class A>
  void write(const std::vector<T, A>& values) {
    write_range(values.begin(), values.size());
  }
  template <class T>
  void write(const Buffer<T>& values) {
    write_range(values.begin(), values.size());
  }
  template <class T, std::size_t N>
  void write(const std::array<T, N>& values) {
    write_range(values.begin(), N);
  }
  template <class Iterator>
  void write_range(Iterator first, std::size_t n) {
    using T = typename std::iterator_traits<Iterator>::value_type;
    number('[');
    number(detail::StoredNumber<T> ? detail::element_code<T>() : 'o');
    number(std::uint64_t{n});
    if constexpr (detail::StoredNumber<T> && !std::is_same_v<T, bool>) {
      bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
      if (n == 0) return;
      if constexpr (std::endian::native == std::endian::little) raw(&*first, n * sizeof(T));
      else
        for (std::size_t i = 0; i < n; ++i) number(static_cast<T>(first[static_cast<std::ptrdiff_t>(i)]));
    } else {
      for (std::size_t i = 0; i < n; ++i) write(static_cast<const T&>(first[static_cast<std::ptrdiff_t>(i)]));
    }
  }
  template <class T>
  void write(const std::optional<T>& value) {
    number('%');
    number(static_cast<std::uint8_t>(value.has_value()));
    if (value) write(*value);
  }
  template <class... T>
  void write(const std::tuple<T...>& values) {
    number('(');
    number(static_cast<std::uint64_t>(sizeof...(T)));
    std::apply([this](const auto&... v) { (this->write(v), ...); }, values);
  }
  template <class T>
    requires(!detail::StoredNumber<T> && std::is_class_v<T>)
  [[gnu::cold]] void write(const T& object) {
    number('{');
    T::visit(object, *this);
    number('}');
  }

  Buffer<std::byte> bytes_;
};

/// Reads what a Writer wrote. Every count is checked against the bytes that are left before memory is taken.
/// Errors   FileError that names the field.
class Reader {
 public:
  static constexpr bool reading = true;

  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
  Reader& operator()(std::string_view name, T& value) {
    open(name);
    read(value, name);
    return *this;
  }
  bool finished() const noexcept { return at_ == bytes_.size(); }

 private:
  [[noreturn, gnu::noinline, gnu::cold]] static void ends_inside(std::string_view field) {
    throw FileError(detail::joined({"the file ends inside the field \"", field, "\""}));
  }
  [[gnu::noinline]] void open(std::string_view name) {
    const auto length = number<std::uint8_t>(name);
    need(length, name);
    const std::string_view stored(reinterpret_cast<const char*>(bytes_.data() + at_), length);
    at_ += length;
    check<FileError>(stored == name, {"expected the field \"", name, "\""}, stored);
  }
  void need(std::uint64_t n, std::string_view field) const {
    if (n > bytes_.size() - at_) ends_inside(field);
  }
  template <detail::StoredNumber T>
  T number(std::string_view field) {
    need(sizeof(T), field);
    T value;
    if constexpr (std::is_same_v<T, bool>) {
      value = bytes_[at_] != std::byte{0};
    } else {
      std::memcpy(&value, bytes_.data() + at_, sizeof(T));
      value = detail::little(value);
    }
    at_ += sizeof(T);
    return value;
  }
  [[gnu::noinline]] void expect(const char code, std::string_view field) {
    const char got = number<char>(field);
    check<FileError>(got == code, {"field \"", field, "\": expected a value of kind ", std::string_view(&code, 1)}, std::string_view(&got, 1));
  }
  template <detail::StoredNumber T>
  void read(T& value, std::string_view field) {
    expect(detail::element_code<T>(), field);
    value = number<T>(field);
  }
  void read(std::string& text, std::string_view field) {
    expect('s', field);
    const auto n = number<std::uint64_t>(field);
    need(n, field);
    text.assign(reinterpret_cast<const char*>(bytes_.data() + at_), n);
    at_ += n;
  }
  template <class T>
  std::uint64_t open_range(std::string_view field) {
    expect('[', field);
    expect(detail::StoredNumber<T> ? detail::element_code<T>() : 'o', field);
    const auto n = number<std::uint64_t>(field);
    if constexpr (detail::StoredNumber<T> && !std::is_same_v<T, bool>) {
      const std::uint64_t padding = (alignment - at_ % alignment) % alignment;
      need(padding, field);
      at_ += padding;
      if (n > (bytes_.size() - at_) / sizeof(T)) need(bytes_.size(), field);
    } else {
      need(n, field);  // every element takes at least one byte
    }
    return n;
  }
  template <class T>
  void read_elements(T* out, std::uint64_t n, std::string_view field) {
    if constexpr (detail::StoredNumber<T> && !std::is_same_v<T, bool>) {
      if (n > 0) std::memcpy(out, bytes_.data() + at_, n * sizeof(T));
      at_ += n * sizeof(T);
      if constexpr (std::endian::native == std::endian::big)
        for (std::uint64_t i = 0; i < n; ++i) out[i] = detail::little(out[i]);
    } else {
      for (std::uint64_t i = 0; i < n; ++i) read(out[i], field);
    }
  }
  template <class T, class A>
  void read(std::vector<T, A>& values, std::string_view field) {
    read_list<T>(values, field);
  }
  template <class T>
  void read(Buffer<T>& values, std::string_view field) { read_list<T>(values, field); }
  template <class T>
  void read_list(auto& values, std::string_view field) {
    static_assert(!std::is_same_v<T, bool>, "store flags as std::uint8_t");
    const auto n = open_range<T>(field);
    if constexpr (detail::StoredNumber<T>) {
      values.resize(n);
      read_elements(values.data(), n, field);
    } else {  // grows as it reads: a lie about the count runs into the end of the file first
      values.clear();
      for (std::uint64_t i = 0; i < n; ++i) {
        values.push_back(T());
        read(values.back(), field);
      }
    }
  }
  template <class T, std::size_t N>
  void read(std::array<T, N>& values, std::string_view field) {
    const auto n = open_range<T>(field);
    check<FileError>(n == N, {"field \"", field, "\": expected ", N, " values"}, n);
    read_elements(values.data(), n, field);
  }
  template <class T>
  void read(std::optional<T>& value, std::string_view field) {
    expect('%', field);
    value.reset();
    if (number<std::uint8_t>(field) != 0) read(value.emplace(), field);
  }
  template <class... T>
  void read(std::tuple<T...>& values, std::string_view field) {
    expect('(', field);
    const auto n = number<std::uint64_t>(field);
    check<FileError>(n == sizeof...(T), {"field \"", field, "\": expected ", sizeof...(T), " members"}, n);
    std::apply([&](auto&... v) { (read(v, field), ...); }, values);
  }
  template <class T>
    requires(!detail::StoredNumber<T> && std::is_class_v<T>)
  [[gnu::cold]] void read(T& object, std::string_view field) {
    expect('{', field);
    T::visit(object, *this);
    expect('}', field);
    if constexpr (requires { object.loaded(); }) object.loaded();
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

/// True when T can be saved: it has `static void visit(auto& self, auto& archive)`.
template <class T>
concept Saved = requires(T& self, Writer& out) { T::visit(self, out); };

}  // namespace tutti
