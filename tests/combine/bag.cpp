// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/random_columns_fit.hpp>

#include "combine/learners.hpp"
#include "combine/spies.hpp"

#include <set>

using namespace tutti;
using namespace learners;

namespace {

using X = Row<1>;
Dataset<X, Real> counted(int n, SideColumns side = {}) {  // row i has the input i and the target i
  std::vector<float> x;
  for (int i = 0; i < n; ++i) x.push_back(static_cast<float>(i));
  return table<X, Real>(1, x, x, std::move(side));
}
/// The rows that each member saw, as a nearest neighbour remembers them.
template <class Data>
auto draws(const BagOptions& options, const Data& data, std::uint64_t seed = 0) {
  const auto model = fit(Bag{Nearest{}, options}, data, {.seed = seed});
  std::vector<std::vector<float>> rows;
  for (const auto& m : model.model().models) rows.push_back(m.targets);
  return rows;
}

}  // namespace

TEST_CASE("every member sees its own bootstrap: as many rows, drawn with replacement") {
  const auto rows = draws({.members = 20}, counted(200));
  REQUIRE(rows.size() == 20);
  std::set<std::vector<float>> different(rows.begin(), rows.end());
  CHECK(different.size() == 20);
  double distinct = 0;
  for (const auto& r : rows) {
    CHECK(r.size() == 200);
    distinct += static_cast<double>(std::set<float>(r.begin(), r.end()).size()) / (20 * 200);
  }
  CHECK(distinct == doctest::Approx(1 - std::exp(-1)).epsilon(0.03));  // 0.632
}

TEST_CASE("every row has the same chance") {
  const auto rows = draws({.members = 100}, counted(50));
  std::vector<int> drawn(50);
  for (const auto& r : rows)
    for (const float v : r) ++drawn[static_cast<std::size_t>(v)];
  for (const int n : drawn) CHECK(std::abs(n - 100) < 50);  // five standard deviations
}

TEST_CASE("without replacement it is a subset, in the share that was asked for") {
  for (const auto& r : draws({.members = 5, .rows = 0.3f, .replace = false}, counted(50))) {
    CHECK(r.size() == 15);
    CHECK(std::set<float>(r.begin(), r.end()).size() == 15);
  }
  const auto all = draws({.members = 2, .rows = 1, .replace = false}, counted(10));
  CHECK(all[0] == all[1]);
  CHECK(draws({.members = 1, .rows = 2}, counted(10))[0].size() == 20);
  CHECK(draws({.members = 1, .rows = 1e-6f}, counted(10))[0].size() == 1);
}

TEST_CASE("draws follow the seed") {
  const auto data = counted(40);
  CHECK(draws({.members = 3}, data, 1) == draws({.members = 3}, data, 1));
  CHECK(draws({.members = 3}, data, 1) != draws({.members = 3}, data, 2));
  const auto three = draws({.members = 3}, data), five = draws({.members = 5}, data);
  CHECK(std::equal(three.begin(), three.end(), five.begin()));  // more members do not change the first ones
}

TEST_CASE("the bag says the mean of its members") {
  const auto data = counted(30);
  const auto model = fit(Bag{Nearest{}, {.members = 7}}, data);
  for (std::ptrdiff_t i = 0; i < 30; ++i) {
    float sum = 0;
    for (const auto& m : model.model().models) sum += m.predict(data.x(i)).value;
    CHECK(model.predict(data.x(i)).value == doctest::Approx(sum / 7));
  }
}

TEST_CASE("options that mean nothing are refused by name") {
  const auto message = [](BagOptions o) {
    return thrown_by<FitError>([&] { fit(Bag{Nearest{}, o}, counted(10)); });
  };
  CHECK(message({.members = 0}) == "Bag: expected at least one member, got 0");
  CHECK(message({.rows = 0}).starts_with("Bag: expected a share of rows above 0"));
  CHECK(message({.rows = std::numeric_limits<float>::quiet_NaN()})
            .starts_with("Bag: expected a share of rows above 0"));
  CHECK(message({.rows = 1.5f, .replace = false})
            .starts_with("Bag: expected a share of rows above 0 (at most 1 without replacement), got 1.5"));
}

TEST_CASE("one row is enough") { CHECK(fit(Bag{Nearest{}}, counted(1)).predict(counted(1).x(0)).value == 0); }

