// SPDX-License-Identifier: Apache-2.0
#include "../reference/members.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/meta/type_name.hpp>
#include <tutti/model/pca_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

static_assert(Transform<PCA<>> && Transform<PCA<3>>);
static_assert(detail::FitsItself<PCA<5>, Row<5>, Real> && !detail::FitsItself<PCA<6>, Row<5>, Real>);
static_assert(detail::FitsItself<PCA<6>, Row<Dynamic>, Real> && detail::FitsItself<PCA<>, Row<5>, Real>);

namespace {

template <class Model, class X, class Y> std::vector<double> transformed(const Model& model, const Dataset<X, Y>& data) {
  std::vector<double> all(static_cast<std::size_t>(data.rows() * model.width()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) model.transform(data.x(i), all.data() + i * model.width());
  return all;
}
template <class Values, class Expected> void check_close(const Values& values, const Expected& expected) {
  REQUIRE(std::size(values) == std::size(expected));
  double largest = 0;
  for (const double e : expected) largest = std::max(largest, std::abs(e));
  for (std::size_t i = 0; i < std::size(values); ++i) CHECK(std::abs(values[i] - expected[i]) <= 1e-9 * largest);
}
Buffer<double> rows_of_directions(const PrincipalComponents& p) {
  Buffer<double> v;
  for (int k = 0; k < p.components(); ++k)
    for (int j = 0; j < p.columns(); ++j) v.push_back(p.direction(k, j));
  return v;
}
template <class Model, class X, class Y> std::vector<double> restored(const Model& model, const Dataset<X, Y>& data) {
  const std::vector<double> z = transformed(model, data);
  std::vector<double> x(static_cast<std::size_t>(data.rows() * data.width()));
  const auto width = static_cast<std::size_t>(model.width());
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.rows()); ++i)
    model.inverse_transform(std::span<const double>(z).subspan(i * width, width), x.data() + i * static_cast<std::size_t>(data.width()));
  return x;
}

