// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace tutti {

/// A column, by its name or, where that is empty, by its place; and a number that is said of it.
struct ColumnMark {
  std::string name{};
  int place = 0;
  int mark = 0;

  bool operator==(const ColumnMark&) const = default;
};

namespace detail {
/// A list of marked columns, interned as a KeptList of numbers is.
class KeptMarks {
 public:
  constexpr KeptMarks() = default;
  explicit KeptMarks(const Buffer<ColumnMark>& marks) : list_(reinterpret_cast<std::uintptr_t>(intern(marks))) {}

  constexpr explicit operator bool() const noexcept { return list_ != 0; }
  std::span<const ColumnMark> marks() const noexcept {
    if (list_ == 0) return {};
    return *reinterpret_cast<const Buffer<ColumnMark>*>(list_);
  }

 private:
  std::uintptr_t list_ = 0;  // a pointer, as a number: constant options are copied as bytes
};
}  // namespace detail

/// A name of a column and the direction in which predictions may go with it: {"age", 1}.
struct ColumnSign {
  std::string_view name;
  int sign;
};

/// In which direction predictions may go with each column, for options: 1 they do not fall, -1 they do not rise, 0 either.
/// By place, `.monotone = {1, 0, -1}`, which may be shorter than a row, or by name, `.monotone = {{"age", 1}}`.
class Monotone : public detail::KeptMarks {
 public:
  constexpr Monotone() = default;
  Monotone(std::initializer_list<int> signs) : Monotone(std::span(signs.begin(), signs.size())) {}
  Monotone(std::span<const int> signs) : KeptMarks(by_place(signs)) {}
  Monotone(std::initializer_list<ColumnSign> signs) : KeptMarks(by_name(signs)) {}

 private:
  [[gnu::cold]] static Buffer<ColumnMark> by_place(std::span<const int> signs) {
    Buffer<ColumnMark> marks;
    for (std::size_t j = 0; j < signs.size(); ++j) marks.push_back({{}, static_cast<int>(j), signs[j]});
    return marks;
  }
  [[gnu::cold]] static Buffer<ColumnMark> by_name(std::initializer_list<ColumnSign> signs) {
    Buffer<ColumnMark> marks;
    for (const ColumnSign& s : signs) marks.push_back({std::string(s.name), 0, s.sign});
    return marks;
  }
};

/// Which columns may interact, for options: a path of a tree stays within one of these sets, `.interactions = {{0, 1}, {2}}`
/// or `{{"age", "income"}, {"region"}}`. Columns in no set are one more set.
class Interactions : public detail::KeptMarks {
 public:
  constexpr Interactions() = default;
  Interactions(std::initializer_list<std::initializer_list<int>> sets) : KeptMarks(by_place(sets)) {}
  Interactions(std::initializer_list<std::initializer_list<std::string_view>> sets) : KeptMarks(by_name(sets)) {}

 private:
  [[gnu::cold]] static Buffer<ColumnMark> by_place(std::initializer_list<std::initializer_list<int>> sets) {
    Buffer<ColumnMark> marks;
    int set = 0;
    for (const auto& columns : sets) {
      for (const int c : columns) marks.push_back({{}, c, set});
      ++set;
    }
    return marks;
  }
  [[gnu::cold]] static Buffer<ColumnMark> by_name(std::initializer_list<std::initializer_list<std::string_view>> sets) {
    Buffer<ColumnMark> marks;
    int set = 0;
    for (const auto& columns : sets) {
      for (const std::string_view name : columns) marks.push_back({std::string(name), 0, set});
      ++set;
    }
    return marks;
  }
};

}  // namespace tutti
