// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/fitted.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/forest.hpp>

#include <array>
#include <memory>

/// Models put together by hand.
namespace small_trees {

using namespace tutti;

inline std::int32_t leaf(TreeTable& trees, std::int32_t node, std::span<const float> values) {
  trees.set_leaf(node, trees.add_values(values));
  return node;
}

/// A forest of two trees on a number and a category.
inline Fitted<Forest, Row<2>, Label<2>> classes() {
  Forest::Model<Row<2>, Label<2>> model{{TreeTable(2, 2)}};
  TreeTable& t = model.trees;
  const std::int32_t first = t.split(t.add_root(), 0, 2.5f, false, 4.0f);
  const std::uint32_t red_and_blue[] = {0b101};
  const std::int32_t second = t.split_categories(first + 1, 1, 3, red_and_blue, true, 1.0f);
  leaf(t, first, std::array{1.0f, 0.0f});
  leaf(t, second, std::array{0.25f, 0.75f});
  leaf(t, second + 1, std::array{2 / 3.0f, 1 / 3.0f});
  leaf(t, t.add_root(), std::array{0.1f, 0.9f});
  Schema schema{{{"size"}, {"colour", ColumnKind::categorical, {"red", "green", "blue"}}}, "kind", {"small", "large"}};
  return {std::move(model), std::make_shared<const Schema>(std::move(schema)), 2, 2};
}

/// One round of boosting on two classes, without a schema.
inline Fitted<Boost<Tree>, Row<1>, Label<2>> margins() {
  BoostedTrees<Row<1>, Label<2>> model{TreeTable(1, 1), {0.5f}};
  TreeTable& t = model.trees;
  const std::uint32_t eight[] = {0x1fe};
  const std::int32_t left = t.split_categories(t.add_root(), 0, 20, eight, false);
  leaf(t, left, std::array{0.25f});
  leaf(t, left + 1, std::array{-0.5f});
  return {std::move(model), std::make_shared<const Schema>(), 1, 2};
}

}  // namespace small_trees
