// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// What stands in for a missing value.
enum class Fill : int { mean, median, most_frequent, constant };

/// Missing values filled from the training rows: numbers and dates by `numbers`, categories by `categories`, which
/// is most_frequent, or constant: a category of its own, "missing". Ties go to the least value. A column without a
/// value in training is filled with 0, or with the category "missing"; text is left as it is.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column, or two passes for means; transform: a comparison for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or when categories
///          are to be filled with a mean or a median. Rows of weight w count as w copies.
/// Source   scikit-learn 1.2, SimpleImputer (keep_empty_features).
struct Impute {
  Fill numbers = Fill::mean;
  Fill categories = Fill::most_frequent;
  float value = 0;  // what constant numbers are

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    Buffer<double> fill{};  // of each column

    int width() const noexcept { return static_cast<int>(fill.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t j = 0; j < fill.size(); ++j) {
        const float value = x[static_cast<std::ptrdiff_t>(j)];
        out[j] = value == value ? static_cast<T>(value) : static_cast<T>(fill[j]);
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out = in;
      for (std::size_t j = 0; j < out.size(); ++j)
        if (out[j].kind == ColumnKind::categorical &&
            fill[j] == static_cast<double>(out[j].categories.size()))
          out[j].categories.push_back("missing");
      return out;
    }
    static void visit(auto& self, auto& archive) { archive("fill", self.fill); }
    void check_extents(int columns, int) const {
      detail::check_size("values to fill in", fill.size(), columns);
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("value", self.value); }
};

}  // namespace tutti
