// SPDX-License-Identifier: Apache-2.0
#include "../reference/members.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/model/knn_fit.hpp>

#include <doctest/doctest.h>

#include <numeric>

using namespace linear;

namespace {

template <class Y, class Values> auto with_targets(const Values& values, int outputs, std::vector<float> weight = {}) {
  std::vector<typename Y::Element> y;
  for (const auto v : values) y.push_back(static_cast<typename Y::Element>(v));
  return dataset<Row<4>, Y>(4, reference::knn_x, std::move(y), std::move(weight), outputs);
}
auto labelled(std::vector<float> weight = {}) { return with_targets<Label<3>>(reference::knn_label, 3, std::move(weight)); }

/// The outputs for the queries of the reference, all at once and one by one: the bits are the same.
template <class Model, class Y> std::vector<float> answers(const Model& model, const Dataset<Row<4>, Y>& data) {
  const std::ptrdiff_t n = std::ssize(reference::knn_queries) / 4, outputs = data.outputs();
  std::vector<float> together(static_cast<std::size_t>(n * outputs)), alone = together;
  Buffer<Row<4>::View> views;
  for (std::ptrdiff_t i = 0; i < n; ++i) views.push_back({reference::knn_queries + 4 * i, 4});
  Workspace w(model.workspace_bytes(n));
  {
    const Workspace::Scope scope(w);
    model.outputs(views, Rows<float>(together.data(), n, outputs), w);
  }
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const Workspace::Scope scope(w);
    model.outputs(std::span(views.data() + i, 1), Rows<float>(alone.data() + i * outputs, 1, outputs), w);
  }
  CHECK(together == alone);
  return together;
}
void check_close(const auto& values, const auto& expected) { check_within(6e-8, values, expected); }  // floats made from doubles

#define CHECK_NEIGHBOURS(spec, name)                                                      \
  {                                                                                       \
    const auto model = spec.fit(labelled(), Context{});                                   \
    for (std::size_t i = 0; i < 6; ++i) {                                                 \
      const auto found = model.nearest({reference::knn_queries + 4 * (i + 2), 4});        \
      for (std::size_t k = 0; k < 6; ++k) {                                               \
        CHECK(found[k].distance == doctest::Approx(reference::knn_##name##_distance[6 * i + k]).epsilon(1e-9)); \
        CHECK(found[k].row == static_cast<std::uint32_t>(reference::knn_##name##_row[6 * i + k])); \
      }                                                                                   \
    }                                                                                     \
  }

}  // namespace

TEST_CASE("KNN finds the neighbours of scikit-learn, in every distance") {
  CHECK_NEIGHBOURS((KNN{.neighbours = 6}), euclidean);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::minkowski, .p = 2}), euclidean);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::manhattan}), manhattan);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::minkowski, .p = 1}), manhattan);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::chebyshev}), chebyshev);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::minkowski, .p = INFINITY}), chebyshev);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::minkowski, .p = 3}), minkowski);
  CHECK_NEIGHBOURS((KNN{.neighbours = 6, .distance = Distance::cosine}), cosine);
}

TEST_CASE("KNN has the probabilities, means and flags of scikit-learn, weighted by distance or not") {
  for (const int tree_columns : {0, 16}) {
    const KNN uniform{.neighbours = 7, .tree_columns = tree_columns};
    const KNN weighted{.neighbours = 7, .by_distance = true, .tree_columns = tree_columns};
    const auto numbers = with_targets<Reals<2>>(reference::knn_numbers, 2);
    const auto flags = with_targets<Flags<3>>(reference::knn_flags, 3);
    check_close(answers(uniform.fit(labelled(), Context{}), labelled()), reference::knn_uniform_probabilities);
    check_close(answers(weighted.fit(labelled(), Context{}), labelled()), reference::knn_weighted_probabilities);
    check_close(answers(uniform.fit(numbers, Context{}), numbers), reference::knn_uniform_mean);
    check_close(answers(weighted.fit(numbers, Context{}), numbers), reference::knn_weighted_mean);
    check_close(answers(uniform.fit(flags, Context{}), flags), reference::knn_uniform_flags);
    check_close(answers(weighted.fit(flags, Context{}), flags), reference::knn_weighted_flags);
  }
}

