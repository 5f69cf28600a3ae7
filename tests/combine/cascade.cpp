// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

struct Pick {  // a transform that keeps one column, and notes how many rows it was fitted on
  int column = 0;
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  static constexpr Shape infer(Shape) { return shape(1); }
  template <class X>
  struct Model {
    int column = 0;
    std::ptrdiff_t rows = 0;
    int width() const { return 1; }
    void transform(const ViewOf<X>& x, float* out) const noexcept { *out = x[column]; }
  };
  template <class X, class Y>
  Model<X> fit(const Dataset<X, Y>& data, Context) const {
    return {column, data.rows()};
  }
};
struct Echo {  // says the first number it is given
  static constexpr Capabilities capabilities{.weights = true, .missing = true};
  struct Model {
    Real predict(const auto& x) const noexcept { return {x[0]}; }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const {
    return {};
  }
};
const FitOptions three{.folds = {.k = 3}};

}  // namespace

TEST_CASE("a transform is fitted on the training rows and what follows sees its output only") {
  const auto data = line<3>(20, 1);
  const auto model = fit(Cascade{Pick{2}, Echo{}}, data);
  for (std::ptrdiff_t i = 0; i < 20; ++i) CHECK(model.predict(data.x(i)).value == data.x(i)[2]);
  CHECK(model.model().transform.rows == 20);
}

TEST_CASE("transforms in a row work one after the other") {
  const auto data = line<3>(50, 1);
  const auto model = fit(Cascade{Pick{1}, Standardize{}, Echo{}}, data);
  double sum = 0, squares = 0;
  for (std::ptrdiff_t i = 0; i < 50; ++i) {
    const double v = model.predict(data.x(i)).value;
    sum += v / 50;
    squares += v * v / 50;
  }
  CHECK(sum == doctest::Approx(0).epsilon(1e-6));
  CHECK(squares == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("out of fold the transform is fitted without the row as well") {
  std::vector<float> x{1e6f, 0, 1, 2, 3, 4, 5, 6, 7}, y(9);  // one row that would spoil every mean
  const auto data = table<Row<1>, Real>(1, x, y);
  FitOptions options;
  options.folds.assignment = {0, 1, 1, 1, 1, 2, 2, 2, 2};
  const auto p = out_of_fold(Cascade{Standardize{}, Echo{}}, data, options);
  CHECK(p.values()(0, 0) > 1e5f);  // standardised by the others: far away; by itself it would be at most 3
}

TEST_CASE("an estimator in front gives what follows its out-of-fold outputs and nothing else") {
  const auto data = line<2>(30, 3);
  const auto p = out_of_fold(Nearest{}, data, three);
  const auto whole = out_of_fold(Cascade{Nearest{}, Echo{}}, data, three);
  for (std::ptrdiff_t i = 0; i < 30; ++i) CHECK(whole.values()(i, 0) == p.values()(i, 0));
  const auto model = fit(Cascade{Nearest{}, Echo{}}, data, three);
  for (std::ptrdiff_t i = 0; i < 30; ++i) CHECK(model.predict(data.x(i)).value == data.y(i).value);  // refitted on all rows
}

TEST_CASE("a chain of one estimator is that estimator") {
  const auto data = blobs<2, 3>(30, 1);
  CHECK(all_outputs(fit(Cascade{Nearest{}}, data), data) == all_outputs(fit(Nearest{}, data), data));
}

TEST_CASE("the fold models of the estimator in front are kept where that is asked for") {
  const auto data = line<2>(30, 3);
  FitOptions keep = three;
  keep.keep_folds = true;
  const auto model = fit(Cascade{Nearest{}, Echo{}}, data, keep);
  REQUIRE(model.model().head.models.size() == 3);
  float mean = 0;
  for (const auto& m : model.model().head.models) mean += m.predict(data.x(0)).value / 3;
  CHECK(model.predict(data.x(0)).value == doctest::Approx(mean));
}

TEST_CASE("a step that cannot be fitted is named by its place") {
  const auto data = line<2>(30, 3);
  CHECK(thrown_by<FitError>([&] { fit(Cascade{Pick{0}, Unlucky{}}, data); }) == "Cascade[1]/Unlucky: out of luck");
  CHECK(thrown_by<FitError>([&] { fit(Cascade{Unlucky{}, Echo{}}, data, three); }) == "Cascade[0]/Unlucky (fold 0): out of luck");
}
