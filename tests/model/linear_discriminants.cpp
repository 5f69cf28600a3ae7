// SPDX-License-Identifier: Apache-2.0
#include "../reference/discriminant.hpp"
#include "../thrown_by.hpp"
#include "linear_data.hpp"

#include <tutti/core/archive.hpp>
#include <tutti/core/behaviour.hpp>
#include <tutti/core/kinds.hpp>
#include <tutti/model/linear_discriminants_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

static_assert(Transform<LinearDiscriminants> && Estimator<LDA>);
static_assert(!detail::FitsItself<LinearDiscriminants, Row<5>, Real>);

namespace {

auto three() {
  const auto& y = reference::discriminant_label;
  return dataset<Row<4>, Label<3>>(4, reference::discriminant_x, {std::begin(y), std::end(y)});
}
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

}  // namespace

TEST_CASE("the discriminants are those of scikit-learn, and so are their shares of the variance") {
  const auto check = [](const auto& model, const auto& directions, const auto& numbers, const auto& ratio) {
    std::vector<double> rows;
    for (int k = 0; k < model.components(); ++k)
      for (int j = 0; j < model.columns(); ++j) rows.push_back(model.direction(k, j));
    check_close(rows, directions);
    check_close(transformed(model, three()), numbers);
    check_close(model.ratio, ratio);
  };
  check(LinearDiscriminants{}.fit(three(), Context{}), reference::lda_plain_directions, reference::lda_plain_transformed,
        reference::lda_plain_ratio);
  check(LinearDiscriminants{.priors = {0.5f, 0.25f, 0.25f}}.fit(three(), Context{}), reference::lda_priors_directions,
        reference::lda_priors_transformed, reference::lda_priors_ratio);
}

TEST_CASE("fewer components are the first of them") {
  const auto all = LinearDiscriminants{}.fit(three(), Context{}),
             one = LinearDiscriminants{.components = 1}.fit(three(), Context{});
  CHECK((all.width() == 2 && one.width() == 1));
  const auto both = transformed(all, three()), first = transformed(one, three());
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i] == doctest::Approx(both[2 * i]).epsilon(1e-12));
}

TEST_CASE("the covariance within classes becomes the identity") {
  const auto data = three();
  const auto z = transformed(LinearDiscriminants{}.fit(data, Context{}), data);
  double mean[3][2] = {}, rows[3] = {}, s[3] = {};
  for (std::size_t i = 0; i < 36; ++i) {
    const int c = reference::discriminant_label[i];
    rows[c] += 1;
    for (std::size_t k = 0; k < 2; ++k) mean[c][k] += z[2 * i + k];
  }
  for (std::size_t i = 0; i < 36; ++i) {
    const int c = reference::discriminant_label[i];
    const double a = z[2 * i] - mean[c][0] / rows[c], b = z[2 * i + 1] - mean[c][1] / rows[c];
    s[0] += a * a / 33, s[1] += b * b / 33, s[2] += a * b / 33;
  }
  CHECK(s[0] == doctest::Approx(1).epsilon(1e-10));
  CHECK(s[1] == doctest::Approx(1).epsilon(1e-10));
  CHECK(std::abs(s[2]) < 1e-10);
}

TEST_CASE("LinearDiscriminants says what it cannot be fitted to") {
  const auto error = [](const LinearDiscriminants& spec, const auto& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(error({.components = 3}, three()) ==
        "LinearDiscriminants: expected at most 2 discriminants, as many as tell the classes apart, got 3");
  CHECK(error({.components = -1}, three()) == "LinearDiscriminants: expected components >= 0, got -1");
  const float twice[] = {-1, 1, -1, 1};
  CHECK(error({}, dataset<Row<1>, Label<2>>(1, twice, {0, 0, 1, 1})) ==
        "LinearDiscriminants: expected at most 0 discriminants, as many as tell the classes apart, got 1");
  CHECK(error({}, dataset<Row<1>, Label<3>>(1, twice, {2, 2, 2, 2})) ==
        "LinearDiscriminants: expected rows of at least two classes, got rows of class 2 alone");
}

TEST_CASE("LinearDiscriminants that were saved are the same; other extents are refused") {
  auto model = LinearDiscriminants{}.fit(three(), Context{});
  Writer out;
  out("model", model);
  decltype(model) again;
  Reader(out.bytes())("model", again);
  CHECK(transformed(again, three()) == transformed(model, three()));
  CHECK(thrown_by<FileError>([&] { model.check_extents(5, 0); }) == "expected discriminants of 5 columns, got 4");
  model.scale.clear();
  model.directions.clear();
  CHECK(thrown_by<FileError>([&] { model.loaded(); }) == "expected variances of 0 components, got 2");
}
