// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tutti {

/// How rows are dealt to folds. Rows of one group (or one id) always share a fold.
struct Folds {
  int k = 5;
  bool stratified = true;               // every fold has the classes in the proportions of the whole
  bool forward = false;                 // k + 1 blocks in the order of time; fold f is learnt from the blocks before it
  std::uint64_t seed = 0;
  std::vector<int> assignment{};        // custom: the fold of each row, -1 for a row that is never held out
};

/// Rows that belong together, so that no group, id or repeated row is ever on both sides.
class Units {
 public:
  template <class X, class Y>
  explicit Units(const Dataset<X, Y>& data) : unit_(static_cast<std::size_t>(data.rows())) {
    std::vector<std::pair<std::int64_t, std::size_t>> keyed(unit_.size());
    for (std::size_t i = 0; i < unit_.size(); ++i) {
      const auto row = static_cast<std::ptrdiff_t>(i);
      keyed[i] = {data.has_groups() ? data.group(row) : data.has_ids() ? data.id(row) : std::int64_t{data.origin(row)}, i};
    }
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t j = 0; j < keyed.size(); ++j) {
      if (j == 0 || keyed[j].first != keyed[j - 1].first) rows_.emplace_back();
      rows_.back().push_back(static_cast<RowIndex>(keyed[j].second));
      unit_[keyed[j].second] = static_cast<int>(rows_.size()) - 1;
    }
  }
  int size() const noexcept { return static_cast<int>(rows_.size()); }
  const std::vector<RowIndex>& rows(int unit) const noexcept { return rows_[static_cast<std::size_t>(unit)]; }

 private:
  std::vector<int> unit_;
  std::vector<std::vector<RowIndex>> rows_;
};

namespace detail {

/// Deals units to bins in proportion to `share`, class by class where there are labels; returns the bin of each row.
template <class X, class Y>
std::vector<int> deal(const Dataset<X, Y>& data, const std::vector<double>& share, bool stratified, Random random) {
  const Units units(data);
  const std::size_t bins = share.size();
  std::size_t classes = 1;
  if constexpr (Y::is_label)
    if (stratified) classes = static_cast<std::size_t>(std::max(1, data.classes()));

  std::vector<int> order(static_cast<std::size_t>(units.size()));
  for (std::size_t u = 0; u < order.size(); ++u) order[u] = static_cast<int>(u);
  shuffle(std::span<int>(order), random);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return units.rows(a).size() > units.rows(b).size(); });

  const auto class_of = [&](RowIndex row) -> std::size_t {
    if constexpr (Y::is_label) return classes > 1 ? static_cast<std::size_t>(data.y(row).index()) : 0;
    else return (void)row, 0;
  };
  std::vector<double> total(classes), filled(bins * classes), size(bins);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) ++total[class_of(static_cast<RowIndex>(i))];

  std::vector<int> bin(static_cast<std::size_t>(data.rows()));
  std::vector<double> counts(classes);
  for (const int u : order) {  // the bin that lacks most of what this unit holds; ties go to the emptier, then the lower
    std::fill(counts.begin(), counts.end(), 0.0);
    for (const RowIndex r : units.rows(u)) ++counts[class_of(r)];
    std::size_t best = 0;
    double best_need = -1e300, best_room = -1e300;
    for (std::size_t b = 0; b < bins; ++b) {
      double need = 0;
      for (std::size_t c = 0; c < classes; ++c)
        if (counts[c] > 0) need += counts[c] * (share[b] - filled[b * classes + c] / total[c]);
      const double room = share[b] * static_cast<double>(data.rows()) - size[b];
      if (need > best_need + 1e-12 || (need > best_need - 1e-12 && room > best_room + 1e-12)) {
        best = b;
        best_need = need;
        best_room = room;
      }
    }
    for (std::size_t c = 0; c < classes; ++c) filled[best * classes + c] += counts[c];
    size[best] += static_cast<double>(units.rows(u).size());
    for (const RowIndex r : units.rows(u)) bin[r] = static_cast<int>(best);
  }
  return bin;
}

