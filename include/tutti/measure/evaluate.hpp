// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/describe.hpp>
#include <tutti/measure/bootstrap.hpp>
#include <tutti/measure/confusion_matrix.hpp>
#include <tutti/measure/default_metrics.hpp>
#include <tutti/measure/diversity.hpp>
#include <tutti/measure/judge.hpp>
#include <tutti/measure/member_shares.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tutti {

/// What `evaluate` adds to the scores: bootstrap intervals, see bootstrap_interval; how differently the members err, see
/// PairDiversity.
struct EvaluateOptions {
  double intervals = 0;  // 0.95: what holds 95 % of the scores on resampled rows; 0: none
  int resamples = 1000;
  std::uint64_t seed = 0;
  bool bca = false;
  bool diversity = false;
};

/// The scores of one model of a composition: the whole first, then its members, each deeper by one.
struct EvaluationLine {
  std::string name;
  int depth = 0;
  Buffer<double> scores;       // in the order of Evaluation::metrics
  double microseconds_per_row = 0;  // one row at a time, one thread
  Buffer<BootstrapInterval> intervals{};  // of the scores, where they were asked for
  Buffer<float> misses{};                 // of each row, while members are compared
  double share = std::numeric_limits<double>::quiet_NaN();  // of a weighed member: its weight, or what a gate gives it of these rows
};

/// What `evaluate` found; prints as a table.
struct Evaluation {
  std::ptrdiff_t rows = 0;
  Buffer<AnyMetric> metrics;
  Buffer<EvaluationLine> lines;
  std::optional<ConfusionMatrix> confusion;  // of the whole, for labels
  Buffer<PairDiversity> pairs{};             // of its members, or of the members of the only one, where they were asked for

  /// The whole composition's score by a metric's name.
  /// Errors   DataError for a metric that was not evaluated, or a line that is not there.
  double score(std::string_view metric, std::size_t line = 0) const {
    check(line < lines.size(), {"evaluation: expected a line below ", lines.size()}, line);
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (metrics[m].name() == metric) return lines[line].scores[m];
    throw DataError("evaluation: no metric is called " + detail::spelled(metric));
  }
};

[[gnu::cold]] inline std::string to_string(const Buffer<PairDiversity>& pairs, const Buffer<EvaluationLine>& lines) {
  const bool labels = !std::isnan(pairs[0].disagreement);
  std::string out = labels ? "\n           Q  correlation  disagreement  double fault  members" : "\n correlation of errors  members";
  char row[96];
  for (const PairDiversity& p : pairs) {
    if (labels) std::snprintf(row, sizeof row, "\n%12.3g %12.3g %13.3g %13.3g  ", p.q, p.correlation, p.disagreement, p.double_fault);
    else std::snprintf(row, sizeof row, "\n%22.3g  ", p.correlation);
    out += row + detail::shortened(lines[p.first].name, 40) + ", " + detail::shortened(lines[p.second].name, 40);
  }
  return out;
}
[[gnu::cold]] inline std::string to_string(const Evaluation& e) {
  std::size_t width = 12;
  for (const EvaluationLine& l : e.lines)
    width = std::max(width, std::min<std::size_t>(58, l.name.size() + 2 * static_cast<std::size_t>(l.depth)));
  const auto padded = [](std::string text, std::size_t to) {
    return text + std::string(text.size() < to ? to - text.size() : 0, ' ');
  };
  char cell[64];
  const bool intervals = !e.lines.empty() && !e.lines[0].intervals.empty();
  bool shares = false;
  for (const EvaluationLine& l : e.lines) shares = shares || !std::isnan(l.share);
  const auto room = [&](const AnyMetric& m) { return std::max<std::size_t>(detail::score_width(m), intervals ? 32 : 0); };
  std::string out = padded(std::to_string(e.rows) + " rows", width);
  for (const AnyMetric& m : e.metrics)
    out += std::string(room(m) - m.name().size(), ' ') + std::string(m.name());
  out += shares ? "      µs/row     share" : "      µs/row";
  for (const EvaluationLine& l : e.lines) {
    const std::string indent(2 * static_cast<std::size_t>(l.depth), ' ');
    out += '\n' + padded(indent + detail::shortened(l.name, width - indent.size()), width);
    for (std::size_t m = 0; m < l.scores.size(); ++m) {
      if (intervals) std::snprintf(cell, sizeof cell, "%s", to_string(l.intervals[m]).c_str());
      else std::snprintf(cell, sizeof cell, "%.5g", l.scores[m]);
      const std::string_view score = cell;
      out.append(room(e.metrics[m]) > score.size() ? room(e.metrics[m]) - score.size() : 1, ' ') += score;
    }
    std::snprintf(cell, sizeof cell, "%12.3g", l.microseconds_per_row);
    out += cell;
    if (std::isnan(l.share)) continue;
    std::snprintf(cell, sizeof cell, "%10.3f", l.share);
    out += cell;
  }
  return e.pairs.empty() ? out : out + to_string(e.pairs, e.lines);
}

