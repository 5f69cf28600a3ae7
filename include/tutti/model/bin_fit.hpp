// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/bin.hpp>
#include <tutti/model/column_values.hpp>

namespace tutti {

namespace detail {

/// k-means on one column, from given centres, ascending. Between two centres a number goes to the first. An empty
/// cluster takes the number farthest from its centre; the cluster that has lost its only one goes to the mean.
class ColumnClusters {
 public:
  ColumnClusters(const SortedColumn& column, double mean, Buffer<double> centres)
      : column_(column),
        mean_(mean),
        centres_(std::move(centres)),
        of_(column.size(), -1),
        distance_(column.size()) {}

  Buffer<double> fitted(double tolerance) {
    for (int i = 0; i < 300; ++i) {
      const bool changed = assign();
      const double shift = move();
      if (!changed || shift <= tolerance) break;
    }
    SortKeys keys(centres_.size());
    for (std::size_t c = 0; c < keys.size(); ++c) keys[c] = {ordered(centres_[c]), static_cast<RowIndex>(c)};
    sort_keys(keys);
    Buffer<double> sorted;
    for (const auto& key : keys) sorted.push_back(centres_[key.second]);
    return sorted;
  }

 private:
  bool assign() {
    bool changed = false;
    for (std::size_t k = 0; k < column_.size(); ++k) {
      std::size_t best = 0;
      const auto squared = [&](std::size_t c) {
        return (column_.value[k] - centres_[c]) * (column_.value[k] - centres_[c]);
      };
      for (std::size_t c = 1; c < centres_.size(); ++c)
        if (squared(c) < squared(best)) best = c;
      changed = changed || of_[k] != static_cast<int>(best);
      of_[k] = static_cast<int>(best);
      distance_[k] = squared(best);
    }
    return changed;
  }
  /// Moves the centres to the means, returns the squares by which they moved.
  double move() {
    Buffer<double> sum(centres_.size()), weight(centres_.size());
    for (std::size_t k = 0; k < column_.size(); ++k) {
      sum[static_cast<std::size_t>(of_[k])] += column_.weight(k) * (column_.value[k] - mean_);
      weight[static_cast<std::size_t>(of_[k])] += column_.weight(k);
    }
    fill_empty(sum, weight);
    double shift = 0;
    for (std::size_t c = 0; c < centres_.size(); ++c) {
      const double centre = mean_ + (weight[c] > 0 ? sum[c] / weight[c] : 0);
      shift += (centre - centres_[c]) * (centre - centres_[c]);
      centres_[c] = centre;
    }
    return shift;
  }
  void fill_empty(Buffer<double>& sum, Buffer<double>& weight) {
    Buffer<double> left(column_.size());  // copies of each number that may still be taken
    for (std::size_t k = 0; k < left.size(); ++k) left[k] = column_.weight(k);
    for (std::size_t c = 0; c < weight.size(); ++c) {
      if (weight[c] > 0) continue;
      std::size_t far = 0;
      for (std::size_t k = 1; k < left.size(); ++k)
        if (left[k] > 0 && (!(left[far] > 0) || distance_[k] > distance_[far])) far = k;
      if (!(left[far] > 0)) return;
      const double taken = std::min(1.0, left[far]), value = column_.value[far] - mean_;
      left[far] -= taken;
      sum[static_cast<std::size_t>(of_[far])] -= taken * value;
      weight[static_cast<std::size_t>(of_[far])] -= taken;
      sum[c] = taken * value;
      weight[c] = taken;
    }
  }

  const SortedColumn& column_;
  double mean_;
  Buffer<double> centres_;
  Buffer<int> of_;
  Buffer<double> distance_;
};

/// The edges of all bins, both ends among them.
inline Buffer<double> all_edges(const Bin& spec, const SortedColumn& column) {
  const auto n = static_cast<std::size_t>(spec.bins);
  const double low = column.value[0], high = column.value.back();
  Buffer<double> edges(n + 1);
  const double percent = 100.0 / static_cast<double>(n), step = (high - low) / static_cast<double>(n);
  for (std::size_t k = 0; k <= n; ++k) {  // rounded as numpy does: a number often lies on an edge
    const auto number = static_cast<double>(k);
    if (spec.edges == Edges::quantile) edges[k] = column.quantile(k == n ? 1 : number * percent / 100);
    else edges[k] = k == n ? high : number * step + low;
  }
  if (spec.edges != Edges::kmeans) return edges;
  Buffer<double> centres(n);
  for (std::size_t k = 0; k < n; ++k) centres[k] = 0.5 * (edges[k] + edges[k + 1]);
  double mean = 0, variance = 0;
  for (std::size_t k = 0; k < column.size(); ++k)
    mean += column.weight(k) / column.total() * (column.value[k] - low);
  for (std::size_t k = 0; k < column.size(); ++k) {
    const double d = column.value[k] - low - mean;
    variance += column.weight(k) / column.total() * d * d;
  }
  centres = ColumnClusters(column, low + mean, std::move(centres)).fitted(1e-4 * variance);
  for (std::size_t k = 1; k < n; ++k) edges[k] = 0.5 * (centres[k - 1] + centres[k]);
  return edges;
}

/// The edges between bins.
inline Buffer<double> inner_edges(const Bin& spec, const SortedColumn& column) {
  Buffer<double> inner;
  if (column.size() < 2) return inner;
  const Buffer<double> edges = all_edges(spec, column);
  for (std::size_t k = 1; k < edges.size(); ++k)
    if (spec.edges == Edges::uniform || edges[k] - edges[k - 1] > 1e-8) inner.push_back(edges[k]);
  if (!inner.empty()) inner.pop_back();  // the upper end
  return inner;
}

[[gnu::cold]] inline Bin::Model fitted_bins(const Bin& spec, const Preparation& on) {
  on.expect(spec.bins >= 2, {"expected at least 2 bins, got ", spec.bins});
  Bin::Model m{on.acts(), {}};
  Buffer<Buffer<double>> lists(m.acts.size());
  on.each_sorted(m.acts,
                 [&](std::size_t j, const SortedColumn& column) { lists[j] = inner_edges(spec, column); });
  for (const Buffer<double>& list : lists) m.edges.add({list.data(), list.size()});
  return m;
}

}  // namespace detail

template <class X, class Y> Bin::Model Bin::fit(const Dataset<X, Y>& data, const Context& context) const {
  const RowSource rows = row_source(data);
  return detail::fitted_bins(*this, {rows, data.schema(), context.path(), "Bin"});
}

}  // namespace tutti
