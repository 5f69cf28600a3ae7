// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/prepared_columns.hpp>

#include <span>

namespace tutti::detail {

/// A list of numbers for each column, one list behind the other.
struct NumberLists {
  Buffer<std::int32_t> begin{0};  // list j is [begin[j], begin[j + 1])
  Buffer<double> numbers{};

  std::ptrdiff_t size() const noexcept { return std::ssize(begin) - 1; }
  std::span<const double> operator[](std::size_t j) const noexcept {
    return {numbers.data() + begin[j], static_cast<std::size_t>(begin[j + 1] - begin[j])};
  }
  void add(std::span<const double> list) {
    numbers.append(list.data(), list.size());
    begin.push_back(static_cast<std::int32_t>(numbers.size()));
  }
  static void visit(auto& self, auto& archive) { archive("begin", self.begin)("numbers", self.numbers); }
  void loaded() const { check_lists("numbers", begin, numbers.size()); }
};

}  // namespace tutti::detail
