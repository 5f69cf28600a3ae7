// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/core/input.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <cmath>

namespace tutti {

namespace detail {

/// (e^(a u) - 1) / a, which is u at a = 0: what both transformations are made of.
inline double power_of(double a, double u) noexcept {
  const double t = a * u;
  return t == 0 ? u : std::expm1(t) / t * u;
}
/// Yeo-Johnson's, or Box and Cox's for numbers above 0 (NaN for others).
inline double box_cox(double x, double lambda) noexcept { return power_of(lambda, std::log(x)); }
inline double yeo_johnson(double x, double lambda) noexcept {
  return x >= 0 ? power_of(lambda, std::log1p(x)) : -power_of(2 - lambda, std::log1p(-x));
}

}  // namespace detail

/// Each column as normal as a power can make it: y = ((x + 1)^lambda - 1) / lambda for x >= 0, -((1 - x)^(2 - lambda) - 1)
/// / (2 - lambda) below (Yeo and Johnson); with `.box_cox`, y = (x^lambda - 1) / lambda for x > 0, NaN for others.
/// lambda is the one of maximum likelihood, the root of the likelihood's derivative; 1 for a constant column. Then y is
/// standardised. NaN stays NaN, other columns than numbers and dates are left as they are.
/// Shapes   x of any shape -> y, floats of the same shape.
/// Cost     fit: a sort of each column and about 20 passes over its different numbers; transform: log and exp for each number.
/// Errors   FitError without a row of positive weight, when a column holds an infinite number, or for `.box_cox` one
///          that is not above 0. Rows of weight w count as w copies.
/// Source   Yeo and Johnson, Biometrika 87 (2000); Box and Cox, JRSS B 26 (1964); scikit-learn 1.2, PowerTransformer.
struct Power {
  bool box_cox = false;
  bool standardize = true;

  static constexpr Capabilities capabilities{
      .labels = true, .numbers = true, .flags = true, .weights = true, .missing = true};
  static constexpr Shape infer(Shape in) { return in; }

  struct Model {
    bool box_cox = false;
    Buffer<std::uint8_t> acts{};
    Buffer<double> lambda{}, mean{}, sd{};

    int width() const noexcept { return static_cast<int>(acts.size()); }
    template <class View, class T> void transform(const View& x, T* out) const noexcept {
      detail::map_columns(acts, x, out, [&](std::size_t j, double v) {
        const double y = box_cox ? detail::box_cox(v, lambda[j]) : detail::yeo_johnson(v, lambda[j]);
        return (y - mean[j]) / sd[j];
      });
    }
    static void visit(auto& self, auto& archive) {
      archive("box_cox", self.box_cox)("acts", self.acts)("lambda", self.lambda)("mean", self.mean)("sd",
                                                                                                    self.sd);
    }
    void loaded() const {
      for (const auto* list : {&lambda, &mean, &sd})
        detail::check_size("numbers of columns", list->size(), std::ssize(acts));
    }
    void check_extents(int columns, int) const { detail::check_size("columns", acts.size(), columns); }
  };

  template <class X, class Y> Model fit(const Dataset<X, Y>& data, const Context& context) const;

  static void visit(auto& self, auto& archive) {
    archive("box_cox", self.box_cox)("standardize", self.standardize);
  }
};

}  // namespace tutti
