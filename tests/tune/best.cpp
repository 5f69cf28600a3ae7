// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/greedy_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/data/table_columns.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/extra_trees_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/impute_fit.hpp>
#include <tutti/model/knn_fit.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/model/quantile_transform_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/tune/best.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// Labels that follow a number and a town, both with gaps; or that follow nothing.
Dataset<Table, Label<2>> shops(int rows, std::uint64_t seed, bool noise = false) {
  Random random(seed);
  Buffer<double> size;
  Buffer<std::string> town;
  Buffer<std::int32_t> closed;
  for (int i = 0; i < rows; ++i) {
    const double x = random.normal();
    const auto t = random.below(3);
    size.push_back(random.uniform() < 0.1f ? std::numeric_limits<double>::quiet_NaN() : x);
    town.push_back(random.uniform() < 0.1f ? "" : std::string(1, static_cast<char>('A' + t)));
    closed.push_back(noise ? static_cast<std::int32_t>(random.below(2)) : x + (t == 1 ? 1.5 : -0.5) > 0);
  }
  return {Table{numeric_column("size", size), categorical_column("town", town)}, closed, {}, {{}, "closed", {"no", "yes"}}};
}
const auto known = shops(90, 1);
const FitOptions three{.seed = 3, .folds = {.k = 3}};

template <class X, class Y> constexpr bool fits = std::is_same_v<DiagnosisOf<Best, X, Y>, error::none>;

/// How many fold models each chosen member has.
Buffer<std::size_t> sizes(const auto& model) {
  Buffer<std::size_t> n;
  std::apply([&](const auto&... m) { (void(m && (n.push_back(m->models.size()), true)), ...); }, model.model().members);
  return n;
}

}  // namespace

static_assert(fits<Row<3>, Label<2>> && fits<Row<Dynamic>, Real> && fits<Table, Label<Dynamic>> && fits<Table, Real>);
static_assert(!fits<Row<3>, Flags<2>>);
static_assert(capabilities_of<Best>.missing && capabilities_of<Best>.weights && !capabilities_of<Best>.flags);

TEST_CASE("a table with gaps and categories is learnt, and every chosen member is heard by the models of its folds") {
  const auto model = fit(Best{}, known, three);
  CHECK(evaluate(model, shops(200, 2)).score("log-loss") < 0.45);
  CHECK(evaluate(model, known).lines.size() == 1 + sizes(model).size());
  for (const std::size_t n : sizes(model)) CHECK(n == 3);
  CHECK(model.model().validated());

  FitOptions keep = three;
  keep.keep_folds = true;
  const auto by_hand = fit(best_members<Label<2>>(Best{}, 90), known, keep);
  CHECK(by_hand.model().weights == model.model().weights);
}

TEST_CASE("fitted again on all rows it is smaller, and says that nothing has judged it") {
  FitOptions keep = three;
  keep.keep_folds = true;
  const auto model = fit(Best{.refit = true}, known, keep);
  for (const std::size_t n : sizes(model)) CHECK(n == 1);
  CHECK(!model.model().validated());
  CHECK(model.model().weights == fit(Best{}, known, three).model().weights);
}

TEST_CASE("threads change no bit, and a saved model predicts as before") {
  FitOptions one = three, seven = three;
  one.threads = 1;
  seven.threads = 7;
  const auto labels = fit(Best{}, known, one);
  CHECK(to_bytes(labels) == to_bytes(fit(Best{}, known, seven)));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(labels)>>(to_bytes(labels)), known) == all_outputs(labels, known));

  const auto data = line<3>(60, 2);
  const auto numbers = fit(Best{}, data, one);
  CHECK(to_bytes(numbers) == to_bytes(fit(Best{}, data, seven)));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(numbers)>>(to_bytes(numbers)), data) == all_outputs(numbers, data));
  CHECK(evaluate(numbers, line<3>(100, 3)).score("RMSE") < 1);
}

TEST_CASE("a budget pays for the first members of the portfolio") {
  const auto data = line<3>(60, 4);
  const double each = 3 * 60 * 3;  // folds, rows, columns
  const auto weights = [&](double budget) { return fit(Best{.budget = budget}, data, three).model().weights; };
  const auto sum_of = [](const auto& w, std::size_t first) {
    float sum = 0;
    for (std::size_t m = 0; m < first; ++m) sum += w[m];
    return sum;
  };
  CHECK(sum_of(weights(2 * each), 2) == doctest::Approx(1));
  CHECK(sum_of(weights(1), 1) == 1);
  CHECK(weights(1e30) == weights(0));
  CHECK(thrown_by<FitError>([&] { weights(-1); }) == "Best: a selection: expected a budget of 0 or more work units, got -1");
}

TEST_CASE("few rows, and one class alone") {
  CHECK(fit(Best{}, line<3>(6, 1), three).model().validated());
  auto few = fit(Best{}, shops(8, 3), three);
  CHECK(std::isfinite(few.probabilities(known.x(0))[0]));
  const auto ones = shops(30, 5);
  Buffer<RowIndex> open;
  for (std::ptrdiff_t i = 0; i < 30; ++i)
    if (ones.y(i).index() == 0) open.push_back(static_cast<RowIndex>(i));
  const auto alone = fit(Best{}, ones.subset(open), three);
  CHECK(alone.probabilities(known.x(0))[0] > 0.99f);
  CHECK_THROWS_AS(fit(Best{}, line<3>(2, 1), three), FitError);
}

TEST_CASE("labels of pure noise stay at chance out of fold") {
  const auto noise = shops(150, 7, true);
  const auto said = out_of_fold(Best{}, noise, three);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 150; ++i) right += (said.values()(i, 1) > 0.5f) == (noise.y(i).index() == 1);
  CHECK(right < 75 + 3 * std::sqrt(150.0) / 2);
  CHECK(evaluate(fit(Best{}, noise, three), shops(300, 8, true)).score("log-loss") > 0.66);
}
