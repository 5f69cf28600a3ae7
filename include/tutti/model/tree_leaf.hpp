// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/tree_table.hpp>

#include <cstdint>

namespace tutti::detail {

/// The leaf that a row falls into, starting from a root: of any kind of row, without memory.
template <class View> TreeTable::Node leaf_of(const TreeTable& trees, std::int32_t root, const View& x) noexcept {
  for (TreeTable::Node n = trees.node(root);; n = trees.node(root)) {
    if (n.column < 0) return n;
    root = n.goes_left(x[n.column]) ? n.left : n.right;
  }
}

}  // namespace tutti::detail
