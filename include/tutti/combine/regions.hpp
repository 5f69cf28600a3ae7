// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>
#include <tutti/model/neighbour_index.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace tutti {

/// What the members did on the neighbours of a row, nearest first: the region of competence of dynamic selection.
struct Neighbourhood {
  const Neighbour* found = nullptr;
  int neighbours = 0, members = 0, classes = 0;  // classes: 0 for numbers
  const float* loss = nullptr;           // (rows, members): Brier's score or squared error, out of fold
  const std::uint8_t* correct = nullptr;  // (rows, members)
  const float* row_weight = nullptr;

  bool right(int n, int member) const noexcept { return correct[at(n, member)] != 0; }
  double weight(int n) const noexcept { return static_cast<double>(row_weight[found[n].row]); }
  /// The share of the neighbours, by their weights, that a member is right about.
  double accuracy(int member) const noexcept {
    double sum = 0, all = 0;
    for (int n = 0; n < neighbours; ++n) {
      all += weight(n);
      if (right(n, member)) sum += weight(n);
    }
    return sum / all;
  }
  /// The weighted mean of a member's losses on the neighbours.
  double error(int member) const noexcept {
    double sum = 0, all = 0;
    for (int n = 0; n < neighbours; ++n) {
      all += weight(n);
      sum += weight(n) * static_cast<double>(loss[at(n, member)]);
    }
    return sum / all;
  }

 private:
  std::size_t at(int n, int member) const noexcept {
    return std::size_t{found[n].row} * static_cast<std::size_t>(members) + static_cast<std::size_t>(member);
  }
};

/// Training rows to find neighbours among, in standardised columns, beside what the members said about them out of fold.
/// A missing number counts as the mean of its column; categories do not count.
struct Regions {
  int members = 0, classes = 0, neighbours = 0;
  Buffer<double> mean{}, scale{};  // of the columns; scale 0: the column does not count
  NeighbourIndex index{};
  Buffer<float> loss{}, weight{};
  Buffer<std::uint8_t> correct{};

  void standardise(const float* x, float* z) const noexcept {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      const double v = (static_cast<double>(x[j]) - mean[j]) * scale[j];
      z[j] = v == v ? static_cast<float>(v) : 0.0f;
    }
  }
  /// x is replaced by its standardised rows. weigh(Neighbourhood, weights of one row).
  /// Shapes   x (n, columns), found (n, neighbours), weights (n, members), n <= 64.
  template <class Weigh>
  void each(Rows<float> x, Neighbour* found, Rows<float> weights, const Weigh& weigh) const noexcept {
    for (std::ptrdiff_t r = 0; r < x.rows(); ++r) standardise(x.row(r).data(), x.row(r).data());
    find_nearest(index, x.data(), x.rows(), neighbours, found);
    for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
      const Neighbourhood around{found + r * neighbours, neighbours, members, classes, loss.data(), correct.data(), weight.data()};
      for (float& w : weights.row(r)) w = 0;
      weigh(around, weights.row(r));
    }
  }
  static void visit(auto& self, auto& archive) {
    archive("members", self.members)("classes", self.classes)("neighbours", self.neighbours)("mean", self.mean)("scale", self.scale)(
        "index", self.index)("loss", self.loss)("weight", self.weight)("correct", self.correct);
  }
  [[gnu::cold]] void loaded() const {
    const std::size_t rows = index.rows, columns = static_cast<std::size_t>(index.width);
    const std::size_t cells = rows * static_cast<std::size_t>(members > 0 ? members : 0);
    check<FileError>(neighbours >= 1 && static_cast<std::size_t>(neighbours) <= rows, {"expected 1 to ", rows, " neighbours"}, neighbours);
    check<FileError>(mean.size() == columns && scale.size() == columns,
                     {"expected means and scales of ", columns, " columns"}, scale.size());
    check<FileError>(members >= 1 && loss.size() == cells && correct.size() == cells,
                     {"expected what members did on ", rows, " rows"}, loss.size());
    check<FileError>(weight.size() == rows, {"expected ", rows, " weights"}, weight.size());
    check<FileError>(classes >= 0, "expected a number of classes", classes);
  }
  void check_extents(int columns, int count) const {
    check<FileError>(index.width == columns && members == count,
                     {"expected regions of ", columns, " columns for ", count, " members"}, index.width);
  }
};

}  // namespace tutti
