// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
template <class Spec, class X, class Y>
std::vector<float> heard(const Spec& spec, const Dataset<X, Y>& data, const FitOptions& options = {}) {
  return all_outputs(fit(spec, data, options), data.first(1));
}
}  // namespace

TEST_CASE("an average of one member is that member, bit for bit") {
  const auto data = line<3>(30, 1);
  CHECK(all_outputs(fit(Average{Nearest{}}, data), data) == all_outputs(fit(Nearest{}, data), data));
}

TEST_CASE("a weighted average is what one computes by hand") {
  const auto data = blobs<2, 3>(9, 1);
  const Shows a{{0.5f, 0.25f, 0.25f}}, b{{0, 1, 0}}, c{{0.125f, 0.125f, 0.75f}};
  const auto plain = heard(Average{a, b, c}, data);
  const auto weighted = heard(Average{Weights{1, 2, 5}, a, b, c}, data);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(plain[k] == doctest::Approx((a.outputs[k] + b.outputs[k] + c.outputs[k]) / 3));
    CHECK(weighted[k] == doctest::Approx((a.outputs[k] + 2 * b.outputs[k] + 5 * c.outputs[k]) / 8));
  }
}

TEST_CASE("numbers are averaged as probabilities are, several at a time") {
  CHECK(heard(Average{Weights{3, 1}, Shows{{4}}, Shows{{8}}}, line<2>(5, 1))[0] == 5);
  const auto data = table<Row<1>, Reals<2>>(1, {1, 2}, {1, 2, 3, 4});
  CHECK(heard(Average{Shows{{1, 10}}, Shows{{3, 30}}}, data) == std::vector<float>{2, 20});
}

TEST_CASE("averages nest") {
  const auto data = line<2>(5, 1);
  CHECK(heard(Average{Average{Shows{{0}}, Shows{{4}}}, Shows{{8}}}, data)[0] == 5);
  CHECK(heard(Average{Weights{1, 3}, Average{Weights{1, 1}, Shows{{0}}, Shows{{4}}}, Shows{{8}}}, data)[0] == 6.5f);
}

TEST_CASE("rows that a member does not cover are not covered by the average") {
  auto a = CrossFitting::empty<Real>(3, 1), b = CrossFitting::empty<Real>(3, 1);
  for (int i = 0; i < 3; ++i) {
    a.values()(i, 0) = 2;
    b.values()(i, 0) = 4;
  }
  b.set_covered(1, false);
  const auto c = detail::merge<MeanRule, Real>(std::array{0.25f, 0.75f}, a, b);
  CHECK((c.covers(0) && !c.covers(1) && c.covers(2)));
  CHECK(c.values()(0, 0) == 3.5f);
}

TEST_CASE("a plan that goes forward in time covers the later rows only, by models of earlier ones") {
  SideColumns side;
  for (int i = 0; i < 20; ++i) side.time.push_back(20 - i);  // the last row is the earliest
  const auto data = line<2>(20, 1, side);
  const auto p = out_of_fold(Average{Nearest{}, Nearest{}}, data, {.folds = {.k = 3, .forward = true}});
  for (int i = 0; i < 20; ++i) {
    CHECK(p.covers(i) == (i < 15));
    if (p.covers(i)) {  // a nearest neighbour says a target that it has seen: one of an earlier block
      bool earlier = false;
      for (int j = 0; j < 20; ++j) earlier = earlier || (p.values()(i, 0) == data.y(j).value && data.time(j) < data.time(i));
      CHECK(earlier);
    }
  }
}
