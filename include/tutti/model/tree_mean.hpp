// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>
#include <tutti/core/target.hpp>
#include <tutti/model/tree_table.hpp>

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

namespace tutti {

/// What trees learn: a class or a number.
template <class Y>
concept TreeTarget = Y::is_label || std::same_as<Y, Real>;

namespace detail {

/// The memory that trees take to read rows of X.
template <class X> struct TreeWorkspace {
  static constexpr bool known = InMemory<ViewOf<X>> || X::shape.is_static();
  static constexpr std::size_t bytes(std::ptrdiff_t rows, int columns = X::shape.size()) {
    return TreeTable::workspace_bytes<ViewOf<X>>(rows, columns);
  }
};

/// Whether rows and outputs have the widths that these trees were grown for: a file says both, only types prove them.
template <class X, class Y>
bool widths_match(const TreeTable& trees, std::span<const ViewOf<X>> x, std::ptrdiff_t leaf_width) noexcept {
  if constexpr (!X::shape.is_static())
    for (const auto& row : x)
      if (row.size() < trees.columns()) return false;
  return trees.leaf_width() == leaf_width;
}

template <class X> void check_columns(const TreeTable& trees) {
  if constexpr (X::shape.is_static())
    check<FileError>(trees.columns() == X::shape.size(), {"trees: expected ", X::shape.size(), " columns"},
                     trees.columns());
}

}  // namespace detail

/// The mean of the leaves that a row falls into: class probabilities or a number. What Tree and Forest become.
/// Cost     a walk for each tree: depth comparisons; eight walks at a time.
template <class X, class Y> struct TreeMean {
  TreeTable trees{};

  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires(
      detail::TreeWorkspace<X>::known) {
    return detail::TreeWorkspace<X>::bytes(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!detail::TreeWorkspace<X>::known) {
    return detail::TreeWorkspace<X>::bytes(rows, trees.columns());
  }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
    const bool fits = detail::widths_match<X, Y>(trees, x, y.width());
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = fits ? 0 : std::numeric_limits<float>::quiet_NaN();
    if (!fits) return;
    trees.add(x, y, 0, trees.trees(), workspace);
    if (trees.trees() == 1) return;
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] /= static_cast<float>(trees.trees());
  }

  static void visit(auto& self, auto& archive) { archive("trees", self.trees); }
  void check_extents(int columns, int outputs) const {
    check<FileError>(trees.columns() == columns && trees.leaf_width() == outputs,
                     {"trees: expected ", columns, " columns and ", outputs, " numbers in a leaf"},
                     trees.leaf_width());
  }
  void loaded() const {
    detail::check_columns<X>(trees);
    check<FileError>(trees.trees() > 0, "trees: expected at least one tree", trees.trees());
    check<FileError>(Y::outputs < 0 || trees.leaf_width() == Y::outputs,
                     {"trees: expected ", Y::outputs, " numbers in a leaf"}, trees.leaf_width());
  }
};

}  // namespace tutti
