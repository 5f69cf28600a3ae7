// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/histogram.hpp>
#include <tutti/core/small_value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace tutti {

/// First and second derivative, by a row's score, of what the row costs.
struct Derivatives {
  double gradient = 0;
  double hessian = 1;
};

/// From a score to the number that is predicted: the score itself, or its exponential.
enum class Link : int { identity, log };

/// An objective of numbers is a value that answers (score, target) with Derivatives; one of labels is called with
/// (scores, label, derivatives to be filled in), a score for each class, of two classes that of class 1 alone. A lambda
/// will do. If a struct has them:
///   static constexpr Link link: the prediction is exp(score) for Link::log; boosting begins at the (log) mean
///   double loss(score, target) const, or loss(scores, label): what early stopping judges by, without a metric
///   static constexpr const char* name
/// Needs    trivially copyable, at most 32 bytes.
template <class F>
concept NumberObjective = requires(const F& f, double score, double target) {
  { f(score, target) } -> std::convertible_to<Derivatives>;
};
template <class F>
concept LabelObjective = requires(const F& f, std::span<const float> scores, int label, std::span<Derivatives> out) {
  f(scores, label, out);
};

namespace detail {

/// Some rows of a fit: their numbers, and those of every row.
/// Shapes   score (all rows, scores); the derivatives by score k of row r go to pair[k * stride + r].
template <class E> struct BoostRows {
  std::span<const std::uint32_t> rows;
  const E* target;
  const float* weight;
  const float* score;
  int scores;
};

/// An objective whose type has been forgotten.
struct ObjectiveTable {
  std::string_view name;
  bool labels = false, log_step = false, scaled = false;
  Link link = Link::identity;
  std::string_view targets{};  // which targets it takes; empty: all
  bool (*takes)(double) = nullptr;
  void (*check)(const SmallValue&, int) = nullptr;
  double (*level)(const SmallValue&) = nullptr;              // leaves become this quantile of what is left to explain
  SmallValue (*in_units_of)(const SmallValue&, double) = nullptr;
  double (*class_weight)(const SmallValue&, std::ptrdiff_t) = nullptr;
  void (*of_numbers)(const SmallValue&, const BoostRows<float>&, kernel::GradientPair*, std::ptrdiff_t) = nullptr;
  void (*of_labels)(const SmallValue&, const BoostRows<std::int32_t>&, kernel::GradientPair*, std::ptrdiff_t) = nullptr;
  double (*loss_of_numbers)(const SmallValue&, const BoostRows<float>&) = nullptr;
  double (*loss_of_labels)(const SmallValue&, const BoostRows<std::int32_t>&) = nullptr;
};

/// The functions that know the type of an objective.
template <class F> struct ObjectiveCalls {
  static void of_numbers(const SmallValue& value, const BoostRows<float>& b, kernel::GradientPair* pair, std::ptrdiff_t) {
    const F f = value.as<F>();
    for (const std::uint32_t r : b.rows) {
      const Derivatives d = f(static_cast<double>(b.score[r]), static_cast<double>(b.target[r]));
      const auto w = static_cast<double>(b.weight[r]);
      pair[r] = {static_cast<float>(w * d.gradient), static_cast<float>(w * d.hessian)};
    }
  }
  static void of_labels(const SmallValue& value, const BoostRows<std::int32_t>& b, kernel::GradientPair* pair,
                        std::ptrdiff_t stride) {
    const F f = value.as<F>();
    Buffer<Derivatives> d(static_cast<std::size_t>(b.scores));
    for (const std::uint32_t r : b.rows) {
      const std::span<const float> score(b.score + static_cast<std::ptrdiff_t>(r) * b.scores, d.size());
      f(score, static_cast<int>(b.target[r]), std::span<Derivatives>(d.data(), d.size()));
      const auto w = static_cast<double>(b.weight[r]);
      for (std::size_t k = 0; k < d.size(); ++k)
        pair[static_cast<std::ptrdiff_t>(k) * stride + r] = {static_cast<float>(w * d[k].gradient),
                                                             static_cast<float>(w * d[k].hessian)};
    }
  }
  static double loss_of_numbers(const SmallValue& value, const BoostRows<float>& b) {
    const F f = value.as<F>();
    double sum = 0;
    for (const std::uint32_t r : b.rows)
      sum += static_cast<double>(b.weight[r]) * f.loss(static_cast<double>(b.score[r]), static_cast<double>(b.target[r]));
    return sum;
  }
  static double loss_of_labels(const SmallValue& value, const BoostRows<std::int32_t>& b) {
    const F f = value.as<F>();
    double sum = 0;
    for (const std::uint32_t r : b.rows) {
      const std::span<const float> score(b.score + static_cast<std::ptrdiff_t>(r) * b.scores, static_cast<std::size_t>(b.scores));
      sum += static_cast<double>(b.weight[r]) * f.loss(score, static_cast<int>(b.target[r]));
    }
    return sum;
  }

  static constexpr ObjectiveTable table() {
    ObjectiveTable t;
    t.name = "one of your own";
    if constexpr (requires { F::name; }) t.name = F::name;
    if constexpr (requires { F::link; }) t.link = F::link;
    if constexpr (requires { F::log_step; }) t.log_step = F::log_step;
    if constexpr (requires { F::targets; }) {
      t.targets = F::targets;
      t.takes = &F::takes;
    }
    if constexpr (requires(const F& f) { f.check(2); }) t.check = [](const SmallValue& v, int n) { v.as<F>().check(n); };
    if constexpr (requires(const F& f) { f.level(); }) t.level = [](const SmallValue& v) -> double { return v.as<F>().level(); };
    if constexpr (requires(const F& f) { f.in_units_of(1.0); }) {
      t.scaled = true;
      t.in_units_of = [](const SmallValue& v, double unit) { return SmallValue(v.as<F>().in_units_of(unit)); };
    }
    if constexpr (requires(const F& f) { f.class_weight(0); })
      t.class_weight = [](const SmallValue& v, std::ptrdiff_t k) -> double { return v.as<F>().class_weight(k); };
    if constexpr (NumberObjective<F>) {
      t.of_numbers = &of_numbers;
      if constexpr (requires(const F& f) { f.loss(0.0, 0.0); }) t.loss_of_numbers = &loss_of_numbers;
    } else {
      t.labels = true;
      if constexpr (requires { &F::gradients; })
        t.of_labels = [](const SmallValue&, const BoostRows<std::int32_t>& b, kernel::GradientPair* pair, std::ptrdiff_t stride) {
          F::gradients(b, pair, stride);
        };
      else t.of_labels = &of_labels;
      if constexpr (requires(const F& f, std::span<const float> s) { f.loss(s, 0); }) t.loss_of_labels = &loss_of_labels;
    }
    return t;
  }
  static constexpr ObjectiveTable about = table();
};

/// What stands behind a loss that is written as an objective; an objective stands for itself. Losses have theirs in
/// objectives.hpp.
template <class F> struct ObjectiveOf {
  static constexpr const F& of(const F& f) { return f; }
};

}  // namespace detail

