// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/rows.hpp>
#include <tutti/kernel/activation.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace tutti {

/// What a loss compares outputs with: a view of a batch, or of a chunk of it.
/// Shapes   labels (N) or numbers (N, width); weight (N), or empty: all 1.
struct LossTargets {
  std::span<const std::int32_t> labels{};
  Rows<const float> numbers{};
  std::span<const float> weight{};
  double total_weight = 0;  // of the batch that this is a chunk of; 0: it is all of the batch

  double weight_of(std::ptrdiff_t i) const noexcept {
    return weight.empty() ? 1.0 : weight[static_cast<std::size_t>(i)];
  }
  /// What sums over `rows` rows are divided by.
  double total(std::ptrdiff_t rows) const noexcept {
    if (total_weight > 0) return total_weight;
    if (weight.empty()) return static_cast<double>(rows);
    double sum = 0;
    for (const float w : weight) sum += w;
    return sum;
  }
  /// Rows [first, first + count) of a batch of `rows` rows; values and gradients of all slices add up to the
  /// batch's.
  LossTargets slice(std::ptrdiff_t first, std::ptrdiff_t count, std::ptrdiff_t rows) const noexcept {
    const auto part = [&](auto all) {
      if (!all.empty()) all = all.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
      return all;
    };
    return {part(labels), numbers.data() ? numbers.slice(first, count) : numbers, part(weight), total(rows)};
  }
};

/// A loss is a value: `name`, `labels` (for labels; otherwise for numbers), and a call that returns the
/// weighted mean of what the rows cost and writes its gradient, for Rows of float and of double. No base
/// class, no registration. If it has them:
///   static constexpr bool flags, true: it is for Flags, which it reads as numbers 0 and 1
///   static constexpr bool raw, true: its numbers are learnt as they are, not in units of their deviation
///   static constexpr bool distribution, true: its numbers are probabilities, z are logits: softmax(z) answers
///   void check(int outputs) const: throws DataError where its options do not suit K outputs
///   double total(const LossTargets&, std::ptrdiff_t rows) const: what it divides by, if not the row weights
/// Shapes   z (N, K): what the model says; dz (N, K): d value / d z, or empty where no gradient is wanted.
template <class L>
concept Loss = requires(const L& loss, const LossTargets& targets, Rows<const float> zf, Rows<float> dzf, Rows<const double> zd,
                        Rows<double> dzd) {
  L(loss);
  { L::name } -> std::convertible_to<std::string_view>;
  { L::labels } -> std::convertible_to<bool>;
  { loss(zf, targets, dzf) } -> std::convertible_to<double>;
  { loss(zd, targets, dzd) } -> std::convertible_to<double>;
};

namespace detail {
/// Adds up cost(i, w / total) over the rows that count; rows of weight 0 get a gradient of 0, whatever z
/// holds.
template <class T, class Cost>
double sum_over_rows(std::ptrdiff_t rows, double total, const LossTargets& t, Rows<T> dz,
                     Cost&& cost) noexcept {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < rows; ++i)
    if (const double w = t.weight_of(i); w != 0) sum += cost(i, w / total);
    else if (dz.data() != nullptr)
      for (T& g : dz.row(i)) g = 0;
  return sum;
}
template <class T, class Cost>
double sum_over_rows(std::ptrdiff_t rows, const LossTargets& t, Rows<T> dz, Cost&& cost) noexcept {
  return sum_over_rows(rows, t.total(rows), t, dz, cost);
}

/// What one output costs, and d cost / d z.
struct Slope {
  double cost, slope;
};
/// The weighted mean over all numbers of slope_of(z, y): what losses of numbers have in common.
template <class T, class F>
double mean_over_numbers(Rows<const T> z, const LossTargets& t, Rows<T> dz, const F& slope_of) noexcept {
  const std::ptrdiff_t width = z.width();
  return sum_over_rows(z.rows(), t, dz, [&](std::ptrdiff_t i, double scale) {
    scale /= static_cast<double>(width);
    double sum = 0;
    for (std::ptrdiff_t k = 0; k < width; ++k) {
      const Slope s = slope_of(static_cast<double>(z(i, k)), static_cast<double>(t.numbers(i, k)));
      sum += s.cost;
      if (dz.data() != nullptr) dz(i, k) = static_cast<T>(scale * s.slope);
    }
    return scale * sum;
  });
}

/// A loss of numbers as a metric: what the outputs as they are would cost. NaN when an output is NaN.
/// Errors   DataError, ShapeError as checked_numbers.
template <class L>
double judged_by(const L& loss, const Judged& j) {
  LossTargets t{{}, {j.numbers.data(), j.rows(), j.outputs.width()}, j.weight};
  t.total_weight = checked_numbers(j);
  return loss(j.outputs, t, Rows<float>{});
}

