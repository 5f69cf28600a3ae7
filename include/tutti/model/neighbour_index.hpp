// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/model/product_filter.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>

namespace tutti {

/// A row that was found, and how far away it is.
struct Neighbour {
  double distance = 0;
  std::uint32_t row = 0;

  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

/// Rows to search in. Where products tell what is near (wide rows, by Euclid's distance or the cosine) they stand one behind
/// the other as they came, in memory that may be shared with a dataset. Else they stand in blocks of 32 whose columns lie one
/// behind the other, in the order of a k-d tree or in their own. A tree over B blocks has 2 B - 1 nodes in preorder, each with
/// the box that its rows fill; a node of the blocks [b, e) splits at their middle, so that neither splits nor children are
/// stored.
/// Shapes   numbers (rows, columns); in blocks (blocks, columns, 32), row (blocks 32), low and high (nodes, columns).
struct NeighbourIndex {
  static constexpr std::ptrdiff_t block = neighbour_block;

  int width = 0;
  std::uint32_t rows = 0;
  RowDistance distance{};
  Buffer<float> numbers{};               // of its own
  std::shared_ptr<const float> shared{};  // or a dataset's
  Buffer<std::uint32_t> row{};           // which row stands here; no blocks: empty
  Buffer<float> low{}, high{};           // no tree: empty

  std::ptrdiff_t blocks() const noexcept { return (std::ptrdiff_t{rows} + block - 1) / block; }
  bool has_blocks() const noexcept { return !row.empty(); }
  bool has_tree() const noexcept { return !low.empty(); }
  const float* block_at(std::ptrdiff_t b) const noexcept { return numbers.data() + b * width * block; }
  const float* row_at(std::ptrdiff_t i) const noexcept { return (shared ? shared.get() : numbers.data()) + i * width; }

  static void visit(auto& self, auto& archive) {
    archive("width", self.width)("rows", self.rows)("distance", self.distance);
    if constexpr (std::remove_reference_t<decltype(archive)>::reading) archive("numbers", self.numbers);
    else if (self.shared) archive("numbers", Buffer<float>(self.shared.get(), self.row_at(self.rows)));
    else archive("numbers", self.numbers);
    archive("row", self.row)("low", self.low)("high", self.high);
  }
  [[gnu::cold]] void loaded() const {
    check<FileError>(width > 0 && rows > 0, "expected rows of at least one column", width);
    const std::size_t columns = static_cast<std::size_t>(width);
    const auto places = has_blocks() ? static_cast<std::size_t>(blocks() * block) : std::size_t{rows};
    const std::size_t corners = static_cast<std::size_t>(2 * blocks() - 1) * columns;
    check<FileError>(shared || numbers.size() == places * columns,
                     {"expected ", rows, " rows of ", width, " numbers", has_blocks() ? " in blocks" : ""}, numbers.size());
    check<FileError>(has_blocks() || distance.by_products(), "expected rows in blocks for this distance", static_cast<int>(distance.kind));
    check<FileError>(!has_blocks() || row.size() == places, {"expected the numbers of ", rows, " rows"}, row.size());
    for (const std::uint32_t r : row) check<FileError>(r < rows, {"expected a row below ", rows}, r);
    check<FileError>((low.empty() || (has_blocks() && low.size() == corners)) && low.size() == high.size(),
                     {"expected ", corners, " ends of boxes"}, high.size());
  }
};

/// The nearest rows so far, nearest first; of equally near ones the lower row.
class NearestRows {
 public:
  NearestRows() = default;
  NearestRows(Neighbour* memory, int wanted) noexcept : found_(memory), wanted_(wanted) {}

  int size() const noexcept { return size_; }
  /// What is farther cannot be among them.
  double limit() const noexcept {
    return size_ < wanted_ ? std::numeric_limits<double>::infinity() : found_[wanted_ - 1].distance;
  }
  void offer(double distance, std::uint32_t row) noexcept {
    const Neighbour n{distance, row};
    if (!(distance <= limit()) || (size_ == wanted_ && !before(n, found_[size_ - 1]))) return;
    int at = size_ < wanted_ ? size_++ : size_ - 1;
    for (; at > 0 && before(n, found_[at - 1]); --at) found_[at] = found_[at - 1];
    found_[at] = n;
  }

