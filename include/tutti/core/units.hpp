// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace tutti {

namespace detail {
using SortKeys = Buffer<std::pair<std::int64_t, RowIndex>>;
/// The one sort of this folder: every further instantiation of std::sort costs a fifth of a second of
/// compile time.
inline void sort_keys(SortKeys& keys) { std::sort(keys.begin(), keys.end()); }
/// A whole number that is ordered as the (finite) number is.
inline std::int64_t ordered(double value) {
  const auto bits = std::bit_cast<std::int64_t>(value + 0.0);  // -0 becomes +0
  return bits >= 0 ? bits : static_cast<std::int64_t>(0x8000000000000000u - static_cast<std::uint64_t>(bits));
}
}  // namespace detail

/// Rows that belong together, so that no group, id or repeated row is ever on both sides.
class Units {
 public:
  template <class X, class Y> [[gnu::cold]] explicit Units(const Dataset<X, Y>& data) {
    detail::SortKeys keyed(static_cast<std::size_t>(data.rows()));
    for (std::size_t i = 0; i < keyed.size(); ++i) {
      const auto row = static_cast<std::ptrdiff_t>(i);
      keyed[i] = {data.has_groups() ? data.group(row)
                  : data.has_ids()  ? data.id(row)
                                    : std::int64_t{data.origin(row)},
                  static_cast<RowIndex>(i)};
    }
    collect(keyed);
  }
  int size() const noexcept { return static_cast<int>(first_.size()) - 1; }
  std::size_t all_rows() const noexcept { return rows_.size(); }
  std::span<const RowIndex> rows(std::size_t unit) const noexcept {
    return std::span(rows_).subspan(first_[unit], first_[unit + 1] - first_[unit]);
  }

 private:
  void collect(detail::SortKeys& keyed) {
    detail::sort_keys(keyed);
    rows_.resize(keyed.size());
    for (std::size_t j = 0; j < keyed.size(); ++j) {
      if (j == 0 || keyed[j].first != keyed[j - 1].first) first_.push_back(j);
      rows_[j] = keyed[j].second;
    }
    first_.push_back(keyed.size());
  }
  Buffer<RowIndex> rows_;      // unit after unit
  Buffer<std::size_t> first_;  // where each unit begins, and the end
};

