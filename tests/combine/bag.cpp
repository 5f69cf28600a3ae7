// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>

#include "combine/learners.hpp"

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
  const auto message = [](BagOptions o) { return thrown_by<FitError>([&] { fit(Bag{Nearest{}, o}, counted(10)); }); };
  CHECK(message({.members = 0}) == "Bag: expected at least one member, got 0");
  CHECK(message({.rows = 0}).starts_with("Bag: expected a share of rows above 0"));
  CHECK(message({.rows = std::numeric_limits<float>::quiet_NaN()}).starts_with("Bag: expected a share of rows above 0"));
  CHECK(message({.rows = 1.5f, .replace = false}).starts_with("Bag: expected a share of rows above 0 (at most 1 without replacement), got 1.5"));
}

TEST_CASE("one row is enough") { CHECK(fit(Bag{Nearest{}}, counted(1)).predict(counted(1).x(0)).value == 0); }
