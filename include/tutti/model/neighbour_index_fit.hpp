// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/neighbour_index.hpp>

#include <cstdint>
#include <utility>

namespace tutti {
namespace detail {

struct Keyed {
  float value;
  std::uint32_t row;
  bool before(const Keyed& other) const noexcept { return value < other.value || (value == other.value && row < other.row); }
};

/// Puts the n smallest in front, in any order.
[[gnu::cold]] inline void smallest_first(Keyed* keys, std::ptrdiff_t size, std::ptrdiff_t n) {
  while (size > 1) {
    Keyed pivot = keys[size / 2];
    if (keys[0].before(pivot) != keys[size - 1].before(pivot)) {
    } else if (keys[0].before(pivot)) {
      pivot = keys[0].before(keys[size - 1]) ? keys[size - 1] : keys[0];  // the median of the three
    } else {
      pivot = keys[0].before(keys[size - 1]) ? keys[0] : keys[size - 1];
    }
    std::ptrdiff_t i = 0, j = size - 1;
    while (i <= j) {
      while (keys[i].before(pivot)) ++i;
      while (pivot.before(keys[j])) --j;
      if (i <= j) std::swap(keys[i++], keys[j--]);
    }
    if (n <= j) size = j + 1;
    else if (n > i) {
      keys += i;
      size -= i;
      n -= i;
    } else return;
  }
}

/// Orders rows as the leaves of a k-d tree: a node is cut in the middle of its blocks, across the column that is widest.
struct TreeBuilder {
  const float* x;  // (rows, columns)
  std::ptrdiff_t columns;
  NeighbourIndex& index;
  Buffer<Keyed> keys;

  float at(std::ptrdiff_t place, std::ptrdiff_t column) const noexcept {
    return x[std::ptrdiff_t{keys[static_cast<std::size_t>(place)].row} * columns + column];
  }
  void build(std::ptrdiff_t node, std::ptrdiff_t begin, std::ptrdiff_t end) {
    const std::ptrdiff_t first = begin * neighbour_block, last = std::min(end * neighbour_block, std::ptrdiff_t{index.rows});
    float* const low = index.low.data() + node * columns;
    float* const high = index.high.data() + node * columns;
    std::ptrdiff_t widest = 0;
    for (std::ptrdiff_t j = 0; j < columns; ++j) {
      low[j] = high[j] = at(first, j);
      for (std::ptrdiff_t i = first + 1; i < last; ++i) {
        low[j] = std::min(low[j], at(i, j));
        high[j] = std::max(high[j], at(i, j));
      }
      if (high[j] - low[j] > high[widest] - low[widest]) widest = j;
    }
    if (end - begin == 1) return;
    const std::ptrdiff_t middle = begin + (end - begin) / 2;
    for (std::ptrdiff_t i = first; i < last; ++i) keys[static_cast<std::size_t>(i)].value = at(i, widest);
    smallest_first(keys.data() + first, last - first, middle * neighbour_block - first);
    const auto left = [&] { build(node + 1, begin, middle); };
    const auto right = [&] { build(node + 2 * (middle - begin), middle, end); };
    if (end - begin > 64) parallel::invoke(left, right);
    else {
      left();
      right();
    }
  }
};

/// The rows that stand in block b, column after column.
[[gnu::cold]] inline void fill_block(NeighbourIndex& index, const float* x, const Buffer<Keyed>& keys, std::ptrdiff_t b) {
  const std::ptrdiff_t first = b * neighbour_block, n = std::min(neighbour_block, std::ptrdiff_t{index.rows} - first);
  const float* from[neighbour_block];
  for (std::ptrdiff_t r = 0; r < n; ++r) {
    const auto place = static_cast<std::size_t>(first + r);
    index.row[place] = keys[place].row;
    from[r] = x + std::ptrdiff_t{keys[place].row} * index.width;
  }
  float* to = index.numbers.data() + first * index.width;
  for (std::ptrdiff_t j = 0; j < index.width; ++j, to += neighbour_block)
    for (std::ptrdiff_t r = 0; r < n; ++r) to[r] = from[r][j];
}

}  // namespace detail

/// Whether rows are searched in blocks; else products tell what is near.
[[gnu::cold]] inline bool searched_in_blocks(std::ptrdiff_t rows, int columns, const RowDistance& distance, int tree_columns) {
  return !distance.by_products() || (columns <= tree_columns && distance.kind != Distance::cosine && rows > 8 * neighbour_block);
}

/// An index of all rows. Rows of at most `tree_columns` columns are searched by a tree, if there are more than 8 blocks
/// of them and the distance is no cosine.
/// Shapes   x (rows, columns), finite.
/// Cost     rows log(rows) columns with a tree, on all threads; else one copy, or none.
template <class Distances>
NeighbourIndex neighbour_index(Buffer<float> x, int columns, const Distances& distance, int tree_columns) {
  NeighbourIndex index;
  index.width = columns;
  index.rows = static_cast<std::uint32_t>(x.size() / static_cast<std::size_t>(columns));
  index.distance = distance;
  if (!searched_in_blocks(index.rows, columns, distance, tree_columns)) {
    index.numbers = std::move(x);
    return index;
  }
  Buffer<detail::Keyed> keys(index.rows);
  for (std::uint32_t i = 0; i < index.rows; ++i) keys[i].row = i;
  if (columns <= tree_columns && distance.kind != Distance::cosine && index.blocks() > 8) {
    const std::size_t corners = static_cast<std::size_t>((2 * index.blocks() - 1) * columns);
    index.low.resize(corners);
    index.high.resize(corners);
    detail::TreeBuilder builder{x.data(), columns, index, std::move(keys)};
    builder.build(0, 0, index.blocks());
    keys = std::move(builder.keys);
  }
  const auto places = static_cast<std::size_t>(index.blocks() * neighbour_block);
  index.row.assign(places, 0u);
  index.numbers.assign(places * static_cast<std::size_t>(columns), 0.0f);
  parallel::for_each(index.blocks(), std::max<std::ptrdiff_t>(1, 4096 / columns), [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t b = begin; b < end; ++b) detail::fill_block(index, x.data(), keys, b);
  });
  return index;
}

}  // namespace tutti
