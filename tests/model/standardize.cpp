// SPDX-License-Identifier: Apache-2.0
#include "../reference/linear.hpp"
#include "linear_data.hpp"
#include "transform_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/model/standardize_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

static_assert(Transform<Standardize>);
static_assert(Standardize::infer(shape(3, 8, 8)) == shape(3, 8, 8));

namespace {

template <class X, class Y>
std::vector<float> transformed(const Standardize::Model<X, Y>& model, const Dataset<X, Y>& data) {
  std::vector<float> all(static_cast<std::size_t>(data.rows() * data.width()));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) model.transform(data.x(i), all.data() + i * data.width());
  return all;
}

std::vector<float> third_weights() {
  return {std::begin(reference::logistic_w), std::end(reference::logistic_w)};
}

}  // namespace

TEST_CASE("Standardize has the means and deviations of scikit-learn, with weights") {
  const auto data = dataset<Row<3>, Nothing>(3, reference::logistic_x, {}, third_weights());
  const auto model = Standardize{}.fit(data, Context{});
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(model.mean[j] ==
          doctest::Approx(reference::standardize_mean[j]).epsilon(1e-11));  // 12 digits are kept there
    CHECK(model.sd[j] == doctest::Approx(reference::standardize_sd[j]).epsilon(1e-11));
  }
  CHECK(model.width() == 3);
}

TEST_CASE("standardised columns have mean 0 and deviation 1 at scales from 1e-6 to 1e6, for any target") {
  constexpr std::size_t rows = 700;
  auto x = noise("scales", rows * 4);
  const float scale[] = {1e-6f, 1, 1e6f, 1e3f}, offset[] = {0, -2, 1e6f, 1e5f};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = x[i] * scale[i % 4] + offset[i % 4];
  const auto data = dataset<Row<Dynamic>, Label<2>>(4, x, std::vector<int>(rows, 1));
  const auto model = Standardize{}.fit(data, Context{});
  const auto y = transformed(model, data);
  CHECK(model.width() == 4);
  for (std::size_t j = 0; j < 4; ++j) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      sum += static_cast<double>(y[i * 4 + j]);
      squares += static_cast<double>(y[i * 4 + j]) * static_cast<double>(y[i * 4 + j]);
    }
    CHECK(std::abs(sum / rows) < 1e-7);  // outputs are rounded to float
    CHECK(squares / rows == doctest::Approx(1).epsilon(1e-6));
  }
}

TEST_CASE("what Standardize makes of columns with holes, and of degenerate ones, agrees with scikit-learn") {
  transforms::check_close(transforms::fitted_to(Standardize{}, transforms::holes()), reference::standardize);
  transforms::check_close(transforms::fitted_to(Standardize{}, transforms::odd()), reference::standardize_odd);
}

TEST_CASE("Standardize leaves categories and text as they are where the schema names them") {
  const float x[] = {1, 0, 5, 3, 2, 5};
  const Buffer<Column> columns{{"a"}, {"b", ColumnKind::categorical, {"p", "q", "r"}}, {"c", ColumnKind::text}};
  CHECK(transforms::fitted_to<float>(Standardize{}, transforms::table(3, x, {}, columns)) == std::vector<float>{-1, 0, 5, 1, 2, 5});
}

TEST_CASE("a constant column becomes exactly 0, and so does the only row") {
  const float x[] = {0.1f, 1, 0.1f, 2, 0.1f, 4};
  const auto data = dataset<Row<2>, Real>(2, x, {1, 2, 3});
  const auto y = transformed(Standardize{}.fit(data, Context{}), data);
  for (const std::size_t i : {0u, 2u, 4u}) CHECK(y[i] == 0);
  const auto one = data.first(1);
  CHECK(transformed(Standardize{}.fit(one, Context{}), one) == std::vector<float>{0, 0});
}

TEST_CASE("NaN is left out in fitting and passes through") {
  const float nan = std::nanf("");
  const float x[] = {nan, 1, 1, nan, 3, nan};
  const auto data = dataset<Row<2>, Nothing>(2, x, {});
  const auto y = transformed(Standardize{}.fit(data, Context{}), data);
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == 0);
  CHECK(y[2] == -1);
  CHECK(std::isnan(y[3]));
  CHECK(y[4] == 1);
  const float none[] = {nan, nan};
  const auto empty = dataset<Row<1>, Nothing>(1, none, {});
  CHECK(std::isnan(transformed(Standardize{}.fit(empty, Context{}), empty)[0]));
}

TEST_CASE("an image is standardised number by number") {
  auto storage = std::make_shared<const Image<1, 1, 2>::Storage>(2, Buffer<std::uint8_t>{0, 255, 200, 255});
  const Dataset<Image<1, 1, 2>, Nothing> data(storage, {});
  const auto model = Standardize{}.fit(data, Context{});
  float out[2];
  model.transform(data.x(1), out);
  CHECK(out[0] == 1);
  CHECK(out[1] == 0);
}

TEST_CASE("Standardize says what it cannot be fitted to") {
  const float x[] = {1, 2}, inf[] = {1, INFINITY};
  CHECK_THROWS_WITH_AS(Standardize{}.fit(dataset<Row<1>, Nothing>(1, x, {}, {0, 0}), Context{}),
                       "Standardize: expected at least one row with a positive weight, got 2 rows without",
                       FitError);
  CHECK_THROWS_WITH_AS(Standardize{}.fit(dataset<Row<2>, Nothing>(2, inf, {}), Context{}),
                       "Standardize: expected finite numbers, got infinity in column 1", FitError);
}

TEST_CASE("Standardize is fitted with the same bits on 1, 2 and 7 threads") {
  constexpr std::size_t rows = 3000;
  const auto data =
      dataset<Row<5>, Nothing>(5, noise("threads", rows * 5), {}, std::vector<float>(rows, 0.7f));
  const auto fit = [&](int threads) {
    return parallel::with_threads(threads, [&] { return Standardize{}.fit(data, Context{}); });
  };
  const auto one = fit(1);
  for (const int threads : {2, 7}) {
    CHECK(fit(threads).mean == one.mean);
    CHECK(fit(threads).sd == one.sd);
  }
}

TEST_CASE("a Standardize that was saved is the same; one that was tampered with is refused") {
  const auto data = dataset<Row<3>, Nothing>(3, reference::logistic_x, {});
  auto model = Standardize{}.fit(data, Context{});
  Writer out;
  out("model", model);
  Standardize::Model<Row<3>, Nothing> again;
  Reader(out.bytes())("model", again);
  CHECK(transformed(again, data) == transformed(model, data));
  model.sd.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected as many standard deviations as means, 3, got 2", FileError);
  model.mean.pop_back();
  CHECK_THROWS_WITH_AS(model.loaded(), "expected 3 means, got 2", FileError);
}
