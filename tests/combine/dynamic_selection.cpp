// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/dynamic_selection_fit.hpp>
#include <tutti/core/file.hpp>

#include "combine/one_sided.hpp"

#include <cmath>

using namespace tutti;
using namespace learners;

namespace {

/// What members did on five neighbours, nearest first: a rule's weights for them.
template <class Rule>
std::vector<float> weighed(int members, int classes, std::vector<std::uint8_t> right, std::vector<float> loss = {}, std::vector<float> weight = {1, 1, 1, 1, 1}) {
  Neighbour found[5];
  for (std::uint32_t n = 0; n < 5; ++n) found[n] = {static_cast<double>(n), n};
  loss.resize(static_cast<std::size_t>(5 * members));
  right.resize(static_cast<std::size_t>(5 * members));
  const Neighbourhood around{found, 5, members, classes, loss.data(), right.data(), weight.data()};
  std::vector<float> w(static_cast<std::size_t>(members));
  Rule::weigh(around, w);
  return w;
}
using W = std::vector<float>;

double error_of(const auto& model, const auto& data) {
  double sum = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto y = model.predict(data.x(i));
    if constexpr (requires { y.index(); }) sum += y == data.y(i) ? 0 : 1;
    else sum += std::abs(y.value - data.y(i).value);
  }
  return sum / static_cast<double>(data.rows());
}

}  // namespace

TEST_CASE("KNORA-E by hand: the longest run of right answers from the nearest on") {
  //                               members  A  B  C
  CHECK(weighed<KnoraE>(3, 2, {/* nearest */ 1, 1, 0,
                                             1, 1, 1,
                                             0, 1, 1,
                                             1, 0, 1,
                                             1, 1, 1}) == W{0, 1, 0});  // B is right about three: j = 3
  CHECK(weighed<KnoraE>(2, 2, {1, 1, 1, 1, 0, 0, 1, 1, 1, 1}) == W{1, 1});  // both about two
  CHECK(weighed<KnoraE>(2, 2, {0, 0, 1, 1, 1, 1, 1, 1, 1, 0}) == W{1, 1});  // nobody about the nearest: all of them
  CHECK(weighed<KnoraE>(2, 2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}) == W{1, 1});
}

TEST_CASE("KNORA-U by hand: a vote for each right answer, as its row weighs") {
  const W w = weighed<KnoraU>(3, 2, {1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0});
  CHECK(w[0] == doctest::Approx(4.0 / 5));  // 4 : 2 : 0
  CHECK(w[1] == doctest::Approx(2.0 / 5));
  CHECK(w[2] == 0);
  const W weighted = weighed<KnoraU>(2, 2, {1, 0, 0, 1, 0, 0, 0, 0, 0, 0}, {}, {3, 1, 1, 1, 0});
  CHECK(weighted[0] == doctest::Approx(3.0 / 6));
  CHECK(weighted[1] == doctest::Approx(1.0 / 6));
}

TEST_CASE("OLA by hand: the largest local accuracy, of equals the earlier") {
  CHECK(weighed<OLA>(3, 3, {1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1}) == W{0, 1, 0});  // 2/5, 4/5, 4/5
  CHECK(weighed<OLA>(2, 2, {}) == W{1, 0});
  CHECK(weighed<OLA>(2, 2, {1, 0, 0, 1, 0, 1, 0, 0, 0, 0}, {}, {4, 1, 1, 1, 1}) == W{1, 0});
}

TEST_CASE("DES-P by hand: local accuracy above that of chance") {
  CHECK(weighed<DesP>(3, 2, {1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}) == W{1, 0, 0});  // 3/5, 2/5, 1/5 against 1/2
  CHECK(weighed<DesP>(3, 3, {1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}) == W{1, 1, 0});  // against 1/3
  CHECK(weighed<DesP>(2, 5, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0}) == W{0, 0});  // 1/5 is chance; keep_top makes all of nobody
}

TEST_CASE("numbers by hand: the least local error, 1 / error, and the same without the upper half") {
  const W loss{1, 4, 9, 1, 4, 9, 1, 4, 9, 1, 4, 9, 6, 4, 9};  // errors 2, 4, 9; the halves meet at 5.5
  CHECK(weighed<OLA>(3, 0, {}, loss) == W{1, 0, 0});
  CHECK(weighed<KnoraU>(3, 0, {}, loss) == W{0.5f, 0.25f, 1 / 9.0f});
  CHECK(weighed<DesP>(3, 0, {}, loss) == W{0.5f, 0.25f, 0});
  CHECK(weighed<DesP>(2, 0, {}, {0, 0}) == W{1e30f, 1e30f});
}