/// sum_k q_k (ln sum_j e^z_j - z_k) of one row, where q_k = share(k) need not add up to 1; dz = scale (softmax(z)
/// sum q - q), may be z.
template <class T, class Share>
double soft_cross_entropy(std::ptrdiff_t classes, const T* z, T* dz, double scale, const Share& share) noexcept {
  const T most = kernel::max(classes, z);
  const double log_sum = std::log(static_cast<double>(kernel::detail::sum_of_exp(classes, z, most)));
  double cost = 0, all = 0;
  for (std::ptrdiff_t k = 0; k < classes; ++k) {
    const double q = share(k);
    cost += q * (static_cast<double>(most) - static_cast<double>(z[k]) + log_sum);
    all += q;
  }
  if (dz != nullptr) {  // last, because dz may be z
    kernel::softmax(classes, z, dz);
    for (std::ptrdiff_t k = 0; k < classes; ++k)
      dz[k] = static_cast<T>(scale * (static_cast<double>(dz[k]) * all - share(k)));
  }
  return cost;
}

/// sum w c_y: what losses with class weights divide by.
inline double total_of_classes(const ClassWeights& c, const LossTargets& t, std::ptrdiff_t rows) noexcept {
  if (!c || t.total_weight > 0) return t.total(rows);
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < rows; ++i)
    sum += t.weight_of(i) * c[t.labels[static_cast<std::size_t>(i)]];
  return sum;
}
}  // namespace detail

/// Softmax and negative log-likelihood on logits: sum w (ln sum_k e^z_k - z_y) / sum w, dz = w (softmax(z) -
/// onehot(y)) / sum w. A total_weight of 1 gives each row's own gradient, as boosting wants it. With
/// label_smoothing e the row costs sum_k q_k (ln sum_j e^z_j - z_k), q = (1 - e) onehot(y) + e / K. Class
/// weights c multiply q, class by class, and the mean divides by sum w c_y.
/// Shapes   z (N, K), labels (N) below K, dz (N, K) or empty; dz may be z.
/// Cost     2 N K exponentials, N K without the gradient.
/// Source   PyTorch 1.13, CrossEntropyLoss; Szegedy et al., Rethinking the Inception architecture (CVPR 2016).
struct CrossEntropy {
  static constexpr const char* name = "cross-entropy";
  static constexpr bool labels = true;

  double label_smoothing = 0;      // 0 <= e < 1
  ClassWeights class_weights{};    // none: all 1

  void check(int classes) const {
    tutti::check(label_smoothing >= 0 && label_smoothing < 1, "label_smoothing: expected 0 or more, below 1",
                 label_smoothing);
    class_weights.check(classes);
  }
  double total(const LossTargets& t, std::ptrdiff_t rows) const noexcept {
    return detail::total_of_classes(class_weights, t, rows);
  }

  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    const std::ptrdiff_t classes = z.width();
    const bool plain = label_smoothing == 0 && !class_weights;
    return detail::sum_over_rows(z.rows(), total(t, z.rows()), t, dz, [&](std::ptrdiff_t i, double scale) {
      const T* row = z.row(i).data();
      const std::ptrdiff_t y = t.labels[static_cast<std::size_t>(i)];
      T* const d = dz.data() != nullptr ? dz.row(i).data() : nullptr;
      if (!plain) {
        const double rest = label_smoothing / static_cast<double>(classes);
        return scale * detail::soft_cross_entropy(classes, row, d, scale, [&](std::ptrdiff_t k) {
          return class_weights[k] * (k == y ? 1 - label_smoothing + rest : rest);
        });
      }
      const T most = kernel::max(classes, row);
      const double log_sum = std::log(static_cast<double>(kernel::detail::sum_of_exp(classes, row, most)));
      const double cost = static_cast<double>(most) - static_cast<double>(row[y]) + log_sum;
      if (d != nullptr) {  // last, because dz may be z
        kernel::softmax(classes, row, d);
        d[y] -= 1;
        for (T& g : dz.row(i)) g *= static_cast<T>(scale);
      }
      return scale * cost;
    });
  }
};

/// Mean squared error per number: sum w |z - y|^2 / (K sum w), dz = 2 w (z - y) / (K sum w). A loss, and a metric.
/// Shapes   z (N, K), numbers (N, K), dz (N, K) or empty; dz may be z.
/// Errors   as a metric, DataError, ShapeError as checked_numbers; NaN when an output is NaN.
struct MSE {
  static constexpr const char* name = "MSE";
  static constexpr bool higher_is_better = false, labels = false;

  double operator()(const Judged& j) const { return detail::judged_by(*this, j); }
  template <std::floating_point T>  // deduced from dz
  double operator()(Rows<const std::type_identity_t<T>> z, const LossTargets& t, Rows<T> dz) const noexcept {
    return detail::mean_over_numbers<T>(z, t, dz, [](double a, double b) {
      return detail::Slope{(a - b) * (a - b), 2 * (a - b)};
    });
  }
};

}  // namespace tutti
