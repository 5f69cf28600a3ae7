// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/measure/judged.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iosfwd>
#include <string>
#include <utility>

namespace tutti {

/// How often class t was taken for class p, in weights: rows are true classes, columns predicted ones. It
/// counts what `predict` answers, so a NaN output counts as the class that `predict` falls back to.
/// Errors   DataError for fewer than one class, or another number of names than classes.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int classes, ClassNames names = {}) : classes_(classes), names_(std::move(names)) {
    check(classes > 0, "expected at least one class", classes);
    check(names_.empty() || std::ssize(names_) == classes, {"expected ", classes, " class names"},
          names_.size());
    counts_.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
  }
  explicit ConfusionMatrix(const Judged& j, ClassNames names = {})
      : ConfusionMatrix((checked_labels(j), j.classes), std::move(names)) {
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i) add(j.label(i), j.predicted(i), j.weight_of(i));
  }

  /// Both classes below classes().
  void add(int truth, int predicted, double weight = 1) noexcept { counts_[at(truth, predicted)] += weight; }

  int classes() const noexcept { return classes_; }
  double operator()(int truth, int predicted) const noexcept { return counts_[at(truth, predicted)]; }
  /// Weight of the rows whose true class is k.
  double of_true(int k) const noexcept {
    double sum = 0;
    for (int p = 0; p < classes_; ++p) sum += (*this)(k, p);
    return sum;
  }
  /// Weight of the rows that were predicted to be k.
  double of_predicted(int k) const noexcept {
    double sum = 0;
    for (int t = 0; t < classes_; ++t) sum += (*this)(t, k);
    return sum;
  }
  std::string class_name(int k) const {
    return names_.empty() ? std::to_string(k) : names_[static_cast<std::size_t>(k)];
  }

 private:
  std::size_t at(int t, int p) const noexcept {
    return static_cast<std::size_t>(t) * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(p);
  }

  int classes_;
  ClassNames names_;
  Buffer<double> counts_;
};

namespace detail {
inline std::size_t letters(const std::string& text) {  // of UTF-8: bytes that continue a letter take no place
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}
inline std::string spelled_count(double count, bool whole) {
  char text[352];  // the longest double has 309 digits before the point
  const int length = std::snprintf(text, sizeof text, whole ? "%.0f" : "%.2f", count);
  return std::string(text, static_cast<std::size_t>(length));
}
}  // namespace detail

/// An aligned table, one line for each true class; whole numbers where all weights are whole, else two
/// decimals. The last line does not end.
[[gnu::cold]] inline std::string to_string(const ConfusionMatrix& m) {
  const int n = m.classes();
  bool whole = true;
  for (int t = 0; t < n; ++t)
    for (int p = 0; p < n; ++p) whole = whole && m(t, p) == std::floor(m(t, p));

  Buffer<Buffer<std::string>> cells{{"true \\ predicted"}};
  for (int p = 0; p < n; ++p) cells[0].push_back(m.class_name(p));
  for (int t = 0; t < n; ++t) {
    cells.push_back({m.class_name(t)});
    for (int p = 0; p < n; ++p) cells.back().push_back(detail::spelled_count(m(t, p), whole));
  }
  Buffer<std::size_t> width(cells[0].size());
  for (const auto& line : cells)
    for (std::size_t c = 0; c < line.size(); ++c) width[c] = std::max(width[c], detail::letters(line[c]));

  std::string text;
  for (const auto& line : cells) {
    if (!text.empty()) text += '\n';
    for (std::size_t c = 0; c < line.size(); ++c) {
      const std::string gap(width[c] - detail::letters(line[c]), ' ');
      text += c == 0 ? line[c] + gap : "  " + gap + line[c];
    }
  }
  return text;
}

template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const ConfusionMatrix& m) {
  return out << to_string(m);
}

}  // namespace tutti