TEST_CASE("row weights weigh votes; a row of weight 0 is no neighbour, whatever it holds") {
  const float x[] = {0, 1, 2, NAN};
  const auto data = dataset<Row<1>, Label<2>>(1, x, {0, 1, 1, 0}, {1, 0.5f, 1, 0});
  const auto y = predicted(KNN{.neighbours = 2}.fit(data, Context{}), data.first(2));
  CHECK(y[0] == doctest::Approx(1 / 1.5));
  CHECK(y[2] == doctest::Approx(1 / 1.5));  // 1 and, of 0 and 2, the first
  CHECK(KNN{.neighbours = 3}.fit(data, Context{}).nearest(data.x(0)) == Buffer<Neighbour>{{0, 0}, {1, 1}, {2, 2}});
}

TEST_CASE("of rows that are equally far the first are the nearer ones, with a tree and without") {
  std::vector<float> x;
  for (int i = 0; i < 600; ++i) x.insert(x.end(), {static_cast<float>(i % 3), static_cast<float>(i % 2)});
  const auto data = dataset<Row<2>, Real>(2, x, std::vector<float>(600, 1.0f));
  for (const int tree_columns : {0, 16}) {
    const auto model = KNN{.neighbours = 5, .tree_columns = tree_columns}.fit(data, Context{});
    CHECK(model.index.has_tree() == (tree_columns > 0));
    CHECK(model.nearest(data.x(4)) == Buffer<Neighbour>{{0, 4}, {0, 10}, {0, 16}, {0, 22}, {0, 28}});
  }
}

TEST_CASE("trees, products and plain search find the same, for rows alone and in blocks, of any offset and scale") {
  const auto distance_by_products = [](Distance d) { return RowDistance{d}.by_products(); };
  std::vector<RowIndex> all_rows(700);
  std::iota(all_rows.begin(), all_rows.end(), RowIndex{0});
  for (const int width : {1, 3, 8, 17}) {
    for (const float scale : {1.0f, 1e-20f, 1e15f, 1e25f})
      for (const float offset : {0.0f, 1000.0f}) {
        std::vector<float> x = noise("rows", 700 * static_cast<std::size_t>(width));
        for (float& v : x) v = (v + offset) * scale;
        const auto w = static_cast<std::size_t>(width);
        for (std::size_t i = 0; i < w * 50; ++i) x[i + 300 * w] = x[i];  // copies
        const auto data = dataset<Row<Dynamic>, Real>(width, x, noise("targets", 700));
        for (const Distance distance :
             {Distance::euclidean, Distance::manhattan, Distance::chebyshev, Distance::minkowski, Distance::cosine}) {
          const KNN spec{.neighbours = 9, .distance = distance, .p = 2.5f, .by_distance = true};
          const auto tree = spec.fit(data, Context{});
          auto scan = spec;
          scan.tree_columns = 0;
          auto plain = scan.fit(data, Context{});
          CHECK(plain.index.has_blocks() != distance_by_products(distance));
          const std::vector<float> by_scan = predicted(plain, data.first(100));  // 64 and 36 rows at a time
          CHECK(predicted(tree, data.first(100)) == by_scan);
          const auto copied = scan.fit(data.subset(all_rows), Context{});  // not where they lie
          CHECK(!copied.index.shared);
          CHECK(predicted(copied, data.first(100)) == by_scan);
          for (std::ptrdiff_t i = 0; i < 700; i += 53) CHECK(tree.nearest(data.x(i)) == plain.nearest(data.x(i)));
        }
      }
  }
}