TEST_CASE("balanced draws have as many rows of every class, and of a class without rows none") {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 40; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(i < 4 ? 3 : i < 14 ? 1 : 0);
  }
  const auto data = table<X, Label<4>>(1, x, y);
  const auto count = [&](BagOptions o) {
    o.members = 5;
    o.balanced = true;
    const auto model = fit(Bag{Nearest{}, o}, data);
    std::set<std::array<int, 4>> counts;
    for (const auto& m : model.model().models) {
      std::array<int, 4> own{};
      for (const auto t : m.targets) ++own[static_cast<std::size_t>(t)];
      counts.insert(own);
    }
    return counts;
  };
  CHECK(count({}) == std::set<std::array<int, 4>>{{13, 13, 0, 13}});
  CHECK(count({.replace = false}) == std::set<std::array<int, 4>>{{4, 4, 0, 4}});
  CHECK(thrown_by<FitError>([&] {
          fit(Bag{Nearest{}, {.balanced = true}}, counted(5));
        }).starts_with("Bag: balanced: expected labels"));
}

TEST_CASE("out of bag, a row hears the members that have not drawn it, and those only") {
  const auto data = counted(40);
  const Bag spec{Nearest{}, {.members = 9, .out_of_bag = true}};
  const auto honest = out_of_fold(spec, data, {.seed = 5});
  const auto model = fit(spec, data, {.seed = 5});  // draws the same rows
  int covered = 0;
  for (std::ptrdiff_t i = 0; i < 40; ++i) {
    float sum = 0;
    int n = 0;
    for (const auto& m : model.model().models) {
      if (std::find(m.targets.begin(), m.targets.end(), static_cast<float>(i)) != m.targets.end()) continue;
      sum += m.predict(data.x(i)).value;
      ++n;
    }
    CHECK(honest.covers(i) == (n > 0));
    if (n == 0) continue;
    ++covered;
    CHECK(honest.values()(i, 0) == doctest::Approx(sum / static_cast<float>(n)));
  }
  CHECK(covered > 35);
}

TEST_CASE("out of bag costs one fit of the members, out of fold one for each fold") {
  const auto fits = [](bool out_of_bag, const FitOptions& options) {
    std::atomic<int> count{0};
    (void)out_of_fold(Bag{Nearest{&count}, {.members = 4, .out_of_bag = out_of_bag}}, counted(30), options);
    return count.load();
  };
  FitOptions plain{.folds = {.k = 3}}, nested = plain, forward = plain;
  nested.nested = true;
  forward.folds.forward = true;
  CHECK(fits(true, plain) == 4);
  CHECK(fits(false, plain) == 12);
  CHECK(fits(true, nested) == 12);
  CHECK(fits(true, forward) == 12);  // members have drawn later rows
}

TEST_CASE("a stack learns from out-of-bag predictions, and no row or its group is ever on both sides") {
  for (const int group : {1, 3}) {
    spies::Journal journal{.group = group};
    const spies::Spy s{&journal};
    const Bag bag{s, {.members = 12, .out_of_bag = true}};
    (void)fit(Stack{Average{bag, Bag{Stack{s, s}, {.members = 8, .out_of_bag = true}}}, s},
              spies::rows(36, group), {.folds = {.k = 3}});
    (void)out_of_fold(Stack{Average{bag, s}, s}, spies::rows(36, group), {.folds = {.k = 3}});
    CHECK(journal.leaks == 0);
    CHECK(journal.predictions > 0);
  }
}

TEST_CASE("rows that a plan of one's own never holds out are not covered") {
  FitOptions options;
  for (int i = 0; i < 30; ++i) options.folds.assignment.push_back(i < 10 ? -1 : i % 2);
  const auto honest = out_of_fold(Bag{Nearest{}, {.members = 20, .out_of_bag = true}}, counted(30), options);
  for (std::ptrdiff_t i = 0; i < 30; ++i) CHECK(honest.covers(i) == (i >= 10));
}

TEST_CASE(
    "random columns: every member its own, in the share that was asked for, the same bits for any threads") {
  const auto data = blobs<6, 2>(60, 1);
  const Bag spec{Cascade{RandomColumns{.share = 0.5f}, Nearest{}}, {.members = 12}};
  const auto model = fit(spec, data, {.seed = 2, .threads = 1});
  std::set<std::vector<int>> chosen;
  for (const auto& m : model.model().models) {
    CHECK(m.transform.width() == 3);
    chosen.insert({m.transform.of.begin(), m.transform.of.end()});
  }
  CHECK(chosen.size() > 6);
  CHECK(to_bytes(fit(spec, data, {.seed = 2, .threads = 7})) == to_bytes(model));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), data) ==
        all_outputs(model, data));
  CHECK(fit(Cascade{RandomColumns{.share = 1e-3f}, Nearest{}}, data).model().transform.width() == 1);
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{RandomColumns{.share = 0}, Nearest{}}, data);
        }).find("RandomColumns: expected a share above 0 and at most 1, got 0") != std::string::npos);
}
