// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/units.hpp>
#include <tutti/model/clip_fit.hpp>
#include <tutti/train/fit.hpp>
#include <tutti/tune/clean_report.hpp>
#include <tutti/tune/suspect_labels.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace tutti {

/// Which rows `clean` takes out.
struct CleanOptions {
  bool missing_targets = true;  // numbers to be predicted that are NaN
  bool duplicates = true;       // rows whose inputs and target an earlier row has; side columns do not count
  bool outliers = false;        // rows with a number outside of its column's limits
  Clip limits{.by = Limits::iqr, .factor = 3};
  bool suspects = true;  // rows whose label is doubtful; needs a spec
};

template <class X, class Y> struct Cleaned {
  Dataset<X, Y> data;
  CleanReport report;
};

namespace detail {

/// The rows that repeat an earlier one of `rows`: by a hash of their numbers, then by the numbers. NaN equals NaN.
[[gnu::cold]] inline Buffer<RowIndex> repeated_rows(const Buffer<RowIndex>& rows, std::size_t width,
                                                    auto&& read) {
  Buffer<float> a(width), b(width);
  const auto normal = [&](RowIndex row, Buffer<float>& to) {
    read(row, to.data());
    for (float& v : to) v = v == v ? v + 0.0f : std::numeric_limits<float>::quiet_NaN();  // one zero, one NaN
  };
  SortKeys keys;
  for (const RowIndex row : rows) {
    normal(row, a);
    std::uint64_t h = 0xcbf29ce484222325u;
    for (const float v : a) h = (h ^ std::bit_cast<std::uint32_t>(v)) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
    keys.emplace_back(static_cast<std::int64_t>(h), row);
  }
  sort_keys(keys);
  SortKeys found;
  Buffer<RowIndex> firsts;  // different rows of one hash
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || keys[i].first != keys[i - 1].first) firsts.clear();
    normal(keys[i].second, a);
    bool repeats = false;
    for (std::size_t f = 0; f < firsts.size() && !repeats; ++f) {
      normal(firsts[f], b);
      repeats = std::memcmp(a.data(), b.data(), width * sizeof(float)) == 0;
    }
    if (repeats) found.emplace_back(keys[i].second, RowIndex{0});
    else firsts.push_back(keys[i].second);
  }
  sort_keys(found);
  Buffer<RowIndex> repeated;
  for (const auto& key : found) repeated.push_back(static_cast<RowIndex>(key.first));
  return repeated;
}

/// Takes ascending `rows` out of `from`.
inline void take_out(Buffer<RowIndex>& from, const Buffer<RowIndex>& rows) {
  Buffer<RowIndex> left;
  std::size_t next = 0;
  for (const RowIndex row : from) {
    while (next < rows.size() && rows[next] < row) ++next;
    if (next == rows.size() || rows[next] != row) left.push_back(row);
  }
  from = std::move(left);
}

