// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>
#include <tutti/model/pca.hpp>
#include <tutti/model/symmetric_eigen.hpp>

#include <string>

namespace tutti {
namespace detail {

/// Variances and directions of centred rows, before some are chosen.
/// Shapes   variance (n), directions (wanted, columns); n is the smaller of rows and columns.
struct Spectrum {
  Buffer<double> variance{}, directions{};
};

/// The largest entry becomes positive; of entries that differ by rounding alone, the first decides.
[[gnu::cold]] inline void orient(double* v, std::ptrdiff_t n) {
  double most = 0;
  for (std::ptrdiff_t j = 0; j < n; ++j) most = std::max(most, std::abs(v[j]));
  for (std::ptrdiff_t j = 0; j < n; ++j)
    if (std::abs(v[j]) >= most * (1 - 1e-9)) {
      if (v[j] < 0) kernel::scale(n, -1.0, v);
      return;
    }
}

/// What is not told from 0 by a matrix of n numbers a side is 0.
[[gnu::cold]] inline void drop_rounding(Buffer<double>& values, std::ptrdiff_t longest) {
  const double least = values.empty() ? 0 : values[0] * static_cast<double>(longest) * std::numeric_limits<double>::epsilon();
  for (double& v : values)
    if (!(v > least)) v = 0;
}

/// By the eigenvectors of X^T X.
template <class Problem> Spectrum spectrum_of_columns(const Problem& p, std::ptrdiff_t wanted, double divisor) {
  SymmetricSystem s = normal_equations(p);
  const std::ptrdiff_t n = s.n;
  Buffer<double> square(static_cast<std::size_t>(n * n));
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = i; j < n; ++j)
      square[static_cast<std::size_t>(i * n + j)] = square[static_cast<std::size_t>(j * n + i)] = s(i, j) / divisor;
  s = {};
  SymmetricEigen e = symmetric_eigen(std::move(square), n, wanted);
  return {std::move(e.values), std::move(e.vectors)};
}

/// By the eigenvectors u of X X^T, where there are more columns than rows: v = X^T u / |X^T u|.
template <class Problem> Spectrum spectrum_of_rows(const Problem& p, std::ptrdiff_t wanted, double divisor) {
  const std::ptrdiff_t n = p.x.rows, width = p.x.width;
  const FloatRows rows = all_rows(p.x);
  SymmetricSystem s = products_of_rows(p, rows.numbers);
  Buffer<double> square(static_cast<std::size_t>(n * n));
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = i; j < n; ++j)
      square[static_cast<std::size_t>(i * n + j)] = square[static_cast<std::size_t>(j * n + i)] = s(i, j) / divisor;
  const SymmetricEigen e = symmetric_eigen(std::move(square), n, std::min(wanted, n));
  Spectrum found{e.values, Buffer<double>(static_cast<std::size_t>(wanted * width))};
  parallel::for_each(std::ssize(e.vectors) / n, 1, [&](std::ptrdiff_t k, std::ptrdiff_t end) {
    for (; k < end; ++k) {
      double* const v = found.directions.data() + k * width;
      for (std::ptrdiff_t i = 0; i < n; ++i) {
        const double u = e.vectors[static_cast<std::size_t>(k * n + i)];
        for (std::ptrdiff_t j = 0; j < width; ++j) v[j] += u * p.centred(i, j, rows.numbers[i * width + j]);
      }
      const double length = std::sqrt(kernel::sum_of_squares(width, v));
      if (length > 0) kernel::scale(width, 1 / length, v);
    }
  });
  return found;
}

/// How many components a share of the variance takes: the first number that explains more.
[[gnu::cold]] inline std::ptrdiff_t components_for(const Buffer<double>& variance, double share) {
  double all = 0, sum = 0;
  for (const double v : variance) all += v;
  if (all <= 0) return 1;
  for (std::size_t k = 0; k < variance.size(); ++k)
    if ((sum += variance[k]) > share * all) return static_cast<std::ptrdiff_t>(k) + 1;
  return std::ssize(variance);
}

