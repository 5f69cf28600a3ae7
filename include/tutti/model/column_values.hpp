// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/prepared_columns.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace tutti::detail {

/// The rows that count (weight above 0), column after column: for transforms that look at a column at a time.
class ColumnValues {
 public:
  explicit ColumnValues(const RowSource& source) : width_(source.width) {
    Buffer<RowIndex> kept;
    for (std::ptrdiff_t i = 0; i < source.rows; ++i)
      if (const double w = source.weight[static_cast<std::size_t>(i)]; w > 0) {
        kept.push_back(static_cast<RowIndex>(i));
        weight_.push_back(w);
      }
    values_.resize(kept.size() * static_cast<std::size_t>(width_));
    parallel::for_each(std::ssize(kept), 1024, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<float> row(static_cast<std::size_t>(width_));
      for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
        source.read(kept[i], row.data());
        for (std::size_t j = 0; j < row.size(); ++j) values_[j * kept.size() + i] = row[j];
      }
    });
  }
  int width() const noexcept { return width_; }
  std::size_t rows() const noexcept { return weight_.size(); }
  const Buffer<double>& weight() const noexcept { return weight_; }
  std::span<const float> column(std::size_t j) const noexcept {
    return {values_.data() + j * rows(), rows()};
  }

 private:
  int width_;
  Buffer<double> weight_;
  Buffer<float> values_;
};

/// The different numbers of a column, ascending, with the weight up to and with each; NaN left out.
struct SortedColumn {
  Buffer<double> value{}, upto{};

  bool empty() const noexcept { return value.empty(); }
  std::size_t size() const noexcept { return value.size(); }
  double total() const noexcept { return upto.empty() ? 0 : upto.back(); }
  double weight(std::size_t k) const noexcept { return upto[k] - (k == 0 ? 0 : upto[k - 1]); }
  /// The value with the most weight, the least of several.
  double mode() const noexcept {
    std::size_t best = 0;
    for (std::size_t k = 1; k < size(); ++k)
      if (weight(k) > weight(best)) best = k;
    return value[best];
  }
  /// Linear between the copies around position q (total - 1) of the list in which a value of weight w stands w
  /// times: numpy's percentile where all weights are 1.
  double quantile(double q) const noexcept {
    const double position = std::max(0.0, q * (total() - 1)), below = std::floor(position);
    const double low = copy(below), high = copy(below + 1), t = position - below;
    return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
  }

 private:
  double copy(double number) const noexcept {
    const double* const at = std::upper_bound(upto.begin(), upto.end(), number);
    return value[static_cast<std::size_t>(std::min(at, upto.end() - 1) - upto.begin())];
  }
};

[[gnu::noinline]] inline SortedColumn sorted_column(std::span<const float> values,
                                                    const Buffer<double>& weight) {
  SortKeys keys;
  keys.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] == values[i])
      keys.emplace_back(ordered(static_cast<double>(values[i])), static_cast<RowIndex>(i));
  sort_keys(keys);
  SortedColumn s;
  double sum = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    sum += weight[keys[i].second];
    if (i > 0 && keys[i].first == keys[i - 1].first) {
      s.upto.back() = sum;
    } else {
      s.value.push_back(static_cast<double>(values[keys[i].second]) + 0.0);  // -0 becomes +0
      s.upto.push_back(sum);
    }
  }
  return s;
}

/// The least and the greatest number of each column in rows of positive weight; 0 where there is none.
struct Extremes {
  Buffer<double> least{}, most{};
};
[[gnu::noinline]] inline Extremes extremes_of(const RowSource& source) {
  const auto width = static_cast<std::size_t>(source.width);
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const std::ptrdiff_t grain = chunk_of_rows(source.rows, 1024);
  Buffer<Extremes> parts(static_cast<std::size_t>(parallel::chunks(source.rows, grain)) + 1);
  for (Extremes& part : parts) part = {Buffer<double>(width, infinite), Buffer<double>(width, -infinite)};
  const auto take = [](Extremes& part, std::size_t j, double least, double most) {
    if (least < part.least[j]) part.least[j] = least;
    if (most > part.most[j]) part.most[j] = most;
  };
  parallel::for_each(source.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<float> row(width);
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      if (!(source.weight[static_cast<std::size_t>(i)] > 0)) continue;
      source.read(i, row.data());
      for (std::size_t j = 0; j < width; ++j)
        take(parts[static_cast<std::size_t>(begin / grain)], j, static_cast<double>(row[j]),
             static_cast<double>(row[j]));
    }
  });
  Extremes all = std::move(parts.back());
  for (std::size_t p = 0; p + 1 < parts.size(); ++p)
    for (std::size_t j = 0; j < width; ++j) take(all, j, parts[p].least[j], parts[p].most[j]);
  for (std::size_t j = 0; j < width; ++j)
    if (all.least[j] > all.most[j]) all.least[j] = all.most[j] = 0;
  return all;
}

/// What a transform of numbers is fitted on.
struct Preparation {
  const RowSource& rows;
  const Schema& schema;
  const std::string& path;
  std::string_view name;  // of the transform, in messages

  void expect(bool condition, std::initializer_list<Word> reason) const {
    fit_check(condition, path, name, reason);
  }
  Buffer<std::uint8_t> acts() const { return number_columns(schema, rows.width); }
  /// The columns of categories: those that are given by number, else those that the schema calls categorical.
  Buffer<std::uint8_t> categories(const Buffer<int>& given) const {
    return ColumnChoice{schema, rows.width, path, name}.of_kind(given, ColumnKind::categorical);
  }
  /// Column j in the schema; a column of numbers where there is none.
  Column described(std::size_t j) const {
    return std::ssize(schema.columns) == rows.width ? schema.columns[j] : Column{};
  }
  void expect_rows() const {
    expect(rows.total > 0,
           {"expected at least one row with a positive weight, got ", rows.rows, " rows without"});
  }
  void expect_finite(bool finite, std::size_t j) const {
    expect(finite, {"expected finite numbers, got infinity in column ",
                    finite ? std::string() : column_called(schema, j)});
  }
  void expect_quantiles(double low, double high) const {
    expect(0 <= low && low <= high && high <= 1,
           {"expected 0 <= low <= high <= 1, got ", low, " and ", high});
  }
  /// Errors   FitError without a row of positive weight, or when a column that is acted on holds an infinite number.
  Extremes extremes() const {
    expect_rows();
    Extremes found = extremes_of(rows);
    const Buffer<std::uint8_t> on = acts();
    for (std::size_t j = 0; j < on.size(); ++j)
      expect_finite(on[j] == 0 || (std::isfinite(found.least[j]) && std::isfinite(found.most[j])), j);
    return found;
  }
  /// Calls f(j, sorted numbers of column j), columns in parallel.
  /// Errors   FitError without a row of positive weight, or when a column that is acted on holds an infinite number.
  template <class F> void each_sorted(const Buffer<std::uint8_t>& acts, const F& f) const {
    expect_rows();
    const ColumnValues columns(rows);
    parallel::for_each(rows.width, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
      for (auto j = static_cast<std::size_t>(first); j < static_cast<std::size_t>(last); ++j) {
        if (acts[j] == 0) continue;
        const SortedColumn sorted = sorted_column(columns.column(j), columns.weight());
        expect_finite(
            sorted.empty() || (std::isfinite(sorted.value[0]) && std::isfinite(sorted.value.back())), j);
        f(j, sorted);
      }
    });
  }
};

}  // namespace tutti::detail
