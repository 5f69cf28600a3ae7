// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>
#include <tutti/model/moments.hpp>
#include <tutti/model/normal_equations.hpp>
#include <tutti/model/tridiagonal.hpp>

namespace tutti::detail {

/// Rows that are looked at side by side: their sums wait for themselves, so there are four registers of them.
inline constexpr std::ptrdiff_t left_out_rows = 4 * kernel::lanes<double>;

/// A ridge regression in the directions Q of A = Q T Q^T, A its Gram matrix. For each lambda T + lambda I = L D L^T, whose
/// pivots D are at least lambda, and s = (T + lambda I)^-1 Q^T b.
/// Shapes   Q^T (n, n); lower, inverse (lambdas, n), the latter 1 / D; solution (lambdas, outputs, n).
struct ShrunkForms {
  std::ptrdiff_t n = 0, outputs = 0;
  Buffer<double> turned{}, lower{}, inverse{}, solution{};

  /// Rows z in the directions Q: z (T + lambda I)^-1 z^T, which is sum_k u_k^2 / D_k with u_k = z_k - l_(k-1) u_(k-1), and
  /// z s for each output.
  /// Shapes   z (n, rows), sums (1 + outputs, rows).
  void of_rows(std::ptrdiff_t lambda, const double* z, double* sums) const noexcept {
    constexpr std::ptrdiff_t w = kernel::lanes<double>;
    const double* const l = lower.data() + lambda * n;
    const double* const inverse_d = inverse.data() + lambda * n;
    kernel::Batch<double> u[4], sum[4];
    for (auto& v : u) v = kernel::Batch<double>(0.0);
    for (auto& v : sum) v = kernel::Batch<double>(0.0);
    for (std::ptrdiff_t k = 0; k < n; ++k) {
      const kernel::Batch<double> before(k > 0 ? -l[k - 1] : 0.0), share(inverse_d[k]);
#pragma GCC unroll 4
      for (std::ptrdiff_t r = 0; r < 4; ++r) {
        u[r] = kernel::multiply_add<double>(before, u[r], kernel::load<double>(z + k * left_out_rows + r * w));
        sum[r] = kernel::multiply_add<double>(u[r] * share, u[r], sum[r]);
      }
    }
    for (std::ptrdiff_t r = 0; r < 4; ++r) kernel::store<double>(sum[r], sums + r * w);
    for (std::ptrdiff_t c = 0; c < outputs; ++c)
      combine(solution.data() + (lambda * outputs + c) * n, z, sums + (1 + c) * left_out_rows);
  }
  /// sum_k s_k z_k of each row.
  void combine(const double* s, const double* z, double* sums) const noexcept {
    constexpr std::ptrdiff_t w = kernel::lanes<double>;
    kernel::Batch<double> sum[4];
    for (auto& v : sum) v = kernel::Batch<double>(0.0);
    for (std::ptrdiff_t k = 0; k < n; ++k, z += left_out_rows) {
      const kernel::Batch<double> share(s[k]);
#pragma GCC unroll 4
      for (std::ptrdiff_t r = 0; r < 4; ++r) sum[r] = kernel::multiply_add<double>(share, kernel::load<double>(z + r * w), sum[r]);
    }
    for (std::ptrdiff_t r = 0; r < 4; ++r) kernel::store<double>(sum[r], sums + r * w);
  }
  /// Rows as they are, to rows in the directions Q.
  /// Shapes   x, z (n, rows).
  void turn(const double* x, double* z) const noexcept {
    for (std::ptrdiff_t k = 0; k < n; ++k) combine(turned.data() + k * n, x, z + k * left_out_rows);
  }
};

/// (T + lambda I)^-1 of one lambda, for the right sides b.
/// Shapes   b (outputs, n), in the directions Q.
[[gnu::cold]] inline void add_lambda(ShrunkForms& f, const Tridiagonal& t, const Buffer<double>& b, double lambda) {
  const auto n = static_cast<std::size_t>(f.n);
  const std::size_t first = f.lower.size();
  double before = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const double d = std::max(t.d[k] * t.scale + lambda - before, lambda), e = k + 1 < n ? t.e[k] * t.scale : 0.0;
    f.inverse.push_back(1 / d);
    f.lower.push_back(e / d);
    before = e / d * e;
  }
  const double* const l = f.lower.data() + first;
  for (std::ptrdiff_t c = 0; c < f.outputs; ++c) {
    Buffer<double> s(b.data() + c * f.n, b.data() + (c + 1) * f.n);
    for (std::size_t k = 1; k < n; ++k) s[k] -= l[k - 1] * s[k - 1];
    for (std::size_t k = 0; k < n; ++k) s[k] *= f.inverse[first + k];
    for (std::size_t k = n; k-- > 1;) s[k - 1] -= l[k - 1] * s[k];
    f.solution.append(s);
  }
}