namespace detail {

[[gnu::cold]] inline Buffer<int> deal_units(const Units& units, const Buffer<int>& class_of, int classes,
                                   const Buffer<double>& share, Random random) {
  Buffer<RowIndex> shuffled(static_cast<std::size_t>(units.size()));
  for (std::size_t u = 0; u < shuffled.size(); ++u) shuffled[u] = static_cast<RowIndex>(u);
  shuffle(std::span<RowIndex>(shuffled), random);
  SortKeys order(shuffled.size());  // large units first, those of one size as they were shuffled
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = {
        static_cast<std::int64_t>(i) - (static_cast<std::int64_t>(units.rows(shuffled[i]).size()) << 32),
        shuffled[i]};
  sort_keys(order);

  const std::size_t bins = share.size(), kinds = static_cast<std::size_t>(classes);
  Buffer<double> dealt(kinds), filled(bins * kinds), size(bins), in_unit(kinds);
  Buffer<int> present, of_row(units.all_rows()), held(bins);  // present: classes of the unit at hand
  double all = 0;
  for (const auto& entry : order) {
    const auto rows = units.rows(entry.second);
    const double n = static_cast<double>(rows.size());
    present.clear();
    for (const RowIndex r : rows) {
      const auto c = static_cast<std::size_t>(class_of[r]);
      if (in_unit[c]++ == 0) present.push_back(class_of[r]);
      ++dealt[c];
    }
    all += n;
    std::size_t best = 0;
    double most = -1e300;
    for (std::size_t b = 0; b < bins; ++b) {
      double need = 0.25 * (share[b] * all - size[b]);
      for (const int c : present)
        need +=
            in_unit[static_cast<std::size_t>(c)] / n *
            (share[b] * dealt[static_cast<std::size_t>(c)] - filled[b * kinds + static_cast<std::size_t>(c)]);
      if (need > most + 1e-6) {  // ties, up to rounding, go to the lower bin
        best = b;
        most = need;
      }
    }
    for (const int c : present) {
      filled[best * kinds + static_cast<std::size_t>(c)] += in_unit[static_cast<std::size_t>(c)];
      in_unit[static_cast<std::size_t>(c)] = 0;
    }
    size[best] += n;
    ++held[best];
    for (const RowIndex r : rows) of_row[r] = static_cast<int>(best);
  }
  for (std::size_t b = 0; b < bins; ++b) {  // an empty bin takes the smallest unit of the bin that holds most
    std::size_t donor = 0;
    for (std::size_t d = 1; d < bins; ++d)
      if (held[d] > held[donor]) donor = d;
    if (held[b] > 0 || held[donor] < 2) continue;
    std::size_t last = order.size() - 1;
    while (of_row[units.rows(order[last].second)[0]] != static_cast<int>(donor)) --last;
    for (const RowIndex r : units.rows(order[last].second)) of_row[r] = static_cast<int>(b);
    --held[donor];
    ++held[b];
  }
  return of_row;
}

/// Deals units to bins in proportion to `share`, class by class where there are labels; returns the bin of
/// each row. A unit goes to the bin that lacks most of the rows dealt so far: counted by class and, a
/// quarter as strongly, in all. So each class comes within about a row of its share, and rare classes do not
/// all end in one bin. No bin stays empty while another holds two units.
template <class X, class Y>
[[gnu::cold]] Buffer<int> deal(const Dataset<X, Y>& data, const Buffer<double>& share, bool stratified,
                      Random random) {
  Buffer<int> class_of(static_cast<std::size_t>(data.rows()));
  int classes = 1;
  if constexpr (Y::is_label)
    if (stratified) {
      classes = std::max(1, data.classes());
      for (std::size_t i = 0; i < class_of.size(); ++i)
        class_of[i] = data.y(static_cast<std::ptrdiff_t>(i)).index();
    }
  return deal_units(Units(data), class_of, classes, share, random);
}

[[gnu::cold]] inline Buffer<int> cut_units(const Units& units, const Buffer<double>& time,
                                  const Buffer<double>& share) {
  SortKeys order(static_cast<std::size_t>(units.size()));
  for (std::size_t u = 0; u < order.size(); ++u) {
    double latest = time[units.rows(u)[0]];
    for (const RowIndex r : units.rows(u)) latest = std::max(latest, time[r]);
    order[u] = {ordered(latest), static_cast<RowIndex>(u)};
  }
  sort_keys(order);
  Buffer<int> block(time.size());
  const double n = static_cast<double>(time.size());
  double limit = share[0] * n, before = 0;
  std::size_t b = 0;
  for (std::size_t j = 0; j < order.size(); ++j) {
    const bool later = j == 0 || order[j].first != order[j - 1].first;
    while (b + 1 < share.size() && later && before >= limit - 2e-7 * n) limit += share[++b] * n;
    for (const RowIndex r : units.rows(order[j].second)) block[r] = static_cast<int>(b);
    before += static_cast<double>(units.rows(order[j].second).size());
  }
  return block;
}

/// Cuts the rows into blocks of growing time, in proportion to `share`. Rows of one moment stay together,
/// and so do those of one group or id: where the latest of them is.
template <class X, class Y>
[[gnu::cold]] Buffer<int> cut_by_time(const Dataset<X, Y>& data, const Buffer<double>& share) {
  Buffer<double> time(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < time.size(); ++i) time[i] = data.time(static_cast<std::ptrdiff_t>(i));
  return cut_units(Units(data), time, share);
}

}  // namespace detail
}  // namespace tutti
