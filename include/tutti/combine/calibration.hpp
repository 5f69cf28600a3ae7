// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/train/isotonic.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tutti {

/// How Calibrate corrects probabilities p_1 ... p_K.
enum class CalibrationMethod : int {
  automatic,    // labels: isotonic where every class has 1000 rows; else platt for two classes, temperature for more.
                // numbers: isotonic
  temperature,  // p_k^s / sum p_j^s, the inverse temperature s is learnt
  platt,        // 1 / (1 + exp(slope_k z_k + shift_k)), z = log p_k - log(1 - p_k), each class against the others
  isotonic,     // the nearest ascending curve of p_k, each class against the others; of numbers, of each column
  vector        // softmax(slope_k log p_k + shift_k)
};

/// The step of Calibrate: what was learnt, applied to the outputs of one row. No probability becomes 0: logarithms are those
/// of at least 1e-6, and a curve stays 1 / (weight of its rows + 2) away from 0 and 1. A row with NaN becomes NaN.
/// Cost     K logarithms and exponentials, or K searches.
struct Calibration {
  static constexpr bool labels = true, numbers = true;
  static constexpr float least = 1e-6f;
  CalibrationMethod method = CalibrationMethod::automatic;
  float floor = 0;                 // of curves of probabilities
  Buffer<float> slope{}, shift{};  // of each class
  Buffer<KnottedCurve> curves{};   // of each class, of the second alone where there are two; of each number

  bool learns() const noexcept { return true; }
  void check(int) const {}
  template <class X, class Y>
  Calibration fitted(Rows<const float> outputs, const Dataset<X, Y>& data, const Buffer<std::uint8_t>& counts) const;

  void apply(std::span<float> y) const noexcept {
    bool defined = true;
    for (const float p : y) defined = defined && p == p;
    if (!defined) return static_cast<void>(std::fill(y.begin(), y.end(), std::numeric_limits<float>::quiet_NaN()));
    if (!curves.empty()) follow_curves(y);
    else if (method == CalibrationMethod::platt) scale_odds(y);
    else if (!slope.empty()) scale_logarithms(y);
  }

  static void visit(auto& self, auto& archive) {
    archive("method", self.method)("floor", self.floor)("slope", self.slope)("shift", self.shift)("curves", self.curves);
  }
  void loaded() const {
    const int m = static_cast<int>(method);
    tutti::check<FileError>(m >= 1 && m <= 4, "a calibration: expected a method from 1 to 4", m);
    tutti::check<FileError>(floor >= 0 && floor < 0.5f, "a calibration: expected a floor below a half", floor);
    tutti::check<FileError>(curves.empty() == (method != CalibrationMethod::isotonic),
                            "a calibration: expected curves where it is isotonic", curves.size());
  }
  /// Of numbers the floor is 0, and each has a curve; of probabilities it is above.
  void check_extents(int outputs) const {
    const auto n = static_cast<std::size_t>(outputs);
    if (method == CalibrationMethod::isotonic) {
      const std::size_t expected = floor > 0 && n == 2 ? 1 : n;
      tutti::check<FileError>(curves.size() == expected, {"a calibration: expected ", expected, " curves"}, curves.size());
    } else {
      tutti::check<FileError>(slope.size() == n && shift.size() == n, {"a calibration: expected ", n, " slopes and shifts"}, slope.size());
    }
  }

 private:
  static float logarithm(float p) noexcept { return std::log(std::max(p, least)); }

  void follow_curves(std::span<float> y) const noexcept {
    if (floor == 0) {
      for (std::size_t k = 0; k < y.size(); ++k) y[k] = curves[k](y[k]);
    } else if (y.size() == 2) {
      y[1] = std::clamp(curves[0](y[1]), floor, 1 - floor);
      y[0] = 1 - y[1];
    } else {
      for (std::size_t k = 0; k < y.size(); ++k) y[k] = std::clamp(curves[k](y[k]), floor, 1 - floor);
      divide_by_sum(y);
    }
  }
  void scale_odds(std::span<float> y) const noexcept {
    double all = 0;
    for (const float p : y) all += static_cast<double>(p);
    for (std::size_t k = 0; k < y.size(); ++k) {
      const float z = slope[k] * log_odds(y[k], all) + shift[k];
      y[k] = 1 / (1 + std::exp(z));
    }
    if (y.size() == 2) y[0] = 1 - y[1];
    else divide_by_sum(y);
  }
  void scale_logarithms(std::span<float> y) const noexcept {
    float most = -std::numeric_limits<float>::infinity();
    for (std::size_t k = 0; k < y.size(); ++k) most = std::max(most, y[k] = slope[k] * logarithm(y[k]) + shift[k]);
    for (float& z : y) z = std::exp(z - most);
    divide_by_sum(y);
  }
  static void divide_by_sum(std::span<float> y) noexcept {
    float sum = 0;
    for (const float p : y) sum += p;
    for (float& p : y) p = sum > 0 ? p / sum : 1 / static_cast<float>(y.size());
  }

 public:
  /// log p - log(all - p), of what both logarithms are at least those of 1e-6.
  static float log_odds(float p, double all) noexcept {
    return logarithm(p) - logarithm(static_cast<float>(all - static_cast<double>(p)));
  }
};

}  // namespace tutti
