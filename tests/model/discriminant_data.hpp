// SPDX-License-Identifier: Apache-2.0
// What the tests of LDA and QDA have in common.
#pragma once
#include "../reference/discriminant.hpp"
#include "linear_data.hpp"

namespace discriminant {

using namespace linear;

inline auto three(std::vector<float> weight = {}) {
  const auto& y = reference::discriminant_label;
  return dataset<Row<4>, Label<3>>(4, reference::discriminant_x, {std::begin(y), std::end(y)}, std::move(weight));
}

/// Logs of the probabilities of all rows, in double.
template <class Model, class X, class Y> std::vector<double> logs(const Model& model, const Dataset<X, Y>& data) {
  std::vector<double> all;
  const auto classes = static_cast<std::size_t>(data.classes());
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const Buffer<double> row = model.log_joint(data.x(i));
    REQUIRE(row.size() == classes);
    double most = row[0], sum = 0;
    for (const double v : row) most = std::max(most, v);
    for (const double v : row) sum += std::exp(v - most);
    for (const double v : row) all.push_back(v - most - std::log(sum));
  }
  return all;
}
inline void check_close(const auto& values, const auto& expected, double tolerance = 1e-9) { check_within(tolerance, values, expected); }

}  // namespace discriminant
