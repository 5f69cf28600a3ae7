// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/units.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace tutti {

/// How rows are dealt to folds. Rows of one group (or one id) always share a fold.
struct Folds {
  int k = 5;
  bool stratified = true;               // every fold has the classes in the proportions of the whole
  bool forward = false;                 // k + 1 blocks in the order of time; fold f is learnt from the blocks before it
                                        // (a group or an id stands where the latest of its rows does)
  std::uint64_t seed = 0;
  Buffer<int> assignment{};        // custom: the fold of each row, -1 for a row that is never held out
};

/// Which fold every row belongs to: one value, shared by the whole tree of members, that acts on original rows.
class FoldPlan {
 public:
  /// Errors   DataError when k < 2, there are fewer rows or groups than folds, or a fold would be empty.
  template <class X, class Y>
  [[gnu::cold]] FoldPlan(const Folds& folds, const Dataset<X, Y>& data, Random random) : k_(folds.k), forward_(folds.forward) {
    Buffer<int> of_row;
    if (!folds.assignment.empty()) {
      of_row = folds.assignment;
      take_assignment(of_row, data.rows());
    }
    check(k_ >= 2, "folds: expected at least 2 folds", k_);
    if (of_row.empty() && forward_) {
      of_row = detail::cut_by_time(data, Buffer<double>(static_cast<std::size_t>(k_) + 1, 1.0 / (k_ + 1)));
      for (int& f : of_row) --f;  // block 0 is only ever learnt from
    } else if (of_row.empty()) {
      const int units = Units(data).size();
      if (units < k_) detail::fail<DataError>({"folds: expected at least ", k_, " rows (or groups) for as many folds"}, units);
      of_row = detail::deal(data, Buffer<double>(static_cast<std::size_t>(k_), 1.0 / k_), folds.stratified, random.stream(folds.seed));
    }
    Buffer<RowIndex> origins(of_row.size());
    for (std::size_t i = 0; i < origins.size(); ++i) origins[i] = data.origin(static_cast<std::ptrdiff_t>(i));
    finish(of_row, origins);
  }

  int k() const noexcept { return k_; }
  bool forward() const noexcept { return forward_; }
  /// The fold that holds this original row out; -1: none does.
  int fold(RowIndex origin) const noexcept { return origin < fold_.size() ? fold_[origin] : -1; }
  bool tests(int f, RowIndex origin) const noexcept { return fold(origin) == f; }
  bool trains(int f, RowIndex origin) const noexcept { return forward_ ? fold(origin) < f : fold(origin) != f; }
  /// Whether this row may teach a head what it applies to fold f, or with f = -1 to rows of no fold.
  bool teaches(int f, RowIndex origin) const noexcept { return f < 0 || trains(f, origin); }

 private:
  void take_assignment(const Buffer<int>& of_row, std::ptrdiff_t rows) {
    if (std::ssize(of_row) != rows) detail::fail<DataError>({"folds: expected an assignment for each of ", rows, " rows"}, of_row.size());
    int least = 0, most = -1;
    for (const int f : of_row) {
      least = std::min(least, f);
      most = std::max(most, f);
    }
    check(least >= -1, "folds: expected fold numbers of -1 or more", least);
    check(most < rows, "folds: expected fold numbers below the number of rows", most);
    k_ = most + 1;
  }
  void finish(const Buffer<int>& of_row, const Buffer<RowIndex>& origins) {
    Buffer<int> size(static_cast<std::size_t>(k_));
    for (std::size_t i = 0; i < of_row.size(); ++i) {
      if (origins[i] >= fold_.size()) fold_.resize(std::size_t{origins[i]} + 1, -1);
      fold_[origins[i]] = of_row[i];
      if (of_row[i] >= 0) ++size[static_cast<std::size_t>(of_row[i])];
    }
    for (std::size_t f = 0; f < size.size(); ++f)
      check(size[f] > 0, {"folds: expected rows in fold ", f}, size[f]);
  }

  int k_;
  bool forward_;
  Buffer<int> fold_;  // by original row
};

/// The positions of `data` that fold f learns from, and those it is tested on.
template <class X, class Y>
std::pair<Buffer<RowIndex>, Buffer<RowIndex>> sides(const FoldPlan& plan, int f, const Dataset<X, Y>& data) {
  std::pair<Buffer<RowIndex>, Buffer<RowIndex>> s;
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
[[gnu::cold]] std::pair<Buffer<RowIndex>, Buffer<RowIndex>> hold_out(const Dataset<X, Y>& data, double fraction, bool stratified, bool forward, Random random) {
  check(fraction > 0 && fraction < 1, "hold-out: expected a fraction between 0 and 1", fraction);
  check(data.rows() >= 2, "hold-out: expected at least 2 rows", data.rows());
  const Buffer<double> share{1 - fraction, fraction};
  const Buffer<int> side = forward ? detail::cut_by_time(data, share) : detail::deal(data, share, stratified, random);
  std::pair<Buffer<RowIndex>, Buffer<RowIndex>> s;
  for (std::size_t i = 0; i < side.size(); ++i) (side[i] == 0 ? s.first : s.second).push_back(static_cast<RowIndex>(i));
  check(!s.first.empty() && !s.second.empty(), "hold-out: expected rows on both sides", s.second.size());
  return s;
}

}  // namespace tutti
