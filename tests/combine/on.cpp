// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/on_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

using X = Record<Field<"left", Row<2>>, Field<"right", Row<Dynamic>>>;
Dataset<X, Real> pairs(int rows) {
  Buffer<float> left, right;
  std::vector<float> y;
  for (int i = 0; i < rows; ++i) {
    const float v = static_cast<float>(i);
    left.append({v, -v});
    right.append({10 * v, 20 * v, 30 * v});
    y.push_back(v);
  }
  return Dataset<X, Real>(std::make_shared<const X::Storage>(std::make_shared<const DenseStorage<float>>(2, std::move(left)), std::make_shared<const DenseStorage<float>>(3, std::move(right))), std::move(y));
}
struct Sums {  // says the sum of all that it sees
  struct Model {
    Real predict(const auto& x) const noexcept {
      float sum = 0;
      for (int j = 0; j < x.size(); ++j) sum += x[j];
      return {sum};
    }
  };
  template <class In, class Y>
  Model fit(const Dataset<In, Y>&, Context) const {
    return {};
  }
};

}  // namespace

TEST_CASE("a member sees its own field and no other") {
  const auto data = pairs(10);
  const auto left = fit(On<"left", Sums>{}, data);
  const auto right = fit(on<"right">(Sums{}), data);
  for (std::ptrdiff_t i = 0; i < 10; ++i) {
    CHECK(left.predict(data.x(i)).value == 0);
    CHECK(right.predict(data.x(i)).value == 60.0f * static_cast<float>(i));
  }
}

TEST_CASE("members of different fields are a committee like any other") {
  const auto data = pairs(10);
  const auto model = fit(Average{on<"left">(Sums{}), on<"right">(Sums{}), Sums{}}, data);
  CHECK(model.predict(data.x(3)).value == doctest::Approx((0 + 180 + 180) / 3.0));
}

TEST_CASE("subsets, folds and out-of-fold predictions go by rows of the record") {
  const std::vector<RowIndex> some{7, 7, 2, 9, 4, 1};
  const auto data = pairs(10).subset(some);
  const auto p = out_of_fold(on<"right">(Nearest{}), data, {.folds = {.k = 3}});
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    CHECK(p.covers(i));
    CHECK(p.values()(i, 0) != data.y(i).value);  // row 7 occurs twice, and is not its own neighbour
  }
}

TEST_CASE("an error inside is named by its place") {
  CHECK(thrown_by<FitError>([] { fit(Average{on<"left">(Sums{}), on<"right">(Unlucky{})}, pairs(4)); }) == "Average[1]/On[0]/Unlucky: out of luck");
}
