// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/capabilities.hpp>
#include <tutti/core/context.hpp>
#include <tutti/model/linear_model.hpp>

#include <cmath>

namespace tutti {

/// What a GLM's targets are thought to be drawn from; their variance grows like a power of the mean.
enum class Family : unsigned char { poisson, gamma, tweedie };

/// Generalised linear model with a logarithmic link, for counts, rates and amounts: for each output the w and b that minimise
///   sum_i w_i d(y_i, exp(b + x_i w)) / (2 sum_i w_i) + lambda / 2 |w|^2,
/// with the unit deviance d of the family and row weights w_i; b is not penalised. The same as scikit-learn's PoissonRegressor,
/// GammaRegressor and TweedieRegressor(power, link="log") with alpha=lambda. Like Lasso's, and unlike Ridge's, lambda is that
/// of a mean over rows.
/// A count y over an exposure e is fitted as the rate y / e with the weight e: the optimum is that of an offset log e.
/// Newton's steps, until no component of the gradient, with each coefficient measured in (about) its standard errors,
/// exceeds `tolerance`, or after so many iterations, which is reported as progress. Columns that are constant in training
/// get the coefficient 0. Scale matters for the penalty: Cascade{Standardize{}, GLM{}}.
/// Shapes   x (width) -> y, 1 number for Real, K for Reals<K>: the means.
/// Cost     fit: N width^2 + width^3 / 3 flops in double an iteration, on all threads, of which there are about six; rows
///          that are mostly one number a column cost what is left of them. predict: 2 width K flops.
/// Errors   FitError when an option is out of its range, a target is negative (or 0 for gamma) or all are 0, lambda = 0 and
///          the columns are linearly dependent, no row has a positive weight, or an input or a target is not finite.
/// Source   McCullagh, Nelder, Generalized Linear Models, 2nd ed., §2.5; the search: penalised_newton.hpp.
struct GLM {
  Family family = Family::poisson;
  float power = 1.5f;  // of a Tweedie variance, in [1, 2]
  float lambda = 1;
  bool intercept = true;
  int iterations = 100;
  float tolerance = 1e-3f;

  static constexpr Capabilities capabilities{.labels = false, .numbers = true, .weights = true};

  template <class X, class Y> struct Model : LinearModel<X, Y> {
    void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
      this->apply(x, y, workspace);
      for (std::ptrdiff_t i = 0; i < y.rows(); ++i)
        for (float& v : y.row(i)) v = std::exp(v);
    }
  };

  template <class X, class Y> Model<X, Y> fit(const Dataset<X, Y>& data, Context context) const;

  static void visit(auto& self, auto& archive) {
    archive("family", self.family)("power", self.power)("lambda", self.lambda)("intercept", self.intercept)(
        "iterations", self.iterations)("tolerance", self.tolerance);
  }
};

}  // namespace tutti