/// Any objective of Boost<Tree>, for its options: `.objective = Huber{}`. Empty: by target, squared error or log-loss.
class AnyObjective {
 public:
  constexpr AnyObjective() = default;
  template <class L>
    requires(!std::same_as<L, AnyObjective>)
  constexpr AnyObjective(const L& loss) {  // implicit: an objective is written where any is due
    using F = std::remove_cvref_t<decltype(detail::ObjectiveOf<L>::of(loss))>;
    constexpr bool fits = NumberObjective<F> || LabelObjective<F> || requires { &F::gradients; };
    static_assert(fits, "an objective is MSE, MAE, Huber, Quantile, PoissonDeviance, GammaDeviance, CrossEntropy, or a "
                        "callable (double score, double target) -> Derivatives");
    if constexpr (fits) {
      value_ = SmallValue(detail::ObjectiveOf<L>::of(loss));
      about_ = &detail::ObjectiveCalls<F>::about;
    }
  }
  constexpr explicit operator bool() const noexcept { return about_ != nullptr; }
  constexpr std::string_view name() const noexcept { return *this ? about_->name : "by target"; }

 private:
  template <class Y> friend struct BoostLoss;

  SmallValue value_{};
  const detail::ObjectiveTable* about_ = nullptr;
};

}  // namespace tutti
