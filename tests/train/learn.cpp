// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/train/fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
Context root(const FitOptions& options = {.folds = {.k = 4}}) { return Context(options, "Nearest"); }
const Dataset<Row<2>, Label<2>>& data() {
  static const auto d = blobs<2, 2>(20, 1);
  return d;
}
}  // namespace

TEST_CASE("what is wanted is made, nothing else") {
  std::atomic<int> fits{0};
  const auto rows = data().session();
  auto model = learn(Nearest{&fits}, rows, root(), Want{});
  CHECK((model.model && !model.out_of_fold && model.folds.empty()));
  CHECK(fits == 1);
  auto predictions = learn(Nearest{&fits}, rows, root(), Want{false, true, false});
  CHECK((!predictions.model && predictions.out_of_fold && predictions.folds.empty()));
  CHECK(fits == 1 + 4);
  auto folds = learn(Nearest{&fits}, rows, root(), Want{false, false, true});
  CHECK((!folds.model && !folds.out_of_fold && folds.folds.size() == 4));
  CHECK(fits == 1 + 4 + 4);
  auto all = learn(Nearest{&fits}, rows, root(), Want{true, true, true});
  CHECK((all.model && all.out_of_fold && all.folds.size() == 4));
  CHECK(fits == 1 + 4 + 4 + 5);
}

TEST_CASE("each row's prediction is that of the fold model that has not seen it") {
  const auto rows = data().session();
  const auto learned = learn(Nearest{}, rows, root(), Want{false, true, true});
  const auto plan = root().plan(rows);
  for (std::ptrdiff_t i = 0; i < rows.rows(); ++i) {
    const int f = plan->fold(rows.origin(i));
    const auto y = learned.folds[static_cast<std::size_t>(f)]->predict(rows.x(i));
    CHECK(learned.out_of_fold->covers(i));
    CHECK(learned.out_of_fold->values()(i, y.index()) == 1);
  }
}

TEST_CASE("a fold without rows to learn from has no model and covers no row") {
  const auto rows = data().session();
  const auto plan = root().plan(rows);
  std::vector<RowIndex> some;  // of fold 0 and one row of fold 1: what a bootstrap may leave
  for (RowIndex i = 0; i < 20; ++i)
    if (plan->fold(i) == 0 || (plan->fold(i) == 1 && some.size() < 6)) some.push_back(i);
  const auto part = rows.subset(some);
  const auto learned = learn(Nearest{}, part, root().with_plan(plan), Want{false, true, true});
  CHECK((learned.folds[0] && learned.folds[1]));
  CHECK((!learned.folds[2] && !learned.folds[3]));
  std::vector<RowIndex> only_first;
  for (RowIndex i = 0; i < 20; ++i)
    if (plan->fold(i) == 0) only_first.push_back(i);
  const auto none = learn(Nearest{}, rows.subset(only_first), root().with_plan(plan), Want{false, true, true});
  CHECK_FALSE(none.folds[0].has_value());
  for (std::ptrdiff_t i = 0; i < std::ssize(only_first); ++i) CHECK_FALSE(none.out_of_fold->covers(i));
}

TEST_CASE("the sides of a fold are made once for all members") {
  const auto rows = data().session();
  const auto plan = root().plan(rows);
  CHECK(detail::fold_sides(*plan, 1, rows) == detail::fold_sides(*plan, 1, rows));
  CHECK(detail::fold_sides(*plan, 1, rows) != detail::fold_sides(*plan, 2, rows));
  const auto sides = detail::fold_sides(*plan, 1, rows);
  CHECK(sides->train.rows() + sides->test.rows() == 20);
}

namespace {
struct Counts : Observer {
  std::atomic<int> calls{0}, done{0}, total{0};
  void progressed(int d, int t, std::string_view) override {
    ++calls;
    if (d > done) done = d;
    total = t;
  }
  void reported(std::string_view, std::string_view) override {}
};
}  // namespace

TEST_CASE("progress counts every fit once and ends at the number that it promised") {
  const auto counts = std::make_shared<Counts>();
  FitOptions options{.folds = {.k = 4}};
  options.progress = Progress(counts);
  (void)learn(Nearest{}, data().session(), Context(options, "Nearest"), Want{true, true, false});
  CHECK(counts->calls == 5);
  CHECK(counts->done == 5);
  CHECK(counts->total == 5);
}
