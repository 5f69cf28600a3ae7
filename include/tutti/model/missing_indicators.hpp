// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// All columns as they are, and behind them, for each column that has a missing value in training (or for all), a
/// column that is 1 where the value is missing and 0 elsewhere: "AGE missing". It stands in front of Impute.
/// Shapes   x (n) -> y (n + columns with missing values).
/// Cost     fit: one pass; transform: a comparison for each new column.
/// Source   scikit-learn 1.2, MissingIndicator; SimpleImputer(add_indicator=True).
struct MissingIndicators {
  bool all = false;  // for every column, missing in training or not

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(Dynamic); }

  struct Model {
    std::int32_t inputs = 0;
    Buffer<std::int32_t> of{};  // the columns that are looked at

    int width() const noexcept { return inputs + static_cast<int>(of.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      x.copy_to(out);
      for (std::size_t k = 0; k < of.size(); ++k) {
        const float value = x[of[k]];
        out[static_cast<std::size_t>(inputs) + k] = value == value ? T{0} : T{1};
      }
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out = in;
      for (const std::int32_t j : of) out.push_back({in[static_cast<std::size_t>(j)].name + " missing"});
      return out;
    }
    static void visit(auto& self, auto& archive) { archive("inputs", self.inputs)("of", self.of); }
    void loaded() const {
      for (const std::int32_t j : of)
        check<FileError>(j >= 0 && j < inputs, {"expected a column below ", inputs}, j);
    }
    void check_extents(int columns, int) const {
      check<FileError>(inputs == columns, {"expected rows of ", columns, " numbers"}, inputs);
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context&) const {
    Model model{data.width(), {}};
    Buffer<std::uint8_t> found(static_cast<std::size_t>(data.width()), std::uint8_t{all});
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      if (data.weight(i) <= 0) continue;
      const auto x = data.x(i);
      for (int j = 0; j < model.inputs; ++j) found[static_cast<std::size_t>(j)] |= std::uint8_t{x[j] != x[j]};
    }
    for (std::int32_t j = 0; j < model.inputs; ++j)
      if (found[static_cast<std::size_t>(j)] != 0) model.of.push_back(j);
    return model;
  }
  static void visit(auto& self, auto& archive) { archive("all", self.all); }
};

}  // namespace tutti
