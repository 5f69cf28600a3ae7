// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/selected_columns.hpp>

#include <initializer_list>
#include <string>

namespace tutti {

/// Some columns of a row or a table, by name or by number, in this order: Cascade{Columns{"age", "fare"}, Ridge{}} is a member that
/// reads these two. Names and kinds of the columns stay; the texts of a table are no numbers, and become NaN.
/// Shapes   x (n) -> y (the columns that are named).
/// Needs    names: data whose columns have such.
/// Cost     a copy.
/// Errors   FitError for a name or a number that is not there (the nearest name is suggested), one that is there twice, for none.
struct Columns {
  Buffer<std::string> names{};
  Buffer<int> numbers{};

  Columns() = default;
  Columns(std::initializer_list<const char*> n) {
    for (const char* name : n) names.push_back(name);
  }
  Columns(std::initializer_list<int> n) : numbers(n) {}
  explicit Columns(Buffer<std::string> n) : names(std::move(n)) {}
  explicit Columns(Buffer<int> n) : numbers(std::move(n)) {}

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr bool stateless = true;
  static constexpr Shape infer(Shape) { return shape(Dynamic); }
  using Model = SelectedColumns;

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("names", self.names)("numbers", self.numbers); }
};

}  // namespace tutti