TEST_CASE_TEMPLATE("dynamic selection finds who is right where, and asks nobody else", Rule, KnoraE, OLA, DesP) {
  std::atomic<int> left{0}, right{0};
  const auto train = sides<Plane, Label<2>>(400, 1), test = sides<Plane, Label<2>>(200, 2);
  const auto model = fit(Select{Rule{}, OneSided{-1, &left}, OneSided{1, &right}}, train);
  CHECK(model.model().report().gated);
  left = right = 0;
  CHECK(error_of(model, test) < 0.1);
  CHECK(left + right < 260);
}

TEST_CASE("weighted selection and numbers") {
  const auto train = sides<Plane, Real>(400, 1), test = sides<Plane, Real>(200, 2);
  const double costs = 0.075 * 3;  // 3 is how far off the wrong member is
  CHECK(error_of(fit(Select{OLA{}, OneSided{-1}, OneSided{1}}, train), test) < costs);
  CHECK(error_of(fit(Select{KnoraU{}, OneSided{-1}, OneSided{1}}, train), test) < costs);
  CHECK(error_of(fit(Select{DesP{}, OneSided{-1}, OneSided{1}}, train), test) < costs);
  CHECK(error_of(fit(Select{KnoraU{}, OneSided{-1}, OneSided{1}}, sides<Plane, Label<2>>(400, 1)), sides<Plane, Label<2>>(200, 2)) < 0.1);
}

TEST_CASE("where no member is better anywhere, the guard keeps to one choice") {
  Random random(5);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 300; ++i) {
    x.push_back(static_cast<float>(random.normal()));
    y.push_back(random.uniform() < 0.6);
  }
  const auto data = table<Row<1>, Label<2>>(1, x, y);
  for (const bool guard : {true, false}) CHECK(fit(Select{OLA{.guard = guard}, Shows{{0.4f, 0.6f}}, Shows{{0.9f, 0.1f}}}, data).model().report().gated == !guard);
}

TEST_CASE("columns count in their own units, missing numbers as the mean, categories not at all") {
  auto train = sides<Plane, Label<2>>(400, 3, {}, 0.2);
  Buffer<float> scaled;
  for (std::ptrdiff_t i = 0; i < 400; ++i) scaled.append({1e-3f * train.x(i)[0], 1e6f * train.x(i)[1]});
  const auto other = train.with_inputs<Plane>(std::make_shared<const DenseStorage<float>>(2, scaled));
  const auto model = fit(Select{OLA{}, OneSided{-1}, OneSided{1}}, train), same = fit(Select{OLA{}, OneSided{-1}, OneSided{1}}, other);
  int differ = 0;
  for (std::ptrdiff_t i = 0; i < 400; ++i) differ += model.predict(train.x(i)) == same.predict(other.x(i)) ? 0 : 1;
  CHECK(differ <= 4);  // rounding may change who the seventh neighbour is
  const float hole[2] = {std::nanf(""), std::nanf("")};
  CHECK(std::isfinite(model.probabilities(hole)[0]));

  Schema schema;
  schema.columns = {{.name = "a", .kind = ColumnKind::numeric}, {.name = "b", .kind = ColumnKind::categorical, .categories = {"x", "y"}}};
  const auto mixed = table<Row<2>, Label<2>>(2, {0, 0, 1, 1, 2, 0, 3, 1}, {0, 1, 0, 1}, {}, 2, schema);
  FitOptions two;
  two.folds.k = 2;
  const auto with_category = fit(Select{OLA{.k = 1, .guard = false}, Shows{{1, 0}}, Shows{{0, 1}}}, mixed, two);
  CHECK(with_category.model().gate->regions.scale[0] > 0);
  CHECK(with_category.model().gate->regions.scale[1] == 0);
}

TEST_CASE("the neighbours of a row are never of its own fold, and rows of weight 0 are none") {
  SideColumns side;
  for (int i = 0; i < 60; ++i) side.group.push_back(i / 2);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  Random random(11);
  for (int i = 0; i < 60; ++i) {
    x.push_back(static_cast<float>(i / 2));  // the two rows of a group stand in one place
    if (i % 2 == 0) y.push_back(random.uniform() < 0.5);
    else y.push_back(y.back());
  }
  // one member says 0, one says 1: who could look at the other row of the group would always be right
  int right = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto p = out_of_fold(Select{OLA{.k = 1, .guard = false}, Shows{{1, 0}}, Shows{{0, 1}}}, table<Row<1>, Label<2>>(1, x, y, side), {.seed = seed});
    for (std::ptrdiff_t i = 0; i < 60; ++i) right += Label<2>::decide(p.values().row(i), nullptr).index() == y[static_cast<std::size_t>(i)] ? 1 : 0;
  }
  CHECK(right < 0.75 * 300);
  SideColumns weights;
  for (int i = 0; i < 60; ++i) weights.weight.push_back(i % 3 == 0 ? 1.0f : 0.0f);
  const auto model = fit(Select{OLA{.k = 30, .guard = false}, Shows{{1, 0}}, Shows{{0, 1}}}, table<Row<1>, Label<2>>(1, x, y, weights));
  CHECK(model.model().gate->regions.index.rows == 20);
  CHECK(model.model().gate->regions.neighbours == 20);
}

