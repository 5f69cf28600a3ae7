// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/folds.hpp>

#include <doctest/doctest.h>

#include <set>

using namespace tutti;

namespace {

Dataset<Row<1>, Label<4>> sample(int n, SideColumns side = {}) {
  std::vector<std::int32_t> y;
  for (int i = 0; i < n; ++i) y.push_back(i % 7 % 4);
  return {DenseStorage<float>(1, Buffer<float>(y.size())), y, std::move(side)};
}
template <class Call> std::string refused(Call&& call) {
  try {
    call();
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}
std::string plan_refused(const Folds& folds, int rows, SideColumns side = {}) {
  return refused([&] { FoldPlan(folds, sample(rows, std::move(side)), Random(1)); });
}

}  // namespace

TEST_CASE("folds are a partition, each row is tested once") {
  const auto data = sample(103);
  const FoldPlan plan({.k = 5}, data, Random(1));
  CHECK(plan.k() == 5);
  std::vector<int> tested(103), trained(103);
  for (int f = 0; f < 5; ++f) {
    const auto [train, test] = sides(plan, f, data);
    CHECK(train.size() + test.size() == 103);
    CHECK((test.size() == 20 || test.size() == 21));
    for (const RowIndex i : test) ++tested[i];
    for (const RowIndex i : train) ++trained[i];
  }
  CHECK(tested == std::vector<int>(103, 1));
  CHECK(trained == std::vector<int>(103, 4));
}

TEST_CASE("folds have the classes in the proportions of the whole") {
  const auto data = sample(103);
  const FoldPlan plan({.k = 5}, data, Random(1));
  for (int k = 0; k < 4; ++k) {
    std::vector<int> n(5);
    int all = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (data.y(i).index() == k) {
        ++n[static_cast<std::size_t>(plan.fold(static_cast<RowIndex>(i)))];
        ++all;
      }
    for (const int count : n) CHECK(std::abs(count - all / 5.0) <= 1);
  }
}

TEST_CASE("the plan depends on its seed and on the stream of the fit") {
  const auto data = sample(50);
  const auto folds_of = [&](std::uint64_t seed, std::uint64_t stream) {
    const FoldPlan plan({.k = 5, .seed = seed}, data, Random(stream));
    std::vector<int> f;
    for (RowIndex i = 0; i < 50; ++i) f.push_back(plan.fold(i));
    return f;
  };
  CHECK(folds_of(1, 1) == folds_of(1, 1));
  CHECK(folds_of(1, 1) != folds_of(2, 1));
  CHECK(folds_of(1, 1) != folds_of(1, 2));
}

TEST_CASE("groups, ids and repeats of a row are never on both sides") {
  std::vector<std::int64_t> key(60);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::int64_t>(i % 13);
  std::vector<RowIndex> bootstrap(60);
  Random random(3);
  for (auto& row : bootstrap) row = random.below(60);
  const Dataset<Row<1>, Label<4>> all[] = {sample(60, {.group = key}), sample(60, {.id = key}),
                                           sample(60).subset(bootstrap),
                                           sample(60, {.id = key}).subset(bootstrap)};
  for (const auto& data : all)
    for (const bool forward : {false, true}) {
      const auto unit = [&](RowIndex i) {
        return data.has_groups() ? data.group(i) : data.has_ids() ? data.id(i) : data.origin(i);
      };
      const auto disjoint = [&](const std::vector<RowIndex>& train, const std::vector<RowIndex>& test) {
        std::set<std::int64_t> seen;
        for (const RowIndex i : train) seen.insert(unit(i));
        for (const RowIndex i : test)
          if (seen.count(unit(i)) > 0) return false;
        return !train.empty() && !test.empty();
      };
      const FoldPlan plan({.k = 3, .forward = forward}, data, Random(5));
      for (int f = 0; f < 3; ++f) {
        const auto s = sides(plan, f, data);
        CHECK(disjoint(s.first, s.second));
      }
      const auto h = hold_out(data, 0.2, true, forward, Random(6));
      CHECK(disjoint(h.first, h.second));
      CHECK(h.first.size() + h.second.size() == 60);
    }
}

TEST_CASE("a plan acts on original rows, whatever part of them a member sees") {
  const auto data = sample(40);
  const FoldPlan plan({.k = 4}, data, Random(1));
  const auto part = data.subset(std::vector<RowIndex>{39, 7, 7, 12});
  for (int f = 0; f < 4; ++f) {
    const auto s = sides(plan, f, part);
    for (const RowIndex i : s.second) CHECK(plan.fold(part.origin(i)) == f);
    for (const RowIndex i : s.first) CHECK(plan.fold(part.origin(i)) != f);
    CHECK(s.first.size() + s.second.size() == 4);
  }
  CHECK(plan.fold(1000) == -1);
}

TEST_CASE("forward folds learn from the past only") {
  std::vector<double> time(60);
  for (std::size_t i = 0; i < time.size(); ++i) time[i] = static_cast<double>(i * 17 % 60);
  const auto data = sample(60, {.time = time});
  const FoldPlan plan({.k = 5, .forward = true}, data, Random(1));
  for (int f = 0; f < 5; ++f) {
    const auto [train, test] = sides(plan, f, data);
    double latest = -1, earliest = 1e9;
    for (const RowIndex i : train) latest = std::max(latest, data.time(i));
    for (const RowIndex i : test) earliest = std::min(earliest, data.time(i));
    CHECK(latest < earliest);
    CHECK(test.size() == 10);
    CHECK(train.size() == static_cast<std::size_t>(10 * (f + 1)));
  }
}

TEST_CASE("folds may be given row by row, and some rows never held out") {
  const FoldPlan plan({.assignment = {0, 1, -1, 1}}, sample(4), Random(1));
  CHECK(plan.k() == 2);
  CHECK(plan.tests(1, 3));
  CHECK(plan.trains(0, 2));
  CHECK(plan.trains(1, 2));
  CHECK_FALSE(plan.tests(0, 2));
}

TEST_CASE("plans that cannot be made are refused") {
  CHECK(plan_refused({.k = 1}, 10) == "folds: expected at least 2 folds, got 1");
  CHECK(plan_refused({.k = 5}, 4) == "folds: expected at least 5 rows (or groups) for as many folds, got 4");
  CHECK(plan_refused({.k = 3}, 6, {.group = {1, 1, 1, 2, 2, 2}}) ==
        "folds: expected at least 3 rows (or groups) for as many folds, got 2");
  CHECK(plan_refused({.k = 3, .forward = true}, 6, {.time = {1, 1, 1, 1, 1, 1}}) ==
        "folds: expected rows in fold 0, got 0");
  CHECK(plan_refused({.assignment = {0, 1}}, 3) == "folds: expected an assignment for each of 3 rows, got 2");
  CHECK(plan_refused({.assignment = {0, 1, -2}}, 3) == "folds: expected fold numbers of -1 or more, got -2");
  CHECK(plan_refused({.assignment = {0, 1, 3}}, 3) ==
        "folds: expected fold numbers below the number of rows, got 3");
  CHECK(plan_refused({.assignment = {0, 2, 0}}, 3) == "folds: expected rows in fold 1, got 0");
  CHECK(plan_refused({.assignment = {0, 0, -1}}, 3) == "folds: expected at least 2 folds, got 1");
}

TEST_CASE("a hold-out has its share, its classes, and at least one row") {
  const auto data = sample(140);
  const auto [train, test] = hold_out(data, 0.2, true, false, Random(1));
  CHECK(test.size() == 28);
  int n[4] = {};
  for (const RowIndex i : test) ++n[data.y(i).index()];
  for (int k = 0; k < 4; ++k) CHECK(std::abs(n[k] - (k == 3 ? 4 : 8)) <= 1);
  CHECK(hold_out(sample(2), 0.01, true, false, Random(1)).second.size() == 1);
  CHECK(hold_out(sample(2), 0.99, true, false, Random(1)).first.size() == 1);
}

TEST_CASE("a hold-out that cannot be made is refused") {
  CHECK(refused([] { hold_out(sample(9), 0.0, true, false, Random(1)); }) ==
        "hold-out: expected a fraction between 0 and 1, got 0");
  CHECK(refused([] { hold_out(sample(9), 1.0, true, false, Random(1)); }) ==
        "hold-out: expected a fraction between 0 and 1, got 1");
  CHECK(refused([] { hold_out(sample(1), 0.5, true, false, Random(1)); }) ==
        "hold-out: expected at least 2 rows, got 1");
  CHECK(refused([] {
          hold_out(sample(3, {.group = {4, 4, 4}}), 0.5, true, false, Random(1));
        }) == "hold-out: expected rows on both sides, got 0");
}
