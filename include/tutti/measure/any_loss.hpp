// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/measure/loss.hpp>
#include <tutti/measure/small_value.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace tutti {

/// Any loss, for options fields: `.loss = CrossEntropy{}`. Empty: by target, cross-entropy for labels, MSE
/// for numbers.
class AnyLoss {
 public:
  constexpr AnyLoss() = default;
  template <class L>
    requires(!std::same_as<L, AnyLoss> && Loss<L>)  // in this order: the first ends the recursion
  constexpr AnyLoss(const L& loss)                  // implicit: a loss is written where any is due
      : value_(loss),
        in_float_(&call<L, float>),
        in_double_(&call<L, double>),
        name_(L::name),
        labels_(L::labels),
        given_(true) {}

  constexpr explicit operator bool() const noexcept { return given_; }
  /// This loss, or the one for labels or numbers where it is empty.
  /// Errors   DataError when it is for the other kind of target.
  AnyLoss for_targets(bool labels) const {
    if (!*this) return labels ? AnyLoss(CrossEntropy{}) : AnyLoss(MSE{});
    if (labels != labels_) {
      const char* why = labels_ ? " is for labels, the targets are numbers"
                                : " is for numbers, the targets are labels";
      throw DataError("the loss " + std::string(name_) + why);
    }
    return *this;
  }
  constexpr std::string_view name() const noexcept { return name_; }

  /// As of the loss itself.
  /// Needs    a loss: what for_targets returns, never an empty AnyLoss.
  double operator()(Rows<const float> z, const LossTargets& t, Rows<float> dz) const {
    return in_float_(value_, z, t, dz);
  }
  double operator()(Rows<const double> z, const LossTargets& t, Rows<double> dz) const {
    return in_double_(value_, z, t, dz);
  }

 private:
  template <class T>
  using Call = double (*)(const SmallValue&, Rows<const T>, const LossTargets&, Rows<T>);
  template <class L, class T>
  static double call(const SmallValue& value, Rows<const T> z, const LossTargets& t, Rows<T> dz) {
    return static_cast<double>(value.template as<L>()(z, t, dz));
  }

  SmallValue value_{};
  Call<float> in_float_ = nullptr;
  Call<double> in_double_ = nullptr;
  std::string_view name_ = "by target";
  bool labels_ = false, given_ = false;
};

}  // namespace tutti
