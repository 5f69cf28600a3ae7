// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <limits>
namespace tutti {
/// How differently two members of a composition err; NaN where the data do not say. `first` and `second` are lines of an Evaluation. With the
/// shares a of rows that both get right, b and c that the first or the second alone does, d that neither does:
/// How differently two members of a composition err; NaN where the data do not say. `first` and `second` are lines of an
/// Evaluation. With the shares a of rows that both get right, b and c that the first or the second alone does, d that neither does:
/// Source   Kuncheva, Whitaker, Measures of diversity in classifier ensembles, Machine Learning 51 (2003).
struct PairDiversity {
  std::size_t first = 0, second = 0;
  double q = std::numeric_limits<double>::quiet_NaN();             // (a d - b c) / (a d + b c): 0 for independent members, 1 for like ones
  double correlation = q;  // (a d - b c) / sqrt((a+b)(c+d)(a+c)(b+d)); of numbers, Pearson's of the errors
  double disagreement = q;                                         // b + c
  double double_fault = q;                                         // d
};
namespace detail {
/// What a member got wrong, row after row: 1 for a wrong label and 0 for a right one, or the error of each number.
template <class = void>
[[gnu::cold]] Buffer<float> misses(const Judged& j) {
  Buffer<float> m;
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    if (j.classes > 0) m.push_back(j.predicted(i) != j.label(i));
    else
      for (std::ptrdiff_t k = 0; k < j.outputs.width(); ++k) m.push_back(j.outputs(i, k) - j.number(i, k));
  }
  return m;
}
/// Of the labels that two members got wrong.
[[gnu::cold]] PairDiversity diversity_of_labels(const Buffer<float>& one, const Buffer<float>& other, const Judged& j) {
  double n[2][2] = {}, all = 0;  // by what the first and the second got wrong
    const auto at = static_cast<std::size_t>(i);
    n[one[at] != 0][other[at] != 0] += j.weight_of(i);
    all += j.weight_of(i);
  const double a = n[0][0] / all, b = n[0][1] / all, c = n[1][0] / all, d = n[1][1] / all;
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN(); };
  PairDiversity p;
  p.q = share(a * d - b * c, a * d + b * c);
  p.correlation = share(a * d - b * c, std::sqrt((a + b) * (c + d) * (a + c) * (b + d)));
  p.disagreement = b + c;
  p.double_fault = d;
  return p;
/// Pearson's correlation of the errors of two members, the mean over the columns.
[[gnu::cold]] PairDiversity diversity_of_numbers(const Buffer<float>& one, const Buffer<float>& other, const Judged& j) {
  const std::ptrdiff_t width = j.outputs.width();
  double sum = 0;
  for (std::ptrdiff_t k = 0; k < width; ++k) {
    double all = 0, mean[2] = {}, square[2] = {}, product = 0;
    for (int pass = 0; pass < 2; ++pass)
      for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
        const double w = j.weight_of(i), e[2] = {static_cast<double>(one[static_cast<std::size_t>(i * width + k)]),
                                                 static_cast<double>(other[static_cast<std::size_t>(i * width + k)])};
        if (pass == 0) {
          all += w;
          for (int s = 0; s < 2; ++s) mean[s] += w * e[s];
        } else {
          for (int s = 0; s < 2; ++s) square[s] += w * (e[s] - mean[s] / all) * (e[s] - mean[s] / all);
          product += w * (e[0] - mean[0] / all) * (e[1] - mean[1] / all);
        }
      }
    sum += square[0] > 0 && square[1] > 0 ? product / std::sqrt(square[0] * square[1]) : std::numeric_limits<double>::quiet_NaN();
  p.correlation = sum / static_cast<double>(width);
}  // namespace detail
#include <cstdio>
#include <iosfwd>
#include <span>
#include <string>
/// How unlike members err: means over all pairs of them. Of labels and flags, with the shares a both right, b and c one alone
/// right, d both wrong: Q = (a d - b c) / (a d + b c), disagreement = b + c; correlation: of being wrong. Of numbers: the
/// correlation of the errors alone. Members that err independently have Q and correlation near 0. NaN where no pair has a value:
/// two that are never wrong have neither Q nor correlation.
/// Source   Kuncheva and Whitaker, Measures of diversity in classifier ensembles, Machine Learning 51 (2003).
struct Diversity {
  int members = 0;
  double q = std::numeric_limits<double>::quiet_NaN(), disagreement = q, correlation = q;
[[gnu::cold]] inline std::string to_string(const Diversity& d) {
  char text[160];
  if (std::isnan(d.disagreement)) std::snprintf(text, sizeof text, "%d members: errors correlated %.3g", d.members, d.correlation);
  else std::snprintf(text, sizeof text, "%d members: Q %.3g, disagreement %.3g, errors correlated %.3g", d.members, d.q, d.disagreement, d.correlation);
  return text;
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const Diversity& d) {
  return out << to_string(d);
/// Row by row: 1 where a label or a flag is wrong, by how much a number is off.
[[gnu::cold]] Buffer<float> errors_of(const Judged& j) {
  Buffer<float> errors;
    if (!j.labels.empty()) errors.push_back(j.predicted(i) == j.label(i) ? 0.0f : 1.0f);
    for (std::ptrdiff_t k = 0; k < j.outputs.width() && j.labels.empty(); ++k)
      errors.push_back(j.flags ? ((j.outputs(i, k) > 0.5f) == (j.number(i, k) > 0.5f) ? 0.0f : 1.0f) : j.outputs(i, k) - j.number(i, k));
  return errors;
struct PairOfErrors {
  double q, disagreement, correlation;
/// Shapes   errors (rows columns), weight (rows) or empty.
[[gnu::cold]] PairOfErrors compare_errors(const Buffer<float>& x, const Buffer<float>& y, std::span<const float> weight, bool wrong_or_right) {
  const std::size_t columns = weight.empty() ? 1 : x.size() / weight.size();
  double all = 0, mean[2] = {0, 0}, xx = 0, yy = 0, xy = 0, share[2][2] = {{0, 0}, {0, 0}};
  const auto each = [&](auto&& f) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (const double w = weight.empty() ? 1.0 : static_cast<double>(weight[i / columns]); w > 0) f(w, static_cast<double>(x[i]), static_cast<double>(y[i]));
  };
  each([&](double w, double a, double b) {
    all += w;
    mean[0] += w * a;
    mean[1] += w * b;
    if (wrong_or_right) share[a > 0.5][b > 0.5] += w;
  });
    a -= mean[0] / all;
    b -= mean[1] / all;
    xx += w * a * a;
    yy += w * b * b;
    xy += w * a * b;
  const double same = share[0][0] * share[1][1], other = share[0][1] * share[1][0], nan = std::numeric_limits<double>::quiet_NaN();
  return {same + other > 0 ? (same - other) / (same + other) : nan, wrong_or_right ? (share[0][1] + share[1][0]) / all : nan,
          xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : nan};
[[gnu::cold]] Diversity diversity_of(const Buffer<Buffer<float>>& errors, std::span<const float> weight, bool wrong_or_right) {
  Diversity whole;
  double sum[3] = {0, 0, 0};
  int pairs[3] = {0, 0, 0};
  whole.members = static_cast<int>(errors.size());
  for (std::size_t m = 0; m < errors.size(); ++m)
    for (std::size_t n = 0; n < m; ++n) {
      const PairOfErrors pair = compare_errors(errors[n], errors[m], weight, wrong_or_right);
      const double values[3] = {pair.q, pair.disagreement, pair.correlation};
      for (int v = 0; v < 3; ++v)
        if (!std::isnan(values[v])) sum[v] += values[v], ++pairs[v];
    }
  double* const to[3] = {&whole.q, &whole.disagreement, &whole.correlation};
  for (int v = 0; v < 3; ++v)
    if (pairs[v] > 0) *to[v] = sum[v] / pairs[v];
  return whole;
/// The diversity of what several members say about the same rows.
/// Cost     rows members^2.
/// Errors   DataError, ShapeError as checked_labels and checked_numbers; ShapeError for members of other rows than the first;
///          DataError for fewer than two.
[[gnu::cold]] Diversity diversity(std::span<const Judged> members) {
  check(members.size() >= 2, "diversity: expected at least two members", members.size());
  Buffer<Buffer<float>> errors;
  for (const Judged& j : members) {
    j.labels.empty() ? checked_numbers(j) : checked_labels(j);
    check<ShapeError>(j.outputs.rows() == members[0].rows() && j.outputs.width() == members[0].outputs.width(),
                      {"diversity: expected members of ", members[0].rows(), " rows of ", members[0].outputs.width(), " outputs"}, j.outputs.rows());
    errors.push_back(detail::errors_of(j));
  return detail::diversity_of(errors, members[0].weight, !members[0].labels.empty() || members[0].flags);
}  // namespace tutti
