// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/loss.hpp>

#include <cmath>

namespace tutti {

/// 1 - the cosine of the angle between z and the target, the weighted mean over rows: the loss of embeddings, for which
/// the direction counts and not the length. A target or an output of length 0 is at a right angle to everything.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z. Targets are not standardised.
/// Source   PyTorch 1.13, CosineEmbeddingLoss with pairs that belong together.
struct CosineEmbedding {
  static constexpr const char* name = "cosine";
  static constexpr bool labels = false, raw = true;

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    constexpr double tiny = 1e-12;
    return detail::sum_over_rows(z.rows(), t, dz, [&](std::ptrdiff_t i, double scale) {
      double product = 0, of_z = tiny, of_y = tiny;
      for (std::ptrdiff_t k = 0; k < z.width(); ++k) {
        const double a = static_cast<double>(z(i, k)), y = static_cast<double>(t.numbers(i, k));
        product += a * y;
        of_z += a * a;
        of_y += y * y;
      }
      const double lengths = std::sqrt(of_z * of_y), cosine = product / lengths;
      for (std::ptrdiff_t k = 0; dz.data() != nullptr && k < z.width(); ++k) {
        const double a = static_cast<double>(z(i, k)), y = static_cast<double>(t.numbers(i, k));
        dz(i, k) = static_cast<T>(scale * (cosine * a / of_z - y / lengths));
      }
      return scale * (1 - cosine);
    });
  }
};

}  // namespace tutti
