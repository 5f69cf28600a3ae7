// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/context.hpp>
#include <tutti/core/dataset.hpp>

#include <utility>

/// Predicts class 1 where column `column` is positive.
struct Sign {
  int column = 0;
  template <class X, class Y>
  struct Model {
    int column = 0;
    Y predict(const auto& x) const noexcept { return Y{x[column] > 0 ? 1 : 0}; }
    static void visit(auto& self, auto& archive) { archive("column", self.column); }
  };
  template <class X, class Y>
  Model<X, Y> fit(const tutti::Dataset<X, Y>&, tutti::Context) const {
    return {column};
  }
};

using Data = tutti::Dataset<tutti::Row<2>, tutti::Label<2>>;
inline Data four_rows(tutti::SideColumns side = {}) {  // column 0 is right on three rows, column 1 on all
  return Data(tutti::DenseStorage<float>(2, tutti::Buffer<float>{1, 1, 1, 1, -1, -1, 1, -1}), {1, 1, 0, 0}, std::move(side),
              tutti::Schema{{}, "y", {"no", "yes"}});
}