/// `components` of them, or by `share` where that is not 0.
struct ChosenComponents {
  std::ptrdiff_t components = 0;  // 0: all
  double share = 0;
  bool whiten = false;
};
template <class Problem> PrincipalComponents principal_components(Problem& p, ChosenComponents chosen) {
  double squares = 0;
  for (const double w : p.x.weight) squares += w * w;
  const double freedom = p.x.total - squares / p.x.total;  // 0 for one row, which does not vary
  const double divisor = freedom > 1e-12 * p.x.total ? freedom : p.x.total;
  const std::ptrdiff_t width = p.x.width, n = std::min(p.x.rows, width);
  std::ptrdiff_t wanted = chosen.components > 0 ? chosen.components : n;
  Spectrum found = width <= p.x.rows ? spectrum_of_columns(p, wanted, divisor) : spectrum_of_rows(p, wanted, divisor);
  if (std::ssize(found.variance) != n) return {};
  drop_rounding(found.variance, std::max(p.x.rows, width));
  if (chosen.share > 0) wanted = components_for(found.variance, chosen.share);

  PrincipalComponents result;
  const auto size = static_cast<std::size_t>(wanted);
  double all = 0, rest = 0;
  for (const double v : found.variance) all += v;
  for (std::size_t k = size; k < found.variance.size(); ++k) rest += found.variance[k];
  result.noise_variance = found.variance.size() > size ? rest / static_cast<double>(found.variance.size() - size) : 0.0;
  found.variance.resize(size);
  result.mean = std::move(p.mean);
  result.directions.resize(static_cast<std::size_t>(width) * size);
  for (std::ptrdiff_t k = 0; k < wanted; ++k) {
    const double variance = found.variance[static_cast<std::size_t>(k)];
    double* const v = found.directions.data() + k * width;
    orient(v, width);
    for (std::ptrdiff_t j = 0; j < width; ++j)
      result.directions[static_cast<std::size_t>(j * wanted + k)] = variance > 0 ? v[j] : 0.0;
    result.ratio.push_back(all > 0 ? variance / all : 0.0);
    result.scale.push_back(chosen.whiten && variance > 0 ? std::sqrt(variance) : 1.0);
  }
  result.variance = std::move(found.variance);
  return result;
}

}  // namespace detail

template <int N>
template <class X, class Y>
  requires(N <= X::shape.size() || X::shape.size() == Dynamic)
typename PCA<N>::template Model<X, Y> PCA<N>::fit(const Dataset<X, Y>& data, Context context) const {
  const auto expect = [&](bool condition, std::initializer_list<Word> reason) {
    detail::fit_check(condition, context.path(), "PCA", reason);
  };
  const int asked = N == Dynamic ? components : N;
  expect(variance >= 0 && variance <= 1, {"expected a share of the variance in [0, 1], got ", variance});
  expect(components >= 0 && (N == Dynamic || components == 0 || components == N),
         {N == Dynamic ? "expected components >= 0, got " : "expected no other number than that of the type, got ", components});
  expect(variance == 0 || asked == 0,
         {"expected either a share of the variance or a number of components, got both: ", variance, " and ", asked});
  expect(asked <= data.width(), {"expected at most as many components as columns, ", data.width(), ", got ", asked});
  CentredRows p;
  p.x = row_source(data);
  p.mean = detail::checked_moments(p.x, context.path(), "PCA", {.variance = false}).mean;
  for (const double w : p.x.weight) p.root.push_back(std::sqrt(w));
  Model<X, Y> model;
  static_cast<PrincipalComponents&>(model) = detail::principal_components(p, {asked, static_cast<double>(variance), whiten});
  expect(!model.scale.empty(), {"expected numbers whose squares are finite"});
  return model;
}

}  // namespace tutti
