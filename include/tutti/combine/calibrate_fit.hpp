// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/calibrate.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/train/minimize.hpp>
#include <tutti/train/platt.hpp>

namespace tutti::detail {

/// Outputs beside the truth: what a calibration is learnt from. Rows of weight 0 are left out.
struct CalibrationRows {
  int outputs = 0;
  Buffer<float> values{};        // row after row
  Buffer<std::int32_t> label{};  // or
  Buffer<float> number{};        // row after row
  Buffer<double> weight{};

  std::size_t rows() const noexcept { return weight.size(); }
  std::span<const float> row(std::size_t i) const noexcept {
    return {values.data() + i * static_cast<std::size_t>(outputs), static_cast<std::size_t>(outputs)};
  }
  double total() const noexcept {
    double sum = 0;
    for (const double w : weight) sum += w;
    return sum;
  }
};

/// log p of every output, at least log 1e-6.
template <class = void>
Buffer<double> logarithms(const CalibrationRows& rows) {
  Buffer<double> logs(rows.values.size());
  for (std::size_t i = 0; i < logs.size(); ++i) logs[i] = std::log(static_cast<double>(std::max(rows.values[i], Calibration::least)));
  return logs;
}

/// The slope of the negative log-likelihood of softmax(s l) in s, and its curvature.
struct TemperatureSlope {
  double slope = 0, curvature = 0;
};
template <class = void>
TemperatureSlope temperature_slope(const CalibrationRows& rows, const Buffer<double>& logs, double s) {
  const auto k = static_cast<std::size_t>(rows.outputs);
  TemperatureSlope sum;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* l = logs.data() + i * k;
    double most = l[0], weight = 0, mean = 0, square = 0;
    for (std::size_t c = 1; c < k; ++c) most = std::max(most, l[c]);
    for (std::size_t c = 0; c < k; ++c) {
      const double e = std::exp(s * (l[c] - most)), away = l[c] - most;
      weight += e;
      mean += e * away;
      square += e * away * away;
    }
    mean /= weight;
    sum.slope += rows.weight[i] * (mean - (l[rows.label[i]] - most));
    sum.curvature += rows.weight[i] * (square / weight - mean * mean);
  }
  return sum;
}
/// The likeliest inverse temperature between 1/64 and 64: Newton's steps, halving where they leave what is known to hold it.
template <class = void>
[[gnu::cold]] double likeliest_inverse_temperature(const CalibrationRows& rows) {
  const Buffer<double> logs = logarithms(rows);
  double low = 1.0 / 64, high = 64, s = 1;
  if (temperature_slope(rows, logs, low).slope >= 0) return low;
  if (temperature_slope(rows, logs, high).slope <= 0) return high;
  for (int step = 0; step < 100; ++step) {
    const TemperatureSlope at = temperature_slope(rows, logs, s);
    (at.slope < 0 ? low : high) = s;
    double next = s - at.slope / at.curvature;
    if (!(next > low && next < high)) next = std::sqrt(low * high);
    const bool arrived = std::abs(next - s) <= 1e-12 * s;
    s = next;
    if (arrived) break;
  }
  return s;
}

/// Slopes, then shifts, of the least mean negative log-likelihood; as strongly as one row, they are drawn towards no change.
template <class = void>
[[gnu::cold]] Buffer<double> likeliest_vector(const CalibrationRows& rows) {
  const Buffer<double> logs = logarithms(rows);
  const auto k = static_cast<std::size_t>(rows.outputs);
  const double total = rows.total();
  Buffer<double> v(2 * k), z(k);
  std::fill_n(v.begin(), k, 1.0);
  minimize(v, [&](const Buffer<double>& at, Buffer<double>& gradient) {
    double loss = 0;
    for (std::size_t c = 0; c < 2 * k; ++c) {
      const double drawn = at[c] - (c < k ? 1 : 0);
      gradient[c] = drawn / total;
      loss += drawn * drawn / (2 * total);
    }
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const double* l = logs.data() + i * k;
      const auto truth = static_cast<std::size_t>(rows.label[i]);
      double most = -1e300, sum = 0;
      for (std::size_t c = 0; c < k; ++c) most = std::max(most, z[c] = at[c] * l[c] + at[k + c]);
      const double of_truth = z[truth] - most;
      for (std::size_t c = 0; c < k; ++c) sum += z[c] = std::exp(z[c] - most);
      const double w = rows.weight[i] / total;
      loss += w * (std::log(sum) - of_truth);
      for (std::size_t c = 0; c < k; ++c) {
        const double d = w * (z[c] / sum - (c == truth ? 1 : 0));
        gradient[c] += d * l[c];
        gradient[k + c] += d;
      }
    }
    return loss;
  }, {.iterations = 500, .tolerance = 1e-8});
  return v;
}

