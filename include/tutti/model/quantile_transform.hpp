// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/measure/normal_point.hpp>
#include <tutti/model/number_lists.hpp>

#include <algorithm>

namespace tutti {

/// Each column to a uniform distribution on [0, 1], or to a standard normal one: y = F(x), F linear between `quantiles`
/// quantiles of training, the middle of a step where they are equal. Normal numbers end at +-5.2. NaN stays NaN, a column
/// without a number in training as well as other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column, all of its rows (no subsample is drawn); transform: a binary search for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or quantiles < 1. Rows
///          of weight w count as w copies; there are no more quantiles than rows.
/// Source   scikit-learn 1.2, QuantileTransformer.
struct QuantileTransform {
  int quantiles = 1000;
  bool normal = false;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    bool normal = false;
    detail::NumberLists quantiles{};  // ascending; none: the column is left as it is

    int width() const noexcept { return static_cast<int>(quantiles.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      for (std::size_t j = 0; j < static_cast<std::size_t>(width()); ++j) {
        const auto v = static_cast<double>(x[static_cast<std::ptrdiff_t>(j)]);
        const auto q = quantiles[j];
        out[j] = static_cast<T>(q.empty() || v != v ? v : normal ? normal_place(q, v) : uniform_place(q, v));
      }
    }
    static void visit(auto& self, auto& archive) {
      archive("normal", self.normal)("quantiles", self.quantiles);
    }
    void check_extents(int columns, int) const {
      detail::check_size("lists of quantiles", static_cast<std::size_t>(width()), columns);
    }

   private:
    /// The share of training below v.
    static double place(std::span<const double> q, double v) noexcept {
      const double step = q.size() > 1 ? 1 / static_cast<double>(q.size() - 1) : 0;
      const auto share = [&](const double* at) { return step * static_cast<double>(at - q.data()); };
      const double* const end = q.data() + q.size();
      const double* const first = std::lower_bound(q.data(), end, v);
      const double* const last = std::upper_bound(first, end, v);
      if (first != last) return 0.5 * (share(first) + share(last - 1));
      if (first == q.data()) return 0;
      if (first == end) return share(end - 1);
      return share(first - 1) + step * ((v - first[-1]) / (*first - first[-1]));
    }
    static double uniform_place(std::span<const double> q, double v) noexcept {
      return v == q.front() ? 0 : v == q.back() ? 1 : place(q, v);
    }
    static double normal_place(std::span<const double> q, double v) noexcept {
      constexpr double margin = 1e-7, tail = margin - 2.220446049250313e-16;
      const double p = v - margin < q.front() ? 0 : v + margin > q.back() ? 1 : place(q, v);
      return detail::normal_point(p < tail ? tail : p > 1 - tail ? 1 - tail : p);
    }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("quantiles", self.quantiles)("normal", self.normal);
  }
};

}  // namespace tutti
