// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/classification.hpp>
#include <tutti/measure/metric.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/measure/small_value.hpp>

#include <concepts>
#include <string>
#include <string_view>

namespace tutti {

/// Any metric, for options fields and lists: `.metric = AUC{}`. Empty: by target, log-loss for labels and
/// flags, RMSE for numbers, the two scores that reward honest predictions; for both, lower is better.
class AnyMetric {
 public:
  constexpr AnyMetric() = default;
  template <class M>
    requires(!std::same_as<M, AnyMetric> && Metric<M>)  // in this order: the first ends the recursion
  constexpr AnyMetric(const M& metric)                  // implicit: a metric is written where any is due
      : value_(metric),
        call_(&call<M>),
        name_(M::name),
        higher_is_better_(M::higher_is_better),
        labels_(M::labels),
        flags_(detail::judges_flags<M>()),
        numbers_(detail::judges_numbers<M>()),
        given_(true) {}

  constexpr explicit operator bool() const noexcept { return given_; }
  /// This metric, or the one for labels, flags or numbers where it is empty.
  /// Errors   DataError when it judges another kind of target.
  AnyMetric for_targets(bool labels, bool flags = false) const {
    if (!*this) return labels || flags ? AnyMetric(LogLoss{}) : AnyMetric(RMSE{});
    if (!(flags ? flags_ : labels ? labels_ : numbers_)) refuse(flags ? "flags" : labels ? "labels" : "numbers");
    return *this;
  }

  double operator()(const Judged& j) const {
    return given_ ? call_(value_, j) : for_targets(!j.labels.empty(), j.flags)(j);
  }
  constexpr std::string_view name() const noexcept { return name_; }
  constexpr bool higher_is_better() const noexcept { return higher_is_better_; }
  constexpr bool labels() const noexcept { return labels_; }
  bool improves(double now, double best) const noexcept {
    return tutti::improves(higher_is_better_, now, best);
  }

 private:
  template <class M>
  [[gnu::cold]] static double call(const SmallValue& value, const Judged& j) {
    return static_cast<double>(value.template as<M>()(j));
  }

  [[noreturn, gnu::cold]] void refuse(std::string_view targets) const {
    const std::string_view first = labels_ ? "labels" : flags_ ? "flags" : "numbers";
    const std::string_view more = labels_ && flags_ ? " and flags" : labels_ && numbers_ ? " and numbers" : "";
    throw DataError(detail::joined({name_, " judges ", first, more, ", the targets are ", targets}));
  }

  SmallValue value_{};
  double (*call_)(const SmallValue&, const Judged&) = nullptr;
  std::string_view name_ = "by target";
  bool higher_is_better_ = false, labels_ = false, flags_ = false, numbers_ = false, given_ = false;
};

namespace detail {
/// How many letters a column of a metric's scores takes in a table.
inline std::size_t score_width(const AnyMetric& m) noexcept { return m.name().size() + 2 < 12 ? 12 : m.name().size() + 2; }
}  // namespace detail

}  // namespace tutti
