// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/averaging.hpp>
#include <tutti/measure/confusion_matrix.hpp>

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>

/// How far predicted and true classes agree, where some classes are rare.
namespace tutti {

/// The mean over the classes that occur of the share of their rows that is right. Adjusted, chance is 0 and perfect 1:
/// (s - 1/K) / (1 - 1/K) for K classes that occur.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN, or when adjusted for one class.
/// Source   scikit-learn 1.2, balanced_accuracy_score.
struct BalancedAccuracy {
  static constexpr const char* name = "balanced accuracy";
  static constexpr bool higher_is_better = true, labels = true;

  bool adjusted = false;

  double operator()(const Judged& j) const {
    checked_labels(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double sum = 0, classes = 0;
    for (const detail::ClassCounts& c : detail::class_counts(j))
      if (c.of_true > 0) {
        sum += c.right / c.of_true;
        ++classes;
      }
    const double score = sum / classes, chance = 1 / classes;
    if (!adjusted) return score;
    return classes > 1 ? (score - chance) / (1 - chance) : std::numeric_limits<double>::quiet_NaN();
  }
};

/// Matthews' correlation of predicted and true classes, for K classes as Gorodkin has it: (c s - sum t_k p_k) / sqrt((s^2
/// - sum p_k^2) (s^2 - sum t_k^2)), c of s rows right, t_k rows true and p_k predicted to be k. 0 where only one class is
/// true or predicted.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN.
/// Source   Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient (2004); scikit-learn
///          1.2, matthews_corrcoef.
struct MCC {
  static constexpr const char* name = "MCC";
  static constexpr bool higher_is_better = true, labels = true;

  double operator()(const Judged& j) const {
    checked_labels(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    double all = 0, right = 0, both = 0, truths = 0, predictions = 0;
    for (const detail::ClassCounts& c : detail::class_counts(j)) {
      all += c.of_true;
      right += c.right;
      both += c.of_true * c.of_predicted;
      truths += c.of_true * c.of_true;
      predictions += c.of_predicted * c.of_predicted;
    }
    if (single(j)) return 0;
    return (right * all - both) / std::sqrt((all * all - predictions) * (all * all - truths));
  }

 private:
  static bool single(const Judged& j) {  // asked of the classes: rounded squares leave a rest
    bool truths = true, predictions = true;
    std::ptrdiff_t first = -1;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      if (j.weight_of(i) > 0) {
        if (first < 0) first = i;
        truths = truths && j.label(i) == j.label(first);
        predictions = predictions && j.predicted(i) == j.predicted(first);
      }
    return truths || predictions;
  }
};

/// How CohenKappa counts a class taken for another.
enum class KappaWeights {
  none,      // 1
  linear,    // how many classes lie between them, |t - p|
  quadratic  // (t - p)^2
};

/// Cohen's kappa: 1 - sum w n / sum w e, where n_tp is how often t was taken for p, e_tp how often that were so by chance
/// with the same shares of true and of predicted classes, and w what it costs.
/// Errors   DataError, ShapeError as checked_labels. NaN when an output is NaN, or when true and predicted are one and
///          the same class throughout.
/// Source   scikit-learn 1.2, cohen_kappa_score with labels=range(K); without, it closes the gaps that classes which do
///          not occur leave, which brings others nearer to each other.
struct CohenKappa {
  static constexpr const char* name = "kappa";
  static constexpr bool higher_is_better = true, labels = true;

  KappaWeights weights = KappaWeights::none;

  double operator()(const Judged& j) const {
    const ConfusionMatrix m(j);
    if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
    const auto counts = detail::class_counts(j);
    double all = 0, seen = 0, expected = 0;
    for (const detail::ClassCounts& c : counts) all += c.of_true;
    for (int t = 0; t < m.classes(); ++t)
      for (int p = 0; p < m.classes(); ++p) {
        const double w = cost(std::abs(t - p));
        seen += w * m(t, p);
        expected += w * counts[static_cast<std::size_t>(t)].of_true * counts[static_cast<std::size_t>(p)].of_predicted / all;
      }
    return expected > 0 ? 1 - seen / expected : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  double cost(double apart) const noexcept {
    return weights == KappaWeights::none ? (apart > 0 ? 1 : 0) : weights == KappaWeights::linear ? apart : apart * apart;
  }
};

}  // namespace tutti
