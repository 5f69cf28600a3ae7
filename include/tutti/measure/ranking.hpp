// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/units.hpp>
#include <tutti/measure/judged.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

/// Metrics of rankings: the rows of one group are what one query is answered with, ordered by the number predicted. The
/// relevance is the true number; of labels it is the class, and the score its expectation sum k p_k: with two classes the
/// probability of class 1. A query counts with the mean weight of its rows that count.
/// Cost     N log N.
/// Errors   DataError, ShapeError as checked_labels, checked_numbers; DataError for rows without groups, a relevance that is
///          negative or not finite; ShapeError for several numbers in a row. NaN when an output is NaN.
namespace tutti {

/// What a relevance r is worth.
enum class Gain {
  linear,      // r
  exponential  // 2^r - 1
};

namespace detail {

/// A row of a query, and what a query's score may ask for.
struct Ranked {
  double score, relevance;
};
struct RankOptions {
  int k = 0;
  Gain gain = Gain::linear;
};
using QueryScore = double (*)(const Buffer<Ranked>& rows, const RankOptions& options);

inline double score_of(const Judged& j, std::ptrdiff_t i) noexcept {
  if (j.labels.empty()) return j.outputs(i, 0);
  double sum = 0;
  for (std::ptrdiff_t k = 1; k < j.outputs.width(); ++k) sum += static_cast<double>(k) * static_cast<double>(j.outputs(i, k));
  return sum;
}
inline double relevance_of(const Judged& j, std::ptrdiff_t i) noexcept {
  return j.labels.empty() ? static_cast<double>(j.number(i, 0)) : j.label(i);
}

inline void check_queries(const Judged& j) {
  check(!j.group.empty(), "expected data with a group for each row, the query that it answers", "none");
  check(std::ssize(j.group) == j.rows(), {"expected ", j.rows(), " groups"}, j.group.size());
  if (!j.labels.empty()) {
    checked_labels(j);
    return;
  }
  checked_numbers(j);
  check<ShapeError>(j.outputs.width() == 1, "expected one number in a row to rank by", j.outputs.width());
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0)
      check(j.number(i, 0) >= 0 && std::isfinite(j.number(i, 0)), {"row ", i, ": expected a relevance that is finite and not negative"},
            j.number(i, 0));
}

/// The rows of a query by falling score, those tied by row.
inline Buffer<Ranked> ranked(const Judged& j, std::span<const SortKeys::value_type> rows) {
  SortKeys order(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n)
    order[n] = {ordered(-score_of(j, rows[n].second)), rows[n].second};
  sort_keys(order);
  Buffer<Ranked> query(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) query[n] = {score_of(j, order[n].second), relevance_of(j, order[n].second)};
  return query;
}

/// The weighted mean of a score over the queries: what all metrics of rankings have in common.
inline double mean_over_queries(const Judged& j, QueryScore score, const RankOptions& options = {}) {
  check_queries(j);
  check(options.k >= 0, "k: expected 0 (all rows) or more", options.k);
  if (has_nan(j)) return std::numeric_limits<double>::quiet_NaN();
  SortKeys rows;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
    if (j.weight_of(i) > 0) rows.push_back({j.group[static_cast<std::size_t>(i)], static_cast<RowIndex>(i)});
  sort_keys(rows);
  double sum = 0, of = 0;
  for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
    double weight = 0;
    for (; next < rows.size() && rows[next].first == rows[first].first; ++next) weight += j.weight_of(rows[next].second);
    const std::span<const SortKeys::value_type> query(rows.data() + first, next - first);
    weight /= static_cast<double>(query.size());
    sum += weight * score(ranked(j, query), options);
    of += weight;
  }
  return sum / of;
}

