// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/judged.hpp>

#include <cmath>
#include <string>
#include <vector>

/// Predictions and truth that own their numbers; every test of a metric starts from one.
struct Case {
  int width = 1;
  std::vector<float> outputs{};
  std::vector<std::int32_t> labels{};
  std::vector<float> numbers{}, weight{};
  bool flags = false;
  std::vector<std::int64_t> group{};

  tutti::Judged judged() const {
    const std::ptrdiff_t rows = std::ssize(outputs) / width;
    return {tutti::Rows<const float>(outputs.data(), rows, width), labels, numbers, weight,
            labels.empty() ? 0 : width, flags, group};
  }
};

/// What e.what() says when f throws an E; empty when nothing is thrown.
template <class E = tutti::Error, class F> std::string message_of(F&& f) {
  try {
    f();
  } catch (const E& e) { return e.what(); }
  return "";
}

/// The same case with row i written weight[i] times and no weights: what whole weights mean.
inline Case repeated(const Case& c) {
  Case r{c.width};
  r.flags = c.flags;
  for (std::size_t i = 0; i < c.weight.size(); ++i)
    for (int n = 0; n < static_cast<int>(c.weight[i]); ++n) {
      const std::size_t w = static_cast<std::size_t>(c.width);
      r.outputs.insert(r.outputs.end(), c.outputs.begin() + static_cast<std::ptrdiff_t>(i * w),
                       c.outputs.begin() + static_cast<std::ptrdiff_t>((i + 1) * w));
      if (!c.labels.empty()) r.labels.push_back(c.labels[i]);
      if (!c.numbers.empty())
        r.numbers.insert(r.numbers.end(), c.numbers.begin() + static_cast<std::ptrdiff_t>(i * w),
                         c.numbers.begin() + static_cast<std::ptrdiff_t>((i + 1) * w));
    }
  return r;
}
/// Three flags a row, weights 0 to 3.
inline Case weighted_flags() {
  return {3,
          {0.7f, 0.2f, 0.6f, 0.3f, 0.8f, 0.4f, 0.1f, 0.8f, 0.8f, 0.5f, 0.25f, 0.25f, 0.9f, 0.2f, 0.6f},
          {},
          {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0},
          {1, 2, 3, 1, 0},
          true};
}
/// What any metric owes: a weight of n is n rows, a weight of 0 is none, NaN in gives NaN, nothing is refused.
inline bool owes(const auto& metric, const Case& c) {
  Case nan = c, nothing = c;
  nan.outputs[0] = NAN;
  nothing.weight.assign(c.weight.size(), 0);
  const double score = metric(c.judged());
  return std::abs(score - metric(repeated(c).judged())) <= 1e-12 * std::max(1.0, std::abs(score)) && std::isnan(metric(nan.judged())) &&
         message_of<tutti::DataError>([&] { metric(nothing.judged()); }) ==
             "expected a row to judge whose weight is above 0; the sum of all weights is, got 0";
}
/// Three classes, weights 0 to 3.
inline Case weighted_labels() {
  return {3,
          {0.7f,  0.2f, 0.1f, 0.3f, 0.3f, 0.4f, 0.1f, 0.8f, 0.1f, 0.5f, 0.25f,
           0.25f, 0.2f, 0.2f, 0.6f, 0.3f, 0.3f, 0.4f, 0.0f, 0.0f, 1.0f},
          {0, 0, 1, 2, 2, 1, 0},
          {},
          {1, 2, 3, 1, 2, 1, 0}};
}
/// Two numbers a row, weights 0 to 3.
inline Case weighted_numbers() {
  return {2, {1, 2, 3, 4, 5, 6, 7, 8}, {}, {1.5f, 2, 2, 4.25f, 5, 7, 70, 80}, {2, 1, 3, 0}};
}
