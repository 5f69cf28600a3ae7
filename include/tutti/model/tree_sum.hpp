// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/rows.hpp>
#include <tutti/model/tree_pack.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace tutti::detail {

/// Adds the leaves of trees to outputs. Which way the leaves are found depends on the numbers of rows and trees, the order of
/// the additions to a number does not: it is that of the trees.
struct TreeSum {
  TreeArrays trees;
  const float* values;  // (value rows, leaf_width)
  std::ptrdiff_t leaf_width;
  bool categories;
  const TreePack* pack;  // may be null

  /// Tree t adds to the columns of y from t leaf_width modulo y's width.
  template <class Row>
  void operator()(const Row& row, std::ptrdiff_t n, Rows<float> y, std::ptrdiff_t first, std::ptrdiff_t last) const noexcept {
    const bool packed = pack != nullptr && (last - first) * 8 >= trees.columns;
    const std::ptrdiff_t few = categories ? 8 : 24;  // rows that walk sooner than 64 are looked at together
    std::ptrdiff_t i = 0;
    if (packed && pack->blocks().usable())
      for (std::ptrdiff_t rows; n - i >= few; i += rows) {
        rows = std::min(n - i, kernel::block_rows);
        blocks([&](std::ptrdiff_t r) { return row(i + r); }, y.slice(i, rows), first, last);
      }
    if (packed && pack->bytes().usable())
      for (; i < n; ++i) bytes(row(i), &y(i, 0), y.width(), first, last);
    const auto rest = [&](std::ptrdiff_t r) { return row(i + r); };
    if (packed && pack->walks())
      pack->walk(rest, n - i, first, last, [&](std::ptrdiff_t tree, std::ptrdiff_t r, std::int32_t value) {
        add_values(values + value * leaf_width, &y(i + r, column(tree, y)));
      });
    else if (categories) walk<true>(rest, y.slice(i, n - i), first, last);
    else walk<false>(rest, y.slice(i, n - i), first, last);
  }

 private:
  static std::size_t index(std::ptrdiff_t i) noexcept { return static_cast<std::size_t>(i); }
  std::ptrdiff_t column(std::ptrdiff_t tree, const Rows<float>& y) const noexcept {
    return leaf_width == y.width() ? 0 : tree * leaf_width % y.width();
  }
  void add_values(const float* value, float* y) const noexcept {
    for (std::ptrdiff_t k = 0; k < leaf_width; ++k) y[k] += value[k];
  }
  void add_leaf(std::int32_t node, float* y) const noexcept { add_values(values + trees.leaf[node] * leaf_width, y); }

  template <class Row> void blocks(const Row& row, Rows<float> y, std::ptrdiff_t first, std::ptrdiff_t last) const noexcept {
    pack->blocks().each(row, y.rows(), first, last,
                        [&](std::ptrdiff_t tree, const std::int32_t* leaf, const std::uint8_t* of_row) {
                          float* to = y.data() + column(tree, y);
                          if (leaf_width == 1)
                            for (std::ptrdiff_t i = 0; i < y.rows(); ++i) to[i * y.width()] += values[leaf[of_row[i]]];
                          else
                            for (std::ptrdiff_t i = 0; i < y.rows(); ++i)
                              add_values(values + leaf[of_row[i]] * leaf_width, to + i * y.width());
                        });
  }

  template <class Number>
  void bytes(const Number* x, float* y, std::ptrdiff_t width, std::ptrdiff_t first, std::ptrdiff_t last) const noexcept {
    if (width == 1 && leaf_width == 1) {
      float sum = *y;
      pack->bytes().leaves(x, first, last, [&](std::int32_t value) { sum += values[value]; });
      *y = sum;
      return;
    }
    std::ptrdiff_t k = leaf_width == width ? 0 : first * leaf_width % width;
    pack->bytes().leaves(x, first, last, [&](std::int32_t value) {
      add_values(values + value * leaf_width, y + k);
      k += leaf_width;
      if (k >= width) k -= width;
    });
  }

  /// Eight rows go through a tree side by side; a row that is alone goes through eight trees side by side.
  template <bool Sets, class Row>
  void walk(const Row& row, Rows<float> y, std::ptrdiff_t first, std::ptrdiff_t last) const noexcept {
    const std::ptrdiff_t n = y.rows();
    constexpr int lanes = kernel::tree_lanes;
    using Number = std::remove_cvref_t<decltype(*row(0))>;
    const std::ptrdiff_t whole = n / lanes * lanes;
    const Number* x[lanes];
    std::int32_t node[lanes];
    for (std::ptrdiff_t tree = first; tree < last; ++tree)
      for (std::ptrdiff_t i = 0, k = column(tree, y); i < whole; i += lanes) {
        for (int l = 0; l < lanes; ++l) {
          x[l] = row(i + l);
          node[l] = trees.begin(tree);
        }
        kernel::tree_leaves<Sets>(trees.nodes, x, node);
        for (int l = 0; l < lanes; ++l) add_leaf(node[l], &y(i + l, k));
      }
    for (std::ptrdiff_t i = whole; i < n; ++i) {
      for (int l = 0; l < lanes; ++l) x[l] = row(i);
      std::ptrdiff_t tree = first;
      for (; tree + lanes <= last; tree += lanes) {
        for (int l = 0; l < lanes; ++l) node[l] = trees.begin(tree + l);
        kernel::tree_leaves<Sets>(trees.nodes, x, node);
        for (int l = 0; l < lanes; ++l) add_leaf(node[l], &y(i, column(tree + l, y)));
      }
      for (; tree < last; ++tree) add_leaf(kernel::tree_leaf<Sets>(trees.nodes, trees.begin(tree), x[0]), &y(i, column(tree, y)));
    }
  }
};

}  // namespace tutti::detail
