// SPDX-License-Identifier: Apache-2.0
#include "../reference/members.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/model/kmeans_fit.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace linear;

static_assert(Transform<KMeans>);

namespace {

auto blobs(std::vector<float> weight = {}) { return dataset<Row<3>, Nothing>(3, reference::kmeans_x, {}, std::move(weight)); }

void check_close(const auto& values, const auto& expected) { check_within(1e-9, values, expected); }
template <class Model, class X, class Y> std::vector<double> transformed(const Model& model, const Dataset<X, Y>& data) {
  std::vector<double> all(static_cast<std::size_t>(data.rows() * model.width()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) model.transform(data.x(i), all.data() + i * model.width());
  return all;
}
template <std::size_t N> KMeans from(const float (&start)[N]) {
  KMeans spec{.clusters = static_cast<int>(N) / 3, .tolerance = 0};
  spec.centres = Buffer<float>(start, start + N);
  return spec;
}

#define CHECK_REFERENCE(model, name)                                           \
  check_close(model.centres, reference::kmeans_##name##_centres);              \
  check_close(Buffer<double>{model.inertia}, reference::kmeans_##name##_inertia); \
  CHECK(model.iterations == reference::kmeans_##name##_iterations[0]);         \
  CHECK(std::ranges::equal(model.labels(blobs()), reference::kmeans_##name##_labels)); \
  check_close(transformed(model, blobs()), reference::kmeans_##name##_distances)

}  // namespace

TEST_CASE("KMeans has the centres, inertia, iterations and distances of scikit-learn from the same first centres") {
  CHECK_REFERENCE(from(reference::kmeans_near_start).fit(blobs(), Context{}), near);
  const std::vector<float> w(std::begin(reference::kmeans_w), std::end(reference::kmeans_w));
  CHECK_REFERENCE(from(reference::kmeans_weighted_start).fit(blobs(w), Context{}), weighted);
  auto stopped = from(reference::kmeans_stopped_start);
  stopped.iterations = 2;
  CHECK_REFERENCE(stopped.fit(blobs(), Context{}), stopped);
  auto tolerant = from(reference::kmeans_tolerant_start);
  tolerant.tolerance = 0.05f;
  CHECK_REFERENCE(tolerant.fit(blobs(), Context{}), tolerant);
}

TEST_CASE("clusters that lose their rows get the farthest ones, as in scikit-learn") {
  CHECK_REFERENCE(from(reference::kmeans_far_start).fit(blobs(), Context{}), far);
}

TEST_CASE("k-means++ finds three clear blobs from any seed, and several starts are never worse than one") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Context context(FitOptions{.seed = seed}, "KMeans");
    const auto one = KMeans{.clusters = 3, .starts = 1}.fit(blobs(), context);
    CHECK(one.inertia == doctest::Approx(reference::kmeans_near_inertia[0]).epsilon(1e-9));
    const auto many = KMeans{.clusters = 6, .starts = 8}.fit(blobs(), context);
    CHECK(many.inertia <= KMeans{.clusters = 6, .starts = 1}.fit(blobs(), context).inertia);
  }
}

TEST_CASE("a row of weight 3 is three rows, and a row of weight 0 is none") {
  std::vector<float> x, weight(36, 1.0f);
  weight[2] = 3;
  weight[7] = 0;
  for (std::size_t i = 0; i < 36; ++i)
    for (int times = 0; times < static_cast<int>(weight[i]); ++times)
      x.insert(x.end(), reference::kmeans_x + 3 * i, reference::kmeans_x + 3 * i + 3);
  const auto spec = from(reference::kmeans_near_start);
  const auto repeated = spec.fit(dataset<Row<3>, Nothing>(3, x, {}), Context{}), weighted = spec.fit(blobs(weight), Context{});
  check_close(weighted.centres, repeated.centres);
  CHECK(weighted.inertia == doctest::Approx(repeated.inertia).epsilon(1e-12));
}

TEST_CASE("as many clusters as rows leave nothing over; fewer distinct rows than clusters are no trouble") {
  const auto five = blobs().first(5);
  CHECK(KMeans{.clusters = 5}.fit(five, Context{}).inertia == doctest::Approx(0).epsilon(1e-20));
  const float x[] = {1, 2, 1, 2, 1, 2, 5, 5};
  const auto copies = dataset<Row<2>, Nothing>(2, x, {});
  const auto model = KMeans{.clusters = 4}.fit(copies, Context{});
  CHECK(model.inertia == 0);
  CHECK(model.labels(copies)[0] == model.labels(copies)[2]);
  CHECK(model.labels(copies)[0] != model.labels(copies)[3]);
  const auto one = KMeans{.clusters = 1}.fit(copies.first(1), Context{});
  CHECK(one.centres == Buffer<double>{1, 2});
}

TEST_CASE("the output is distances, one 1, or the nearest centre's number; equally near goes to the first, NaN to none") {
  const float x[] = {0, 4};
  KMeans spec{.clusters = 2};
  spec.centres = {0, 4};
  const auto data = dataset<Row<1>, Nothing>(1, x, {});
  const float row[] = {2}, nan[] = {NAN};
  float y[2];
  const auto distances = spec.fit(data, Context{});
  distances.transform(Row<1>::View(row), y);
  CHECK((y[0] == 2 && y[1] == 2 && distances.width() == 2));
  distances.transform(Row<1>::View(nan), y);
  CHECK((std::isnan(y[0]) && std::isnan(y[1])));
  CHECK(distances.nearest(Row<1>::View(nan)) == -1);
  spec.output = ClusterOutput::one_hot;
  const auto one_hot = spec.fit(data, Context{});
  one_hot.transform(Row<1>::View(row), y);
  CHECK((y[0] == 1 && y[1] == 0 && one_hot.width() == 2));
  one_hot.transform(Row<1>::View(nan), y);
  CHECK((y[0] == 0 && y[1] == 0));
  spec.output = ClusterOutput::nearest;
  const auto nearest = spec.fit(data, Context{});
  nearest.transform(data.x(1), y);
  CHECK((y[0] == 1 && nearest.width() == 1));
  nearest.transform(Row<1>::View(nan), y);
  CHECK(std::isnan(y[0]));
}

TEST_CASE("KMeans says what it cannot be fitted to") {
  const auto error = [](const KMeans& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  const auto data = blobs().first(4);
  CHECK(error({.clusters = 0}, data) == "KMeans: expected at least one cluster, got 0");
  CHECK(error({.clusters = 5}, data) == "KMeans: expected at most as many clusters as rows of positive weight, 4, got 5");
  CHECK(error({.clusters = 2, .starts = 0}, data) == "KMeans: expected at least one start and one iteration, got 0 and 300");
  CHECK(error({.clusters = 2, .tolerance = -1}, data) == "KMeans: expected a finite tolerance >= 0, got -1");
  CHECK(error({.clusters = 2, .centres = {1, 2}}, data) ==
        "KMeans: expected first centres of 2 clusters in 3 columns, got 2 numbers");
  CHECK(error({.clusters = 1, .centres = {1, NAN, 2}}, data) == "KMeans: expected finite centres, got nan");
  const float x[] = {1, NAN};
  CHECK(error({.clusters = 1}, dataset<Row<1>, Nothing>(1, x, {})) == "KMeans: expected finite numbers, got NaN in column 0");
}

TEST_CASE("KMeans is fitted with the same bits on 1 and 7 threads") {
  const auto data = dataset<Row<Dynamic>, Nothing>(6, noise("threads", 5000 * 6), {});
  const auto with = [&](int threads) {
    return parallel::with_threads(threads, [&] { return KMeans{.clusters = 9, .starts = 2}.fit(data, Context{}); });
  };
  CHECK(with(1).centres == with(7).centres);
  CHECK(with(1).inertia == with(7).inertia);
}

TEST_CASE("a KMeans that was saved is the same; one that was tampered with is refused") {
  auto model = from(reference::kmeans_near_start).fit(blobs(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(transformed(again, blobs()) == transformed(model, blobs()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(4, 0); }) == "expected centres of 4 columns, got 3");
  model.centres.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected 3 centres of equal width, got 8");
  model.clusters = 0;
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected at least one cluster, got 0");
}
