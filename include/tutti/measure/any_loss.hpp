// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/small_value.hpp>
#include <tutti/core/target.hpp>
#include <tutti/measure/loss.hpp>
#include <tutti/measure/probability_losses.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace tutti {

/// Any loss, for options fields: `.loss = CrossEntropy{}`. Empty: by target, cross-entropy for labels, MSE
/// for numbers. Networks train in float, so it is called in float only.
class AnyLoss {
 public:
  constexpr AnyLoss() = default;
  template <class L>
    requires(!std::same_as<L, AnyLoss> && Loss<L>)  // in this order: the first ends the recursion
  constexpr AnyLoss(const L& loss)                  // implicit: a loss is written where any is due
      : value_(loss),
        call_(&call<L>),
        about_(&about<L>) {}

  constexpr explicit operator bool() const noexcept { return about_ != nullptr; }
  /// This loss, or the one for targets Y where it is empty.
  /// Errors   DataError when it is for another kind of target.
  template <class Y>
  AnyLoss for_targets() const {
    if (*this) {
      check_kind(Y::is_label, is_flags<Y>);
      return *this;
    }
    if constexpr (is_flags<Y>) return BinaryCrossEntropy{};
    else if constexpr (Y::is_label) return CrossEntropy{};
    else return MSE{};
  }
  constexpr std::string_view name() const noexcept { return *this ? about_->name : "by target"; }
  /// True where targets are probabilities and outputs their logits.
  constexpr bool distribution() const noexcept { return *this && about_->distribution; }
  /// True where numbers are learnt as they are, not in units of their deviation.
  constexpr bool raw() const noexcept { return *this && about_->raw; }
  /// Errors   DataError where the options do not suit so many outputs.
  void check(int outputs) const {
    if (*this) about_->check(value_, outputs);
  }
  /// What the sum over these rows is divided by.
  double total(const LossTargets& t, std::ptrdiff_t rows) const { return about_->total(value_, t, rows); }

  /// As of the loss itself.
  /// Needs    a loss: what for_targets returns, never an empty AnyLoss.
  double operator()(Rows<const float> z, const LossTargets& t, Rows<float> dz) const {
    return call_(value_, z, t, dz);
  }

 private:
  [[gnu::cold]] void check_kind(bool labels, bool flags) const {
    const auto kind = [](bool l, bool f) { return l ? " labels" : f ? " flags" : " numbers"; };
    if (labels != about_->labels || flags != about_->flags)
      throw DataError("the loss " + std::string(name()) + " is for" + kind(about_->labels, about_->flags) +
                      ", the targets are" + kind(labels, flags));
  }
  template <class L>
  static double call(const SmallValue& value, Rows<const float> z, const LossTargets& t, Rows<float> dz) {
    return static_cast<double>(value.template as<L>()(z, t, dz));
  }

  struct About {
    std::string_view name;
    bool labels, flags, distribution, raw;
    void (*check)(const SmallValue&, int);
    double (*total)(const SmallValue&, const LossTargets&, std::ptrdiff_t);
  };
  template <class L>
  static void check_options(const SmallValue& value, int outputs) {
    if constexpr (requires(const L& l) { l.check(outputs); }) value.template as<L>().check(outputs);
  }
  template <class L>
  static double total_of(const SmallValue& value, const LossTargets& t, std::ptrdiff_t rows) {
    if constexpr (requires(const L& l) { l.total(t, rows); }) return value.template as<L>().total(t, rows);
    else return t.total(rows);
  }
  template <class L>
  static constexpr About about{L::name,
                               L::labels,
                               requires { requires L::flags; },
                               requires { requires L::distribution; },
                               requires { requires L::raw; },
                               &check_options<L>,
                               &total_of<L>};

  SmallValue value_{};
  double (*call_)(const SmallValue&, Rows<const float>, const LossTargets&, Rows<float>) = nullptr;
  const About* about_ = nullptr;
};

}  // namespace tutti
