// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/coordinate_descent.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// A problem of both kinds: X by columns, and its products.
struct Problem {
  std::ptrdiff_t n, rows;
  Buffer<double> X, y, squares, G, q;
  double target_square = 0;

  Problem(std::ptrdiff_t width, std::ptrdiff_t count) : n(width), rows(count) {
    for (const float v : linear::noise("X", static_cast<std::size_t>(n * rows))) X.push_back(static_cast<double>(v));
    for (const float v : linear::noise("y", static_cast<std::size_t>(rows))) y.push_back(static_cast<double>(v));
    for (std::ptrdiff_t i = 0; i < rows; ++i) y[static_cast<std::size_t>(i)] += 3 * X[static_cast<std::size_t>(i)];
    finish();
  }
  void finish() {
    squares.clear(), G.clear(), q.clear();
    const auto product = [&](const double* a, const double* b) {
      double sum = 0;
      for (std::ptrdiff_t i = 0; i < rows; ++i) sum += a[i] * b[i];
      return sum;
    };
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      for (std::ptrdiff_t k = 0; k < n; ++k) G.push_back(product(X.data() + j * rows, X.data() + k * rows));
      squares.push_back(product(X.data() + j * rows, X.data() + j * rows));
      q.push_back(product(X.data() + j * rows, y.data()));
    }
    target_square = product(y.data(), y.data());
  }
  GramResidual by_gram() const { return {n, G.data(), q, q, target_square}; }
  ColumnResidual by_columns() const { return {n, rows, X.data(), squares.data(), y, y, {}, target_square}; }
};

/// The largest breach of the conditions of an optimum: slope - l2 w is l1 sign(w), or within [-l1, l1] where w is 0.
double breach(const Problem& p, ElasticPenalty penalty, const Buffer<double>& w) {
  double most = 0;
  for (std::ptrdiff_t j = 0; j < p.n; ++j) {
    const double own = w[static_cast<std::size_t>(j)];
    double slope = p.q[static_cast<std::size_t>(j)] - penalty.l2 * own;
    for (std::ptrdiff_t k = 0; k < p.n; ++k) slope -= p.G[static_cast<std::size_t>(j * p.n + k)] * w[static_cast<std::size_t>(k)];
    most = std::max(most, own != 0 ? std::abs(slope - std::copysign(penalty.l1, own)) : std::max(0.0, std::abs(slope) - penalty.l1));
  }
  return most;
}

constexpr DescentOptions sharp{100000, 1e-14, 1e-14};

}  // namespace

TEST_CASE("where coordinate descent ends the conditions of an optimum hold, by products and by columns alike") {
  for (const auto& [width, rows] : {std::pair{6, 40}, {30, 12}, {1, 5}})
    for (const ElasticPenalty penalty : {ElasticPenalty{3, 0}, {0.5, 0}, {2, 1}, {0, 2}}) {
      const Problem p(width, rows);
      GramResidual gram = p.by_gram();
      ColumnResidual columns = p.by_columns();
      Buffer<double> w(static_cast<std::size_t>(width), 0.0), v = w;
      const Descent by_gram = coordinate_descent(gram, penalty, sharp, w), by_columns = coordinate_descent(columns, penalty, sharp, v);
      CHECK(by_gram.converged);
      CHECK(by_columns.converged);
      CHECK(breach(p, penalty, w) < 1e-9);
      CHECK(breach(p, penalty, v) < 1e-9);
      for (std::size_t j = 0; j < w.size(); ++j) CHECK(std::abs(w[j] - v[j]) < 1e-9);
    }
}

TEST_CASE("the gap bounds how far the objective is from its minimum, wherever the search stops") {
  const Problem p(6, 40);
  const ElasticPenalty penalty{2, 1};
  const auto objective = [&](const Buffer<double>& w) {
    double value = p.target_square / 2;
    for (std::size_t j = 0; j < 6; ++j) {
      value += penalty.l1 * std::abs(w[j]) + penalty.l2 / 2 * w[j] * w[j] - p.q[j] * w[j];
      for (std::size_t k = 0; k < 6; ++k) value += w[j] * p.G[j * 6 + k] * w[k] / 2;
    }
    return value;
  };
  Buffer<double> best(6, 0.0);
  GramResidual r = p.by_gram();
  coordinate_descent(r, penalty, sharp, best);
  for (const int sweeps : {1, 2, 3, 5}) {
    Buffer<double> w(6, 0.0);
    GramResidual early = p.by_gram();
    const Descent d = coordinate_descent(early, penalty, {sweeps, 0, 0}, w);
    CHECK(d.sweeps == sweeps);
    CHECK_FALSE(d.converged);
    CHECK(objective(w) - objective(best) <= d.gap + 1e-12);
  }
}

TEST_CASE("columns that a rule left out join when they are needed") {
  const Problem p(30, 12);
  const ElasticPenalty penalty{0.5, 0.1};
  Buffer<double> all(30, 0.0), few(30, 0.0);
  ColumnResidual r = p.by_columns(), s = p.by_columns();
  coordinate_descent(r, penalty, sharp, all, 0);
  coordinate_descent(s, penalty, sharp, few, 1e300);  // nothing is strong enough
  for (std::size_t j = 0; j < 30; ++j) CHECK(std::abs(all[j] - few[j]) < 1e-9);
}

TEST_CASE("a large penalty leaves nothing, a column of zeros keeps its 0, a target of zeros ends at once") {
  Problem p(3, 10);
  std::fill(p.X.begin() + 10, p.X.begin() + 20, 0.0);
  p.finish();
  for (const double l1 : {1e9, 0.1}) {
    Buffer<double> w(3, 0.0);
    GramResidual r = p.by_gram();
    CHECK(coordinate_descent(r, {l1, 0}, sharp, w).converged);
    CHECK(w[1] == 0);
    CHECK((w[0] != 0) == (l1 < 1));
  }
  std::fill(p.y.begin(), p.y.end(), 0.0);
  p.finish();
  Buffer<double> w(3, 0.0);
  ColumnResidual r = p.by_columns();
  const Descent d = coordinate_descent(r, {0.1, 0}, {}, w);
  CHECK(d.converged);
  CHECK(d.sweeps == 1);
  for (const double v : w) CHECK(v == 0);
}