/// Cuts the rows into blocks of growing time, in proportion to `share`; rows of one moment stay together.
template <class X, class Y>
std::vector<int> cut_by_time(const Dataset<X, Y>& data, const std::vector<double>& share) {
  std::vector<RowIndex> order(static_cast<std::size_t>(data.rows()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<RowIndex>(i);
  std::stable_sort(order.begin(), order.end(), [&](RowIndex a, RowIndex b) { return data.time(a) < data.time(b); });
  std::vector<int> block(order.size());
  double limit = share[0] * static_cast<double>(order.size());
  std::size_t b = 0;
  for (std::size_t j = 0; j < order.size(); ++j) {
    const bool later = j == 0 || data.time(order[j]) != data.time(order[j - 1]);
    while (b + 1 < share.size() && later && static_cast<double>(j) >= limit - 1e-9) limit += share[++b] * static_cast<double>(order.size());
    block[order[j]] = static_cast<int>(b);
  }
  return block;
}

}  // namespace detail

/// Which fold every row belongs to: one value, shared by the whole tree of members, that acts on original rows.
class FoldPlan {
 public:
  /// Errors   DataError when k < 2, there are fewer rows or groups than folds, or a fold would be empty.
  template <class X, class Y>
  FoldPlan(const Folds& folds, const Dataset<X, Y>& data, Random random) : k_(folds.k), forward_(folds.forward) {
    std::vector<int> of_row;
    if (!folds.assignment.empty()) {
      check(std::ssize(folds.assignment) == data.rows(), "folds: expected an assignment for each of " + std::to_string(data.rows()) + " rows", folds.assignment.size());
      of_row = folds.assignment;
      k_ = 1 + *std::max_element(of_row.begin(), of_row.end());
      check(*std::min_element(of_row.begin(), of_row.end()) >= -1, "folds: expected fold numbers of -1 or more", *std::min_element(of_row.begin(), of_row.end()));
    }
    check(k_ >= 2, "folds: expected at least 2 folds", k_);
    if (of_row.empty() && forward_) {
      of_row = detail::cut_by_time(data, std::vector<double>(static_cast<std::size_t>(k_) + 1, 1.0 / (k_ + 1)));
      for (int& f : of_row) --f;  // block 0 is only ever learnt from
    } else if (of_row.empty()) {
      const int units = Units(data).size();
      check(units >= k_, "folds: expected at least " + std::to_string(k_) + " rows (or groups) for " + std::to_string(k_) + " folds", units);
      of_row = detail::deal(data, std::vector<double>(static_cast<std::size_t>(k_), 1.0 / k_), folds.stratified, random.stream(folds.seed));
    }
    std::vector<std::ptrdiff_t> size(static_cast<std::size_t>(k_));
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const std::size_t origin = data.origin(i);
      if (origin >= fold_.size()) fold_.resize(origin + 1, -1);
      fold_[origin] = of_row[static_cast<std::size_t>(i)];
      if (fold_[origin] >= 0) ++size[static_cast<std::size_t>(fold_[origin])];
    }
    for (std::size_t f = 0; f < size.size(); ++f) check(size[f] > 0, "folds: expected rows in fold " + std::to_string(f), size[f]);
  }

  int k() const noexcept { return k_; }
  /// The fold that holds this original row out; -1: none does.
  int fold(RowIndex origin) const noexcept { return origin < fold_.size() ? fold_[origin] : -1; }
  bool tests(int f, RowIndex origin) const noexcept { return fold(origin) == f; }
  bool trains(int f, RowIndex origin) const noexcept { return forward_ ? fold(origin) < f : fold(origin) != f; }

 private:
  int k_;
  bool forward_;
  std::vector<int> fold_;  // by original row
};

/// The positions of `data` that fold f learns from, and those it is tested on.
template <class X, class Y>
std::pair<std::vector<RowIndex>, std::vector<RowIndex>> sides(const FoldPlan& plan, int f, const Dataset<X, Y>& data) {
  std::pair<std::vector<RowIndex>, std::vector<RowIndex>> s;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const RowIndex origin = data.origin(i);
    if (plan.tests(f, origin)) s.second.push_back(static_cast<RowIndex>(i));
    else if (plan.trains(f, origin)) s.first.push_back(static_cast<RowIndex>(i));
  }
  return s;
}

/// A slice for early stopping or a hold-out: positions to learn from and positions to judge on; no group, id or
/// repeated row is on both sides. `fraction` of the rows are held out, at least one; forward: the latest.
template <class X, class Y>
std::pair<std::vector<RowIndex>, std::vector<RowIndex>> hold_out(const Dataset<X, Y>& data, double fraction, bool stratified, bool forward, Random random) {
  check(fraction > 0 && fraction < 1, "hold-out: expected a fraction between 0 and 1", fraction);
  check(data.rows() >= 2, "hold-out: expected at least 2 rows", data.rows());
  const std::vector<double> share{1 - fraction, fraction};
  const std::vector<int> side = forward ? detail::cut_by_time(data, share) : detail::deal(data, share, stratified, random);
  std::pair<std::vector<RowIndex>, std::vector<RowIndex>> s;
  for (std::size_t i = 0; i < side.size(); ++i) (side[i] == 0 ? s.first : s.second).push_back(static_cast<RowIndex>(i));
  check(!s.first.empty() && !s.second.empty(), "hold-out: expected rows on both sides", s.second.size());
  return s;
}

}  // namespace tutti
