// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/vector.hpp>
#include <tutti/model/normal_equations.hpp>
#include <tutti/model/symmetric_eigen.hpp>

namespace tutti::detail {

/// Row i of a ridge regression in the directions that lambda shrinks apart from each other: what is left of its target,
///   sum_k a_ik b_ck / (d_k + lambda),  and by how much leaving it out enlarges that,  sum_k a_ik^2 / (d_k + lambda).
/// Shapes   d (n), b (outputs, n), a (n) for each row.
struct ShrunkDirections {
  Buffer<double> d{}, b{};
};

/// The sums over k of a_k^2 / (d_k + lambda), then of a_k b_ck / (d_k + lambda) for each output.
template <class Directions>
void shrunk_sums(const Directions& s, const double* a, double lambda, std::size_t outputs, double* sums) {
  std::fill(sums, sums + outputs + 1, 0.0);
  for (std::size_t k = 0; k < s.d.size(); ++k) {
    const double share = a[k] / (s.d[k] + lambda);
    sums[0] += a[k] * share;
    for (std::size_t c = 0; c < outputs; ++c) sums[c + 1] += share * s.b[c * s.d.size() + k];
  }
}

/// Errors of all lambdas over the rows, whose errors `add(i, errors)` adds: in chunks that depend on sizes alone.
template <class Add> Buffer<double> sum_over_rows(std::ptrdiff_t rows, std::size_t lambdas, const Add& add) {
  const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(64, (rows + 63) / 64);
  Buffer<Buffer<double>> partial(static_cast<std::size_t>(parallel::chunks(rows, grain)));
  parallel::for_each(rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> errors(lambdas, 0.0);
    add(begin, end, errors);
    partial[static_cast<std::size_t>(begin / grain)] = std::move(errors);
  });
  Buffer<double> all(lambdas, 0.0);
  for (const Buffer<double>& part : partial)
    for (std::size_t l = 0; l < lambdas; ++l) all[l] += part[l];
  return all;
}

/// The eigenvalues as d, and b from the products (n, outputs) that stand beside the matrix.
template <class Eigen, class At>
ShrunkDirections shrunk_directions(const Eigen& eigen, std::ptrdiff_t n, std::ptrdiff_t outputs, const At& at) {
  ShrunkDirections s;
  for (const double v : eigen.values) s.d.push_back(std::max(v, 0.0));
  Buffer<double> column(static_cast<std::size_t>(n));
  for (std::ptrdiff_t c = 0; c < outputs; ++c) {
    for (std::ptrdiff_t j = 0; j < n; ++j) column[static_cast<std::size_t>(j)] = at(j, c);
    for (std::ptrdiff_t k = 0; k < n; ++k)
      s.b.push_back(kernel::sum_of_products(n, eigen.vectors.data() + k * n, column.data()));
  }
  return s;
}

/// Four rows from `first` on in the directions: a = x V.
template <class Problem, class Eigen>
void directions_of_rows(const Problem& p, const Eigen& eigen, std::ptrdiff_t first, std::ptrdiff_t count, double* x, double* a) {
  const std::ptrdiff_t n = p.x.width;
  Buffer<float> row(static_cast<std::size_t>(n));
  std::fill(x, x + 4 * n, 0.0);
  for (std::ptrdiff_t r = 0; r < count; ++r) {
    p.x.read(first + r, row.data());
    for (std::ptrdiff_t j = 0; j < n; ++j) x[r * n + j] = p.centred(first + r, j, row[static_cast<std::size_t>(j)]);
  }
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    double of_rows[4];
    kernel::four_dots(n, eigen.vectors.data() + k * n, x, n, of_rows);
    for (std::ptrdiff_t r = 0; r < 4; ++r) a[r * n + k] = of_rows[r];
  }
}

