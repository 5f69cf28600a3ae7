// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// The fitted part of several scalers: y_j = (x_j - centre_j) / scale_j. A column that is left alone has 0 and 1.
struct ScaledColumns {
  Buffer<double> centre{}, scale{};  // double: a centre may be large against its scale

  int width() const noexcept { return static_cast<int>(centre.size()); }
  template <class View, class T> void transform(const View& x, T* out) const noexcept {
    for (std::size_t j = 0; j < centre.size(); ++j)
      out[j] =
          static_cast<T>((static_cast<double>(x[static_cast<std::ptrdiff_t>(j)]) - centre[j]) / scale[j]);
  }
  static void visit(auto& self, auto& archive) { archive("centre", self.centre)("scale", self.scale); }
  void loaded() const { detail::check_size("scales", scale.size(), std::ssize(centre)); }
  void check_extents(int columns, int) const { detail::check_size("centres", centre.size(), columns); }
};

namespace detail {
/// A range that is too small to divide by leaves the scale as it is.
inline double usable_scale(double range) noexcept { return range < 10 * 2.220446049250313e-16 ? 1.0 : range; }
}  // namespace detail
}  // namespace tutti