template <class Traits> auto& operator<<(std::basic_ostream<char, Traits>& out, const Evaluation& e) {
  return out << to_string(e);
}

namespace detail {

/// Microseconds that one row takes, one at a time on one thread: the median over rows is not asked for, the
/// mean is.
template <class X, class Y, class Model>
double microseconds_per_row(const Model& model, const Dataset<X, Y>& data) {
  const std::ptrdiff_t n = std::min<std::ptrdiff_t>(data.rows(), 512);
  const WorkspaceLease lease(workspace_bytes(model, 1));
  Buffer<float> y(static_cast<std::size_t>(data.outputs()));
  const auto run = [&] {
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      const ViewOf<X> x = data.x(i);
      outputs<X, Y>(model, std::span<const ViewOf<X>>(&x, 1), Rows<float>(y.data(), 1, data.outputs()),
                    *lease);
    }
  };
  run();  // warm caches
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
         static_cast<double>(n);
}

/// What all lines are judged by; `add`, where there is one, adds intervals to the line.
struct EvaluationTask {
  const Truth& truth;
  Bootstrap bootstrap;
  void (*add)(const Evaluation&, EvaluationLine&, const Judged&, const Bootstrap&) = nullptr;
  void (*compare)(Evaluation&, const Judged&) = nullptr;  // in the end, the members
};
template <class = void>
void add_intervals(const Evaluation& e, EvaluationLine& line, const Judged& judged, const Bootstrap& options) {
  for (const AnyMetric& m : e.metrics) line.intervals.push_back(bootstrap_interval(m, judged, options));
}

/// Compares the members that stand side by side highest up.
template <class = void>
[[gnu::cold]] void compare_members(Evaluation& e, const Judged& j) {
  int depth = 0, there = 1;
  while (there == 1) {
    ++depth;
    there = 0;
    for (const EvaluationLine& l : e.lines) there += l.depth == depth;
  }
  for (std::size_t a = 0; a < e.lines.size(); ++a)
    for (std::size_t b = a + 1; b < e.lines.size(); ++b)
      if (e.lines[a].depth == depth && e.lines[b].depth == depth) {
        const Buffer<float> &one = e.lines[a].misses, &other = e.lines[b].misses;
        PairDiversity p = j.classes > 0 ? diversity_of_labels(one, other, j) : diversity_of_numbers(one, other, j);
        p.first = a, p.second = b;
        e.pairs.push_back(p);
      }
  for (EvaluationLine& l : e.lines) l.misses = {};
}