/// With V the eigenvectors and d the eigenvalues of X^T X: a = x V, e = y - x w, 1 - h = 1 - w / sum w - sum a^2 / (d + lambda).
template <class Problem>
Buffer<double> left_out_by_columns(const Problem& p, const Buffer<float>& lambdas, bool intercept) {
  SymmetricSystem s = normal_equations(p);
  const std::ptrdiff_t n = s.n;
  const auto width = static_cast<std::size_t>(n), outputs = p.centre.size();
  const SymmetricEigen eigen = symmetric_eigen(whole_matrix(s), n, n);
  if (std::ssize(eigen.values) != n) return {};  // numbers whose squares are not finite
  const auto directions = shrunk_directions(eigen, n, s.right_sides, [&](std::ptrdiff_t j, std::ptrdiff_t c) { return s(j, n + c); });
  return sum_over_rows(p.x.rows, lambdas.size(), [&](std::ptrdiff_t begin, std::ptrdiff_t end, Buffer<double>& errors) {
    Buffer<double> x(4 * width), a(4 * width), sums(outputs + 1);
    for (std::ptrdiff_t i = begin; i < end; ++i) {
      const std::ptrdiff_t r = (i - begin) % 4;
      if (r == 0) directions_of_rows(p, eigen, i, std::min<std::ptrdiff_t>(4, end - i), x.data(), a.data());
      const auto at = static_cast<std::size_t>(i);
      if (!(p.x.weight[at] > 0)) continue;
      for (std::size_t l = 0; l < lambdas.size(); ++l) {
        shrunk_sums(directions, a.data() + r * n, static_cast<double>(lambdas[l]), outputs, sums.data());
        const double free = 1 - (intercept ? p.x.weight[at] / p.x.total : 0.0) - sums[0];
        for (std::size_t c = 0; c < outputs; ++c) {
          const double e = (p.y[at * outputs + c] - sums[c + 1]) / free;
          errors[l] += e * e;
        }
      }
    }
  });
}

/// With U the eigenvectors and d the eigenvalues of X X^T: a = row i of U, e = lambda sum a b / (d + lambda), and
/// 1 - h = lambda sum a^2 / (d + lambda) but for the direction sqrt(w) of the intercept, which no lambda shrinks. That is an
/// eigenvector of 0; it is moved to the largest eigenvalue, where what it adds to the sum is small and is taken off again.
template <class Problem>
Buffer<double> left_out_by_rows(const Problem& p, const Buffer<float>& lambdas, bool intercept) {
  const std::ptrdiff_t n = p.x.rows;
  const auto rows = static_cast<std::size_t>(n), outputs = p.centre.size();
  SymmetricSystem s = products_of_rows(p, all_rows(p.x));
  double trace = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) trace += s(i, i);
  const double away = intercept ? std::max(trace, 1e-300) : 0.0;
  const auto of_intercept = [&](std::size_t i) { return p.root[i] / std::sqrt(p.x.total); };
  Buffer<double> gram = whole_matrix(s);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < rows; ++j) gram[i * rows + j] += away * of_intercept(i) * of_intercept(j);
  const SymmetricEigen eigen = symmetric_eigen(std::move(gram), n, n);
  if (std::ssize(eigen.values) != n) return {};
  const auto directions = shrunk_directions(eigen, n, p.outputs, [&](std::ptrdiff_t i, std::ptrdiff_t c) {
    return p.y[static_cast<std::size_t>(i * p.outputs + c)];
  });
  return sum_over_rows(n, lambdas.size(), [&](std::ptrdiff_t begin, std::ptrdiff_t end, Buffer<double>& errors) {
    Buffer<double> a(rows), sums(outputs + 1);
    for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
      if (!(p.x.weight[i] > 0)) continue;
      for (std::size_t k = 0; k < rows; ++k) a[k] = eigen.vectors[k * rows + i];
      for (std::size_t l = 0; l < lambdas.size(); ++l) {
        const auto lambda = static_cast<double>(lambdas[l]);
        shrunk_sums(directions, a.data(), lambda, outputs, sums.data());
        const double free = sums[0] - (intercept ? of_intercept(i) * of_intercept(i) / (away + lambda) : 0.0);
        for (std::size_t c = 0; c < outputs; ++c) errors[l] += sums[c + 1] * sums[c + 1] / (free * free);
      }
    }
  });
}

/// sum_i w_i e_i^2 over rows and outputs, e_i the error on row i of the ridge regression without it, for each lambda.
/// Shapes   -> (lambdas), or nothing where a square is not finite.
/// Cost     the eigenvectors of the smaller of X^T X and X X^T, then rows (n + outputs) n each.
/// Source   Golub, Heath, Wahba, Generalized cross-validation as a method for choosing a good ridge parameter,
///          Technometrics 21 (1979).
template <class Problem>
Buffer<double> left_out_errors(const Problem& p, const Buffer<float>& lambdas, bool intercept) {
  return p.x.width < p.x.rows ? left_out_by_columns(p, lambdas, intercept) : left_out_by_rows(p, lambdas, intercept);
}

/// Where the least is, the first of equals.
[[gnu::cold]] inline std::size_t least_left_out(const Buffer<double>& errors) {
  std::size_t best = 0;
  for (std::size_t l = 1; l < errors.size(); ++l)
    if (errors[l] < errors[best]) best = l;
  return best;
}

}  // namespace tutti::detail
