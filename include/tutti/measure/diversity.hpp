// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <limits>

namespace tutti {

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
template <class = void>
[[gnu::cold]] PairDiversity diversity_of_labels(const Buffer<float>& one, const Buffer<float>& other, const Judged& j) {
  double n[2][2] = {}, all = 0;  // by what the first and the second got wrong
  for (std::ptrdiff_t i = 0; i < j.rows(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    n[one[at] != 0][other[at] != 0] += j.weight_of(i);
    all += j.weight_of(i);
  }
  const double a = n[0][0] / all, b = n[0][1] / all, c = n[1][0] / all, d = n[1][1] / all;
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN(); };
  PairDiversity p;
  p.q = share(a * d - b * c, a * d + b * c);
  p.correlation = share(a * d - b * c, std::sqrt((a + b) * (c + d) * (a + c) * (b + d)));
  p.disagreement = b + c;
  p.double_fault = d;
  return p;
}

/// Pearson's correlation of the errors of two members, the mean over the columns.
template <class = void>
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
  }
  PairDiversity p;
  p.correlation = sum / static_cast<double>(width);
  return p;
}

}  // namespace detail
}  // namespace tutti