template <class Spec, class X, class Y, class Model>
void evaluate_into(Evaluation& e, const Model& model, const Dataset<X, Y>& data, const EvaluationTask& task, int depth) {
  const Buffer<float> y = all_outputs<X, Y>(model, data, data.outputs());
  const Judged judged = task.truth.judge({y.data(), data.rows(), data.outputs()});
  EvaluationLine line{type_name<Spec>(), depth, {}, microseconds_per_row(model, data)};
  for (const AnyMetric& m : e.metrics) line.scores.push_back(m(judged));
  if (task.add != nullptr) task.add(e, line, judged, task.bootstrap);
  if (task.compare != nullptr) line.misses = misses(judged);
  e.lines.push_back(std::move(line));
  if constexpr (Y::is_label)
    if (depth == 0) e.confusion = ConfusionMatrix(judged, data.schema().classes);

  Buffer<double> shares;
  std::size_t listed = 0;
  const auto member = [&]<class MemberSpec>(const auto& fitted) {
    const std::size_t at = e.lines.size();
    evaluate_into<MemberSpec>(e, fitted, data, task, depth + 1);
    if (listed < shares.size()) e.lines[at].share = shares[listed++];
  };
  const auto descend = [&](const ModelOf<Spec, X, Y>& whole) {
    if constexpr (requires { Behaviour<Spec>::each_member(whole, member); }) {
      shares = member_shares(whole, data);
      Behaviour<Spec>::each_member(whole, member);
    }
  };
  if constexpr (std::is_same_v<Model, ModelOf<Spec, X, Y>>) descend(model);
  else if constexpr (requires { model.models.front(); })  // what a head holds: of several fold models none speaks for all
    if (model.models.size() == 1) descend(model.models.front());
  if (depth == 0 && task.compare != nullptr) task.compare(e, judged);
}

template <class Spec, class X, class Y>
Evaluation evaluate_all(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, Buffer<AnyMetric> metrics,
                        const Bootstrap& bootstrap, decltype(EvaluationTask::add) add,
                        decltype(EvaluationTask::compare) compare = nullptr) {
  Evaluation e;
  if constexpr (error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
    check_judging("evaluate", model, data);
    e.rows = data.rows();
    e.metrics = std::move(metrics);
    for (AnyMetric& m : e.metrics) m = m.for_targets(Y::is_label, is_flags<Y>);
    if (e.metrics.empty()) e.metrics = default_metrics(Y::is_label, data.outputs(), is_flags<Y>);
    const Truth truth(data);
    evaluate_into<Spec>(e, model.model(), data, {truth, bootstrap, add, compare}, 0);
  }
  return e;
}

}  // namespace detail

/// Judges a fitted composition on data that it has not seen, beside each of its members: by the metrics that are given, or
/// those that suit the target. Members that are weighed have a share: their weight in a committee, or what a gate gives them of these rows.
/// Cost     one prediction of every row by the whole and by every member, on all cores; then at most 512 rows
///          one by one.
/// Errors   ShapeError for data of another width or class count; DataError for data without rows or without
///          weight.
template <class Spec, class X, class Y, class... Metrics>
Evaluation evaluate(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const Metrics&... metrics) {
  return detail::evaluate_all(model, data, Buffer<AnyMetric>{AnyMetric(metrics)...}, {}, nullptr);
}
/// The same with an interval behind each score: `evaluate(model, test, {.intervals = 0.95}, AUC{})`. All models and metrics
/// are judged on the same resampled rows, whole groups where there are groups.
/// With `.diversity = true` also how differently the members err, pair by pair: of the highest form that has several.
/// Cost     besides, `resamples` evaluations of each metric for each model, on all cores; members^2 N for their diversity.
/// Errors   as above; DataError for a level not between 0 and 1, fewer than two resamples, rows or groups.
template <class Spec, class X, class Y, class... Metrics>
Evaluation evaluate(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const EvaluateOptions& options,
                    const Metrics&... metrics) {
  const bool asked = options.intervals != 0;
  return detail::evaluate_all(model, data, Buffer<AnyMetric>{AnyMetric(metrics)...},
                              {options.resamples, options.intervals, options.seed, options.bca},
                              asked ? &detail::add_intervals<> : nullptr, options.diversity ? &detail::compare_members<> : nullptr);
}

}  // namespace tutti