 private:
  static bool before(const Neighbour& a, const Neighbour& b) noexcept {
    return a.distance < b.distance || (a.distance == b.distance && a.row < b.row);
  }
  Neighbour* found_ = nullptr;
  int wanted_ = 0, size_ = 0;
};

namespace detail {

template <class Index> void look_through(const Index& index, const float* x, std::ptrdiff_t b, NearestRows& nearest) noexcept {
  double distance[neighbour_block];
  index.distance.of_block(index.width, x, index.block_at(b), distance);
  const std::ptrdiff_t first = b * neighbour_block, n = std::min(neighbour_block, std::ptrdiff_t{index.rows} - first);
  for (std::ptrdiff_t r = 0; r < n; ++r) nearest.offer(distance[r], index.row[static_cast<std::size_t>(first + r)]);
}

/// Nodes whose box is too far are left out, near ones come first.
template <class Index> void search_tree(const Index& index, const float* x, NearestRows& nearest) noexcept {
  struct Node {
    std::ptrdiff_t at, begin, end;
    double bound;
  } waiting[72];
  const auto bound = [&](std::ptrdiff_t node) {
    return index.distance.of_box(index.width, x, index.low.data() + node * index.width, index.high.data() + node * index.width);
  };
  int n = 0;
  waiting[n++] = {0, 0, index.blocks(), 0};
  while (n > 0) {
    const Node node = waiting[--n];
    if (node.bound * (1 - 1e-12) > nearest.limit()) continue;  // bounds and distances are rounded apart
    if (node.end - node.begin == 1) {
      look_through(index, x, node.begin, nearest);
      continue;
    }
    const std::ptrdiff_t middle = node.begin + (node.end - node.begin) / 2;
    Node left{node.at + 1, node.begin, middle, bound(node.at + 1)};
    Node right{node.at + 2 * (middle - node.begin), middle, node.end, bound(node.at + 2 * (middle - node.begin))};
    if (right.bound < left.bound) std::swap(left, right);
    waiting[n++] = right;
    waiting[n++] = left;
  }
}

/// One row against all, which stand one behind the other: its distance in float, off by at most (columns + 8) u, tells which
/// are measured.
template <class Index> void search_rows(const Index& index, const float* x, NearestRows& nearest) noexcept {
  constexpr std::ptrdiff_t at_once = 128;
  float square[at_once];
  const auto limit = [&] {
    const double most = nearest.limit() * (1 + 2 * static_cast<double>(index.width + 8) * 0x1p-24) + 1e-35;
    return most < 1e37 ? static_cast<float>(most) : std::numeric_limits<float>::infinity();
  };
  float most = limit();
  for (std::ptrdiff_t first = 0; first < index.rows; first += at_once) {
    const std::ptrdiff_t count = std::min(at_once, std::ptrdiff_t{index.rows} - first);
    const float* const c = index.row_at(first);
    sums_of_rows(count, index.width, c, x, 0, squared_difference, square);
    for (std::ptrdiff_t r = 0; r < count; ++r) {
      if (square[r] > most) continue;
      nearest.offer(index.distance.of_row(index.width, x, c + r * index.width), static_cast<std::uint32_t>(first + r));
      most = limit();
    }
  }
}

/// Some rows against all, which stand one behind the other: products in float tell which are measured.
template <class Index>
void search_by_products(const Index& index, const float* x, std::ptrdiff_t n, NearestRows* nearest) noexcept {
  constexpr std::ptrdiff_t at_once = 128, wide = ProductFilter::rows;
  float products[at_once * wide] = {}, square[at_once];
  double norm[wide];
  ProductFilter filter(index.distance, index.width);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    norm[i] = RowDistance::norm(index.width, x + i * index.width);
    filter.set(i, norm[i], nearest[i].limit());
  }
  for (std::ptrdiff_t first = 0; first < index.rows; first += at_once) {
    const std::ptrdiff_t count = std::min(at_once, std::ptrdiff_t{index.rows} - first);
    const float* const c = index.row_at(first);
    sums_of_rows(count, index.width, c, c, index.width, product, square);
    kernel::gemm<float>(count, n, index.width, kernel::matrix(c, index.width), kernel::transposed(x, index.width), products, wide);
    for (std::ptrdiff_t r = 0; r < count; ++r)
      filter.each(n, products + r * wide, square[r], [&](std::ptrdiff_t i) {
        nearest[i].offer(index.distance.of_row(index.width, x + i * index.width, c + r * index.width), static_cast<std::uint32_t>(first + r));
        filter.set(i, norm[i], nearest[i].limit());
      });
  }
}

}  // namespace detail

/// The `wanted` nearest rows of each of n rows, n <= 64, with their true distances; a row with NaN finds none, and gives
/// NaN as distances.
/// Shapes   x (n, columns), found (n, wanted).
/// Cost     with a tree about log(rows) blocks in few columns; else 2 n rows columns flops and one pass over all rows.
template <class Index>
void find_nearest(const Index& index, const float* x, std::ptrdiff_t n, int wanted, Neighbour* found) noexcept {
  NearestRows nearest[64];
  for (std::ptrdiff_t i = 0; i < n; ++i) nearest[i] = NearestRows(found + i * wanted, wanted);
  if (!index.has_blocks() && n < 4 && index.distance.kind == Distance::euclidean) {
    for (std::ptrdiff_t i = 0; i < n; ++i) detail::search_rows(index, x + i * index.width, nearest[i]);
  } else if (!index.has_blocks()) {
    detail::search_by_products(index, x, n, nearest);
  } else {
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      const float* const row = x + i * index.width;
      if (index.has_tree()) detail::search_tree(index, row, nearest[i]);
      else
        for (std::ptrdiff_t b = 0; b < index.blocks(); ++b) detail::look_through(index, row, b, nearest[i]);
    }
  }
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (int k = 0; k < wanted; ++k) {
      Neighbour& neighbour = found[i * wanted + k];
      if (k < nearest[i].size()) neighbour.distance = index.distance.true_distance(neighbour.distance);
      else neighbour = {std::numeric_limits<double>::quiet_NaN(), 0};
    }
}

}  // namespace tutti
