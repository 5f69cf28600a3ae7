// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/fuse_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/layer.hpp>
#include <tutti/model/boost_tree_fit.hpp>
#include <tutti/model/extra_trees_fit.hpp>
#include <tutti/model/features_fit.hpp>
#include <tutti/model/forest_fit.hpp>
#include <tutti/model/identity.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/network_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <tutti/train/fit_transform.hpp>
#include <doctest/doctest.h>

#include "combine/crafted.hpp"
#include "combine/learners.hpp"

#include <algorithm>
#include <cmath>

using namespace tutti;
using namespace learners;

namespace {

using Net = Cascade<Dense<6>, ReLU, Dense<4>, Tanh, Dense<>>;
Network<Net> small_net() { return Network<Net>(Net{}, {.epochs = 3}); }

/// Lets the test see which rows what follows learns from.
struct Looks {
  std::vector<RowIndex>* rows = nullptr;
  std::vector<float>* first = nullptr;
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  struct Model {
    Label<2> predict(const auto&) const noexcept { return Label<2>(0); }
  };
  template <class X> Model fit(const Dataset<X, Label<2>>& data, Context) const {
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      rows->push_back(data.origin(i));
      if (first != nullptr) first->push_back(data.x(i)[0]);
    }
    return {};
  }
};
Dataset<Row<2>, Label<2>> coins(int rows) {
  Random random(4);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(static_cast<std::int32_t>(random.below(2)));
  }
  return table<Row<2>, Label<2>>(2, x, y);
}

}  // namespace

TEST_CASE("a row has a one in its leaf of each tree, and leaves are counted from 0") {
  // y = 0 below 1.5, 1 below 3.5, 2 above: one tree of three leaves
  const auto data = table<Row<1>, Real>(1, {0, 1, 2, 3, 4, 5}, {0, 0, 1, 1, 2, 2});
  const auto leaves = fit(Features{Tree{}, {.one_hot = true}}, data);
  const auto numbers = fit(Features{Tree{}, {.one_hot = false}}, data);
  CHECK((leaves.outputs() == 3 && numbers.outputs() == 1));
  std::vector<float> of_row;
  for (std::ptrdiff_t i = 0; i < 6; ++i) {
    const auto z = leaves.transform(data.x(i));
    const float leaf = numbers.transform(data.x(i))[0];
    CHECK(std::count(z.begin(), z.end(), 1.0f) == 1);
    CHECK(std::count(z.begin(), z.end(), 0.0f) == 2);
    CHECK(z[static_cast<std::size_t>(leaf)] == 1);
    of_row.push_back(leaf);
  }
  CHECK((of_row[0] == of_row[1] && of_row[2] == of_row[3] && of_row[4] == of_row[5]));
  CHECK(of_row[0] + of_row[2] + of_row[4] == 3);
}

TEST_CASE("a linear model on one-hot leaves can say all that the trees say") {
  const auto data = line<3>(300, 2);
  const auto boosted = fit(Boost{Tree{.leaves = 4}, {.rounds = 10}}, data);
  const auto leaves = fit(Features{Frozen{boosted}}, data);
  CHECK(leaves.outputs() == 40);
  std::vector<float> y;
  for (std::ptrdiff_t i = 0; i < 300; ++i) y.push_back(boosted.predict(data.x(i)));
  const auto same = leaves.transform(data.with_targets<Real>(Buffer<float>(y.begin(), y.end()), 1));
  const auto linear = fit(Ridge{.lambda = 1e-3f}, same);
  for (std::ptrdiff_t i = 0; i < 300; ++i)
    CHECK(linear.predict(same.x(i)).value == doctest::Approx(y[static_cast<std::size_t>(i)]).epsilon(0.01));
}

TEST_CASE("behind the layers of a net stands what its last layer reads") {
  const auto data = blobs<3, 3>(60, 1);
  const auto net = fit(small_net(), data);
  const auto inner = fit(Features{Frozen{net}}, data);
  const auto outer =
      fit(Features<Frozen<std::remove_const_t<decltype(net)>>, 5>(Frozen{net}), data);  // all layers: logits
  const auto first = fit(Features<Frozen<std::remove_const_t<decltype(net)>>, 2>(Frozen{net}), data);
  CHECK((inner.outputs() == 4 && outer.outputs() == 3 && first.outputs() == 6));
  const auto& weights = net.model().state().weights;
  for (std::ptrdiff_t i = 0; i < 60; ++i) {
    const auto z = inner.transform(data.x(i)), logits = outer.transform(data.x(i)),
               relu = first.transform(data.x(i));
    CHECK(*std::max_element(z.begin(), z.end()) <= 1);  // behind Tanh
    CHECK(*std::min_element(relu.begin(), relu.end()) >= 0);
    const auto p = net.probabilities(data.x(i));
    double sum = 0;
    for (const float v : logits) sum += std::exp(static_cast<double>(v));
    for (std::size_t k = 0; k < 3; ++k)
      CHECK(std::exp(static_cast<double>(logits[k])) / sum == doctest::Approx(p[k]).epsilon(1e-4));
  }
  CHECK(weights.size() == 4 * 6 + 7 * 4 + 5 * 3);
}

