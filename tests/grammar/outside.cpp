// SPDX-License-Identifier: Apache-2.0
// A member written outside the library, in a namespace of its own: no base class, no macro, no registration.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>

#include "combine/learners.hpp"

namespace someone {

/// Says the mean of the targets whose first number lies on the same side of the middle.
struct TwoHalves {
  float quantile = 0.5f;

  template <class Y>
  struct Model {
    float middle = 0, below = 0, above = 0;
    Y predict(const auto& x) const noexcept { return {x[0] < middle ? below : above}; }
    static void visit(auto& self, auto& archive) { archive("middle", self.middle)("below", self.below)("above", self.above); }
  };
  template <class X, class Y>
  Model<Y> fit(const tutti::Dataset<X, Y>& data, tutti::Context) const {
    std::vector<float> first;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) first.push_back(data.x(i)[0]);
    std::sort(first.begin(), first.end());
    Model<Y> m{first[static_cast<std::size_t>(quantile * static_cast<float>(first.size() - 1))], 0, 0};
    float rows_below = 0, rows_above = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const bool low = data.x(i)[0] < m.middle;
      (low ? rows_below : rows_above) += 1;
      (low ? m.below : m.above) += data.y(i).value;
    }
    m.below /= std::max(rows_below, 1.0f);
    m.above /= std::max(rows_above, 1.0f);
    return m;
  }
};

}  // namespace someone

TEST_CASE("a member from elsewhere is fitted, combined, saved and loaded like the library's own") {
  const auto data = learners::line<2>(40, 1);
  const auto alone = tutti::fit(someone::TwoHalves{}, data);
  const float low[2] = {-5, 0}, high[2] = {5, 0};
  CHECK(alone.predict(low).value < alone.predict(high).value);

  const auto whole = tutti::fit(tutti::Stack{tutti::Average{someone::TwoHalves{0.3f}, tutti::Bag{someone::TwoHalves{}}}, someone::TwoHalves{}}, data);
  const auto again = tutti::from_bytes<decltype(whole)>(tutti::to_bytes(whole));
  CHECK(learners::all_outputs(again, data) == learners::all_outputs(whole, data));
  CHECK(tutti::type_name<std::remove_const_t<decltype(whole)>>() == "Fitted<Stack<Average<TwoHalves, Bag<TwoHalves>>, TwoHalves>, Row<2>, Real>");
}