/// Nothing where A holds a number that is not finite.
/// Shapes   A (n, n), b (outputs, n).
template <class Numbers>
ShrunkForms shrunk_forms(Numbers A, const Buffer<double>& b, std::ptrdiff_t n, const Buffer<float>& lambdas) {
  Tridiagonal t = tridiagonal(std::move(A), n);
  if (std::ssize(t.d) != n) return {};
  ShrunkForms f{n, std::ssize(b) / n, columns_of_turn(t)};
  Buffer<double> turned;
  for (std::ptrdiff_t c = 0; c < f.outputs; ++c)
    for (std::ptrdiff_t k = 0; k < n; ++k) turned.push_back(kernel::sum_of_products(n, f.turned.data() + k * n, b.data() + c * n));
  for (const float lambda : lambdas) add_lambda(f, t, turned, static_cast<double>(lambda));
  return f;
}

/// sum e^2 over rows and outputs for each lambda, in chunks that depend on sizes alone: rows(first, count, z) gives rows in
/// the directions Q, error(i, c, lambda, leverage, fitted) is e.
template <class Forms, class Problem, class Rows, class Error>
Buffer<double> sum_over_rows(const Forms& forms, const Problem& p, const Buffer<float>& lambdas, const Rows& rows, const Error& error) {
  constexpr std::ptrdiff_t at_once = left_out_rows;
  const std::ptrdiff_t grain = (chunk_of_rows(p.x.rows, 64) + at_once - 1) / at_once * at_once;
  Buffer<Buffer<double>> partial(static_cast<std::size_t>(parallel::chunks(p.x.rows, grain)));
  parallel::for_each(p.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> errors(lambdas.size(), 0.0), z(static_cast<std::size_t>(forms.n * at_once)),
        sums(static_cast<std::size_t>((1 + forms.outputs) * at_once));
    for (std::ptrdiff_t first = begin; first < end; first += at_once) {
      const std::ptrdiff_t count = std::min(at_once, end - first);
      rows(first, count, z.data());
      for (std::size_t l = 0; l < lambdas.size(); ++l) {
        forms.of_rows(static_cast<std::ptrdiff_t>(l), z.data(), sums.data());
        for (std::ptrdiff_t r = 0; r < count; ++r) {
          if (!(p.x.weight[static_cast<std::size_t>(first + r)] > 0)) continue;
          for (std::ptrdiff_t c = 0; c < forms.outputs; ++c) {
            const double fitted = sums[static_cast<std::size_t>((1 + c) * at_once + r)];
            const double e = error(first + r, c, static_cast<double>(lambdas[l]), sums[static_cast<std::size_t>(r)], fitted);
            errors[l] += e * e;
          }
        }
      }
    }
    partial[static_cast<std::size_t>(begin / grain)] = std::move(errors);
  });
  Buffer<double> all(lambdas.size(), 0.0);
  for (const Buffer<double>& part : partial)
    for (std::size_t l = 0; l < all.size(); ++l) all[l] += part[l];
  return all;
}

