// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/rows.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti {

/// What the trees of a forest say about the rows that they did not learn from: a test for which no row need be kept back.
/// A tree has not seen a row when none of its group, its id or its original row was drawn: where rows repeat, no copy
/// leaks.
/// Shapes   outputs (rows, K): probabilities or numbers, NaN where every tree saw the row.
struct OutOfBag {
  Buffer<RowIndex> origin{};     // the row of the data that were first read, of each row
  Buffer<std::int32_t> trees{};  // how many have not seen it
  Buffer<float> outputs{};
  double score = std::numeric_limits<double>::quiet_NaN();  // accuracy or R^2 over the rows that some tree has not seen

  std::ptrdiff_t rows() const noexcept { return std::ssize(trees); }
  bool covers(std::ptrdiff_t row) const noexcept { return trees[static_cast<std::size_t>(row)] > 0; }
  Rows<const float> values() const noexcept {
    return {outputs.data(), rows(), rows() > 0 ? std::ssize(outputs) / rows() : 0};
  }

  static void visit(auto& self, auto& archive) {
    archive("origin", self.origin)("trees", self.trees)("outputs", self.outputs)("score", self.score);
  }
  void loaded() const {
    check<FileError>(origin.size() == trees.size() && (trees.empty() ? outputs.empty() : outputs.size() % trees.size() == 0),
                     "out of bag: expected an origin and outputs for each row", outputs.size());
  }
};

}  // namespace tutti
