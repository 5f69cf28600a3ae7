// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/number_lists.hpp>

#include <algorithm>
#include <limits>

namespace tutti {

/// In which order categories are numbered: as they are (the order of the dictionary or of the numbers), the most frequent
/// first, or as they are given.
enum class Order : int { value, frequency, given };

/// A column of categories becomes a number that says something: the place of each category of training in an order,
/// 0, 1, 2 ... What is missing, or was not seen in training (or not given), becomes `unseen`.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Needs    `.columns`, or a schema that says which columns are categorical.
/// Cost     fit: a sort of each column; transform: a binary search for each of its values.
/// Errors   FitError where neither names columns, one is not there or holds an infinite number, or the order is to be
///          given and is not. Rows of weight w count as w copies; of equally frequent categories the first comes first.
/// Source   scikit-learn 1.2, OrdinalEncoder.
struct Ordinal {
  Buffer<int> columns{};  // which columns; empty: those that the schema calls categorical
  Order order = Order::value;
  Buffer<std::string> given{};  // {"low", "middle", "high"}, of all columns
  float unseen = std::numeric_limits<float>::quiet_NaN();

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    float unseen = 0;
    Buffer<std::uint8_t> acts{};
    detail::NumberLists values{};  // of each column, ascending
    detail::NumberLists places{};  // of each value

    int width() const noexcept { return static_cast<int>(acts.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      detail::map_columns(acts, x, out, [&](std::size_t j, double v) {
        const auto known = values[j];
        const auto at = std::lower_bound(known.begin(), known.end(), v);
        return at != known.end() && *at == v ? places[j][static_cast<std::size_t>(at - known.begin())]
                                             : static_cast<double>(unseen);
      });
    }
    Buffer<Column> columns(const Buffer<Column>& in) const {
      Buffer<Column> out = in;
      for (std::size_t j = 0; j < acts.size(); ++j)
        if (acts[j] != 0) out[j] = {in[j].name};
      return out;
    }
    static void visit(auto& self, auto& archive) {
      archive("unseen", self.unseen)("acts", self.acts)("values", self.values)("places", self.places);
    }
    void loaded() const {
      detail::check_size("columns", acts.size(), values.size());
      check<FileError>(values.begin == places.begin, "expected a place for each value",
                       places.numbers.size());
    }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) { archive("unseen", self.unseen); }
};

}  // namespace tutti
