// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/describe.hpp>
#include <tutti/measure/confusion_matrix.hpp>
#include <tutti/measure/default_metrics.hpp>
#include <tutti/measure/judge.hpp>

#include <chrono>
#include <cstdio>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace tutti {

/// The scores of one model of a composition: the whole first, then its members, each deeper by one.
struct EvaluationLine {
  std::string name;
  int depth = 0;
  Buffer<double> scores;       // in the order of Evaluation::metrics
  double microseconds_per_row = 0;  // one row at a time, one thread
};

/// What `evaluate` found; prints as a table.
struct Evaluation {
  std::ptrdiff_t rows = 0;
  Buffer<AnyMetric> metrics;
  Buffer<EvaluationLine> lines;
  std::optional<ConfusionMatrix> confusion;  // of the whole, for labels

  /// The whole composition's score by a metric's name.
  /// Errors   DataError for a metric that was not evaluated, or a line that is not there.
  double score(std::string_view metric, std::size_t line = 0) const {
    check(line < lines.size(), {"evaluation: expected a line below ", lines.size()}, line);
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (metrics[m].name() == metric) return lines[line].scores[m];
    throw DataError("evaluation: no metric is called " + detail::spelled(metric));
  }
};

[[gnu::cold]] inline std::string to_string(const Evaluation& e) {
  std::size_t width = 12;
  for (const EvaluationLine& l : e.lines)
    width = std::max(width, std::min<std::size_t>(58, l.name.size() + 2 * static_cast<std::size_t>(l.depth)));
  const auto padded = [](std::string text, std::size_t to) {
    return text + std::string(text.size() < to ? to - text.size() : 0, ' ');
  };
  char cell[64];
  std::string out = padded(std::to_string(e.rows) + " rows", width);
  for (const AnyMetric& m : e.metrics)
    out += std::string(detail::score_width(m) - m.name().size(), ' ') + std::string(m.name());
  out += "      µs/row";
  for (const EvaluationLine& l : e.lines) {
    const std::string indent(2 * static_cast<std::size_t>(l.depth), ' ');
    out += '\n' + padded(indent + detail::shortened(l.name, width - indent.size()), width);
    for (std::size_t m = 0; m < l.scores.size(); ++m) {
      std::snprintf(cell, sizeof cell, "%*.5g", static_cast<int>(detail::score_width(e.metrics[m])), l.scores[m]);
      out += cell;
    }
    std::snprintf(cell, sizeof cell, "%12.3g", l.microseconds_per_row);
    out += cell;
  }
  return out;
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

template <class Spec, class X, class Y, class Model>
void evaluate_into(Evaluation& e, const Model& model, const Dataset<X, Y>& data, const Truth& truth,
                   int depth) {
  const Buffer<float> y = all_outputs<X, Y>(model, data, data.outputs());
  const Judged judged = truth.judge({y.data(), data.rows(), data.outputs()});
  EvaluationLine line{type_name<Spec>(), depth, {}, microseconds_per_row(model, data)};
  for (const AnyMetric& m : e.metrics) line.scores.push_back(m(judged));
  e.lines.push_back(std::move(line));
  if constexpr (Y::is_label)
    if (depth == 0) e.confusion = ConfusionMatrix(judged, data.schema().classes);

  const auto member = [&]<class MemberSpec>(const auto& fitted) {
    evaluate_into<MemberSpec>(e, fitted, data, truth, depth + 1);
  };
  if constexpr (requires { Behaviour<Spec>::each_member(model, member); })
    Behaviour<Spec>::each_member(model, member);
}

}  // namespace detail

/// Judges a fitted composition on data that it has not seen, beside each of its members.
/// Cost     one prediction of every row by the whole and by every member, on all cores; then at most 512 rows
///          one by one.
/// Errors   ShapeError for data of another width or class count; DataError for data without rows or without
///          weight.
template <class Spec, class X, class Y, class... Metrics>
Evaluation evaluate(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data, const Metrics&... metrics) {
  Evaluation e;
  if constexpr (error::composition_fits<DiagnosisOf<Spec, X, Y>>) {
    detail::check_judging("evaluate", model, data);
    e.rows = data.rows();
    if constexpr (sizeof...(Metrics) > 0) e.metrics = {AnyMetric(metrics).for_targets(Y::is_label, is_flags<Y>)...};
    else e.metrics = default_metrics(Y::is_label, data.outputs(), is_flags<Y>);
    const Truth truth(data);
    detail::evaluate_into<Spec>(e, model.model(), data, truth, 0);
  }
  return e;
}

}  // namespace tutti