TEST_CASE("what follows learns from the rows of folds that the learner has not seen") {
  const auto data = coins(50);
  std::vector<RowIndex> rows;
  const auto taught = [&](const auto& spec, const FitOptions& options) {
    rows.clear();
    (void)fit(Cascade{spec, Looks{&rows}}, data, options);
    return rows;
  };
  const FitOptions five;
  const FoldPlan plan(five.folds, data, Random(five.seed).stream("folds"));
  const auto half = taught(Features{Tree{}, {.holdout = 0.4f}}, five);
  CHECK(half.size() == 20);
  for (const RowIndex i : half) CHECK(plan.fold(i) >= 3);
  CHECK(
      taught(Fuse{Features{Tree{}, {.holdout = 0.4f}}, Features{small_net(), {.holdout = 0.4f}}, Identity{}},
             five) == half);
  CHECK(taught(Fuse{Cascade{Identity{}, Features{Tree{}, {.holdout = 0.4f}}}, Nearest{}}, five) == half);
  const auto forward = taught(Features{Forest{.trees = 3}}, {.folds = {.k = 4, .forward = true}});
  CHECK((forward.size() == 20 &&
         forward.front() == 30));  // the last two of four folds; the first fifth is never held out
  const auto before = fit(Tree{}, data);
  CHECK(taught(Features{Frozen{before}}, five).size() == 50);
}

TEST_CASE("labels that are noise stay noise behind features that have seen them") {
  const auto data = coins(400);
  const auto right = [&](const auto& spec) {
    const auto p = out_of_fold(spec, data);
    int n = 0;
    for (std::ptrdiff_t i = 0; i < 400; ++i)
      n += (p.values()(i, 1) > p.values()(i, 0)) == (data.y(i).index() == 1);
    return n;
  };
  const int trees = right(Cascade{Features{Forest{.trees = 5}}, Logistic{}});
  const int beside = right(
      Cascade{Fuse{Features{Boost{Tree{.leaves = 4}, {.rounds = 5}}}, Identity{}, Nearest{}}, Logistic{}});
  CHECK(std::abs(trees - 200) < 30);
  CHECK(std::abs(beside - 200) < 30);

  // and they do not stay it where what follows learns from the rows that the trees remember: what the hold-out is for
  const auto seen = fit(Forest{.trees = 5}, data);
  const auto leaky = fit(Cascade{Features{Frozen{seen}}, Logistic{}}, data);
  int remembered = 0;
  for (std::ptrdiff_t i = 0; i < 400; ++i) remembered += leaky.predict(data.x(i)) == data.y(i);
  CHECK(remembered > 330);
}

TEST_CASE("a frozen net that has learnt other targets lends its features") {
  const auto three = blobs<3, 3>(200, 1);
  const auto net = fit(Network<Net>(Net{}, {.epochs = 30}), three);
  Buffer<std::int32_t> odd;
  for (std::ptrdiff_t i = 0; i < 200; ++i) odd.push_back(three.y(i).index() == 1);
  const auto two = three.with_targets<Label<2>>(std::move(odd), 2);
  const auto model = fit(Cascade{Features{Frozen{net}}, Logistic{}}, two);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 200; ++i) right += model.predict(two.x(i)) == two.y(i);
  CHECK(right > 160);
  CHECK(type_name<Features<Forest>>() == "Features<Forest>");
  CHECK(type_name<Features<Forest, 2>>() == "Features<Forest, 2>");
}

TEST_CASE(
    "features are the same on any number of threads and from a file, and predict without a spare byte") {
  const auto d = blobs<3, 3>(90, 5);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < 90; ++i) {
    for (int j = 0; j < 3; ++j) x.push_back(d.x(i)[j]);
    y.push_back(d.y(i).index());
  }
  const auto data = table<Row<Dynamic>, Label<Dynamic>>(3, x, y, {}, 3, Schema{{}, "kind", {"a", "b", "c"}});
  const auto spec = Cascade{Fuse{Features{ExtraTrees{.trees = 4}}, Features{small_net()},
                                 Features{Boost{Tree{.leaves = 3}, {.rounds = 2}}, {.one_hot = false}}},
                            Logistic{}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  const auto file = to_bytes(one);
  CHECK(file == to_bytes(seven));
  using Model = std::remove_const_t<decltype(one)>;
  const auto again = from_bytes<Model>(file);
  CHECK(all_outputs(again, data) == all_outputs(one, data));
  Workspace exact(one.workspace_bytes(1));
  CHECK(one.predict(data.x(0), exact) == one.predict(data.x(0)));

  CHECK(crafted_files<Model>(file, 7, {0, 2, 1 << 20, -1}).refused > 100);
}

TEST_CASE("features that cannot be say why") {
  const auto data = coins(20);
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{Features{Tree{}, {.holdout = 1}}, Logistic{}}, data);
        }) == "Cascade[0]/Features: features: expected a holdout between 0 and 1, got 1");
  CHECK(thrown_by<FitError>([&] {
          out_of_fold(Cascade{Features{Tree{}}, Logistic{}}, data, {.folds = {.k = 2}});
        }) == "Cascade (fold 0)[0]/Features: features: expected rows of at least 2 folds, got 1");
  const auto wide = fit(Tree{}, table<Row<Dynamic>, Real>(1, {0, 1}, {0, 1}));
  CHECK(thrown_by<FitError>([&] {
          fit(Cascade{Features{Frozen{wide}}, Ridge{}}, table<Row<Dynamic>, Real>(2, {0, 1, 2, 3}, {0, 1}));
        }) == "Cascade[0]/Features: features: expected rows of 1 numbers as the frozen model, got 2");
}
