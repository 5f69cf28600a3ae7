// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/core/buffer.hpp>
#include <tutti/core/percentile.hpp>
#include <tutti/measure/bootstrap.hpp>
#include <tutti/measure/truth.hpp>
#include <tutti/train/fit.hpp>

#include <cstdio>
#include <string>

namespace tutti {

struct LeakAlarmOptions {
  AnyMetric metric{};        // empty: log-loss for labels and flags, RMSE for numbers
  float hold_out = 0.3f;     // the share of the rows that nobody sees before the end
  FitOptions fit{};          // with .folds.forward the latest rows are held out
  Bootstrap bootstrap{.resamples = 1000, .level = 0.99};
};

/// How a composition looks out of fold, and how it does on rows that were held out before everything.
struct LeakAlarm {
  std::string name;        // the composition
  std::string metric;
  double out_of_fold = 0;  // the score that heads, and whoever chooses by it, go by
  double held_out = 0;     // of the model that was fitted on all other rows
  double gap = 0;          // by how much the first looks better than the second
  double low = 0, high = 0;  // an interval for the gap
  bool rings() const noexcept { return low > 0; }
};

/// "Stack<...>: log-loss 0.02 out of fold, 0.81 held out; gap 0.79 [0.71, 0.88]: LEAKS"
[[gnu::cold]] inline std::string to_string(const LeakAlarm& a) {
  char text[160];
  std::snprintf(text, sizeof text, " %.4g out of fold, %.4g held out; gap %.3g [%.3g, %.3g]", a.out_of_fold, a.held_out, a.gap, a.low, a.high);
  return a.name + ": " + a.metric + text + (a.rings() ? ": LEAKS" : "");
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const LeakAlarm& a) {
  return out << to_string(a);
}

namespace detail {

/// Scores of resamples of the rows, groups as a whole.
template <class On = parallel::Backend>
Buffer<double> resampled_scores(const AnyMetric& metric, const Judged& j, const Bootstrap& how, std::string_view stream) {
  const DrawnUnits all(j);
  check(all.size() >= 2, "leak_alarm: expected at least two rows or groups on either side", all.size());
  const Random random = Random(how.seed).stream(stream);
  return scores_of_choices<On>(metric, j, how.resamples, [&](std::ptrdiff_t n, JudgedRows& chosen) {
    Random draw = random.stream(static_cast<std::uint64_t>(n));
    for (std::ptrdiff_t u = 0; u < all.size(); ++u)
      chosen.append(j, all.unit(draw.below(static_cast<std::uint32_t>(all.size()))), u);
  });
}

/// The gap between two scores of different rows. The rows of either side are drawn anew, apart from each other.
template <class = void>
[[gnu::cold]] void measure_gap(LeakAlarm& alarm, const AnyMetric& metric, const Judged& out_of_fold, const Judged& held_out,
                               const Bootstrap& how) {
  const double sign = metric.higher_is_better() ? 1 : -1;
  alarm.metric = metric.name();
  alarm.out_of_fold = metric(out_of_fold);
  alarm.held_out = metric(held_out);
  alarm.gap = sign * (alarm.out_of_fold - alarm.held_out);
  Buffer<double> gaps = resampled_scores<>(metric, out_of_fold, how, "out of fold");
  const Buffer<double> others = resampled_scores<>(metric, held_out, how, "held out");
  for (std::size_t n = 0; n < gaps.size(); ++n) gaps[n] = sign * (gaps[n] - others[n]);
  const Buffer<double> sorted = sorted_defined(gaps);
  check(sorted.size() >= 2, {"leak_alarm: expected ", metric.name(), " to be defined on resamples of both sides"}, sorted.size());
  const double tail = (1 - how.level) / 2;
  alarm.low = percentile(sorted, tail);
  alarm.high = percentile(sorted, 1 - tail);
}

/// Options for some of the rows: a plan of the user's own speaks of all of them.
[[gnu::cold]] inline FitOptions options_for(FitOptions options, const Buffer<RowIndex>& rows, std::ptrdiff_t all) {
  if (options.folds.assignment.empty()) return options;
  check(std::ssize(options.folds.assignment) == all, {"folds: expected an assignment for each of ", all, " rows"},
        options.folds.assignment.size());
  Buffer<int> some;
  for (const RowIndex i : rows) some.push_back(options.folds.assignment[i]);
  options.folds.assignment = std::move(some);
  return options;
}

/// The composition cross-fitted and fitted on `rows`, both judged.
template <class Spec, class X, class Y>
LeakAlarm compare_sides(const Spec& spec, const Dataset<X, Y>& rows, const Dataset<X, Y>& slice, const FitOptions& how,
                        const LeakAlarmOptions& options) {
  const AnyMetric metric = options.metric.for_targets(Y::is_label, is_flags<Y>);
  LeakAlarm alarm{.name = type_name<Spec>(), .metric = {}};
  const Context context = root_context<Spec>(rows, how);
  parallel::with_threads(how.threads, [&] {
    const auto learned = learn(spec, rows, context, Want{.model = true, .out_of_fold = true});
    Buffer<RowIndex> covered;
    for (std::ptrdiff_t i = 0; i < rows.rows(); ++i)
      if (learned.out_of_fold->covers(i)) covered.push_back(static_cast<RowIndex>(i));
    Buffer<float> y(static_cast<std::size_t>(slice.rows() * slice.outputs()));
    const Rows<float> outputs(y.data(), slice.rows(), slice.outputs());
    outputs_of_rows<X, Y>(*learned.model, slice, 0, outputs);
    const Truth truth(rows), held_out(slice);
    const JudgedRows crossed(truth.judge(learned.out_of_fold->values()), covered);
    measure_gap<>(alarm, metric, crossed.judged(), held_out.judge(outputs), options.bootstrap);
  });
  return alarm;
}

/// compare(rows to learn from, the slice, options for the former), once all options are checked.
template <class X, class Y, class Compare>
LeakAlarm with_slice(const Dataset<X, Y>& data, const LeakAlarmOptions& options, Compare&& compare) {
  check(data.rows() > 0, "leak_alarm: expected data with at least one row", data.rows());
  check(options.bootstrap.resamples >= 2, "resamples: expected at least two", options.bootstrap.resamples);
  check_level(options.bootstrap.level);
  (void)options.metric.for_targets(Y::is_label, is_flags<Y>);
  const Folds& folds = options.fit.folds;
  const auto sides = hold_out(data, static_cast<double>(options.hold_out), folds.stratified, folds.forward,
                              Random(options.fit.seed).stream("leak alarm"));
  return compare(data.subset(sides.first).session(), data.subset(sides.second), options_for(options.fit, sides.first, data.rows()));
}

}  // namespace detail

/// Whether the out-of-fold score of a composition is honest, as far as rows can tell that nothing has touched: a slice is
/// held out before everything, the rest is cross-fitted as a head would, and the out-of-fold score is compared with the score
/// on the slice of the model that was fitted on all the rest. rings(): the whole bootstrap interval of the gap lies above 0.
/// It finds what types cannot: members that remember rows past their folds. What has reached the slice as well it cannot
/// find: copies of rows that no group or id tells, inputs that were made of targets before the data came here.
/// An honest gap lies a little below 0, since out of fold fewer rows have taught. What cheap cross-fitting leaves in the
/// predictions of a head (`.fit.nested` removes it) rings where it is large.
/// Cost     k + 1 fits of the members (members x k more with .fit.nested), and `resamples` evaluations of either side.
/// Errors   as fit; DataError for a metric of other targets, fewer than two rows or groups on a side, a metric that is not
///          defined there.
template <class Spec, Input X, Target Y>
LeakAlarm leak_alarm(const Spec& spec, const Dataset<X, Y>& data, const LeakAlarmOptions& options = {}) {
  if constexpr (error::composition_fits<DiagnosisOf<Spec, X, Y>>)
    return detail::with_slice(data, options, [&](const Dataset<X, Y>& rows, const Dataset<X, Y>& slice, const FitOptions& how) {
      return detail::compare_sides(spec, rows, slice, how, options);
    });
  else static_assert(sizeof(Fitted<Spec, X, Y>) > 0);  // says what does not fit
}

/// The same for a composition that is to learn from prepared rows: the transform is fitted on all rows but the slice, before the
/// folds are cut, as one does who prepares a table first. Where that has put targets into inputs, it rings.
template <class Transform, class Spec, Input X, Target Y>
LeakAlarm leak_alarm(const Transform& prepared_by, const Spec& spec, const Dataset<X, Y>& data, const LeakAlarmOptions& options = {}) {
  using Chain = Cascade<Transform, Spec>;
  if constexpr (error::composition_fits<DiagnosisOf<Chain, X, Y>>) {
    using Z = typename Behaviour<Chain>::template Z<X>;
    return detail::with_slice(data, options, [&](const Dataset<X, Y>& rows, const Dataset<X, Y>& slice, const FitOptions& how) {
      const Context context(how, detail::short_name<Transform>());
      const auto fitted = detail::named(context, [&] { return prepared_by.fit(rows, context); });
      const auto prepared = [&](const Dataset<X, Y>& side) {
        return side.template with_inputs<Z>(
            std::make_shared<const typename Z::Storage>(fitted.width(), detail::transformed_rows(fitted, side)),
            detail::transformed_columns(fitted, side.schema().columns));
      };
      return detail::compare_sides(spec, prepared(rows), prepared(slice), how, options);
    });
  } else {
    static_assert(sizeof(Fitted<Chain, X, Y>) > 0);
  }
}

}  // namespace tutti
