// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/small_value.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>

namespace tutti {

struct Judged;  // measure/judged.hpp

namespace detail {
template <class M>
constexpr bool judges_flags() {
  if constexpr (requires { M::flags; }) return M::flags;
  else return false;
}
template <class M>
constexpr bool judges_numbers() {
  if constexpr (requires { M::numbers; }) return M::numbers;
  else return !M::labels && !judges_flags<M>();
}
/// What a metric says of itself; measure/metric.hpp has the whole of it.
template <class M>
concept NamedMetric = requires {
  { M::name } -> std::convertible_to<std::string_view>;
  { M::higher_is_better } -> std::convertible_to<bool>;
  { M::labels } -> std::convertible_to<bool>;
};
}  // namespace detail

/// True if score `now` is better than `best`. NaN is never better; anything is better than NaN.
inline bool improves(bool higher_is_better, double now, double best) noexcept {
  if (std::isnan(now)) return false;
  if (std::isnan(best)) return true;
  return higher_is_better ? now > best : now < best;
}

/// What early stopping goes by, as an options field: `.monitor = AUC{}`. Empty: the loss. A metric of any type, kept
/// as its bytes and one function, so that who stops early is compiled once for all metrics.
class Monitor {
 public:
  constexpr Monitor() = default;
  template <class M>
    requires(!std::derived_from<M, Monitor> && detail::NamedMetric<M>)  // in this order: the first ends the recursion
  constexpr Monitor(const M& metric)                                    // implicit: a metric is written where any is due
      : value_(metric),
        call_(&call<M>),
        name_(M::name),
        higher_is_better_(M::higher_is_better),
        labels_(M::labels),
        flags_(detail::judges_flags<M>()),
        numbers_(detail::judges_numbers<M>()) {}

  constexpr explicit operator bool() const noexcept { return labels_ || flags_ || numbers_; }  // a metric judges something
  constexpr std::string_view name() const noexcept { return name_; }
  constexpr bool higher_is_better() const noexcept { return higher_is_better_; }
  constexpr bool labels() const noexcept { return labels_; }
  bool improves(double now, double best) const noexcept { return tutti::improves(higher_is_better_, now, best); }

  /// Errors   DataError when it judges another kind of target; the loss suits all.
  void check_targets(bool labels, bool flags) const {
    if (*this && !(flags ? flags_ : labels ? labels_ : numbers_)) refuse(flags ? "flags" : labels ? "labels" : "numbers");
  }
  /// The score of what was predicted.
  /// Needs    a metric: an empty Monitor does not know the loss.
  double operator()(const Judged& judged) const { return call_(value_, judged); }

 private:
  template <class M>
  [[gnu::cold]] static double call(const SmallValue& value, const Judged& judged) {
    return static_cast<double>(value.template as<M>()(judged));
  }
  [[noreturn, gnu::cold]] void refuse(std::string_view targets) const {
    const std::string_view first = labels_ ? "labels" : flags_ ? "flags" : "numbers";
    const std::string_view more = labels_ && flags_ ? " and flags" : labels_ && numbers_ ? " and numbers" : "";
    throw DataError(detail::joined({name_, " judges ", first, more, ", the targets are ", targets}));
  }

  SmallValue value_{};
  double (*call_)(const SmallValue&, const Judged&) = nullptr;
  std::string_view name_ = "loss";
  bool higher_is_better_ = false, labels_ = false, flags_ = false, numbers_ = false;
};

/// The best score so far, look by look, and when it was.
struct BestScore {
  double score = std::numeric_limits<double>::quiet_NaN();
  int at = -1;  // the look, counted by whoever looks; before the first score that is one: -1

  /// True if `now` is better than all before.
  bool offer(const Monitor& monitor, double now, int look) noexcept {
    if (!monitor.improves(now, score)) return false;
    score = now;
    at = look;
    return true;
  }
};

}  // namespace tutti