TEST_CASE("dynamic selection saves and loads itself, and is the same on any number of threads and in any block") {
  const auto data = sides<Row<Dynamic>, Label<Dynamic>>(300, 5), test = sides<Row<Dynamic>, Label<Dynamic>>(90, 6);
  const Select spec{KnoraU{}, OneSided{-1}, OneSided{1}};
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  const auto all = all_outputs(one, test);
  CHECK(all_outputs(again, test) == all);
  for (std::ptrdiff_t i = 0; i < 90; ++i) CHECK(one.probabilities(test.x(i))[1] == all[static_cast<std::size_t>(2 * i + 1)]);
  CHECK(fit(Select{OLA{}, spec, OneSided{1}}, data, {.keep_folds = true, .nested = true}).outputs() == 2);
}

TEST_CASE("damaged regions are refused") {
  const auto model = fit(Select{OLA{}, OneSided{-1}, OneSided{1}}, sides<Plane, Label<2>>(200, 5)).model();
  const auto refusal = [&](auto&& damage) {
    Regions damaged = model.gate->regions;
    damage(damaged);
    return thrown_by<FileError>([&] {
      damaged.loaded();
      damaged.check_extents(2, 2);
    });
  };
  CHECK(refusal([](Regions&) {}).empty());
  CHECK(refusal([](Regions& r) { r.neighbours = 0; }) == "expected 1 to 200 neighbours, got 0");
  CHECK(refusal([](Regions& r) { r.neighbours = 201; }) == "expected 1 to 200 neighbours, got 201");
  CHECK(refusal([](Regions& r) { r.scale.pop_back(); }) == "expected means and scales of 2 columns, got 1");
  CHECK(refusal([](Regions& r) { r.members = -1; }) == "expected what members did on 200 rows, got 400");
  CHECK(refusal([](Regions& r) { r.correct.pop_back(); }) == "expected what members did on 200 rows, got 400");
  CHECK(refusal([](Regions& r) { r.weight.pop_back(); }) == "expected 200 weights, got 199");
  CHECK(refusal([](Regions& r) { r.classes = -1; }) == "expected a number of classes, got -1");
  Regions other = model.gate->regions;
  CHECK(thrown_by<FileError>([&] { other.check_extents(2, 3); }) == "expected regions of 2 columns for 3 members, got 2");
  CHECK(thrown_by<FitError>([&] { fit(Select{OLA{.k = 0}, OneSided{-1}, OneSided{1}}, sides<Plane, Label<2>>(20, 5)); }) == "Select: expected at least one neighbour, got 0");
}

TEST_CASE("a table with categories, texts and holes is a place for neighbours") {
  Buffer<double> size;
  Buffer<std::int32_t> town;
  std::vector<std::string> notes;
  std::vector<std::int32_t> y;
  Random random(12);
  for (int i = 0; i < 120; ++i) {
    size.push_back(i % 9 == 0 ? std::nan("") : random.normal());
    town.push_back(i % 3 - 1);
    notes.push_back("note");
    y.push_back(size.back() > 0 ? 1 : 0);
  }
  const Table table{{{"size", ColumnKind::numeric, {}}, size, {}, {}},
                    {{"town", ColumnKind::categorical, {"Bern", "Genf"}}, {}, town, {}},
                    {{"note", ColumnKind::text, {}}, {}, {}, Texts(notes)}};
  Schema schema;
  schema.classes = {"small", "large"};
  const Dataset<Table, Label<2>> data(table, y, {}, schema);
  const auto model = fit(Select{OLA{}, Shows{{0.8f, 0.2f}}, Shows{{0.2f, 0.8f}}}, data);
  CHECK(model.model().report().gated);
  const auto& scale = model.model().gate->regions.scale;
  CHECK(scale[0] > 0);
  CHECK(scale[1] == 0);
  CHECK(scale[2] == 0);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 120; ++i) right += model.predict(data.x(i)) == data.y(i) ? 1 : 0;
  CHECK(right > 100);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  for (std::ptrdiff_t i = 0; i < 120; ++i) CHECK(again.predict(data.x(i)) == model.predict(data.x(i)));
}
