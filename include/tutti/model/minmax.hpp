// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <algorithm>

namespace tutti {

/// Each column to [low, high] by its least and greatest number in training: y = low + (high - low) (x - min) / (max -
/// min). A constant column becomes low, NaN stays NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: one pass; transform: 4 flops for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or unless low < high.
///          Rows of weight 0 do not count, all others do alike.
/// Source   scikit-learn 1.2, MinMaxScaler.
struct MinMax {
  double low = 0, high = 1;
  bool clip = false;  // what lies outside of training's range is brought to its end

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    double low = 0, high = 1;
    bool clip = false;
    Buffer<std::uint8_t> acts{};
    Buffer<double> least{}, range{};

    int width() const noexcept { return static_cast<int>(acts.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      detail::map_columns(acts, x, out, [&](std::size_t j, double v) {
        const double y = low + (high - low) * ((v - least[j]) / range[j]);
        return !clip ? y : y < low ? low : y > high ? high : y;  // NaN stays
      });
    }
    static void visit(auto& self, auto& archive) {
      archive("low", self.low)("high", self.high)("clip", self.clip);
      archive("acts", self.acts)("least", self.least)("range", self.range);
    }
    void loaded() const {
      detail::check_size("least numbers", least.size(), std::ssize(acts));
      detail::check_size("ranges", range.size(), std::ssize(acts));
    }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("low", self.low)("high", self.high)("clip", self.clip);
  }
};

}  // namespace tutti