#define CHECK_REFERENCE(model, data, name)                                     \
  check_close(rows_of_directions(model), reference::pca_##name##_directions);  \
  check_close(model.variance, reference::pca_##name##_variance);               \
  check_close(model.ratio, reference::pca_##name##_ratio);                     \
  check_close(Buffer<double>{model.noise_variance}, reference::pca_##name##_noise); \
  check_close(transformed(model, data), reference::pca_##name##_transformed);  \
  check_close(restored(model, data), reference::pca_##name##_restored)

auto tall(std::vector<float> weight = {}) {
  return dataset<Row<5>, Nothing>(5, reference::pca_tall_x, {}, std::move(weight));
}
auto wide() { return dataset<Row<Dynamic>, Nothing>(9, reference::pca_wide_x, {}); }

}  // namespace

TEST_CASE("PCA has the components, variances and signs of scikit-learn") {
  CHECK_REFERENCE(PCA<3>{}.fit(tall(), Context{}), tall(), tall);
  CHECK_REFERENCE(PCA<3>{.whiten = true}.fit(tall(), Context{}), tall(), white);
  CHECK_REFERENCE(PCA<>{}.fit(tall(), Context{}), tall(), all);
  CHECK_REFERENCE(PCA<>{.components = 3}.fit(tall(), Context{}), tall(), tall);
}

TEST_CASE("PCA of more columns than rows has the components of scikit-learn") {
  CHECK_REFERENCE(PCA<4>{}.fit(wide(), Context{}), wide(), wide);
}

TEST_CASE("a share of the variance takes as many components as in scikit-learn") {
  const float share[] = {0.3f, 0.6f, 0.9f, 0.99f, 0.9999f};
  for (std::size_t i = 0; i < std::size(share); ++i)
    CHECK(PCA<>{.variance = share[i]}.fit(tall(), Context{}).width() == reference::pca_counts[i]);
  CHECK(PCA<>{.variance = 1}.fit(tall(), Context{}).width() == 5);
}

TEST_CASE("row weights weigh mean and covariance, as numpy.cov does with aweights") {
  const std::vector<float> w(std::begin(reference::pca_w), std::end(reference::pca_w));
  const auto model = PCA<>{}.fit(tall(w), Context{});
  check_close(model.mean, reference::pca_weighted_mean);
  check_close(model.variance, reference::pca_weighted_variance);
  std::vector<float> fourfold = w;
  for (float& v : fourfold) v *= 4;
  check_close(PCA<>{}.fit(tall(fourfold), Context{}).variance, reference::pca_weighted_variance);
}

TEST_CASE("rows and columns decide the way, not the result") {
  constexpr int n = 40;
  const auto x = noise("square", n * (n + 1));
  const auto columns = dataset<Row<Dynamic>, Nothing>(n, x, {});  // 41 rows of 40 columns
  std::vector<float> more = x;  // the same with two columns of zeros: 41 rows of 42 columns
  more.clear();
  for (std::size_t i = 0; i < n + 1; ++i) {
    more.insert(more.end(), x.begin() + static_cast<std::ptrdiff_t>(i * n), x.begin() + static_cast<std::ptrdiff_t>((i + 1) * n));
    more.insert(more.end(), {0.0f, 0.0f});
  }
  const auto rows = dataset<Row<Dynamic>, Nothing>(n + 2, more, {});
  check_close(transformed(PCA<7>{}.fit(rows, Context{}), rows), transformed(PCA<7>{}.fit(columns, Context{}), columns));
}

TEST_CASE("components in which nothing varies are 0: one row, constant columns, copies of a row, more than the rows have") {
  const float x[] = {1, 2, 3, 1, 2, 3};
  const auto copies = dataset<Row<3>, Nothing>(3, x, {});
  for (const auto& data : {copies, copies.first(1)}) {
    const auto model = PCA<3>{.whiten = true}.fit(data, Context{});
    CHECK(model.variance == Buffer<double>{0, 0, 0});
    CHECK(model.ratio == Buffer<double>{0, 0, 0});
    const float other[] = {9, -9, 4};
    double y[3];
    model.transform(Row<3>::View(other), y);
    CHECK(std::vector<double>(y, y + 3) == std::vector<double>{0, 0, 0});
  }
  CHECK(PCA<>{.variance = 0.5f}.fit(copies, Context{}).width() == 1);
  const auto model = PCA<8>{}.fit(wide(), Context{});  // 6 rows: 5 components and three that are nothing
  for (std::size_t k = 0; k < 8; ++k) CHECK((model.variance[k] > 0) == (k < 5));
  CHECK(transformed(model, wide())[7] == 0);
  const auto all = PCA<>{}.fit(wide(), Context{});
  CHECK(all.width() == 6);
  const auto back = restored(all, wide());
  for (std::size_t i = 0; i < back.size(); ++i)
    CHECK(back[i] == doctest::Approx(static_cast<double>(reference::pca_wide_x[i])).epsilon(1e-12));
}

TEST_CASE("a column that is constant has no part in any direction") {
  float x[60];
  const auto n = noise("constant", 60);
  for (std::size_t i = 0; i < 60; ++i) x[i] = i % 3 == 1 ? 7.25f : n[i];
  const auto model = PCA<2>{}.fit(dataset<Row<3>, Nothing>(3, x, {}), Context{});
  CHECK(std::abs(model.direction(0, 1)) < 1e-15);
  CHECK(std::abs(model.direction(1, 1)) < 1e-15);
}

TEST_CASE("of entries that are equally large the first is positive") {
  const float x[] = {1, -1, 2, -2, 4, -4};  // the direction (1, -1)
  const auto model = PCA<1>{}.fit(dataset<Row<2>, Nothing>(2, x, {}), Context{});
  CHECK(model.direction(0, 0) == doctest::Approx(std::sqrt(0.5)).epsilon(1e-15));
  CHECK(model.direction(0, 1) == doctest::Approx(-std::sqrt(0.5)).epsilon(1e-15));
}

TEST_CASE("a row with NaN becomes NaN; more than 16 components are no other") {
  const auto x = noise("many", 100 * 40);
  const auto data = dataset<Row<40>, Nothing>(40, x, {});
  const auto some = PCA<5>{}.fit(data, Context{});
  const auto many = PCA<37>{}.fit(data, Context{});
  const auto few_numbers = transformed(some, data), many_numbers = transformed(many, data);
  for (std::size_t k = 0; k < 5; ++k) CHECK(few_numbers[k] == doctest::Approx(many_numbers[k]).epsilon(1e-13));
  std::vector<float> row(x.begin(), x.begin() + 40);
  row[3] = NAN;
  float y[37];
  many.transform(Row<40>::View(row), y);
  for (const float v : y) CHECK(std::isnan(v));
}

TEST_CASE("PCA says what it cannot be fitted to") {
  const auto error = [](const auto& spec, const auto& data) { return thrown_by<FitError>([&] { spec.fit(data, Context{}); }); };
  CHECK(error(PCA<10>{}, wide()) == "PCA: expected at most as many components as columns, 9, got 10");
  CHECK(error(PCA<>{.variance = 1.5f}, wide()) == "PCA: expected a share of the variance in [0, 1], got 1.5");
  CHECK(error(PCA<>{.components = -1}, wide()) == "PCA: expected components >= 0, got -1");
  CHECK(error(PCA<2>{.components = 3}, wide()) == "PCA: expected no other number than that of the type, got 3");
  CHECK(error(PCA<2>{.variance = 0.5f}, wide()) ==
        "PCA: expected either a share of the variance or a number of components, got both: 0.5 and 2");
  const float x[] = {1, NAN};
  CHECK(error(PCA<1>{}, dataset<Row<2>, Nothing>(2, x, {})) == "PCA: expected finite numbers, got NaN in column 1");
  CHECK(error(PCA<1>{}, dataset<Row<2>, Nothing>(2, x, {}, {0})) ==
        "PCA: expected at least one row with a positive weight, got 1 rows without");
}

TEST_CASE("PCA is fitted with the same bits on 1 and 7 threads") {
  const auto tall_rows = dataset<Row<Dynamic>, Nothing>(60, noise("threads", 3000 * 60), {});
  const auto wide_rows = dataset<Row<Dynamic>, Nothing>(600, noise("threads", 100 * 600), {});
  for (const auto& data : {tall_rows, wide_rows}) {
    const auto with = [&](int threads) {
      return parallel::with_threads(threads, [&] { return PCA<20>{}.fit(data, Context{}); });
    };
    CHECK(with(1).directions == with(7).directions);
    CHECK(with(1).variance == with(7).variance);
  }
}

TEST_CASE("a PCA that was saved is the same; one that was tampered with is refused") {
  auto model = PCA<4>{.whiten = true}.fit(wide(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(transformed(again, wide()) == transformed(model, wide()));
  CHECK(again.noise_variance == model.noise_variance);
  CHECK(thrown_by<FileError>([&] { model.check_extents(8, 0); }) == "expected directions in 8 columns, got 9");
  model.ratio.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected variances of 4 components, got 4");
  model.mean.pop_back();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected 4 directions in 8 columns, got 36");
}

TEST_CASE("PCA is called what its user wrote") {
  CHECK(type_name<PCA<>>() == "PCA<>");
  CHECK(type_name<PCA<16>>() == "PCA<16>");
}

TEST_CASE("rows that are transformed together have the bits of rows alone, at any number of components") {
  for (const int components : {1, 3, 8, 17, 40}) {
    const auto data = dataset<Row<Dynamic>, Real>(40, noise("together", 40 * 90), noise("y", 90));
    const auto model = PCA<>{.whiten = true, .components = components}.fit(data, Context{});
    Buffer<Row<Dynamic>::View> views(90);
    data.views(0, views);
    std::vector<float> together(static_cast<std::size_t>(90 * components)), alone = together;
    Workspace w;
    for (const std::size_t first : {std::size_t{0}, std::size_t{5}, std::size_t{89}})
      model.transform_rows(std::span<const Row<Dynamic>::View>(views).subspan(first), Rows<float>(together.data() + first * static_cast<std::size_t>(components),
                           static_cast<std::ptrdiff_t>(90 - first), components), w);
    for (std::size_t i = 0; i < 90; ++i) model.transform(views[i], alone.data() + i * static_cast<std::size_t>(components));
    CHECK(together == alone);
  }
}
