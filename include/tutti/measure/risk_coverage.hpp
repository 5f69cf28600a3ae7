// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>
#include <tutti/measure/judged.hpp>

#include <cstdio>
#include <iosfwd>
#include <limits>
#include <string>

namespace tutti {

/// Answering only where the confidence is at least this: the share of the rows that are answered, and how many of those answers
/// are wrong.
struct RiskPoint {
  double confidence = 0, coverage = 0, risk = 0;
};

/// The curve from few sure answers to all of them, and the area under it; prints as a table of ten coverages.
struct RiskCoverage {
  Buffer<RiskPoint> points{};  // coverage ascends
  double area = 0;

  /// The largest coverage whose risk is at most this, from the point where that holds; coverage 0 and an infinite confidence where none is.
  RiskPoint at_risk(double most) const noexcept {
    RiskPoint best{std::numeric_limits<double>::infinity(), 0, 0};
    for (const RiskPoint& p : points)
      if (p.risk <= most) best = p;
    return best;
  }
  /// The least coverage of at least this share; the last point where rounding leaves none.
  RiskPoint at_coverage(double least) const noexcept {
    for (const RiskPoint& p : points)
      if (p.coverage >= least - 1e-12) return p;
    return points.back();
  }
};

namespace detail {

struct Answer {
  double confidence = 0, weight = 0;
  bool wrong = false;
};
/// Rows of the same confidence are answered together.
template <class = void>
[[gnu::cold]] RiskCoverage risk_coverage_of(const Buffer<Answer>& answers) {
  SortKeys order(answers.size());
  double all = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    order[i] = {ordered(-answers[i].confidence), static_cast<RowIndex>(i)};
    all += answers[i].weight;
  }
  sort_keys(order);
  RiskCoverage curve;
  double answered = 0, wrong = 0, before = 0;
  for (std::size_t i = 0; i < order.size();) {
    const double confidence = answers[order[i].second].confidence;
    for (; i < order.size() && answers[order[i].second].confidence == confidence; ++i) {
      const Answer& a = answers[order[i].second];
      answered += a.weight;
      wrong += a.wrong ? a.weight : 0;
    }
    curve.points.push_back({confidence, answered / all, wrong / answered});
    curve.area += (answered - before) / all * curve.points.back().risk;
    before = answered;
  }
  return curve;
}

}  // namespace detail

/// Of every confidence, the probability of the class that is predicted, how many rows reach it and how many of them are wrong. The area is
/// sum (c_i - c_(i-1)) r_i over the points of coverage c and risk r: the mean risk over all coverages, 0 at best, at random the error rate.
/// Rows of weight 0 do not count.
/// Cost     one sort.
/// Errors   DataError, ShapeError as checked_labels; DataError where an output is NaN.
/// Source   El-Yaniv, Wiener, On the foundations of noise-free selective classification, JMLR 11 (2010); the area: Geifman, Uziel,
///          El-Yaniv, Bias-reduced uncertainty estimation for deep neural classifiers (2019).
[[gnu::cold]] inline RiskCoverage risk_coverage(const Judged& j) {
  checked_labels(j);
  check(!has_nan(j), "risk and coverage: expected probabilities that are numbers", std::numeric_limits<double>::quiet_NaN());
  Buffer<detail::Answer> answers;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (const double w = j.weight_of(i); w > 0)
      answers.push_back({static_cast<double>(j.outputs(i, j.predicted(i))), w, j.predicted(i) != j.label(i)});
  return detail::risk_coverage_of(answers);
}

/// The area under the curve of risk and coverage, see risk_coverage. NaN when an output is NaN.
struct AURC {
  static constexpr const char* name = "AURC";
  static constexpr bool higher_is_better = false, labels = true;

  double operator()(const Judged& j) const {
    checked_labels(j);
    return has_nan(j) ? std::numeric_limits<double>::quiet_NaN() : risk_coverage(j).area;
  }
};

[[gnu::cold]] inline std::string to_string(const RiskCoverage& curve) {
  std::string out = "coverage  confidence        risk";
  char line[96];
  for (int tenth = 1; tenth <= 10; ++tenth) {
    const RiskPoint p = curve.at_coverage(0.1 * tenth);
    std::snprintf(line, sizeof line, "\n%8.4g  %10.4g  %10.4g", p.coverage, p.confidence, p.risk);
    out += line;
  }
  std::snprintf(line, sizeof line, "\narea %.5g", curve.area);
  return out += line;
}
template <class Traits> auto& operator<<(std::basic_ostream<char, Traits>& out, const RiskCoverage& curve) {
  return out << to_string(curve);
}

}  // namespace tutti
