// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/linear_model.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>

#include <string>
#include <string_view>

namespace tutti::detail {

/// A linear regression without the types of its data: rows centred where there is an intercept, and scaled by sqrt(w).
struct LinearProblem : CentredRows {
  Buffer<double> centre{};  // what was taken off the targets
};

/// The targets of all rows, as they are.
/// Shapes   (rows, outputs).
/// Errors   FitError for a target that is not finite.
template <class X, class Y>
Buffer<double> finite_targets(const Dataset<X, Y>& data, const std::string& path, std::string_view name) {
  Buffer<double> y;
  y.reserve(static_cast<std::size_t>(data.rows() * data.outputs()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    for (const float v : data.target(i)) {
      fit_check(std::isfinite(v), path, name, {"expected finite targets, got ", v, " in row ", i});
      y.push_back(static_cast<double>(v));
    }
  return y;
}

/// Centres and scales; y (rows, outputs) are the targets as they are.
/// Errors   those of checked_moments.
template <class Source>
LinearProblem linear_problem(Source x, Buffer<double> y, int outputs, bool intercept, const std::string& path,
                             std::string_view name) {
  LinearProblem p;
  p.x = std::move(x);
  p.y = std::move(y);
  p.outputs = outputs;
  p.mean = checked_moments(p.x, path, name, {.variance = false}).mean;
  p.root.reserve(p.x.weight.size());
  for (const double w : p.x.weight) p.root.push_back(std::sqrt(w));
  if (!intercept) std::fill(p.mean.begin(), p.mean.end(), 0.0);
  const auto count = static_cast<std::size_t>(outputs);
  p.centre.assign(count, 0.0);
  if (intercept)
    for (std::size_t i = 0; i < p.root.size(); ++i) {
      const double share = p.x.weight[i] / p.x.total;
      for (std::size_t c = 0; c < count; ++c) p.centre[c] += share * p.y[i * count + c];
    }
  for (std::size_t i = 0; i < p.root.size(); ++i)
    for (std::size_t c = 0; c < count; ++c) p.y[i * count + c] = p.root[i] * (p.y[i * count + c] - p.centre[c]);
  return p;
}

/// Coefficients rounded to floats; the intercept makes up for the rounding.
/// Shapes   W (outputs, width), mean (width), centre (outputs).
template <class Model, class Numbers>
void set_coefficients(Model& m, const Numbers& W, const Numbers& mean, Numbers centre) {
  const std::size_t width = mean.size(), outputs = centre.size();
  m.width = static_cast<int>(width);
  m.coefficients.resize(width * outputs);
  m.intercept.resize(outputs);
  for (std::size_t c = 0; c < outputs; ++c) {
    for (std::size_t j = 0; j < width; ++j) {
      float& rounded = m.coefficients[j * outputs + c] = static_cast<float>(W[c * width + j]);
      centre[c] -= mean[j] * static_cast<double>(rounded);
    }
    m.intercept[c] = static_cast<float>(centre[c]);
  }
}

}  // namespace tutti::detail
