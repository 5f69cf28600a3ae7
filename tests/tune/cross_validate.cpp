// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/tune/cross_validate.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace tutti;

namespace {

using Data = Dataset<Row<2>, Real>;
Data plane(int rows) {  // y = 3 a - b + noise
  Random random(1);
  Buffer<float> x;
  std::vector<float> y;
  for (int i = 0; i < rows; ++i) {
    const float a = random.uniform(), b = random.uniform();
    x.append({a, b});
    y.push_back(3 * a - b + 0.1f * static_cast<float>(random.normal()));
  }
  return Data(DenseStorage<float>(2, std::move(x)), std::move(y));
}

/// Knows the rows it was fitted on by their id and answers 1 for them: whatever leaks shows.
struct Memory {
  static constexpr Capabilities capabilities{.labels = false, .weights = true};
  template <class X, class Y>
  struct Model {
    std::vector<float> seen;
    Y predict(const auto& x) const noexcept { return Y{std::find(seen.begin(), seen.end(), x[0]) != seen.end() ? 1.0f : 0.0f}; }
  };
  template <class X, class Y>
  Model<X, Y> fit(const Dataset<X, Y>& data, Context) const {
    Model<X, Y> m;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) m.seen.push_back(data.x(i)[0]);
    return m;
  }
};

struct Fails {
  Memory::Model<Row<2>, Real> fit(const Dataset<Row<2>, Real>&, Context) const { throw DataError("no luck"); }
};

}  // namespace

TEST_CASE("cross-validation judges every fold by a model that has not seen it") {
  Buffer<float> x;
  for (int i = 0; i < 30; ++i) x.push_back(static_cast<float>(i));
  const Dataset<Row<1>, Real> data(DenseStorage<float>(1, std::move(x)), std::vector<float>(30, 0.0f));
  CHECK(cross_validate(Memory{}, data, Folds{.k = 5}, RMSE{}).score("RMSE") == 0);  // a seen row would count 1
}

TEST_CASE("cross-validation reports the asked metrics for each fold, and its mean") {
  const auto c = cross_validate(Ridge{.lambda = 1e-3f}, plane(60), Folds{.k = 4}, RMSE{}, R2{});
  REQUIRE(c.scores.size() == 2);
  REQUIRE(c.scores[0].size() == 4);
  CHECK(c.score("RMSE") == doctest::Approx(mean(c.scores[0])));
  CHECK(c.score("RMSE") < 0.2);
  CHECK(c.score("R2") > 0.9);
  CHECK_THROWS_WITH_AS(c.score("accuracy"), "cross-validation: no metric is called \"accuracy\"", DataError);
  std::ostringstream out;
  out << c;
  CHECK(out.str().starts_with("Ridge, 4 folds\n  RMSE"));
}

TEST_CASE("cross-validation gives the same scores on 1, 2 and 7 threads") {
  const auto spec = Stack{Average{Ridge{}, Bag{Ridge{.lambda = 3}}}, Ridge{}};
  const auto one  = cross_validate(spec, plane(80), Folds{.k = 3}, FitOptions{.seed = 5, .threads = 1});
  for (const int threads : {2, 7}) CHECK(cross_validate(spec, plane(80), Folds{.k = 3}, FitOptions{.seed = 5, .threads = threads}).scores == one.scores);
}

TEST_CASE("cross-validation refuses fewer rows than folds, no rows, and metrics for the other kind of target") {
  CHECK_THROWS_AS(cross_validate(Ridge{}, plane(3), Folds{.k = 5}), DataError);
  CHECK_THROWS_AS(cross_validate(Ridge{}, plane(3).first(0), Folds{.k = 2}), DataError);
  CHECK_THROWS_AS(cross_validate(Ridge{}, plane(10), Folds{.k = 2}, Accuracy{}), DataError);
}

TEST_CASE("a member that fails in a fold is named with the fold") {
  CHECK_THROWS_WITH_AS(cross_validate(Fails{}, plane(10), Folds{.k = 2}), "Fails (fold 0): no luck", FitError);
}
