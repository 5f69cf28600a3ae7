// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/loss.hpp>

namespace tutti {

/// Cross-entropy that looks away from what is easy: sum w c_y (1 - p_y)^gamma (-ln p_y) / sum w c_y, p =
/// softmax(z); class weights c are the paper's alpha, 1 without them. gamma = 0 is cross-entropy.
/// Shapes   z (N, K), labels (N) below K, dz (N, K) or empty; dz may be z.
/// Source   Lin et al., Focal loss for dense object detection (ICCV 2017), with softmax for K classes.
struct Focal {
  static constexpr const char* name = "focal";
  static constexpr bool labels = true;

  double gamma = 2;  // 0 or more
  ClassWeights class_weights{};

  void check(int classes) const {
    tutti::check(gamma >= 0 && std::isfinite(gamma), "gamma: expected 0 or more", gamma);
    class_weights.check(classes);
  }
  double total(const LossTargets& t, std::ptrdiff_t rows) const noexcept {
    return detail::total_of_classes(class_weights, t, rows);
  }

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    const std::ptrdiff_t classes = z.width();
    return detail::sum_over_rows(z.rows(), total(t, z.rows()), t, dz, [&](std::ptrdiff_t i, double scale) {
      const T* row = z.row(i).data();
      const std::ptrdiff_t y = t.labels[static_cast<std::size_t>(i)];
      scale *= class_weights[y];
      const T most = kernel::max(classes, row);
      const double log_sum = std::log(static_cast<double>(kernel::detail::sum_of_exp(classes, row, most)));
      const double log_p = static_cast<double>(row[y]) - static_cast<double>(most) - log_sum;
      const double p = std::exp(log_p), q = -std::expm1(log_p), hard = std::pow(q, gamma);
      if (dz.data() != nullptr) {  // last, because dz may be z
        const double pull = q > 0 ? hard - gamma * p * log_p * (hard / q) : gamma > 0 ? 0 : 1;
        T* const d = dz.row(i).data();
        kernel::softmax(classes, row, d);
        for (std::ptrdiff_t k = 0; k < classes; ++k)
          d[k] = static_cast<T>(scale * pull * (k == y ? -q : static_cast<double>(d[k])));
      }
      return scale * hard * -log_p;
    });
  }
};

}  // namespace tutti
