// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/boost_setup.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace tutti;

namespace {
std::string message(const BoostTreeOptions& options) {
  try {
    detail::check_boost(options);
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}
}  // namespace

TEST_CASE("options are refused by name") {
  CHECK(message({}).empty());
  CHECK(message({.alpha = -1}) == "expected an alpha of 0 or more, got -1");
  CHECK(message({.lambda = -1}) == "expected a lambda of 0 or more, got -1");
  CHECK(message({.max_step = -1}) == "expected a max_step of 0 or more, got -1");
  CHECK(message({.min_hessian = -1}) == "expected a min_hessian of 0 or more, got -1");
  CHECK(message({.level_columns = 0}) == "expected a share of level_columns above 0 and at most 1, got 0");
  for (const int bins : {-1, 0, 1, 65'536})
    CHECK(message({.bins = bins}) == "expected bins from 2 to 65535, got " + std::to_string(bins));
  CHECK(message({.bins = 2}).empty());
  CHECK(message({.bins = 65'535}).empty());
  const std::string top = "expected a share of top_rows of 0 or more, and with rows of at most 1, got ";
  CHECK(message({.top_rows = 0.25f}) == top + "0.25");
  CHECK(message({.rows = 0.5f, .top_rows = -1}) == top + "-1");
  CHECK(message({.rows = 0.5f, .top_rows = 0.5f}).empty());
}

TEST_CASE("balanced classes weigh the same, and all together what they weighed") {
  const std::vector<std::int32_t> label{0, 0, 0, 2};
  std::vector<float> weight{1, 2, 1, 1};
  detail::weigh_classes(label, weight, {1, 1, 1}, true);
  CHECK(weight[0] + weight[1] + weight[2] == doctest::Approx(2.5));
  CHECK(weight[1] == doctest::Approx(2 * weight[0]));
  CHECK(weight[3] == doctest::Approx(2.5));
  detail::weigh_classes(label, weight, {2, 1, 4}, false);
  CHECK(weight[3] == doctest::Approx(10));
  CHECK(weight[0] == doctest::Approx(1.25));
}

TEST_CASE("a draw parts the rows into those of the round and the others") {
  Buffer<std::uint32_t> all, drawn, others;
  for (std::uint32_t r = 0; r < 4000; ++r) all.push_back(r);
  detail::draw_rows(all, 0.25f, Random(1), drawn, others);
  CHECK(drawn.size() + others.size() == 4000);
  CHECK(std::abs(static_cast<int>(drawn.size()) - 1000) < 120);
  std::set<std::uint32_t> both(drawn.begin(), drawn.end());
  both.insert(others.begin(), others.end());
  CHECK(both.size() == 4000);
  Buffer<std::uint32_t> whole, rest;
  detail::draw_rows(all, 1, Random(1), whole, rest);
  CHECK(whole == all);
  CHECK(rest.empty());
  const Buffer<std::uint32_t> two{3, 8};
  Buffer<std::uint32_t> one, other;
  detail::draw_rows(two, 1e-6f, Random(1), one, other);
  CHECK(one == Buffer<std::uint32_t>{3});
  CHECK(other == Buffer<std::uint32_t>{8});
}

TEST_CASE("as many columns are drawn as the share says, at least one, in order") {
  std::set<std::int32_t> seen;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto columns = detail::draw_columns(10, 0.3f, Random(seed));
    CHECK(columns.size() == 3);
    CHECK(std::is_sorted(columns.begin(), columns.end()));
    seen.insert(columns.begin(), columns.end());
  }
  CHECK(seen.size() == 10);
  CHECK(detail::draw_columns(10, 0.01f, Random(1)).size() == 1);
  CHECK(detail::draw_columns(10, 1, Random(1)).size() == 10);
}
