// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/chosen_rows.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>
#include <tutti/model/symmetric_eigen.hpp>

#include <cmath>

/// How the rows of one class lie: what discriminant analysis is made of.
namespace tutti::detail {

/// Which rows of positive weight are of which class.
[[gnu::cold]] inline Buffer<ChosenRows> rows_of_classes(const RowSource& x, const Buffer<int>& label, int classes) {
  Buffer<ChosenRows> all(static_cast<std::size_t>(classes));
  for (ChosenRows& rows : all) rows.from = &x;
  for (std::ptrdiff_t i = 0; i < x.rows; ++i)
    if (x.weight[static_cast<std::size_t>(i)] > 0)
      all[static_cast<std::size_t>(label[static_cast<std::size_t>(i)])].row.push_back(i);
  return all;
}
[[gnu::cold]] inline Buffer<double> weights_of(const Buffer<ChosenRows>& classes) {
  Buffer<double> weight(classes.size());
  for (std::size_t c = 0; c < weight.size(); ++c)
    for (const std::ptrdiff_t i : classes[c].row) weight[c] += classes[c].from->weight[static_cast<std::size_t>(i)];
  return weight;
}

/// Mean and scatter S = sum w (x - mean)(x - mean)^T of some rows. With freedom = sum w - sum w^2 / sum w, S / freedom is
/// an unbiased covariance: freedom is rows - 1 for weights of 1, and weights of any scale mean the same.
/// Shapes   scatter (columns, columns).
struct ClassSpread {
  CentredRows rows{};
  Buffer<double> scatter{};
  double freedom = 0, effective = 0;  // effective: (sum w)^2 / sum w^2 rows

  std::ptrdiff_t width() const noexcept { return rows.x.width; }
  double weight() const noexcept { return rows.x.total; }
};
template <class Chosen> ClassSpread class_spread(const Chosen& chosen) {
  ClassSpread spread;
  CentredRows& p = spread.rows;
  p.x = chosen.source();
  p.mean = moments(p.x, false).mean;
  double squares = 0;
  for (const double w : p.x.weight) {
    p.root.push_back(std::sqrt(w));
    squares += w * w;
  }
  spread.freedom = p.x.rows > 1 ? p.x.total - squares / p.x.total : 0;
  spread.effective = p.x.total * p.x.total / squares;
  SymmetricSystem s = normal_equations(p);
  const std::ptrdiff_t n = s.n;
  spread.scatter.resize(static_cast<std::size_t>(n * n));
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = i; j < n; ++j)
      spread.scatter[static_cast<std::size_t>(i * n + j)] = spread.scatter[static_cast<std::size_t>(j * n + i)] = s(i, j);
  return spread;
}

/// How far the covariance of the standardised rows is to be drawn towards a multiple of the identity.
/// Source   Ledoit, Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J. Multivariate
///          Analysis 88 (2004), as in scikit-learn; sums over rows are weighted, their number is `effective`.
template <class Spread> double ledoit_wolf(const Spread& spread, const Buffer<double>& deviation) {
  const CentredRows& p = spread.rows;
  const std::ptrdiff_t n = spread.width();
  Buffer<float> row(static_cast<std::size_t>(n));
  double fourth = 0, trace = 0, squares = 0;
  for (std::ptrdiff_t i = 0; i < p.x.rows; ++i) {
    double q = 0;
    p.x.read(i, row.data());
    for (std::size_t j = 0; j < row.size(); ++j) {
      const double z = (static_cast<double>(row[j]) - p.mean[j]) / deviation[j];
      q += z * z;
    }
    fourth += p.x.weight[static_cast<std::size_t>(i)] * q * q;
  }
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      const double r = spread.scatter[static_cast<std::size_t>(i * n + j)] / spread.weight() /
                       (deviation[static_cast<std::size_t>(i)] * deviation[static_cast<std::size_t>(j)]);
      squares += r * r;
      trace += i == j ? r : 0;
    }
  const double mu = trace / static_cast<double>(n), delta = squares - mu * trace;
  const double beta = std::min((fourth / spread.weight() - squares) / spread.effective, delta);
  return beta > 0 ? beta / delta : 0;
}

/// S / sum w, drawn towards a multiple of the identity: by the share `shrinkage`, or where that is negative by Ledoit's and
/// Wolf's share in units in which columns have variance 1.
template <class Spread> Buffer<double> shrunk_covariance(const Spread& spread, double shrinkage) {
  const std::ptrdiff_t n = spread.width();
  const auto size = static_cast<std::size_t>(n);
  Buffer<double> covariance = spread.scatter, deviation(size, 1.0);
  for (double& v : covariance) v /= spread.weight();
  if (shrinkage < 0) {
    for (std::size_t j = 0; j < size; ++j)
      if (const double v = covariance[j * size + j]; v > 0) deviation[j] = std::sqrt(v);
    shrinkage = ledoit_wolf(spread, deviation);
  }
  double mean = 0;
  for (std::size_t j = 0; j < size; ++j) mean += covariance[j * size + j] / (deviation[j] * deviation[j]) / static_cast<double>(n);
  for (double& v : covariance) v *= 1 - shrinkage;
  for (std::size_t j = 0; j < size; ++j) covariance[j * size + j] += shrinkage * mean * deviation[j] * deviation[j];
  return covariance;
}

/// T with T^T A T = I for a covariance A, in the directions in which it is not (all but) 0: relative to the columns' own
/// variances more than `least`.
/// Shapes   T (columns, directions), one row for each column; gives nothing when A holds a number that is not finite.
struct Sphering {
  Buffer<double> numbers{};
  std::ptrdiff_t directions = 0;
};
template <class Numbers> Sphering sphering(Numbers A, std::ptrdiff_t n, double least) {
  const auto size = static_cast<std::size_t>(n);
  Buffer<double> deviation(size, 1.0);
  for (std::size_t j = 0; j < size; ++j)
    if (A[j * size + j] > 0) deviation[j] = std::sqrt(A[j * size + j]);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) A[i * size + j] /= deviation[i] * deviation[j];
  const SymmetricEigen e = symmetric_eigen(std::move(A), n, n);
  Sphering T;
  for (const double v : e.values) T.directions += v > least ? 1 : 0;
  const auto kept = static_cast<std::size_t>(T.directions);
  T.numbers.resize(size * kept);
  for (std::size_t k = 0; k < kept; ++k)
    for (std::size_t j = 0; j < size; ++j)
      T.numbers[j * kept + k] = e.vectors[k * size + j] / (deviation[j] * std::sqrt(e.values[k]));
  return T;
}

}  // namespace tutti::detail
