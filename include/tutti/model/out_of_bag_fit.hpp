// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>
#include <tutti/core/units.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/out_of_bag.hpp>
#include <tutti/model/tree_table.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace tutti::detail {

/// Which rows each tree has seen, or has seen a row of the same group, id or origin of.
class SeenRows {
 public:
  template <class X, class Y>
  SeenRows(const Dataset<X, Y>& data, std::ptrdiff_t trees) : unit_(static_cast<std::size_t>(data.rows())) {
    const Units units(data);
    for (int u = 0; u < units.size(); ++u)
      for (const RowIndex r : units.rows(static_cast<std::size_t>(u))) unit_[r] = static_cast<std::uint32_t>(u);
    words_ = (static_cast<std::size_t>(units.size()) + 63) / 64;
    bits_.resize(words_ * static_cast<std::size_t>(trees));
  }
  void mark(std::ptrdiff_t tree, std::span<const std::uint32_t> rows) noexcept {  // trees at the same time
    std::uint64_t* const bits = bits_.data() + words_ * static_cast<std::size_t>(tree);
    for (const std::uint32_t r : rows) bits[unit_[r] / 64] |= std::uint64_t{1} << unit_[r] % 64;
  }
  bool seen(std::ptrdiff_t tree, std::ptrdiff_t row) const noexcept {
    const std::uint32_t unit = unit_[static_cast<std::size_t>(row)];
    return (bits_[words_ * static_cast<std::size_t>(tree) + unit / 64] >> unit % 64 & 1) != 0;
  }

 private:
  Buffer<std::uint32_t> unit_;
  Buffer<std::uint64_t> bits_;
  std::size_t words_ = 0;
};

/// The share of weight on right classes, or 1 - the squared errors over those of the mean.
template <class X, class Y> double out_of_bag_score(const OutOfBag& bag, const Dataset<X, Y>& data) {
  double weight = 0, sum = 0, right = 0, errors = 0, spread = 0;
  const auto covered = [&](auto f) {
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (bag.covers(i) && data.weight(i) > 0) f(static_cast<double>(data.weight(i)), data.y(i), Y::decide(bag.values().row(i), nullptr));
  };
  covered([&](double w, const Y& y, const Y& p) {
    weight += w;
    if constexpr (Y::is_label) right += y == p ? w : 0;
    else sum += w * static_cast<double>(y.value);
  });
  if constexpr (Y::is_label) return right / weight;
  covered([&](double w, const Y& y, const Y& p) {
    if constexpr (!Y::is_label) {
      const double d = static_cast<double>(y.value) - static_cast<double>(p.value), m = static_cast<double>(y.value) - sum / weight;
      errors += w * d * d;
      spread += w * m * m;
    }
  });
  return 1 - errors / spread;
}

/// The mean over the trees that have not seen a row, in the order of trees.
template <class X, class Y> OutOfBag out_of_bag(const TreeTable& trees, const SeenRows& seen, const Dataset<X, Y>& data) {
  const std::ptrdiff_t n = data.rows(), width = trees.leaf_width();
  OutOfBag bag{Buffer<RowIndex>(static_cast<std::size_t>(n)), Buffer<std::int32_t>(static_cast<std::size_t>(n)),
               Buffer<float>(static_cast<std::size_t>(n * width))};
  constexpr std::ptrdiff_t block = 256;
  parallel::for_each(n, block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    ViewOf<X> views[block];
    std::ptrdiff_t row[block];
    Buffer<float> said(static_cast<std::size_t>(block * width));
    const WorkspaceLease lease(TreeTable::workspace_bytes<ViewOf<X>>(block, trees.columns()));
    for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
      std::ptrdiff_t count = 0;
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        if (seen.seen(t, i)) continue;
        views[count] = data.x(i);
        row[count++] = i;
      }
      std::fill_n(said.data(), count * width, 0.0f);
      trees.add(std::span<const ViewOf<X>>(views, static_cast<std::size_t>(count)), Rows<float>(said.data(), count, width), t, t + 1,
                *lease);
      for (std::ptrdiff_t c = 0; c < count; ++c) {
        ++bag.trees[static_cast<std::size_t>(row[c])];
        for (std::ptrdiff_t k = 0; k < width; ++k)
          bag.outputs[static_cast<std::size_t>(row[c] * width + k)] += said[static_cast<std::size_t>(c * width + k)];
      }
    }
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      bag.origin[static_cast<std::size_t>(i)] = data.origin(i);
      for (std::ptrdiff_t k = 0; k < width; ++k)  // 0 / 0 where all trees have seen it
        bag.outputs[static_cast<std::size_t>(i * width + k)] /= static_cast<float>(bag.trees[static_cast<std::size_t>(i)]);
    }
  });
  bag.score = out_of_bag_score(bag, data);
  return bag;
}

}  // namespace tutti::detail
