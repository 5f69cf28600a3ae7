// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/column_information.hpp>
#include <tutti/model/column_values.hpp>
#include <tutti/model/select_best.hpp>

namespace tutti {

namespace detail {

/// The weighted sums of each column for each class, of x - centre; and the weight of each class.
struct SumsByClass {
  Buffer<double> sum{};  // (width, classes)
  Buffer<double> weight{};
};
inline SumsByClass class_sums(const RowSource& rows, const Buffer<double>& target, std::size_t classes,
                            const Buffer<double>& centre) {
  const auto width = static_cast<std::size_t>(rows.width);
  SumsByClass s{Buffer<double>(width * classes), Buffer<double>(classes)};
  Buffer<float> row(width);
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto k = static_cast<std::size_t>(target[i]);
    const double w = rows.weight[i];
    rows.read(static_cast<std::ptrdiff_t>(i), row.data());
    s.weight[k] += w;
    for (std::size_t j = 0; j < width && w > 0; ++j)
      s.sum[j * classes + k] += w * (static_cast<double>(row[j]) - centre[j]);
  }
  return s;
}

/// F of the classes' means: between / (classes - 1) over within / (n - classes). Classes without weight do not count.
inline Buffer<double> f_of_classes(const RowSource& rows, const Buffer<double>& target, std::size_t classes,
                                   const Moments& m) {
  const SumsByClass s = class_sums(rows, target, classes, m.mean);
  double present = 0;
  for (const double w : s.weight) present += w > 0;
  Buffer<double> f(m.mean.size());
  for (std::size_t j = 0; j < f.size(); ++j) {
    double between = 0;
    for (std::size_t k = 0; k < classes; ++k)
      if (s.weight[k] > 0) between += s.sum[j * classes + k] * s.sum[j * classes + k] / s.weight[k];
    const double within = std::max(0.0, m.variance[j] * rows.total - between);
    f[j] = m.variance[j] > 0 ? between / (present - 1) / (within / (rows.total - present))
                             : std::numeric_limits<double>::quiet_NaN();
  }
  return f;
}

/// F of a simple regression: r^2 / (1 - r^2) (n - 2).
inline Buffer<double> f_of_numbers(const RowSource& rows, const Buffer<double>& target, const Moments& m) {
  Buffer<double> both(m.mean.size()), f(m.mean.size());
  Buffer<float> row(m.mean.size());
  double mean = 0, variance = 0;
  for (std::size_t i = 0; i < target.size(); ++i) mean += rows.weight[i] / rows.total * target[i];
  for (std::size_t i = 0; i < target.size(); ++i) {
    const double w = rows.weight[i] / rows.total, d = target[i] - mean;
    variance += w * d * d;
    rows.read(static_cast<std::ptrdiff_t>(i), row.data());
    for (std::size_t j = 0; j < both.size() && w > 0; ++j)
      both[j] += w * d * (static_cast<double>(row[j]) - m.mean[j]);
  }
  for (std::size_t j = 0; j < f.size(); ++j) {
    const double r2 = both[j] * both[j] / (m.variance[j] * variance);
    f[j] = r2 == r2 ? r2 / std::max(0.0, 1 - r2) * (rows.total - 2) : 0.0;
  }
  return f;
}

/// Chi-squared between the sums of a column in the classes and their share in all.
inline Buffer<double> chi2_of_classes(const RowSource& rows, const Buffer<double>& target,
                                      std::size_t classes) {
  const auto width = static_cast<std::size_t>(rows.width);
  const SumsByClass s = class_sums(rows, target, classes, Buffer<double>(width));
  Buffer<double> chi2(width);
  for (std::size_t j = 0; j < width; ++j) {
    double all = 0;
    for (std::size_t k = 0; k < classes; ++k) all += s.sum[j * classes + k];
    for (std::size_t k = 0; k < classes; ++k) {
      const double expected = all * s.weight[k] / rows.total, d = s.sum[j * classes + k] - expected;
      if (s.weight[k] > 0) chi2[j] += d * d / expected;
    }
  }
  return chi2;
}

/// Columns that are judged, from the worst score to the best; a column without a score comes first, of equals the first.
struct RankedColumns {
  Buffer<std::size_t> column{};
  Buffer<double> score{};

