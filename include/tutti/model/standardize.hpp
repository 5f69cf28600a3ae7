// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>

#include <string>

namespace tutti {

/// Each column to mean 0 and standard deviation 1: y_j = (x_j - mean_j) / sd_j, weighted mean and population
/// sd. A column that is constant in training has sd_j = 1, so it becomes 0; NaN is left out in fitting and
/// stays NaN. Where the schema names the columns, categories and text are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: two passes over the data; transform: 2 flops for each number.
/// Errors   FitError without a row of positive weight, or when a column holds an infinite number.
struct Standardize {
  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  template <class X, class Y> struct Model {
    Buffer<double> mean{}, sd{};  // double: a mean may be large against its sd

    int width() const noexcept {
      return X::shape.is_static() ? X::shape.size() : static_cast<int>(mean.size());
    }

    template <class T> void transform(const ViewOf<X>& x, T* out) const noexcept {
      const int n = width();
      for (int j = 0; j < n; ++j) {
        const auto column = static_cast<std::size_t>(j);
        out[j] = static_cast<T>((static_cast<double>(x[j]) - mean[column]) / sd[column]);
      }
    }
    static void visit(auto& self, auto& archive) { archive("mean", self.mean)("sd", self.sd); }
    void check_extents(int columns, int) const {
      check<FileError>(std::ssize(mean) == columns, {"expected ", columns, " means"}, mean.size());
    }
    void loaded() const {
      check<FileError>(sd.size() == mean.size(),
                       {"expected as many standard deviations as means, ", mean.size()}, sd.size());
      check<FileError>(static_cast<std::size_t>(width()) == mean.size(), {"expected ", width(), " means"},
                       mean.size());
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto&, auto&) {}
};

}  // namespace tutti
