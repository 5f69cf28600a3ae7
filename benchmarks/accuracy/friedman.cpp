// SPDX-License-Identifier: Apache-2.0
// Friedman's first function without noise, as many rows to judge on as to learn from. The rival is the published super learner
// of mlens (two layers of eight learners in Python, seed 2017) on the same function, sizes and protocol.
// Source   J. H. Friedman, Multivariate adaptive regression splines, Annals of Statistics 19 (1991); mlens,
//          benchmarks/friedman_scores.py.
#include "accuracy.hpp"

#include <tutti/tutti.hpp>
#include <chrono>
#include <numbers>
#include <string>
using namespace tutti;

namespace {

/// y = 10 sin(pi x0 x1) + 20 (x2 - 1/2)^2 + 10 x3 + 5 x4; x5 to x9 say nothing.
Dataset<Row<10>, Real> friedman(int rows, Random random) {
  Buffer<float> x(static_cast<std::size_t>(10 * rows)), y;
  for (float& v : x) v = random.uniform();
  for (const float* v = x.data(); v != x.data() + x.size(); v += 10) {
    const double hill = static_cast<double>(v[2]) - 0.5;
    y.push_back(static_cast<float>(10 * std::sin(std::numbers::pi * static_cast<double>(v[0]) * static_cast<double>(v[1])) +
                                   20 * hill * hill + 10 * static_cast<double>(v[3]) + 5 * static_cast<double>(v[4])));
  }
  return {DenseStorage<float>(10, std::move(x)), std::move(y)};
}

/// Trees, a small net and a curve in products of columns, weighed by a regression that is hardly penalised.
auto super_learner() {
  using Net = Cascade<Dense<64>, GELU, Dense<64>, GELU, Dense<1>>;
  return Stack{Average{Boost{Tree{.leaves = 15}, {.rounds = 600, .learning_rate = 0.06f}}, ExtraTrees{.trees = 100},
                       Cascade{Polynomial{.degree = 2}, Standardize{}, Ridge{}},
                       Cascade{Standardize{}, Network{Net{}, {.epochs = 60, .batch = 64, .optimizer = AdamW{.learning_rate = 3e-3f}, .schedule = OneCycle{}}}}},
               Ridge{.lambda = 1e-3f}};
}

}  // namespace

void accuracy::friedman() {
  constexpr struct {
    int rows;
    double rival;
  } sizes[] = {{2'000, 0.83}, {10'000, 0.62}, {20'000, 0.56}};
  for (const auto& size : sizes) {
    const auto train = ::friedman(size.rows, Random(2017).stream("train"));
    const auto test = ::friedman(size.rows, Random(2017).stream("test"));
    const auto start = std::chrono::steady_clock::now();
    const auto model = fit(super_learner(), train, {.seed = 2017, .folds = {.k = 2}});
    const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const auto result = evaluate(model, test);
    std::printf("%d rows, RMSE after %.1f s:", size.rows, taken);
    for (std::size_t line = 0; line < result.lines.size(); ++line)
      std::printf(" %s %.3f", line == 0 ? "stack" : result.lines[line].name.substr(0, 24).c_str(), result.score("RMSE", line));
    std::printf("\n");
    const double rmse = result.score("RMSE");
    row("Friedman 1, " + std::to_string(size.rows) + " rows: RMSE of a stack", rmse, size.rival, "mlens super learner, published", size.rival / rmse);
  }
}
