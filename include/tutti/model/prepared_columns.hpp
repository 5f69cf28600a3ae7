// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

// What all transforms that prepare columns agree on.
namespace tutti::detail {

/// Which columns a transform of numbers acts on, 1 or 0 for each: numbers and dates where the schema names the
/// columns, all of them where it does not (images, rows without names). Categories and text pass as they are.
inline Buffer<std::uint8_t> number_columns(const Schema& schema, int width) {
  Buffer<std::uint8_t> acts(static_cast<std::size_t>(width), std::uint8_t{1});
  if (schema.columns.size() == acts.size())
    for (std::size_t j = 0; j < acts.size(); ++j) {
      const ColumnKind kind = schema.columns[j].kind;
      acts[j] = kind == ColumnKind::numeric || kind == ColumnKind::date;
    }
  return acts;
}

/// The kind of a column; without a schema all are numbers.
inline ColumnKind kind_of_column(const Schema& schema, int width, std::size_t j) {
  return std::ssize(schema.columns) == width ? schema.columns[j].kind : ColumnKind::numeric;
}

/// The columns that a transform is to act on, and what it says where it cannot.
struct ColumnChoice {
  const Schema& schema;
  int width;
  const std::string& path;
  std::string_view name;  // of the transform

  void expect(bool condition, std::initializer_list<Word> reason) const {
    if (!condition) [[unlikely]]
      throw FitError(path.empty() ? name : std::string_view(path), joined(reason));
  }
  /// Those that are given by number, else those that the schema says are of this kind.
  /// Errors   FitError where neither says so, or a column is not there.
  [[gnu::cold]] Buffer<std::uint8_t> of_kind(const Buffer<int>& given, ColumnKind kind) const {
    Buffer<std::uint8_t> acts(static_cast<std::size_t>(width));
    expect(!given.empty() || std::ssize(schema.columns) == width,
           {"expected .columns, or data whose schema says which columns are ",
            kind == ColumnKind::date ? "dates" : "categorical"});
    for (const int j : given) {
      expect(j >= 0 && j < width, {"expected columns below ", width, ", got ", j});
      acts[static_cast<std::size_t>(j)] = 1;
    }
    if (given.empty())
      for (std::size_t j = 0; j < acts.size(); ++j) acts[j] = schema.columns[j].kind == kind;
    return acts;
  }
};

/// A column in a message: its name, or its number.
[[gnu::cold]] inline std::string column_called(const Schema& schema, std::size_t j) {
  return j < schema.columns.size() ? spelled(schema.columns[j].name) : std::to_string(j);
}

/// What a value of a column is called: its category, or the number.
inline std::string value_called(const Column& column, float value) {
  const bool is_category = column.kind == ColumnKind::categorical && value >= 0 &&
                           value < static_cast<float>(column.categories.size());
  return is_category ? column.categories[static_cast<std::size_t>(value)] : Word(value).spelled();
}

/// out_j = f(j, x_j) for the columns that are acted on, x_j for the others.
template <class View, class T, class F>
void map_columns(const Buffer<std::uint8_t>& acts, const View& x, T* out, const F& f) noexcept {
  for (std::size_t j = 0; j < acts.size(); ++j) {
    const auto value = static_cast<double>(x[static_cast<std::ptrdiff_t>(j)]);
    out[j] = static_cast<T>(acts[j] != 0 ? f(j, value) : value);
  }
}

/// For `loaded` and `check_extents` of fitted transforms.
inline void check_size(std::string_view what, std::size_t size, std::ptrdiff_t expected) {
  check<FileError>(static_cast<std::ptrdiff_t>(size) == expected, {"expected ", expected, " ", what}, size);
}
/// The numbers of many lists in one buffer, where list j is [begin[j], begin[j + 1]).
inline void check_lists(std::string_view what, const Buffer<std::int32_t>& begin, std::size_t size) {
  check<FileError>(!begin.empty() && begin[0] == 0, {"expected lists of ", what, " that begin at 0"},
                   begin.empty() ? -1 : begin[0]);
  for (std::size_t j = 1; j < begin.size(); ++j)
    check<FileError>(begin[j] >= begin[j - 1], {"expected lists of ", what, " in order"}, begin[j]);
  check_size(what, size, begin.back());
}

}  // namespace tutti::detail
