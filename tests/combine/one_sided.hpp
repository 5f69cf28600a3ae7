// SPDX-License-Identifier: Apache-2.0
// Members that know about one half of the plane, for what chooses between them.
#pragma once
#include "combine/learners.hpp"

namespace learners {

/// Right about x_1 (a label: its sign) on one side of x_0 = 0, wrong on the other. Counts the rows that it was asked about.
struct OneSided {
  int side = 1;
  std::atomic<int>* asked = nullptr;
  static constexpr Capabilities capabilities{.labels = true, .numbers = true, .weights = true, .missing = true, .probabilities = true};
  template <class Y>
  struct Model {
    int side = 1;
    std::atomic<int>* asked = nullptr;
    void outputs(auto x, Rows<float> y, Workspace&) const noexcept {
      if (asked != nullptr) *asked += static_cast<int>(x.size());
      for (std::size_t r = 0; r < x.size(); ++r) {
        const bool knows = (x[r][0] > 0) == (side > 0), yes = x[r][1] > 0;
        const auto row = y.row(static_cast<std::ptrdiff_t>(r));
        if constexpr (Y::is_label) {
          const bool says = yes == knows;
          row[0] = says ? 0.1f : 0.9f;
          row[1] = says ? 0.9f : 0.1f;
        } else {
          row[0] = x[r][1] + (knows ? 0.0f : 3.0f);
        }
      }
    }
    static void visit(auto& self, auto& archive) { archive("side", self.side); }
  };
  template <class X, class Y>
  Model<Y> fit(const Dataset<X, Y>&, Context) const {
    return {side, asked};
  }
};

/// Rows of the plane with x_1, or its sign, as target; in the share `holes` of them x_1 is missing.
template <class X, class Y>
Dataset<X, Y> sides(int rows, std::uint64_t seed, SideColumns side = {}, double holes = 0) {
  Random random(seed);
  std::vector<float> x;
  std::vector<typename Y::Element> y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    x.push_back(static_cast<float>(random.normal()));
    if constexpr (Y::is_label) y.push_back(x.back() > 0);
    else y.push_back(x.back());
    if (holes > 0 && random.uniform53() < holes) x.back() = std::numeric_limits<float>::quiet_NaN();
  }
  return table<X, Y>(2, x, y, std::move(side), Y::is_label ? 2 : 1);
}
using Plane = Row<2>;

}  // namespace learners
