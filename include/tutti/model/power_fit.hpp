// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_values.hpp>
#include <tutti/model/power.hpp>

namespace tutti {

namespace detail {

/// The derivative of power_of(a, u) by a. Near a u = 0 its closed form loses all digits: a series there.
inline double power_slope(double a, double u) noexcept {
  const double t = a * u;
  if (std::abs(t) >= 0.5) return u * u * ((std::exp(t) * (t - 1) + 1) / (t * t));
  double sum = 0, term = 1;  // sum of t^k / (k! (k + 2))
  for (int k = 0; k < 16; ++k) {
    sum += term / (k + 2);
    term *= t / (k + 1);
  }
  return u * u * sum;
}

/// Where a column's log-likelihood is highest in lambda.
class PowerLikelihood {
 public:
  PowerLikelihood(const SortedColumn& column, bool box_cox) : column_(column), box_cox_(box_cox) {}

  /// The derivative by lambda; it falls through 0 at the maximum.
  double slope(double lambda) const noexcept {
    double mean = 0, mean_slope = 0, jacobian = 0, variance = 0, both = 0;
    const double total = column_.total();
    for (std::size_t k = 0; k < column_.size(); ++k) {
      const Term t = term(k, lambda);
      mean += column_.weight(k) / total * t.value;
      mean_slope += column_.weight(k) / total * t.slope;
      jacobian += column_.weight(k) / total * t.jacobian;
    }
    for (std::size_t k = 0; k < column_.size(); ++k) {
      const Term t = term(k, lambda);
      variance += column_.weight(k) / total * (t.value - mean) * (t.value - mean);
      both += column_.weight(k) / total * (t.value - mean) * (t.slope - mean_slope);
    }
    return jacobian - both / variance;
  }
  /// Finds two lambdas around the maximum, then the root between them; the last one that can be computed where the
  /// likelihood has no maximum in reach.
  double best() const noexcept {
    double a = 1, at_a = slope(a), step = at_a > 0 ? 1 : -1, b = a, at_b = at_a;
    if (at_a == 0 || !std::isfinite(at_a)) return 1;
    while (at_b * at_a > 0) {
      a = b;
      at_a = at_b;
      b += step;
      step *= 2;
      at_b = slope(b);
      if (!std::isfinite(at_b) || std::abs(b) > 1000) return a;
    }
    double last = a;
    for (int i = 0; i < 200 && at_b != 0; ++i) {  // the Illinois method
      const double c = b - at_b * (b - a) / (at_b - at_a), at_c = slope(c);
      if (at_c * at_b < 0) {
        a = b;
        at_a = at_b;
      } else {
        at_a /= 2;
      }
      b = c;
      at_b = at_c;
      if (std::abs(b - last) <= 1e-15 * (1 + std::abs(b))) break;
      last = b;
    }
    return b;
  }

 private:
  struct Term {
    double value, slope, jacobian;
  };
  Term term(std::size_t k, double lambda) const noexcept {
    const double x = column_.value[k];
    if (!box_cox_ && x < 0) {
      const double u = std::log1p(-x);
      return {-power_of(2 - lambda, u), power_slope(2 - lambda, u), -u};
    }
    const double u = box_cox_ ? std::log(x) : std::log1p(x);
    return {power_of(lambda, u), power_slope(lambda, u), u};
  }
  const SortedColumn& column_;
  bool box_cox_;
};

/// Mean and standard deviation of f(x) over a column; the deviation is 1 where it is 0.
template <class F> std::pair<double, double> mean_and_sd(const SortedColumn& column, const F& f) noexcept {
  const double first = f(column.value[0]);  // sums begin at a value of the column: exact for a constant one
  double mean = 0, variance = 0;
  for (std::size_t k = 0; k < column.size(); ++k) mean += column.weight(k) * (f(column.value[k]) - first);
  mean = first + mean / column.total();
  for (std::size_t k = 0; k < column.size(); ++k) {
    const double d = f(column.value[k]) - mean;
    variance += column.weight(k) * d * d;
  }
  return {mean, variance > 0 ? std::sqrt(variance / column.total()) : 1.0};
}

[[gnu::cold]] inline Power::Model fitted_power(const Power& spec, const Preparation& on) {
  Power::Model m{spec.box_cox, on.acts(), {}, {}, {}};
  m.lambda.assign(m.acts.size(), 1.0);
  m.mean.assign(m.acts.size(), 0.0);
  m.sd.assign(m.acts.size(), 1.0);
  on.each_sorted(m.acts, [&](std::size_t j, const SortedColumn& column) {
    if (column.empty()) return;
    on.expect(!spec.box_cox || column.value[0] > 0, {"expected numbers above 0, got ", column.value[0],
                                                     " in column ", column_called(on.schema, j)});
    if (column.size() > 1) m.lambda[j] = PowerLikelihood(column, spec.box_cox).best();
    if (!spec.standardize) return;
    const double lambda = m.lambda[j];
    const auto [mean, sd] = mean_and_sd(
        column, [&](double x) { return spec.box_cox ? box_cox(x, lambda) : yeo_johnson(x, lambda); });
    m.mean[j] = mean;
    m.sd[j] = sd;
  });
  return m;
}

}  // namespace detail

template <class X, class Y> Power::Model Power::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_power(*this, {rows, data.schema(), context.path(), "Power"});
}

}  // namespace tutti