TEST_CASE("a row with NaN has NaN as its outputs; one with infinity too") {
  for (const int tree_columns : {0, 16})
    for (const float bad : {NAN, INFINITY}) {
      const auto data = dataset<Row<2>, Label<2>>(2, noise("x", 800), std::vector<int>(400, 1));
      const auto model = KNN{.tree_columns = tree_columns}.fit(data, Context{});
      const float row[] = {1, bad};
      float y[2];
      Workspace w(model.workspace_bytes(1));
      const Row<2>::View view(row);
      model.outputs(std::span(&view, 1), Rows<float>(y, 1, 2), w);
      CHECK((std::isnan(y[0]) && std::isnan(y[1])));
    }
}

TEST_CASE("one row, one class, all rows as neighbours") {
  const float x[] = {1, 2, 3};
  const auto data = dataset<Row<1>, Label<3>>(1, x, {1, 1, 2});
  CHECK(predicted(KNN{.neighbours = 1}.fit(data.first(1), Context{}), data) == std::vector<float>{0, 1, 0, 0, 1, 0, 0, 1, 0});
  const auto all = predicted(KNN{.neighbours = 3}.fit(data, Context{}), data);
  CHECK(all[1] == doctest::Approx(2 / 3.0));
  CHECK(all[8] == doctest::Approx(1 / 3.0));
}

TEST_CASE("KNN says what it cannot be fitted to") {
  const auto error = [](const KNN& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  CHECK(error({.neighbours = 41}, labelled()) == "KNN: expected 1 to 40 neighbours, as many as rows of positive weight, got 41");
  CHECK(error({.neighbours = 0}, labelled()) == "KNN: expected 1 to 40 neighbours, as many as rows of positive weight, got 0");
  CHECK(error({.distance = Distance::minkowski, .p = 0.5f}, labelled()) == "KNN: expected p >= 1, got 0.5");
  const float x[] = {1, NAN};
  CHECK(error({.neighbours = 1}, dataset<Row<1>, Real>(1, x, {1, 2})) == "KNN: expected finite numbers, got NaN in column 0");
  CHECK(error({.neighbours = 1}, dataset<Row<2>, Real>(2, std::vector<float>{1, 2}, {INFINITY})) ==
        "KNN: expected finite targets, got inf in row 0");
}

TEST_CASE("KNN is fitted with the same bits on 1 and 7 threads") {
  const auto data = dataset<Row<3>, Real>(3, noise("threads", 9000), noise("y", 3000));
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return KNN{}.fit(data, Context{}); }); };
  CHECK(with(1).index.row == with(7).index.row);
  CHECK(with(1).index.low == with(7).index.low);
}

TEST_CASE("a KNN that was saved is the same; one that was tampered with is refused") {
  const std::vector<float> w(40, 2.0f);
  for (const Distance distance : {Distance::euclidean, Distance::manhattan}) {  // rows where they lie, and in blocks
    auto model = KNN{.neighbours = 4, .distance = distance}.fit(labelled(w), Context{});
    Writer out;
    out("model", model);
    decltype(model) again;
    Reader(out.bytes())("model", again);
    CHECK(answers(again, labelled()) == answers(model, labelled()));
    CHECK(thrown_by<FileError>([&] { model.check_extents(5, 3); }) == "expected rows of 5 columns for 3 outputs, got 4");
    model.targets[7] = 3;
    CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected a class below 3, got 3");
    model.targets.pop_back();
    CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected the targets of 40 rows, got 39");
    model.neighbours = 41;
    CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected 1 to 40 neighbours, got 41");
    const bool blocks = again.index.has_blocks();
    CHECK(blocks == (distance == Distance::manhattan));
    if (blocks) again.index.row[3] = 40;
    if (blocks) CHECK(thrown_by<FileError>([&] { again.index.loaded(); }) == "expected a row below 40, got 40");
    again.index.numbers.pop_back();
    CHECK(thrown_by<FileError>([&] { again.index.loaded(); }) ==
          (blocks ? "expected 40 rows of 4 numbers in blocks, got 255" : "expected 40 rows of 4 numbers, got 159"));
    again.index.row = {};
    again.index.numbers.resize(160);
    again.index.distance.kind = Distance::manhattan;
    CHECK(thrown_by<FileError>([&] { again.index.loaded(); }) == "expected rows in blocks for this distance, got 1");
  }
}
