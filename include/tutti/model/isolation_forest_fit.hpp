// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/percentile.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/cart.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/isolation_forest.hpp>
#include <tutti/model/moments.hpp>

#include <algorithm>
#include <bit>
#include <numeric>

namespace tutti {

namespace detail {

/// Rows without targets: a split is as good as any other, and only like rows cannot be parted.
class RowCount {
 public:
  struct Item {
    std::uint32_t row;
  };
  static constexpr bool has_cells = false;
  static constexpr std::ptrdiff_t cell() { return 0; }
  static void add(double*, const Item&) noexcept {}
  void start(std::span<const Item> items) noexcept { rows_ = static_cast<double>(items.size()); }
  void clear() noexcept { left_ = 0; }
  void take(const Item&) noexcept { left_ += 1; }
  static void take_cell(const double*) noexcept {}
  static constexpr double score() { return 0; }
  static constexpr double whole_score() { return 0; }
  double left_rows() const noexcept { return left_; }
  double left_weight() const noexcept { return left_; }
  double weight() const noexcept { return rows_; }
  static constexpr bool pure(std::span<const Item>) { return false; }

 private:
  double rows_ = 0, left_ = 0;
};

/// The trees of an isolation forest.
[[gnu::noinline]] inline TreeTable isolation_trees(const SplitColumns& columns, std::ptrdiff_t rows, std::uint32_t drawn,
                                                   const IsolationForest& spec, const Random& random) {
  Buffer<std::uint32_t> all(static_cast<std::size_t>(rows));
  std::iota(all.begin(), all.end(), 0u);
  const Buffer<float> weight(all.size(), 1.0f);
  const CartOptions options{.max_depth = std::max(1, static_cast<int>(std::bit_width(drawn - 1))),
                            .columns = 1,
                            .random_thresholds = true,
                            .parallel = false};
  Buffer<TreeTable> grown(static_cast<std::size_t>(spec.trees));
  parallel::for_each(spec.trees, 1, [&](std::ptrdiff_t t, std::ptrdiff_t) {
    const Random own = random.stream(static_cast<std::uint64_t>(t));
    const RowDraw draw(all, weight, drawn, spec.bootstrap, own.stream("rows"));
    Buffer<RowCount::Item> items;  // a row as often as it was drawn
    for (std::size_t i = 0; i < draw.rows.size(); ++i)
      for (float w = 0; w < draw.weight[i]; ++w) items.push_back({draw.rows[i]});
    TreeTable& table = grown[static_cast<std::size_t>(t)];
    table = TreeTable(columns.width(), 1);
    CartGrower<RowCount>(columns, RowCount(), options)
        .grow(items, own.stream("columns"), table,
              [&](std::int32_t node, const RowCount&, std::span<const RowCount::Item> of_leaf, int depth, bool) {
                const double n = static_cast<double>(of_leaf.size());
                const auto value = static_cast<float>(depth + IsolationForest::average_depth(n));
                table.set_leaf(node, table.add_values({&value, 1}));
              });
  });
  TreeTable trees(columns.width(), 1);
  for (TreeTable& one : grown) trees.append(std::exchange(one, {}));
  return trees;
}

}  // namespace detail

template <class X, class Y> IsolationForest::Model<X, Y> IsolationForest::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "IsolationForest", reason);
  };
  expect(trees >= 1, {"expected at least one tree, got ", trees});
  expect(rows >= 1, {"expected at least one row for a tree, got ", rows});
  expect(contamination >= 0 && contamination <= 0.5f, {"expected a contamination from 0 to 0.5, got ", contamination});
  expect(data.rows() > 0, {"expected at least one row, got ", data.rows()});
  const CartColumns on(data, Splits::automatic);
  const auto drawn = static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(rows, data.rows()));
  Model<X, Y> model{detail::isolation_trees(on.columns(), data.rows(), drawn, *this, context.random("tree")),
                    average_depth(static_cast<double>(drawn)), -0.5};
  if (contamination > 0) {
    Buffer<double> scores(static_cast<std::size_t>(data.rows()));
    parallel::for_each(data.rows(), 256, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) scores[static_cast<std::size_t>(i)] = model.score(data.x(i));
    });
    model.offset = detail::percentile(detail::sorted_defined(scores), static_cast<double>(contamination));
  }
  return model;
}

}  // namespace tutti
