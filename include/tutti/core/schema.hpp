// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/target.hpp>

#include <string>
#include <string_view>

namespace tutti {

enum class ColumnKind : int { numeric, categorical, text, date };

/// "numbers", for messages.
constexpr std::string_view plural(ColumnKind kind) {
  constexpr std::string_view words[] = {"numbers", "categories", "texts", "dates"};
  return words[static_cast<int>(kind)];
}

/// One input column. A category is read as its position in `categories`, a date as days since 1970, text as no number
/// (NaN); a missing value is NaN.
struct Column {
  std::string name{};
  ColumnKind kind = ColumnKind::numeric;
  Buffer<std::string> categories{};

  bool operator==(const Column&) const = default;
  static void visit(auto& self, auto& archive) {
    archive("name", self.name)("kind", self.kind)("categories", self.categories);
  }
  void loaded() const { check<FileError>(static_cast<unsigned>(kind) <= 3, {"expected a kind of column below 4"}, static_cast<int>(kind)); }
};

/// What the numbers of a dataset mean: a fitted model keeps it, so that new data are read the same way.
struct Schema {
  Buffer<Column> columns{};  // empty: columns have no names (images)
  std::string target{};           // name of the target column
  ClassNames classes{};           // class names of a Label, in the order of their indices

  bool operator==(const Schema&) const = default;
  static void visit(auto& self, auto& archive) {
    archive("columns", self.columns)("target", self.target)("classes", self.classes);
  }
};

/// The names of its columns.
[[gnu::cold]] inline Buffer<std::string> column_names(const Schema& schema) {
  Buffer<std::string> names;
  for (const Column& c : schema.columns) names.push_back(c.name);
  return names;
}

}  // namespace tutti