  RankedColumns(const Buffer<double>& scores, const Buffer<std::uint8_t>& acts) {
    const auto known = [](double s) { return s == s ? s : std::numeric_limits<double>::lowest(); };
    SortKeys keys;
    for (std::size_t j = 0; j < acts.size(); ++j)
      if (acts[j] != 0) keys.emplace_back(ordered(known(scores[j])), static_cast<RowIndex>(j));
    sort_keys(keys);
    for (const auto& key : keys) {
      column.push_back(key.second);
      score.push_back(known(scores[key.second]));
    }
  }
  /// The score that a percentile of the columns is above.
  double least(double percentile) const {
    SortedColumn all{score, {}};
    for (std::size_t i = 0; i < score.size(); ++i) all.upto.push_back(static_cast<double>(i + 1));
    return all.quantile((100 - percentile) / 100);
  }
};

/// Marks of the columns that are kept: those that are not judged, and the best.
inline Buffer<std::uint8_t> best_columns(const SelectBest& spec, const Buffer<double>& scores,
                                         const Buffer<std::uint8_t>& acts) {
  const RankedColumns ranked(scores, acts);
  const std::size_t n = ranked.column.size();
  Buffer<std::uint8_t> kept(acts.size());
  for (std::size_t j = 0; j < acts.size(); ++j) kept[j] = acts[j] == 0;
  if (spec.percentile > 0 && spec.percentile < 100 && n > 0) {
    const double least = ranked.least(spec.percentile);
    auto left = static_cast<std::size_t>(static_cast<double>(n) * spec.percentile / 100);
    for (std::size_t i = n; i > 0 && ranked.score[i - 1] > least; --i) {
      kept[ranked.column[i - 1]] = 1;
      left -= left > 0;
    }
    for (std::size_t i = 0; i < n && left > 0; ++i)
      if (ranked.score[i] == least) kept[ranked.column[i]] = 1, --left;
  } else {
    const std::size_t most = spec.percentile > 0 ? n : std::min(n, static_cast<std::size_t>(spec.k));
    for (std::size_t i = n - most; i < n; ++i) kept[ranked.column[i]] = 1;
  }
  return kept;
}

/// The columns that are judged by their mutual information, and those of them that are classes.
struct InformationColumns {
  Buffer<std::uint8_t> judged, discrete;

  InformationColumns(const SelectBest& spec, const Preparation& on) : judged(on.acts()), discrete(judged.size()) {
    for (std::size_t j = 0; j < judged.size(); ++j)
      if (on.described(j).kind == ColumnKind::categorical) judged[j] = discrete[j] = 1;
    for (const int j : spec.discrete) {
      on.expect(j >= 0 && j < on.rows.width, {"expected discrete columns below ", on.rows.width, ", got ", j});
      judged[static_cast<std::size_t>(j)] = discrete[static_cast<std::size_t>(j)] = 1;
    }
  }
};

/// The score of each column; `classes` is 0 for numbers.
inline Buffer<double> scores_of(const SelectBest& spec, const Preparation& on, const Buffer<double>& target,
                                std::size_t classes) {
  const Moments m = checked_moments(on.rows, on.path, on.name, {});
  if (spec.score == Score::f)
    return classes > 0 ? f_of_classes(on.rows, target, classes, m) : f_of_numbers(on.rows, target, m);
  on.expect(classes > 0, {"expected labels for chi2, got numbers"});
  const Buffer<double> least = on.extremes().least;
  const Buffer<std::uint8_t> acts = on.acts();
  for (std::size_t j = 0; j < acts.size(); ++j)
    on.expect(acts[j] == 0 || least[j] >= 0, {"expected numbers of 0 or more for chi2, got ", least[j],
                                              " in column ", column_called(on.schema, j)});
  return chi2_of_classes(on.rows, target, classes);
}

template <class = void>
[[gnu::cold]] SelectedColumns fitted_selection(const SelectBest& spec, const Preparation& on,
                                               const Buffer<double>& target, std::size_t classes,
                                               const Random& random) {
  on.expect(spec.percentile >= 0 && spec.percentile <= 100,
            {"expected a percentile from 0 to 100, got ", spec.percentile});
  on.expect(spec.percentile > 0 || spec.k >= 1, {"expected k of 1 or more, got ", spec.k});
  SelectedColumns s{on.rows.width, {}, {}};
  Buffer<std::uint8_t> acts = on.acts();
  if (spec.score == Score::mutual_information) {
    const InformationColumns columns(spec, on);
    acts = columns.judged;
    s.scores = column_information<>(on, acts, columns.discrete, target, classes > 0, spec.neighbours, random);
  } else {
    s.scores = scores_of(spec, on, target, classes);
  }
  const Buffer<std::uint8_t> kept = best_columns(spec, s.scores, acts);
  for (std::size_t j = 0; j < acts.size(); ++j) {
    if (acts[j] == 0) s.scores[j] = std::numeric_limits<double>::quiet_NaN();
    if (kept[j] != 0) s.of.push_back(static_cast<std::int32_t>(j));
  }
  on.expect(!s.of.empty(), {"expected at least one column to keep, got none of ", acts.size()});
  return s;
}

}  // namespace detail

template <class X, class Y>
  requires(Y::width == 1)
SelectBest::Model SelectBest::fit(const Dataset<X, Y>& data, const Context& context)
const {
  Buffer<double> target(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < target.size(); ++i)
    target[i] = static_cast<double>(data.target(static_cast<std::ptrdiff_t>(i))[0]);
  const RowSource rows = row_source(data);
  const std::size_t classes = Y::is_label ? static_cast<std::size_t>(data.outputs()) : 0;
  return detail::fitted_selection<>(*this, {rows, data.schema(), context.path(), "SelectBest"}, target,
                                  classes, context.random("noise"));
}

}  // namespace tutti