template <class X, class Y>
void drop_missing_targets(const Dataset<X, Y>& data, Buffer<RowIndex>& left, CleanReport& report) {
  if constexpr (!has_probabilities<Y> && Y::width != 0) {
    for (const RowIndex row : left)
      for (const float v : data.target(row))
        if (v != v) {
          report.missing_targets.push_back(row);
          break;
        }
    take_out(left, report.missing_targets);
  }
}
/// How many numbers tell one row of X from another, and these numbers: those of the row; of a table 16 bits in each of its
/// doubles, for floats are too coarse, and of texts their hashes.
template <class X>
std::size_t telling_numbers(int width) {
  return is_text<X> ? 4 : static_cast<std::size_t>(width) * (is_table<X> ? 4 : 1);
}
template <class X>
void tell_row(const ViewOf<X>& x, float* to) {
  const auto tell = [&to](std::uint64_t bits) {
    for (int piece = 0; piece < 4; ++piece, bits >>= 16) *to++ = static_cast<float>(bits & 0xffff);
  };
  if constexpr (is_text<X>) tell(Random::hash(x.text()));
  else if constexpr (is_table<X>)
    for (std::ptrdiff_t j = 0; j < x.size(); ++j) {
      const double v = x.number(j);
      if ((*x.columns())[static_cast<std::size_t>(j)].kind == ColumnKind::text) tell(Random::hash(x.text(j)));
      else tell(v == v ? std::bit_cast<std::uint64_t>(v + 0.0) : 0x7ff8000000000000u);
    }
  else x.copy_to(to);
}
template <class X, class Y>
void drop_duplicates(const Dataset<X, Y>& data, Buffer<RowIndex>& left, CleanReport& report) {
  const std::size_t inputs = telling_numbers<X>(data.width());
  const std::size_t targets = data.rows() > 0 ? data.target(0).size() : 0;
  report.duplicates = repeated_rows(left, inputs + targets, [&](RowIndex row, float* to) {
    tell_row<X>(data.x(row), to);
    for (std::size_t k = 0; k < targets; ++k) to[inputs + k] = static_cast<float>(data.target(row)[k]);
  });
  take_out(left, report.duplicates);
}
template <class X, class Y>
void drop_outliers(const Dataset<X, Y>& data, const Clip& limits, Buffer<RowIndex>& left,
                   CleanReport& report) {
  if (left.empty()) return;
  const Clip::Model model = limits.fit(data.subset(left), Context(FitOptions{}, "clean"));
  for (const RowIndex row : left) {
    const auto x = data.x(row);
    for (std::size_t j = 0; j < model.low.size(); ++j) {
      const auto v = static_cast<double>(x[static_cast<std::ptrdiff_t>(j)]);
      if (v < model.low[j] || v > model.high[j]) {
        report.outliers.push_back(row);
        break;
      }
    }
  }
  take_out(left, report.outliers);
}

template <class X, class Y>
Cleaned<X, Y> clean_rows(const Dataset<X, Y>& data, const CleanOptions& options, Buffer<RowIndex>& left) {
  Cleaned<X, Y> cleaned;
  cleaned.report.rows = data.rows();
  cleaned.report.classes = data.schema().classes;
  left.resize(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < left.size(); ++i) left[i] = static_cast<RowIndex>(i);
  if (options.missing_targets) drop_missing_targets(data, left, cleaned.report);
  if (options.duplicates) drop_duplicates(data, left, cleaned.report);
  if (options.outliers) drop_outliers(data, options.limits, left, cleaned.report);
  return cleaned;
}
template <class X, class Y>
Cleaned<X, Y> finish_cleaning(const Dataset<X, Y>& data, const Buffer<RowIndex>& left,
                              Cleaned<X, Y> cleaned) {
  check(!left.empty(), {"clean: expected a row to be left of ", data.rows(), " rows"}, 0);
  cleaned.report.kept = std::ssize(left);
  cleaned.data = data.subset(left);
  return cleaned;
}

}  // namespace detail

/// Takes out rows that a model should not learn from: those without a target, exact repeats of an earlier row, and, where it
/// is asked for, those with an outlying number. Categories and text are no outliers.
/// Cost     a sort of the rows' hashes; a sort of each column for outliers.
/// Errors   DataError when no row would be left; FitError for limits that cannot be had.
template <class X, class Y> Cleaned<X, Y> clean(const Dataset<X, Y>& data, const CleanOptions& options = {}) {
  Buffer<RowIndex> left;
  Cleaned<X, Y> cleaned = detail::clean_rows(data, options, left);
  return detail::finish_cleaning(data, left, std::move(cleaned));
}

/// The same, and then rows whose label out-of-fold probabilities of `spec` contradict (suspect_labels).
/// Cost     k fits of the spec.
/// Errors   as out_of_fold.
template <class Spec, class X, class Y>
  requires(Y::is_label)
Cleaned<X, Y> clean(const Spec& spec, const Dataset<X, Y>& data, const CleanOptions& options = {},
                    const FitOptions& fit = {}) {
  Buffer<RowIndex> left;
  Cleaned<X, Y> cleaned = detail::clean_rows(data, options, left);
  if (options.suspects && !left.empty()) {
    const Dataset<X, Y> rest = data.subset(left);
    cleaned.report.suspects = suspect_labels(out_of_fold(spec, rest, fit), rest);
    Buffer<RowIndex> rows;
    for (SuspectLabel& s : cleaned.report.suspects) {
      s.row = left[s.row];
      rows.push_back(s.row);
    }
    detail::take_out(left, rows);
  }
  return detail::finish_cleaning(data, left, std::move(cleaned));
}

}  // namespace tutti
