// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/table.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/train/fit.hpp>

#include "tree_data.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace tutti;
using tree_data::bytes;

namespace {

/// A column of numbers and one of categories, of which every third makes the target 10 larger.
struct Shop {
  Buffer<double> number;
  Buffer<std::int32_t> town;
  Buffer<float> price;
  Buffer<std::string> names;

  Shop(int rows, int categories, std::uint64_t seed, double missing = 0) {
    Random random(seed);
    for (int c = 0; c < categories; ++c) names.push_back("town " + std::to_string(c));
    for (int i = 0; i < rows; ++i) {
      number.push_back(random.uniform53());
      const bool hole = random.uniform53() < missing;
      town.push_back(hole ? -1 : static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(categories))));
      const double dear = hole || town.back() % 3 == 0 ? 10 : 0;
      price.push_back(static_cast<float>(dear + number.back() + 0.5 * random.normal()));
    }
  }
  Dataset<Table, Real> data() const {
    Table table{{{"number"}, number, {}, {}}, {{"town", ColumnKind::categorical, names}, {}, town, {}}};
    Schema schema{table.columns(), "price", {}};
    return Dataset<Table, Real>(std::move(table), price, {}, std::move(schema));
  }
};
template <class Model> double squares(const Model& model, const Dataset<Table, Real>& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    sum += std::pow(static_cast<double>(model.predict(data.x(i)).value) - static_cast<double>(data.y(i).value), 2);
  return sum / static_cast<double>(data.rows());
}
template <class Model> int splits_by_set(const Model& model) {
  int n = 0;
  for (std::int32_t i = 0; i < model.trees.nodes(); ++i) n += model.trees.node(i).set != nullptr;
  return n;
}
Boost<Tree> stump(const CategoryOptions& categories) {
  return Boost{Tree{.leaves = 2}, {.rounds = 1, .learning_rate = 1, .lambda = 0, .categories = categories}};
}

}  // namespace

TEST_CASE("one split by a set tells apart what numbers need many for") {
  const auto data = Shop(1200, 12, 1).data();
  const auto sets = fit(stump({}), data), numbers = fit(stump({.sets = false}), data);
  CHECK(splits_by_set(sets.model()) == 1);
  CHECK(splits_by_set(numbers.model()) == 0);
  CHECK(squares(sets, data) < 0.5);
  CHECK(squares(numbers, data) > 10);
}

TEST_CASE("rows of training go to the leaf that their category leads to, many categories and holes too") {
  for (const int categories : {2, 3, 40, 300, 999, 1000}) {
    const auto data = Shop(3000, categories, 2, 0.1).data();
    const int bins = categories == 1000 ? 1024 : 255;
    const auto model = fit(Boost{Tree{.leaves = 15}, {.rounds = 20, .bins = bins, .categories = {.smooth = 1, .min_rows = 5}}}, data);
    CHECK(splits_by_set(model.model()) > 0);
    const TreeTable& trees = model.model().trees;
    for (std::ptrdiff_t i = 0; i < 300; ++i) {
      double score = static_cast<double>(model.model().base[0]);
      for (std::ptrdiff_t t = 0; t < trees.trees(); ++t) {
        std::int32_t node = trees.root(t);
        for (auto n = trees.node(node); n.column >= 0; n = trees.node(node))
          node = n.goes_left(data.x(i)[n.column]) ? n.left : n.right;
        score += static_cast<double>(trees.node(node).values[0]);
      }
      CHECK(static_cast<double>(model.predict(data.x(i)).value) == doctest::Approx(score).epsilon(1e-5));
    }
  }
}

TEST_CASE("scores while learning are those of the fitted model: rows go where their sets say") {
  const auto data = Shop(2000, 60, 3, 0.1).data();
  const auto spec = [](int rounds, float rows) {
    return Boost{Tree{.leaves = 8}, {.rounds = rounds, .learning_rate = 0.5f, .rows = rows, .categories = {.smooth = 0, .min_rows = 3}}};
  };
  CHECK(squares(fit(spec(60, 1), data), data) < 0.3);
  CHECK(squares(fit(spec(60, 0.5f), data), data) < 0.4);
}

TEST_CASE("a category that training never saw goes where what is missing goes") {
  Shop shop(1000, 9, 4, 0.2);
  shop.names.push_back("never seen");
  const auto data = shop.data();
  const auto model = fit(Boost{Tree{.leaves = 6}, {.rounds = 30}}, data);
  CHECK(splits_by_set(model.model()) > 0);
  Shop unseen(2, 10, 5);
  unseen.names = shop.names;
  unseen.number = {0.5, 0.5};
  unseen.town = {9, -1};
  const auto rows = unseen.data();
  CHECK(model.predict(rows.x(0)).value == model.predict(rows.x(1)).value);
  CHECK(model.predict(rows.x(1)).value == doctest::Approx(10.5).epsilon(0.1));
}

TEST_CASE("a set of more than 256 categories is exact where there are as many bins") {
  const auto data = Shop(20'000, 1000, 9).data();
  const auto squares_at = [&](int bins) {
    auto spec = stump({.smooth = 0, .lambda = 0, .most = 1000, .min_rows = 1});
    spec.options.bins = bins;
    const auto model = fit(spec, data);
    CHECK(splits_by_set(model.model()) == 1);
    return squares(model, data);
  };
  CHECK(squares_at(1024) < 0.5);
  CHECK(squares_at(255) > 10);  // neighbours share a bin
}

TEST_CASE("the order of the dictionary does not matter") {
  Shop shop(1500, 30, 6);
  const auto model = fit(Boost{Tree{.leaves = 6}, {.rounds = 10}}, shop.data());
  Shop turned = shop;
  for (auto& code : turned.town) code = 29 - code;
  const auto other = fit(Boost{Tree{.leaves = 6}, {.rounds = 10}}, turned.data());
  const auto a = shop.data(), b = turned.data();
  for (std::ptrdiff_t i = 0; i < a.rows(); ++i)
    CHECK(model.predict(a.x(i)).value == doctest::Approx(other.predict(b.x(i)).value).epsilon(1e-4));
}

TEST_CASE("rows of numbers whose schema names categories are split by sets as well") {
  Random random(7);
  Buffer<float> x, y;
  for (int i = 0; i < 600; ++i) {
    x.push_back(static_cast<float>(random.below(10)));
    y.push_back(static_cast<int>(x.back()) % 2 == 0 ? 1.0f : -1.0f);
  }
  Schema schema{{{"kind", ColumnKind::categorical, {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}}}, "y", {}};
  const Dataset<Row<Dynamic>, Real> data(DenseStorage<float>(1, std::move(x)), std::move(y), {}, schema);
  const auto model = fit(stump({}), data);
  CHECK(splits_by_set(model.model()) == 1);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(model.predict(data.x(i)).value == doctest::Approx(data.y(i).value));
}

TEST_CASE("models with sets keep their bits on any number of threads, and through a file") {
  const auto data = Shop(3000, 50, 8, 0.05).data();
  const auto spec = Boost{Tree{.leaves = 10}, {.rounds = 8, .rows = 0.7f}};
  const auto model = fit(spec, data, {.seed = 1, .threads = 1});
  const auto saved = bytes(model.model());
  CHECK(splits_by_set(model.model()) > 0);
  CHECK(bytes(fit(spec, data, {.seed = 1, .threads = 7}).model()) == saved);
  BoostedTrees<Table, Real> again;
  Reader in(saved);
  in("model", again);
  CHECK(bytes(again) == saved);
}
