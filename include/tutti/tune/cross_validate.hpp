// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/default_metrics.hpp>
#include <tutti/measure/statistics.hpp>
#include <tutti/measure/truth.hpp>
#include <tutti/train/fit.hpp>

#include <cstdio>
#include <iosfwd>
#include <string>

namespace tutti {

/// The scores of every fold; prints each metric's mean, its standard deviation over folds and the folds.
struct CrossValidation {
  std::string name;                            // the composition
  Buffer<AnyMetric> metrics;
  Buffer<Buffer<double>> scores;     // by metric, then by fold

  /// The mean over folds of a metric, by its name.
  /// Errors   DataError for a metric that was not evaluated.
  double score(std::string_view metric) const {
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (metrics[m].name() == metric) return mean(scores[m]);
    throw DataError("cross-validation: no metric is called " + detail::spelled(metric));
  }
};

[[gnu::cold]] inline std::string to_string(const CrossValidation& c) {
  std::string out = c.name + ", " + std::to_string(c.scores.empty() ? 0 : c.scores.front().size()) + " folds";
  char cell[64];
  std::size_t widest = 10;
  for (const AnyMetric& m : c.metrics) widest = std::max(widest, m.name().size());
  for (std::size_t m = 0; m < c.metrics.size(); ++m) {
    const std::string_view name = c.metrics[m].name();
    std::snprintf(cell, sizeof cell, " %9.5g ± %-9.3g", mean(c.scores[m]), standard_deviation(c.scores[m]));
    out += "\n  " + std::string(name) + std::string(widest - name.size(), ' ') + cell;
    for (const double s : c.scores[m]) {
      std::snprintf(cell, sizeof cell, " %.4g", s);
      out += cell;
    }
  }
  return out;
}

template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const CrossValidation& c) {
  return out << to_string(c);
}

/// Fits the composition once for each fold, on the other folds, and judges it on the fold; whatever it does inside
/// (stacking, early stopping) sees the training rows of that fold only.
/// Cost     k fits, side by side.
/// Errors   as fit; DataError for fewer rows or groups than folds.
template <class Spec, Input X, Target Y, class... Metrics>
CrossValidation cross_validate(const Spec& spec, const Dataset<X, Y>& data, const Folds& folds, const FitOptions& options, const Metrics&... metrics) {
  CrossValidation result{type_name<Spec>(), {}, {}};
  if constexpr (error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
    check(data.rows() > 0, "cross_validate: expected data with at least one row", data.rows());
    if constexpr (sizeof...(Metrics) > 0) result.metrics = {AnyMetric(metrics).for_targets(Y::is_label, is_flags<Y>)...};
    else result.metrics = default_metrics(Y::is_label, data.outputs(), is_flags<Y>);

    const FoldPlan plan(folds, data, Random(options.seed).stream("cross-validation"));
    const Context context(options, detail::short_name<Spec>());
    const auto k = static_cast<std::size_t>(plan.k());
    result.scores.assign(result.metrics.size(), Buffer<double>(k));
    context.progress().expect(plan.k());
    parallel::with_threads(options.threads, [&] {
      parallel::for_each(plan.k(), 1, [&](std::ptrdiff_t f, std::ptrdiff_t) {
        const Context at_fold = context.repeat("fold", static_cast<int>(f));
        const auto sides = detail::sides_of(plan, static_cast<int>(f), data);
        const Dataset<X, Y>&train = sides.first, &test = sides.second;  // a lambda may not capture a structured binding
        const auto model = detail::named(at_fold, [&] {
          check(train.rows() > 0, "expected rows to learn from", train.rows());
          return fit_member(spec, train, at_fold);
        });
        Buffer<float> y(static_cast<std::size_t>(test.rows() * data.outputs()));
        const Rows<float> outputs(y.data(), test.rows(), data.outputs());
        outputs_of_rows<X, Y>(model, test, 0, outputs);
        const Truth truth(test);
        for (std::size_t m = 0; m < result.metrics.size(); ++m) result.scores[m][static_cast<std::size_t>(f)] = result.metrics[m](truth.judge(outputs));
        context.progress().finish(1, context.path());
      });
    });
  } else {
    static_assert(sizeof(Fitted<Spec, X, Y>) > 0);  // says what does not fit
  }
  return result;
}

template <class Spec, Input X, Target Y, class... Metrics>
  requires(!std::is_same_v<FitOptions, Metrics> && ...)
CrossValidation cross_validate(const Spec& spec, const Dataset<X, Y>& data, const Folds& folds = {}, const Metrics&... metrics) {
  return cross_validate(spec, data, folds, FitOptions{}, metrics...);
}

}  // namespace tutti
