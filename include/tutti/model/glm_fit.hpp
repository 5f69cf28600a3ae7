// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/glm.hpp>
#include <tutti/model/linear_problem.hpp>
#include <tutti/model/penalised_newton.hpp>

namespace tutti {
namespace detail {

/// Half the unit deviance of a Tweedie family by its linear predictor, up to what does not depend on it:
///   -y e^((1 - p) z) / (1 - p) + e^((2 - p) z) / (2 - p), which is e^z - y z at p = 1 and y e^-z + z at p = 2.
inline PointLoss half_deviance(double power, double y, double weight, double z) noexcept {
  const double seen = power == 1 ? 1 : std::exp((1 - power) * z), meant = power == 2 ? 1 : std::exp((2 - power) * z);
  PointLoss p;
  p.loss = weight * ((power == 1 ? -y * z : y * seen / (power - 1)) + (power == 2 ? z : meant / (2 - power)));
  p.slope = weight * (meant - y * seen);
  p.curvature = weight * std::max((2 - power) * meant + (power - 1) * y * seen, 1e-12);
  return p;
}

template <class Spec> void check_glm(const Spec& s, const std::string& path) {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) { fit_check(condition, path, "GLM", reason); };
  expect(s.lambda >= 0 && std::isfinite(s.lambda), {"expected a finite lambda >= 0, got ", s.lambda});
  expect(s.power >= 1 && s.power <= 2, {"expected a power in [1, 2], got ", s.power});
  expect(s.tolerance >= 0, {"expected a tolerance >= 0, got ", s.tolerance});
  expect(s.iterations >= 0, {"expected iterations >= 0, got ", s.iterations});
}

/// The weighted mean of each output's targets.
template <class Source>
Buffer<double> mean_targets(const Source& x, const Buffer<double>& y, std::size_t outputs, double power, const std::string& path) {
  Buffer<double> mean(outputs, 0.0);
  for (std::size_t i = 0; i < y.size(); ++i) {
    fit_check(power == 2 ? y[i] > 0 : y[i] >= 0, path, "GLM",
              {"expected targets ", power == 2 ? "> 0" : ">= 0", ", got ", y[i], " in row ", i / outputs});
    mean[i % outputs] += x.weight[i / outputs] / x.total * y[i];
  }
  for (const double v : mean) fit_check(v > 0, path, "GLM", {"expected a target > 0, got only 0"});
  return mean;
}

/// w (outputs, width) and c (outputs) of the model exp(c + (x - shift) w).
template <class Spec, class Design>
void fit_glm(const Spec& s, const Design& d, const Buffer<double>& y, double power, const Context& context, Buffer<double>& W,
             Buffer<double>& c) {
  const std::size_t outputs = c.size();
  for (std::size_t k = 0; k < outputs; ++k) {
    const auto loss = [&](std::ptrdiff_t i, double z) {
      const auto row = static_cast<std::size_t>(i);
      return half_deviance(power, y[row * outputs + k], d.x.weight[row], z);
    };
    Buffer<double> w(d.shift.size(), 0.0);
    const NewtonResult result =
        penalised_newton(d, loss, {0, static_cast<double>(s.lambda) * d.x.total}, s.intercept,
                         {s.iterations, static_cast<double>(s.tolerance)}, w, c[k]);
    fit_check(!result.singular, context.path(), "GLM", {"expected lambda > 0, got 0: columns depend on each other"});
    if (!result.converged && context.progress())
      context.progress().report(context.path(), joined({"not converged after ", result.iterations, " iterations"}));
    W.append(w.data(), w.size());
  }
}

}  // namespace detail

template <class X, class Y> GLM::Model<X, Y> GLM::fit(const Dataset<X, Y>& data, Context context) const {
  detail::check_glm(*this, context.path());
  const double p = family == Family::poisson ? 1 : family == Family::gamma ? 2 : static_cast<double>(power);
  RowSource x = row_source(data);
  Buffer<double> mean = detail::checked_moments(x, context.path(), "GLM", {.variance = false}).mean;
  const Buffer<double> y = detail::finite_targets(data, context.path(), "GLM");
  Buffer<double> c = detail::mean_targets(x, y, static_cast<std::size_t>(data.outputs()), p, context.path());
  for (double& v : c) v = intercept ? std::log(v) : 0;
  const DesignRows design(std::move(x), std::move(mean), intercept);

  Buffer<double> W;
  detail::fit_glm(*this, design, y, p, context, W, c);
  Model<X, Y> m;
  detail::set_coefficients(m, W, design.shift, c);
  m.lambda.assign(c.size(), lambda);
  return m;
}

}  // namespace tutti
