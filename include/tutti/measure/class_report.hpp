// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/measure/auc.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/confusion_matrix.hpp>
#include <tutti/measure/judge.hpp>
#include <tutti/measure/precision_recall.hpp>

#include <cmath>
#include <cstddef>
#include <iosfwd>
#include <limits>
#include <string>

namespace tutti {

/// The scores of one class, or a mean over the classes.
struct ClassLine {
  std::string name;
  double precision = 0, recall = 0, f1 = 0;
  double auc = 0;      // against the rest
  double support = 0;  // the weight of the rows where it is true
};

/// What `class_report` found; prints as a table.
struct ClassReport {
  Buffer<ClassLine> classes;   // or flags
  Buffer<ClassLine> averages;  // macro, weighted; of flags micro, macro, weighted, samples
  double accuracy = 0;         // of flags the share of rows where all are right
};

namespace detail {

inline ClassLine line_of_average(const Judged& j, Averaging averaging, const Buffer<ClassLine>& classes) {
  ClassLine line{std::string(name_of(averaging)) + " mean", Precision{averaging}(j), Recall{averaging}(j), F1{averaging}(j)};
  double of = 0;
  for (const ClassLine& c : classes) {
    line.support += c.support;
    if (std::isnan(c.auc) || (averaging != Averaging::macro && averaging != Averaging::weighted)) continue;
    const double w = averaging == Averaging::weighted ? c.support : 1;
    line.auc += w * c.auc;
    of += w;
  }
  line.auc = of > 0 ? line.auc / of : std::numeric_limits<double>::quiet_NaN();
  return line;
}

/// A cell of at least `width` letters; numbers with three decimals, weights as they are, "-" for what is not defined.
inline std::string right(const std::string& text, std::size_t width) {
  return std::string(width > letters(text) ? width - letters(text) : 0, ' ') + text;
}
inline std::string spelled_score(double score) {
  char text[352];  // the longest double has 309 digits before the point
  std::snprintf(text, sizeof text, "%.3f", score);
  return std::isnan(score) ? "-" : text;
}
inline std::string spelled_line(const ClassLine& line, std::size_t width, bool whole) {
  std::string text = right(line.name, width);
  for (const double score : {line.precision, line.recall, line.f1, line.auc}) text += right(spelled_score(score), 11);
  return text + right(spelled_count(line.support, whole), 11);
}

}  // namespace detail

[[gnu::cold]] inline std::string to_string(const ClassReport& r) {
  std::size_t width = 13;
  bool whole = true;
  for (const ClassLine& c : r.classes) {
    width = std::max(width, detail::letters(c.name));
    whole = whole && c.support == std::floor(c.support);
  }
  std::string text(width, ' ');
  for (const char* head : {"precision", "recall", "F1", "AUC", "support"}) text += detail::right(head, 11);
  for (const ClassLine& c : r.classes) text += '\n' + detail::spelled_line(c, width, whole);
  text += "\n\n" + detail::right("accuracy", width) + detail::right(detail::spelled_score(r.accuracy), 33);
  for (const ClassLine& c : r.averages) text += '\n' + detail::spelled_line(c, width, whole);
  return text;
}
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const ClassReport& r) {
  return out << to_string(r);
}

/// Precision, recall, F1, AUC against the rest, and support of each class or flag, and their means. A class that is not
/// defined for a score has NaN there, printed as "-"; all scores are NaN when an output is.
/// Cost     K N log N.
/// Errors   DataError, ShapeError as checked_classes; DataError for another number of names than classes.
/// Source   scikit-learn 1.2, classification_report.
[[gnu::cold]] inline ClassReport class_report(const Judged& j, const ClassNames& names = {}) {
  checked_classes(j);
  const int classes = static_cast<int>(j.outputs.width());
  check(names.empty() || std::ssize(names) == classes, {"expected ", classes, " class names"}, names.size());
  ClassReport report{{}, {}, Accuracy{}(j)};
  const Buffer<detail::ClassCounts> counts = detail::class_counts(j);
  for (int k = 0; k < classes; ++k) {
    const std::size_t at = static_cast<std::size_t>(k);
    constexpr Averaging one = Averaging::binary;
    report.classes.push_back({names.empty() ? std::to_string(k) : names[at], Precision{one, k}(j), Recall{one, k}(j), F1{one, k}(j),
                              AUC{one, k}(j), counts[at].of_true});
  }
  if (j.flags) report.averages.push_back(detail::line_of_average(j, Averaging::micro, report.classes));
  for (const Averaging averaging : {Averaging::macro, Averaging::weighted})
    report.averages.push_back(detail::line_of_average(j, averaging, report.classes));
  if (j.flags) report.averages.push_back(detail::line_of_average(j, Averaging::samples, report.classes));
  return report;
}

/// The same of a fitted model on data that it has not seen, with the data's class names.
/// Errors   besides, as judge.
template <class Spec, class X, class Y>
  requires(Y::is_label || is_flags<Y>)
ClassReport class_report(const Fitted<Spec, X, Y>& model, const Dataset<X, Y>& data) {
  const ClassNames& names = data.schema().classes;
  return class_report(judge(model, data), std::ssize(names) == data.outputs() ? names : ClassNames{});
}

}  // namespace tutti
