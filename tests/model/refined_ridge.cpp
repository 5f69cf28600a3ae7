// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/ridge_fit.hpp>

#include <doctest/doctest.h>

using namespace linear;

namespace {

/// 260 rows of so many columns, of unlike scales and offsets; column 1 is column 0 and `apart` times something else.
Dataset<Row<Dynamic>, Reals<2>> data(int width, float apart, bool weighted) {
  const std::size_t rows = 260, columns = static_cast<std::size_t>(width);
  auto x = noise("x", rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    float* const row = x.data() + i * columns;
    row[1] = row[0] + apart * row[1];
    for (std::size_t j = 2; j < columns; ++j) row[j] = row[j] * std::pow(10.0f, static_cast<float>(j % 9) - 4) + static_cast<float>(j % 5);
  }
  std::vector<float> weight;
  for (std::size_t i = 0; weighted && i < rows; ++i) weight.push_back(i == 7 ? 0 : 0.5f + static_cast<float>(i % 4));
  return dataset<Row<Dynamic>, Reals<2>>(width, x, noise("y", rows * 2), weight, 2);
}
template <class Data> detail::RidgeProblem problem(const Data& rows, double lambda) {
  return {detail::linear_problem(row_source(rows), detail::finite_targets(rows, "", "Ridge"), 2, true, "", "Ridge"), lambda};
}

}  // namespace

TEST_CASE("a factorisation in float that is refined gives what one in double gives, far below a float's rounding") {
  for (const int width : {3, 40, 200})
    for (const bool weighted : {false, true})
      for (const double lambda : {0.0, 0.5}) {
        const auto rows = data(width, 1, weighted);
        const auto p = problem(rows, lambda);
        Buffer<double> refined, exact;
        REQUIRE(detail::solve_refined(p, refined));
        SymmetricSystem s = detail::ridge_system(p);
        REQUIRE(detail::solve_ridge(p, s, exact) == width);
        const auto columns = static_cast<std::size_t>(width);
        double most = 0, apart = 0;
        SymmetricSystem again = detail::ridge_system(p);
        for (std::size_t i = 0; i < exact.size(); ++i) {
          const auto j = static_cast<std::ptrdiff_t>(i % columns);
          const double scale = std::sqrt(again(j, j));
          most = std::max(most, scale * std::abs(exact[i]));
          apart = std::max(apart, scale * std::abs(exact[i] - refined[i]));
        }
        CHECK(apart <= 1e-8 * most);
      }
}

TEST_CASE("columns that float cannot tell apart are left to double, dependent ones are named as ever") {
  Buffer<double> W;
  CHECK(!detail::solve_refined(problem(data(40, 1e-5f, false), 0), W));
  CHECK(!detail::solve_refined(problem(data(40, 0, false), 0), W));
  CHECK(detail::solve_refined(problem(data(40, 0.3f, false), 0), W));
  std::string said;
  try {
    Ridge{.lambda = 0}.fit(data(200, 0, false), Context{});
  } catch (const FitError& e) { said = e.what(); }
  CHECK(said == "Ridge: expected lambda > 0, got 0: column 1 is a linear combination of those before it");
  const auto near = data(200, 1e-3f, false);  // 1000 and -999 of two like columns: right all the same
  const auto model = Ridge{.lambda = 0}.fit(near, Context{});
  SymmetricSystem s = detail::ridge_system(problem(near, 0));
  Buffer<double> exact;
  detail::solve_ridge(problem(near, 0), s, exact);
  for (std::size_t j = 0; j < 2; ++j) CHECK(static_cast<double>(model.coefficients[2 * j]) == doctest::Approx(exact[j]).epsilon(1e-6));
}

TEST_CASE("Ridge of many columns is fitted with the same bits on 1 and 7 threads, and squares beyond float are left to double") {
  const auto rows = data(200, 1, true);
  const auto with = [&](int threads) { return parallel::with_threads(threads, [&] { return Ridge{}.fit(rows, Context{}); }); };
  CHECK(with(1).coefficients == with(7).coefficients);
  auto x = noise("huge", 260 * 200);
  for (float& v : x) v *= 1e25f;
  const auto huge = dataset<Row<Dynamic>, Reals<2>>(200, x, noise("y", 520), {}, 2);
  Buffer<double> W;
  CHECK(!detail::solve_refined(problem(huge, 1), W));
  CHECK(std::isfinite(Ridge{}.fit(huge, Context{}).coefficients[0]));
}