/// A = X^T X and z = x Q: e = (y - x w) / (1 - h), h = w / sum w + z (T + lambda)^-1 z^T.
template <class Problem, class System>
Buffer<double> left_out_by_columns(const Problem& p, System& s, const Buffer<float>& lambdas, bool intercept) {
  Buffer<double> b;
  for (std::ptrdiff_t c = 0; c < s.right_sides; ++c)
    for (std::ptrdiff_t j = 0; j < s.n; ++j) b.push_back(s(j, s.n + c));
  const ShrunkForms forms = shrunk_forms(whole_matrix(s), b, s.n, lambdas);
  if (forms.n == 0) return {};
  const auto rows = [&](std::ptrdiff_t first, std::ptrdiff_t count, double* z) {
    Buffer<double> x(static_cast<std::size_t>(s.n * left_out_rows), 0.0);
    Buffer<float> scratch(static_cast<std::size_t>(s.n));
    for (std::ptrdiff_t r = 0; r < count; ++r) {
      const float* const row = row_of(p.x, first + r, scratch.data());
      for (std::ptrdiff_t j = 0; j < s.n; ++j) x[static_cast<std::size_t>(j * left_out_rows + r)] = p.centred(first + r, j, row[j]);
    }
    forms.turn(x.data(), z);
  };
  return sum_over_rows(forms, p, lambdas, rows, [&](std::ptrdiff_t i, std::ptrdiff_t c, double, double leverage, double fitted) {
    const double of_intercept = intercept ? p.x.weight[static_cast<std::size_t>(i)] / p.x.total : 0.0;
    return (p.y[static_cast<std::size_t>(i * p.outputs + c)] - fitted) / (1 - of_intercept - leverage);
  });
}

/// A = X X^T and z = row i of Q: e = (A + lambda)^-1 y / (A + lambda)^-1_ii but for the direction sqrt(w) of the intercept,
/// which no lambda shrinks. That is an eigenvector of 0; it is moved to the largest eigenvalue, where what it adds is small
/// and is taken off again.
template <class Problem, class System>
Buffer<double> left_out_by_rows(const Problem& p, System& s, const Buffer<float>& lambdas, bool intercept) {
  const std::ptrdiff_t n = s.n;
  double trace = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) trace += s(i, i);
  const double away = intercept ? std::max(trace, 1e-300) : 0.0;
  const auto of_intercept = [&](std::ptrdiff_t i) { return p.root[static_cast<std::size_t>(i)] / std::sqrt(p.x.total); };
  Buffer<double> gram = whole_matrix(s), b;
  for (std::ptrdiff_t i = 0; i < n; ++i)
    for (std::ptrdiff_t j = 0; j < n; ++j) gram[static_cast<std::size_t>(i * n + j)] += away * of_intercept(i) * of_intercept(j);
  for (std::ptrdiff_t c = 0; c < s.right_sides; ++c)
    for (std::ptrdiff_t i = 0; i < n; ++i) b.push_back(s(i, n + c));
  const ShrunkForms forms = shrunk_forms(std::move(gram), b, n, lambdas);
  if (forms.n == 0) return {};
  const auto rows = [&](std::ptrdiff_t first, std::ptrdiff_t count, double* z) {
    std::fill(z, z + n * left_out_rows, 0.0);
    for (std::ptrdiff_t k = 0; k < n; ++k) std::copy_n(forms.turned.data() + k * n + first, count, z + k * left_out_rows);
  };
  return sum_over_rows(forms, p, lambdas, rows, [&](std::ptrdiff_t i, std::ptrdiff_t, double lambda, double leverage, double fitted) {
    return fitted / (leverage - (intercept ? of_intercept(i) * of_intercept(i) / (away + lambda) : 0.0));
  });
}

/// sum_i w_i e_i^2 over rows and outputs, e_i the error on row i of the ridge regression without it, for each lambda. s is
/// ridge_system(p), without a lambda.
/// Shapes   -> (lambdas), or nothing where a square is not finite.
/// Cost     8 n^3 / 3 flops for the tridiagonal form of s, then 2 rows (n + lambdas (2 + outputs)) n.
/// Source   Golub, Heath, Wahba, Generalized cross-validation as a method for choosing a good ridge parameter,
///          Technometrics 21 (1979); by a reduced form instead of eigenvectors: Eldén, A note on the computation of the
///          generalized cross-validation function for ill-conditioned least squares problems, BIT 24 (1984).
template <class Problem, class System>
Buffer<double> left_out_errors(const Problem& p, System& s, const Buffer<float>& lambdas, bool intercept) {
  return p.by_rows() ? left_out_by_rows(p, s, lambdas, intercept) : left_out_by_columns(p, s, lambdas, intercept);
}

/// Where the least is, the first of equals.
[[gnu::cold]] inline std::size_t least_left_out(const Buffer<double>& errors) {
  std::size_t best = 0;
  for (std::size_t l = 1; l < errors.size(); ++l)
    if (errors[l] < errors[best]) best = l;
  return best;
}

}  // namespace tutti::detail
