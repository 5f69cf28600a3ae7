// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/table.hpp>
#include <tutti/core/update.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace tutti;
using tree_data::bytes;

// Boosting with more bins than a byte has numbers.
namespace {

/// y = sin(12 x) on even random x in [0, 1).
Dataset<Row<1>, Real> wave(int rows, std::uint64_t seed) {
  Random random(seed);
  Buffer<float> x, y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(random.uniform());
    y.push_back(std::sin(12 * x.back()));
  }
  return {DenseStorage<float>(1, std::move(x)), std::move(y)};
}
double squares(const auto& model, const auto& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    sum += std::pow(static_cast<double>(model.predict(data.x(i)).value) - static_cast<double>(data.y(i).value), 2);
  return sum / static_cast<double>(data.rows());
}

/// Two numbers, one of them with holes, a column of 400 categories and two of ones and zeros.
template <class Y> Dataset<Table, Y> shop(int rows) {
  Random random(3);
  Buffer<double> size, age;
  Buffer<std::int32_t> town;
  Buffer<double> north, south;
  Buffer<std::string> names;
  Buffer<typename Y::Element> y;
  for (int c = 0; c < 400; ++c) names.push_back("town " + std::to_string(c));
  for (int i = 0; i < rows; ++i) {
    size.push_back(random.uniform53());
    age.push_back(i % 7 == 0 ? static_cast<double>(tree_data::missing_value) : random.uniform53());
    town.push_back(i % 11 == 0 ? -1 : static_cast<std::int32_t>(random.below(400)));
    const auto side = random.below(8);
    north.push_back(side == 0);
    south.push_back(side == 1);
    const double mean = 3 * size.back() + (age.back() > 0.5 ? 1 : 0) + (town.back() % 3 == 0 ? 2 : 0) + (side == 0) + random.normal();
    if constexpr (Y::is_label) y.push_back(mean > 3);
    else y.push_back(static_cast<float>(mean));
  }
  Table table{{{"size"}, size, {}, {}},   {{"age"}, age, {}, {}},     {{"town", ColumnKind::categorical, names}, {}, town, {}},
              {{"north"}, north, {}, {}}, {{"south"}, south, {}, {}}};
  Schema schema{table.columns(), "y", {}};
  if constexpr (Y::is_label) schema.classes = {"no", "yes"};
  return Dataset<Table, Y>(std::move(table), std::move(y), {}, std::move(schema));
}
Boost<Tree> spec(BoostTreeOptions options, int rounds, int bins = 1024) {
  options.rounds = rounds;
  options.bins = bins;
  return Boost{Tree{.leaves = 12, .min_rows = 5}, options};
}
const BoostTreeOptions ways[] = {{},
                                 {.rows = 0.5f, .columns = 0.6f, .level_columns = 0.7f},
                                 {.rows = 0.2f, .top_rows = 0.2f},
                                 {.monotone = {{"size", 1}}, .interactions = {{"size", "town"}, {"age"}}},
                                 {.alpha = 0.1f, .lambda = 3, .categories = {.sets = false}},
                                 {.categories = {.smooth = 0, .lambda = 1, .min_rows = 2}}};

}  // namespace

TEST_CASE("a bin for each number makes the splits of the exact tree, 255 bins do not") {
  Random random(5);
  Buffer<float> x, y;
  for (int i = 0; i < 2000; ++i) {  // numbers, a tenth of them missing, and targets of which no two sums are equal
    for (int j = 0; j < 3; ++j) x.push_back(random.below(10) == 0 ? tree_data::missing_value : random.uniform());
    const float a = x[x.size() - 3], b = x[x.size() - 2];
    y.push_back((a == a ? 4 * a : 1) + (b > 0.3f ? 2.0f : 0.0f) + static_cast<float>(random.normal()));
  }
  const Dataset<Row<3>, Real> data(DenseStorage<float>(3, std::move(x)), std::move(y));
  const auto exact = fit(Tree{.leaves = 200, .min_rows = 1, .splits = Splits::exact}, data);
  const auto differs = [&](int bins) {
    const BoostTreeOptions one{.rounds = 1, .learning_rate = 1, .lambda = 0, .min_hessian = 0, .bins = bins};
    const auto model = fit(Boost{Tree{.leaves = 200, .min_rows = 1}, one}, data);
    int rows = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      rows += std::fabs(model.predict(data.x(i)).value - exact.predict(data.x(i)).value) > 0.01f;
    return rows;
  };
  CHECK(differs(2000) == 0);
  CHECK(differs(65'535) == 0);
  CHECK(differs(255) > 100);
}

TEST_CASE("a smooth function is met the better, the more bins there are") {
  const auto data = wave(6000, 1), others = wave(3000, 2);
  double before = 1;
  for (const int bins : {4, 32, 255, 1024}) {
    CAPTURE(bins);
    const double now = squares(fit(Boost{Tree{.leaves = 31, .min_rows = 1}, {.rounds = 150, .lambda = 0, .bins = bins}}, data), others);
    CHECK(now < before / 2);
    before = now;
  }
}

TEST_CASE("models of many bins have the same bits on any number of threads, and through a file") {
  const auto same = [](const auto& data) {
    for (const BoostTreeOptions& options : ways) {
      const auto one = fit(spec(options, 6), data, {.seed = 1, .threads = 1});
      const auto saved = bytes(one.model());
      CHECK(bytes(fit(spec(options, 6), data, {.seed = 1, .threads = 7}).model()) == saved);
      CHECK(bytes(fit(spec(options, 6, 255), data, {.seed = 1}).model()) != saved);
      auto again = one.model();
      again = {};
      Reader in(saved);
      in("model", again);
      CHECK(bytes(again) == saved);
    }
  };
  same(shop<Real>(3000));
  same(shop<Label<2>>(3000));
}

TEST_CASE("rows lie in the leaves that their numbers lead to: rounds added later are those of one fit") {
  const auto data = shop<Real>(1500);
  for (const BoostTreeOptions& options : ways) {
    const auto whole = fit(spec(options, 9), data, {.seed = 5});
    const auto model = fit(spec(options, 4), data, {.seed = 5});
    auto state = learning_state(model, 5);
    state.spec = spec(options, 5);
    CHECK(bytes(update(model, data, state).model()) == bytes(whole.model()));
  }
}

TEST_CASE("early stopping, folds of the rows and more than one score take as many bins") {
  const auto data = shop<Real>(2000);
  const auto stopped = fit(spec({.learning_rate = 0.5f, .early_stop = 3}, 200), data);
  CHECK(stopped.model().rounds() > 0);
  CHECK(stopped.model().rounds() < 200);
  const auto labels = tree_data::labels<3, 3>(900, 2, 0.1, 5000);
  const auto answers = out_of_fold(spec({}, 10), labels);
  CHECK(answers.rows() == 900);
  const auto one = fit(spec({}, 5), labels, {.threads = 1});
  CHECK(bytes(one.model()) == bytes(fit(spec({}, 5), labels, {.threads = 7}).model()));
}

TEST_CASE("bins that are no number of bins are refused by name") {
  const auto data = wave(50, 1);
  for (const int bins : {-3, 1, 65'536}) {
    std::string said;
    try {
      fit(spec({}, 2, bins), data);
    } catch (const FitError& error) {
      said = error.what();
    }
    CHECK(said.ends_with("expected bins from 2 to 65535, got " + std::to_string(bins)));
  }
  CHECK(squares(fit(spec({}, 30, 2), wave(500, 1)), wave(500, 1)) > 0.1);  // two bins are allowed, and few
}
