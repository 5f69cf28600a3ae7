// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <limits>

namespace tutti {

/// Where outliers begin: at quantiles; at given numbers; beyond the middle half by a factor of its range (Tukey); a
/// factor of standard deviations from the mean.
enum class Limits : int { quantiles, given, iqr, deviations };

/// Numbers outside of limits are brought to them (winsorised), or made missing. `quantiles` limits each column at its
/// low and high quantile, `given` at low and high themselves; `iqr` at Q1 - f (Q3 - Q1) and Q3 + f (Q3 - Q1);
/// `deviations` at mean -+ f sd. NaN stays NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column; transform: 2 comparisons for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or unless low <= high
///          (within [0, 1] for quantiles) and factor >= 0. Rows of weight w count as w copies.
/// Source   Tukey, Exploratory Data Analysis (1977); scipy 1.10, stats.mstats.winsorize.
struct Clip {
  Limits by = Limits::quantiles;
  double low = 0.01, high = 0.99;
  double factor = 0;        // 0: 1.5 ranges, 3 deviations
  bool to_missing = false;  // for an Impute behind it

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    bool to_missing = false;
    Buffer<double> low{}, high{};

    int width() const noexcept { return static_cast<int>(low.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t j = 0; j < low.size(); ++j) {
        const auto v = static_cast<double>(x[static_cast<std::ptrdiff_t>(j)]);
        const double y = v < low[j] ? low[j] : v > high[j] ? high[j] : v;
        out[j] = to_missing && v != y ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(y);
      }
    }
    static void visit(auto& self, auto& archive) {
      archive("to_missing", self.to_missing)("low", self.low)("high", self.high);
    }
    void loaded() const { detail::check_size("upper limits", high.size(), std::ssize(low)); }
    void check_extents(int columns, int) const { detail::check_size("limits", low.size(), columns); }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("low", self.low)("high", self.high)("factor", self.factor)("to_missing", self.to_missing);
  }
};

}  // namespace tutti
