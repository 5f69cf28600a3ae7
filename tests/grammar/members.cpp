// SPDX-License-Identifier: Apache-2.0
// KNN, NaiveBayes, PCA and KMeans as parts of compositions, and alone.
#include <tutti/combine.hpp>
#include <tutti/core.hpp>
#include <tutti/model/kmeans_fit.hpp>
#include <tutti/model/knn_fit.hpp>
#include <tutti/model/naive_bayes_fit.hpp>
#include <tutti/model/pca_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <tutti/train.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// Three clouds in six columns, one for each class; the target of regression is the distance from the middle.
template <class Y> Dataset<Row<6>, Y> clouds() {
  Random random(5);
  Buffer<float> x;
  Buffer<typename Y::Element> y;
  for (int i = 0; i < 240; ++i) {
    double square = 0;
    for (int j = 0; j < 6; ++j) {
      x.push_back(static_cast<float>(random.normal() + (j == i % 3 ? 4 : 0)));
      square += static_cast<double>(x.back()) * static_cast<double>(x.back());
    }
    if constexpr (std::is_same_v<Y, Label<3>>) y.push_back(i % 3);
    else if constexpr (std::is_same_v<Y, Real>) y.push_back(static_cast<float>(std::sqrt(square)));
  }
  return {Row<6>::Storage(6, std::move(x)), std::move(y)};
}

}  // namespace

TEST_CASE("the new learners are members like any other: fitted, judged, saved, the same on 1 and 7 threads") {
  const auto data = clouds<Label<3>>();
  const Stack spec{Average{Cascade{Standardize{}, PCA<3>{}, KNN{}}, NaiveBayes{}, Cascade{KMeans{.clusters = 5}, NaiveBayes{}}}, Ridge{}};
  const auto model = fit(spec, data, {.seed = 3, .threads = 1});
  const auto again = from_bytes<std::remove_cvref_t<decltype(model)>>(to_bytes(model));
  const auto seven = fit(spec, data, {.seed = 3, .threads = 7});
  int right = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const auto p = model.probabilities(data.x(i));
    CHECK(p == again.probabilities(data.x(i)));
    CHECK(p == seven.probabilities(data.x(i)));
    right += model.predict(data.x(i)) == data.y(i);
  }
  CHECK(right >= 230);
}

TEST_CASE("numbers are predicted from components, distances to centres and neighbours") {
  const auto data = clouds<Real>();
  const auto components = fit(Cascade{PCA<>{.variance = 0.9f}, KNN{.neighbours = 3, .by_distance = true}}, data);
  const auto distances = fit(Cascade{KMeans{.clusters = 6}, Ridge{}}, data);
  double error[2] = {};
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    error[0] += std::abs(static_cast<double>(components.predict(data.x(i)) - data.y(i))) / 240;
    error[1] += std::abs(static_cast<double>(distances.predict(data.x(i)) - data.y(i))) / 240;
  }
  CHECK(error[0] < 0.1);  // the nearest neighbour of a training row is the row
  CHECK(error[1] < 0.8);
}

TEST_CASE("rows without targets have components and clusters, which are saved and loaded") {
  const auto labelled = clouds<Label<3>>();
  const auto rows = clouds<Nothing>();
  const auto pca = fit(PCA<2>{}, rows);
  const auto seen = pca.transform(labelled);
  static_assert(std::is_same_v<decltype(seen), const Dataset<Row<2>, Label<3>>>);
  CHECK(seen.rows() == 240);
  const auto clusters = fit(KMeans{.clusters = 3}, rows);
  const auto again = from_bytes<std::remove_cvref_t<decltype(clusters)>>(to_bytes(clusters));
  const auto label = clusters.model().labels(rows);
  CHECK(again.model().labels(rows) == label);
  int together = 0;
  for (std::size_t i = 3; i < 240; ++i) together += label[i] == label[i % 3];
  CHECK(together > 225);  // clusters are the classes, but for their order
}

TEST_CASE("naive Bayes goes on learning through update, and neighbours are found in a committee") {
  const auto data = clouds<Label<3>>();
  const auto first = fit(NaiveBayes{}, data.first(100));
  auto state = learning_state(first);
  const auto more = update(first, data, state);
  CHECK(more.model().class_weight[0] == 34 + 80);
  const auto vote = fit(Vote{KNN{}, NaiveBayes{}, Cascade{PCA<4>{.whiten = true}, KNN{.distance = Distance::manhattan}}}, data);
  CHECK(vote.predict(data.x(7)) == data.y(7));
}
