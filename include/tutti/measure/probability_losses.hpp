// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/loss.hpp>

/// Losses whose targets are probabilities: of classes that exclude each other, of flags that do not.
namespace tutti {

/// Kullback-Leibler divergence of softmax(z) from target probabilities q: sum w sum_k q_k (ln q_k - ln
/// softmax(z)_k) / sum w, where 0 ln 0 = 0. The loss of distillation: a teacher's probabilities are the target
/// Reals<K>, and the net answers with probabilities.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z.
/// Source   PyTorch 1.13, KLDivLoss(reduction = "batchmean"); Hinton et al., Distilling the knowledge in a
///          neural network (2015).
struct KLDivergence {
  static constexpr const char* name = "KL divergence";
  static constexpr bool labels = false, distribution = true;

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::sum_over_rows(z.rows(), t, dz, [&](std::ptrdiff_t i, double scale) {
      const auto share = [&](std::ptrdiff_t k) { return static_cast<double>(t.numbers(i, k)); };
      double entropy = 0;
      for (std::ptrdiff_t k = 0; k < z.width(); ++k)
        if (const double q = share(k); q != 0) entropy -= q * std::log(q);
      T* const d = dz.data() != nullptr ? dz.row(i).data() : nullptr;
      return scale * (detail::soft_cross_entropy(z.width(), z.row(i).data(), d, scale, share) - entropy);
    });
  }
};

/// Cross-entropy of independent flags on logits: -(y ln s + (1 - y) ln (1 - s)), s = 1 / (1 + e^-z), the
/// weighted mean over all flags; y is 0 or 1.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z.
/// Source   PyTorch 1.13, BCEWithLogitsLoss.
struct BinaryCrossEntropy {
  static constexpr const char* name = "binary cross-entropy";
  static constexpr bool labels = false, flags = true;

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::mean_over_numbers<T>(z, t, dz, [](double a, double y) {
      const double e = std::exp(-std::abs(a));  // never overflows
      const double s = a > 0 ? 1 / (1 + e) : e / (1 + e);
      return detail::Slope{(a > 0 ? a : 0) - a * y + std::log1p(e), s - y};
    });
  }
};

}  // namespace tutti