/// sum of gain / log2(1 + rank) down to rank k; rows of one score share the discounts of their ranks.
inline double discounted_gain(const Buffer<Ranked>& rows, const RankOptions& options) {
  const std::size_t k = options.k > 0 ? static_cast<std::size_t>(options.k) : rows.size();
  double sum = 0;
  for (std::size_t first = 0, next = 0; first < std::min(k, rows.size()); first = next) {
    double gain = 0, discount = 0;
    for (; next < rows.size() && rows[next].score == rows[first].score; ++next) {
      gain += options.gain == Gain::linear ? rows[next].relevance : std::exp2(rows[next].relevance) - 1;
      if (next < k) discount += 1 / std::log2(static_cast<double>(next) + 2);
    }
    sum += gain / static_cast<double>(next - first) * discount;
  }
  return sum;
}
inline double normalized_gain(const Buffer<Ranked>& rows, const RankOptions& options) {
  SortKeys order(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) order[n] = {ordered(-rows[n].relevance), static_cast<RowIndex>(n)};
  sort_keys(order);
  Buffer<Ranked> ideal(rows.size());
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const double r = rows[order[n].second].relevance;
    ideal[n] = {r, r};
  }
  const double best = discounted_gain(ideal, options);
  return best > 0 ? discounted_gain(rows, options) / best : 0;
}

}  // namespace detail

/// Discounted cumulative gain: the sum of gain(r) / log2(1 + rank) over the first k rows of a query (0: all), tied rows
/// sharing the discounts of their ranks; the mean over the queries.
/// Source   Jarvelin and Kekalainen, Cumulated gain-based evaluation of IR techniques (2002); McSherry and Najork,
///          Computing information retrieval performance measures efficiently in the presence of tied scores (2008);
///          scikit-learn 1.2, dcg_score, where each row of a matrix is a query.
struct DCG {
  static constexpr const char* name = "DCG";
  static constexpr bool higher_is_better = true, labels = true, numbers = true;

  int k = 0;
  Gain gain = Gain::linear;

  double operator()(const Judged& j) const { return detail::mean_over_queries(j, &detail::discounted_gain, {k, gain}); }
};

/// DCG of a query divided by that of the best order; 0 for a query without a relevant row; the mean over the queries.
/// Source   scikit-learn 1.2, ndcg_score, with linear gains.
struct NDCG {
  static constexpr const char* name = "NDCG";
  static constexpr bool higher_is_better = true, labels = true, numbers = true;

  int k = 0;
  Gain gain = Gain::linear;

  double operator()(const Judged& j) const { return detail::mean_over_queries(j, &detail::normalized_gain, {k, gain}); }
};

/// Mean average precision: a query's average precision is the mean, over its relevant rows (relevance above 0), of the share
/// of relevant rows among those that score at least as high; 0 for a query without one; the mean over the queries.
/// Source   scikit-learn 1.2, average_precision_score of each query.
struct MAP {
  static constexpr const char* name = "MAP";
  static constexpr bool higher_is_better = true, labels = true, numbers = true;

  double operator()(const Judged& j) const { return detail::mean_over_queries(j, &of_query); }

 private:
  static double of_query(const Buffer<detail::Ranked>& rows, const detail::RankOptions&) {
    double sum = 0, relevant = 0;
    for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
      const double before = relevant;
      for (; next < rows.size() && rows[next].score == rows[first].score; ++next) relevant += rows[next].relevance > 0;
      sum += (relevant - before) * (relevant / static_cast<double>(next));
    }
    return relevant > 0 ? sum / relevant : 0;
  }
};

/// Mean reciprocal rank: 1 / rank of the first relevant row (relevance above 0) of a query, rows tied with it counted as
/// before it; 0 for a query without one; the mean over the queries.
/// Source   Voorhees, The TREC-8 question answering track report (1999).
struct MRR {
  static constexpr const char* name = "MRR";
  static constexpr bool higher_is_better = true, labels = true, numbers = true;

  double operator()(const Judged& j) const { return detail::mean_over_queries(j, &of_query); }

 private:
  static double of_query(const Buffer<detail::Ranked>& rows, const detail::RankOptions&) {
    bool found = false;
    for (std::size_t first = 0, next = 0; first < rows.size(); first = next) {
      for (; next < rows.size() && rows[next].score == rows[first].score; ++next) found = found || rows[next].relevance > 0;
      if (found) return 1 / static_cast<double>(next);
    }
    return 0;
  }
};

}  // namespace tutti