/// Platt's scale of class k against the others.
template <class = void>
[[gnu::cold]] PlattScale platt_of_class(const CalibrationRows& rows, int k) {
  Buffer<double> odds(rows.rows()), above(rows.rows());
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    double all = 0;
    for (const float p : rows.row(i)) all += static_cast<double>(p);
    odds[i] = static_cast<double>(Calibration::log_odds(rows.row(i)[static_cast<std::size_t>(k)], all));
    above[i] = rows.label[i] == k ? 1 : -1;
  }
  return platt_scale(odds, above, rows.weight);
}

template <class = void>
[[gnu::cold]] KnottedCurve curve_of(const CalibrationRows& rows, int k) {
  IsotonicRows column;
  const auto at = static_cast<std::size_t>(k), width = static_cast<std::size_t>(rows.outputs);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double y = rows.label.empty() ? static_cast<double>(rows.number[i * width + at]) : rows.label[i] == k ? 1.0 : 0.0;
    column.add(rows.row(i)[at], y, rows.weight[i]);
  }
  return isotonic_regression(column);
}

template <class = void>
[[gnu::cold]] CalibrationMethod suitable_method(const CalibrationRows& rows) {
  if (rows.label.empty()) return CalibrationMethod::isotonic;
  Buffer<int> of_class(static_cast<std::size_t>(rows.outputs));
  for (const std::int32_t y : rows.label) ++of_class[static_cast<std::size_t>(y)];
  if (*std::min_element(of_class.begin(), of_class.end()) >= 1000) return CalibrationMethod::isotonic;
  return rows.outputs == 2 ? CalibrationMethod::platt : CalibrationMethod::temperature;
}

/// Errors   DataError without rows, or where an output is not finite.
template <class = void>
[[gnu::cold]] Calibration learn_calibration(CalibrationMethod method, const CalibrationRows& rows) {
  check(rows.rows() > 0, "calibration: expected out-of-fold predictions for at least one row of a weight above 0", rows.rows());
  for (const float p : rows.values) check(std::isfinite(p), "calibration: expected out-of-fold predictions that are finite", p);
  Calibration c{method == CalibrationMethod::automatic ? suitable_method(rows) : method};
  const auto n = static_cast<std::size_t>(rows.outputs);
  if (c.method == CalibrationMethod::isotonic) {
    if (!rows.label.empty()) c.floor = static_cast<float>(1 / (rows.total() + 2));
    for (int k = c.floor > 0 && n == 2 ? 1 : 0; k < rows.outputs; ++k) c.curves.push_back(curve_of(rows, k));
    return c;
  }
  c.slope.assign(n, 1.0f);
  c.shift.assign(n, 0.0f);
  if (n < 2) return c;
  if (c.method == CalibrationMethod::temperature) {
    c.slope.assign(n, static_cast<float>(likeliest_inverse_temperature(rows)));
  } else if (c.method == CalibrationMethod::vector) {
    const Buffer<double> v = likeliest_vector(rows);
    for (std::size_t k = 0; k < n; ++k) c.slope[k] = static_cast<float>(v[k]), c.shift[k] = static_cast<float>(v[n + k]);
  } else {
    for (std::size_t k = n == 2 ? 1 : 0; k < n; ++k) {
      const PlattScale s = platt_of_class(rows, static_cast<int>(k));
      c.slope[k] = static_cast<float>(s.slope), c.shift[k] = static_cast<float>(s.shift);
    }
  }
  return c;
}

}  // namespace tutti::detail

namespace tutti {

template <class X, class Y>
[[gnu::cold]] Calibration Calibration::fitted(Rows<const float> outputs, const Dataset<X, Y>& data,
                                              const Buffer<std::uint8_t>& counts) const {
  detail::CalibrationRows rows{data.outputs()};
  for (std::ptrdiff_t i = 0; i < outputs.rows(); ++i) {
    if (counts[static_cast<std::size_t>(i)] == 0 || !(data.weight(i) > 0)) continue;
    rows.values.append(outputs.row(i));
    if constexpr (Y::is_label) rows.label.push_back(data.y(i).index());
    else rows.number.append(data.target(i));
    rows.weight.push_back(static_cast<double>(data.weight(i)));
  }
  return detail::learn_calibration(method, rows);
}

}  // namespace tutti
