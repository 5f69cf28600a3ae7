// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/prepared_columns.hpp>

namespace tutti {

/// The fitted part of what keeps some columns: y_k = x_of(k), in the order of the input.
struct SelectedColumns {
  std::int32_t inputs = 0;
  Buffer<std::int32_t> of{};  // ascending
  Buffer<double> scores{};    // of all columns of the input, NaN for those that are kept without being judged

  int width() const noexcept { return static_cast<int>(of.size()); }
  template <class View, class T> void transform(const View& x, T* out) const noexcept {
    for (std::size_t k = 0; k < of.size(); ++k) out[k] = static_cast<T>(x[of[k]]);
  }
  Buffer<Column> columns(const Buffer<Column>& in) const {
    Buffer<Column> out;
    for (const std::int32_t j : of) out.push_back(in[static_cast<std::size_t>(j)]);
    return out;
  }
  static void visit(auto& self, auto& archive) {
    archive("inputs", self.inputs)("of", self.of)("scores", self.scores);
  }
  void loaded() const {
    for (const std::int32_t j : of)
      check<FileError>(j >= 0 && j < inputs, {"expected a column below ", inputs}, j);
    detail::check_size("scores", scores.size(), inputs);
  }
  void check_extents(int columns, int) const {
    check<FileError>(inputs == columns, {"expected rows of ", columns, " numbers"}, inputs);
  }
};

}  // namespace tutti
