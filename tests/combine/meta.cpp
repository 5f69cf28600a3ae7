// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/meta.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

const auto as_it_is = [](std::span<const float> from, std::span<float> to) { std::copy(from.begin(), from.end(), to.begin()); };

template <class Y, class X>
Predictions<OutOfFold, Y> numbered(const Dataset<X, Y>& data, float first) {
  auto p = CrossFitting::empty<Y>(data.rows(), data.outputs());
  for (std::ptrdiff_t i = 0; i < p.values().size(); ++i) p.values()[i] = first + static_cast<float>(i);
  return p;
}

}  // namespace

static_assert(may_teach_a_meta_learner<OutOfFold> && !may_teach_a_meta_learner<InSample> && !may_teach_a_meta_learner<Fresh>);

TEST_CASE("the rows of a meta-learner hold the members' outputs side by side, and everything else of the row") {
  SideColumns side{{1, 2, 3, 4}, {7, 7, 8, 8}, {4, 3, 2, 1}, {10, 11, 12, 13}};
  const auto data = table<Row<1>, Label<2>>(1, {0, 1, 2, 3}, {0, 1, 1, 0}, side);
  const auto a = numbered(data, 0), b = numbered(data, 100);
  const auto rows = meta_rows<Row<4>>(data, as_it_is, a, b);
  REQUIRE(rows.data.rows() == 4);
  CHECK(rows.data.width() == 4);
  for (std::ptrdiff_t i = 0; i < 4; ++i) {
    const auto z = rows.data.x(i);
    CHECK((z[0] == a.values()(i, 0) && z[1] == a.values()(i, 1) && z[2] == b.values()(i, 0) && z[3] == b.values()(i, 1)));
    CHECK(rows.data.y(i) == data.y(i));
    CHECK(rows.data.weight(i) == data.weight(i));
    CHECK(rows.data.group(i) == data.group(i));
    CHECK(rows.data.time(i) == data.time(i));
    CHECK(rows.data.id(i) == data.id(i));
    CHECK(rows.data.origin(i) == data.origin(i));
  }
}

TEST_CASE("a row that some member does not cover is left out, and the others keep their origins") {
  const auto whole = table<Row<1>, Real>(1, {0, 1, 2, 3, 4}, {0, 10, 20, 30, 40});
  const std::vector<RowIndex> some{4, 2, 2, 0};
  const auto data = whole.subset(some);
  auto a = numbered(data, 0), b = numbered(data, 50);
  a.set_covered(3, false);
  b.set_covered(1, false);
  const auto rows = meta_rows<Row<2>>(data, as_it_is, a, b);
  REQUIRE(rows.data.rows() == 2);
  CHECK(rows.positions == std::vector<RowIndex>{0, 2});
  CHECK((rows.data.origin(0) == 4 && rows.data.origin(1) == 2));
  CHECK((rows.data.y(0).value == 40 && rows.data.y(1).value == 20));
  CHECK((rows.data.x(1)[0] == 2 && rows.data.x(1)[1] == 52));

  for (std::ptrdiff_t i = 0; i < 4; ++i) a.set_covered(i, false);
  CHECK(thrown_by([&] { meta_rows<Row<2>>(data, as_it_is, a, b); }).starts_with("expected out-of-fold predictions for at least one row"));
}

TEST_CASE("a head's predictions go back to the rows they are about") {
  const auto data = table<Row<1>, Real>(1, {0, 1, 2, 3}, {0, 0, 0, 0});
  auto head = CrossFitting::empty<Real>(2, 1);
  head.values()(0, 0) = 5;
  head.values()(1, 0) = 6;
  auto all = spread(head, {3, 1}, data, [](std::span<float> y, std::ptrdiff_t position) { y[0] += 10 * static_cast<float>(position); });
  CHECK((!all.covers(0) && all.covers(1) && !all.covers(2) && all.covers(3)));
  CHECK((all.values()(3, 0) == 35 && all.values()(1, 0) == 16));
  head.set_covered(0, false);
  all = spread(head, {3, 1}, data, [](std::span<float>, std::ptrdiff_t) {});
  CHECK((!all.covers(3) && all.covers(1)));
}

TEST_CASE("one-hot targets are 1 at the label and 0 elsewhere, of the rows that are selected") {
  const auto whole = table<Row<1>, Label<3>>(1, {0, 1, 2, 3}, {2, 0, 1, 2}, SideColumns{{1, 2, 3, 4}, {}, {}, {}});
  const std::vector<RowIndex> some{3, 1, 3};
  const auto hot = one_hot(whole.subset(some));
  REQUIRE(hot.rows() == 3);
  const float expected[3][3] = {{0, 0, 1}, {1, 0, 0}, {0, 0, 1}};
  for (std::ptrdiff_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) CHECK(hot.target(i)[k] == expected[i][k]);
    CHECK(hot.weight(i) == whole.weight(some[static_cast<std::size_t>(i)]));
    CHECK(hot.origin(i) == some[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("the link of a fold is learnt without the fold") {
  // two classes, scores 0.7 and 0.3: 80 rows of 100 were right
  std::vector<std::int32_t> y(100);
  for (std::size_t i = 0; i < 100; ++i) y[i] = i % 5 == 0 ? 1 : 0;
  const auto data = table<Row<1>, Label<2>>(1, std::vector<float>(100), y);
  const FoldPlan plan(Folds{.k = 2}, data, Random(1));
  auto scores = CrossFitting::empty<Label<2>>(100, 2);
  for (std::ptrdiff_t i = 0; i < 100; ++i) {
    scores.values()(i, 0) = 0.7f;
    scores.values()(i, 1) = 0.3f;
  }
  const auto first = [](ScoreLink link) {
    float z[] = {0.7f, 0.3f};
    link.apply(z);
    return static_cast<double>(z[0]);
  };
  CHECK(first(likeliest_link(data, scores, plan)) == doctest::Approx(0.8).epsilon(0.01));

  for (std::ptrdiff_t i = 0; i < 100; ++i)  // fold 0 is perfect, fold 1 is not
    if (plan.fold(static_cast<RowIndex>(i)) == 0 && y[static_cast<std::size_t>(i)] == 1) std::swap(scores.values()(i, 0), scores.values()(i, 1));
  CHECK(first(likeliest_link(data, scores, plan, 0)) == doctest::Approx(0.8).epsilon(0.01));
  CHECK(first(likeliest_link(data, scores, plan, 1)) > 0.99);
}
