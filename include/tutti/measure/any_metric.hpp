// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/monitor.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/metric.hpp>
#include <tutti/measure/regression.hpp>

#include <concepts>
#include <string_view>

namespace tutti {

/// Any metric, for options fields and lists: `.metric = AUC{}`. Empty: by target, log-loss for labels and
/// flags, RMSE for numbers, the two scores that reward honest predictions; for both, lower is better.
class AnyMetric : public Monitor {
 public:
  constexpr AnyMetric() = default;
  template <class M>
    requires(!std::derived_from<M, Monitor> && Metric<M>)  // in this order: the first ends the recursion
  constexpr AnyMetric(const M& metric) : Monitor(metric) {}  // implicit: a metric is written where any is due

  /// This metric, or the one for labels, flags or numbers where it is empty.
  /// Errors   DataError when it judges another kind of target.
  AnyMetric for_targets(bool labels, bool flags = false) const {
    if (!*this) return labels || flags ? AnyMetric(LogLoss{}) : AnyMetric(RMSE{});
    check_targets(labels, flags);
    return *this;
  }

  double operator()(const Judged& j) const {
    return *this ? Monitor::operator()(j) : for_targets(!j.labels.empty(), j.flags)(j);
  }
  constexpr std::string_view name() const noexcept { return *this ? Monitor::name() : "by target"; }
};

namespace detail {
/// How many letters a column of a metric's scores takes in a table.
inline std::size_t score_width(const AnyMetric& m) noexcept { return m.name().size() + 2 < 12 ? 12 : m.name().size() + 2; }
}  // namespace detail

}  // namespace tutti
