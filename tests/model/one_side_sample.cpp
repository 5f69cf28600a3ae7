// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/one_side_sample.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

using namespace tutti;

namespace {
struct Drawn {
  Buffer<std::uint32_t> rows{}, others{};
  std::vector<kernel::GradientPair> pair{};
};
/// 4000 rows of two scores, every second row asked for; gradients are 1, 2 ... in a random order.
Drawn draw(float top, float rest, std::uint64_t seed) {
  Drawn d;
  Buffer<std::uint32_t> all;
  Random random(seed);
  for (std::uint32_t r = 0; r < 8000; ++r) d.pair.push_back({static_cast<float>(1 + random.below(900)) - 450, 1});
  for (std::uint32_t r = 0; r < 4000; r += 2) all.push_back(r);
  detail::draw_one_side(all, top, rest, random.stream("draw"), 2, d.pair.data(), 4000, d.rows, d.others);
  return d;
}
std::string message(const BoostTreeOptions& options) {
  try {
    fit(Boost{Tree{}, options}, tree_data::numbers<3>(50, 1));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}
template <class Model> double squares(const Model& model, const Dataset<Row<5>, Real>& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    sum += std::pow(static_cast<double>(model.predict(data.x(i)).value - data.y(i).value), 2);
  return sum / static_cast<double>(data.rows());
}
}  // namespace

TEST_CASE("rows of large gradients are all drawn, others by their share and with more weight") {
  const Drawn whole = draw(1, 1, 3), d = draw(0.2f, 0.1f, 3);
  const auto size = [&](std::uint32_t r) { return std::fabs(whole.pair[r].gradient) + std::fabs(whole.pair[4000 + r].gradient); };
  CHECK(whole.rows.size() == 2000);
  CHECK(d.rows.size() + d.others.size() == 2000);
  CHECK(std::is_sorted(d.rows.begin(), d.rows.end()));
  std::set<std::uint32_t> both(d.rows.begin(), d.rows.end());
  both.insert(d.others.begin(), d.others.end());
  CHECK(both.size() == 2000);
  float most_left = 0, least_kept = 1e9f;
  int kept = 0;
  for (const std::uint32_t r : d.others) most_left = std::max(most_left, size(r));
  for (const std::uint32_t r : d.rows)
    for (const std::uint32_t at : {r, 4000 + r}) {
      const float factor = d.pair[at].hessian;
      CHECK(d.pair[at].gradient == doctest::Approx(factor * whole.pair[at].gradient));
      CHECK((factor == 1 || factor == doctest::Approx(8)));  // (1 - 0.2) / 0.1
      if (factor == 1) least_kept = std::min(least_kept, size(r));
      kept += factor == 1;
    }
  CHECK(kept == 2 * 400);
  CHECK(most_left <= least_kept);
  for (const std::uint32_t r : d.others) CHECK(d.pair[r].hessian == 1);
}

TEST_CASE("on average sums over the drawn rows are those over all") {
  double drawn = 0, all = 0, hessians = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Drawn whole = draw(1, 1, seed), d = draw(0.1f, 0.3f, seed);
    for (const std::uint32_t r : d.rows) {
      drawn += std::fabs(static_cast<double>(d.pair[r].gradient));
      hessians += static_cast<double>(d.pair[r].hessian);
    }
    for (const std::uint32_t r : whole.rows) all += std::fabs(static_cast<double>(whole.pair[r].gradient));
  }
  CHECK(drawn == doctest::Approx(all).epsilon(0.01));
  CHECK(hessians == doctest::Approx(200 * 2000).epsilon(0.01));
}

TEST_CASE("of equal gradients the first are taken, what is no number is never large") {
  std::vector<kernel::GradientPair> pair(10, {1, 1});
  pair[0].gradient = std::nanf("");
  Buffer<std::uint32_t> all{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, drawn, others;
  for (std::size_t i = 4; i < 10; ++i) pair[i].gradient = 0;
  detail::draw_one_side(all, 0.2f, 1e-9f, Random(1), 1, pair.data(), 10, drawn, others);
  CHECK(drawn == Buffer<std::uint32_t>{1, 2});
  CHECK(others.size() == 8);
}

TEST_CASE("a fit to large gradients learns more than one to as many rows drawn evenly, with the same bits on any threads") {
  const auto train = tree_data::numbers<5>(4000, 1, 0.05, 40), test = tree_data::numbers<5>(2000, 2, 0.05, 40);
  const auto spec = [](float top, float rest) { return Boost{Tree{.leaves = 16}, {.rounds = 60, .rows = rest, .top_rows = top}}; };
  const auto all = fit(spec(0, 1), train), one_side = fit(spec(0.1f, 0.05f), train), even = fit(spec(0, 0.15f), train);
  CHECK(squares(one_side, test) < 1.5 * squares(all, test));
  CHECK(squares(one_side, test) < squares(even, test));
  for (const int threads : {1, 7})
    CHECK(tree_data::bytes(fit(spec(0.1f, 0.05f), train, {.threads = threads}).model()) == tree_data::bytes(one_side.model()));
  CHECK_NOTHROW(fit(spec(0.1f, 0.05f), tree_data::labels<4, 3>(300, 1)));
  CHECK_NOTHROW(fit(spec(0.5f, 0.5f), tree_data::numbers<2>(1, 1)));
}

TEST_CASE("objectives whose gradients are all of one size are refused") {
  const std::string said = message({.objective = MAE{}, .rows = 0.1f, .top_rows = 0.2f});
  CHECK(said.find("top_rows: expected an objective whose gradients differ in size") != std::string::npos);
}
