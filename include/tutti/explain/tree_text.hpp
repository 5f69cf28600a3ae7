// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/explain/tree_words.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace tutti {

namespace detail {
[[gnu::cold]] inline void append_tree(const TreeWords& words, std::int32_t i, int depth, std::string& text) {
  const TreeTable::Node at = words.node(i);
  if (at.column < 0) {
    text += words.leaf(at) + "\n";
    return;
  }
  text += words.question(at);
  if (!words.opens(i, depth)) {
    text += joined({" ... (", words.leaves(i), " leaves)\n"});
    return;
  }
  text += '\n';
  for (const bool yes : {true, false}) {
    for (int d = 0; d < depth; ++d) text += "|  ";
    text += joined({"|- ", TreeWords::answer(at, yes), ": "});
    append_tree(words, yes ? at.left : at.right, depth + 1, text);
  }
}
}  // namespace detail

/// One tree of a Tree, Forest or Boost<Tree> as text, a line for each node: what a split asks, what follows from yes and no and
/// from a missing value, and what a leaf says (its class and the share of it; a number; what it adds to a score).
/// Errors   DataError for a tree that is not there.
template <FittedTrees M> std::string tree_text(const M& fitted, std::ptrdiff_t tree = 0, const TreeShown& shown = {}) {
  const detail::TreeWords words(fitted, tree, shown);
  std::string text;
  detail::append_tree(words, words.root(), 0, text);
  return text;
}

}  // namespace tutti
