// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/vector.hpp>
#include <tutti/model/linear_problem.hpp>

#include <cmath>

namespace tutti::detail {

/// X^T X + lambda I in float, for the problem of a ridge regression.
template <class Problem> SymmetricSystemOf<float> rough_system(const Problem& p) {
  const std::ptrdiff_t grain = rows_of_partial(p.x.rows, kernel::gram_stride<float>(p.x.width));
  Buffer<SymmetricSystemOf<float>> partial(static_cast<std::size_t>(parallel::chunks(p.x.rows, grain)));
  parallel::for_each(p.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    SymmetricSystemOf<float>& sum = partial[static_cast<std::size_t>(begin / grain)] = SymmetricSystemOf<float>(p.x.width, 0);
    Buffer<float> row(static_cast<std::size_t>(p.x.width)), packed(static_cast<std::size_t>(gram_depth * sum.stride));
    for (std::ptrdiff_t first = begin; first < end; first += gram_depth) {
      const std::ptrdiff_t depth = std::min(gram_depth, end - first);
      pack_rows(p, first, depth, false, row.data(), packed.data());
      sum.add(depth, packed.data());
    }
  });
  for (std::size_t c = 1; c < partial.size(); ++c) partial[0] += partial[c];
  for (std::ptrdiff_t j = 0; j < p.x.width; ++j) partial[0](j, j) += static_cast<float>(p.lambda);
  return std::move(partial[0]);
}

/// X^T (Y - X W) - lambda W, in double.
/// Shapes   W (outputs, width) -> (outputs, width).
template <class Problem> Buffer<double> ridge_residual(const Problem& p, const Buffer<double>& W) {
  const std::ptrdiff_t width = p.x.width, grain = chunk_of_rows(p.x.rows, 256);
  Buffer<Buffer<double>> partial(static_cast<std::size_t>(parallel::chunks(p.x.rows, grain)));
  parallel::for_each(p.x.rows, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    Buffer<double> sums(W.size(), 0.0), four(static_cast<std::size_t>(4 * width), 0.0);
    Buffer<float> scratch(static_cast<std::size_t>(width));
    for (std::ptrdiff_t first = begin; first < end; first += 4) {
      const std::ptrdiff_t count = std::min<std::ptrdiff_t>(4, end - first);
      for (std::ptrdiff_t r = 0; r < count; ++r) {
        const float* const row = row_of(p.x, first + r, scratch.data());
        double* const to = four.data() + r * width;
        for (std::ptrdiff_t j = 0; j < width; ++j) to[j] = p.centred(first + r, j, row[j]);
      }
      for (std::ptrdiff_t c = 0; c < p.outputs; ++c) {
        double left[4];
        kernel::four_dots(width, W.data() + c * width, four.data(), width, left);
        for (std::ptrdiff_t r = 0; r < 4; ++r)
          left[r] = r < count ? p.y[static_cast<std::size_t>((first + r) * p.outputs + c)] - left[r] : 0.0;
        kernel::add_four_scaled(width, left, four.data(), width, sums.data() + c * width);
      }
    }
    partial[static_cast<std::size_t>(begin / grain)] = std::move(sums);
  });
  Buffer<double> all(W.size());
  for (std::size_t i = 0; i < W.size(); ++i) all[i] = -p.lambda * W[i];
  for (const Buffer<double>& part : partial) kernel::axpy(std::ssize(all), 1.0, part.data(), all.data());
  return all;
}

/// x = (U^T U)^-1 r, for a system that was factorised.
template <class System> void solve_roughly(System& s, const double* r, float* x) {
  for (std::ptrdiff_t k = 0; k < s.n; ++k) x[k] = static_cast<float>(r[k]);
  for (std::ptrdiff_t k = 0; k < s.n; ++k) {
    x[k] /= s(k, k);
    kernel::axpy(s.n - k - 1, -x[k], s.row(k) + k + 1, x + k + 1);
  }
  for (std::ptrdiff_t k = s.n; k-- > 0;)
    x[k] = (x[k] - static_cast<float>(kernel::sum_of_products(s.n - k - 1, s.row(k) + k + 1, x + k + 1))) / s(k, k);
}

/// Solves (X^T X + lambda I) W = X^T Y by a factorisation in float, which takes half the time, and residuals in double, each
/// of which makes the solution better by a factor; it ends where what is left is far below a rounding to float. Gives false
/// where that factor is no 4, or there is a pivot that float cannot tell from 0: then the system wants double throughout.
/// Shapes   W (outputs, width).
/// Cost     N width^2 + width^3 / 3 flops in float, and 4 N width outputs in double for each of two to four residuals.
/// Source   Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §12.
template <class Problem> bool solve_refined(const Problem& p, Buffer<double>& W) {
  SymmetricSystemOf<float> s = rough_system(p);
  const auto width = static_cast<std::size_t>(p.x.width), outputs = static_cast<std::size_t>(p.outputs);
  Buffer<double> scale(width);  // sizes of coefficients are those of the standardised columns
  for (std::size_t j = 0; j < width; ++j) {
    const auto at = static_cast<std::ptrdiff_t>(j);
    if (!(s(at, at) > 1e-30f) || !std::isfinite(s(at, at))) return false;
    scale[j] = std::sqrt(static_cast<double>(s(at, at)));
  }
  if (factorise(s) != s.n) return false;
  W.assign(width * outputs, 0.0);
  Buffer<float> step(width);
  double before = 0;
  for (int i = 0; i < 8; ++i) {
    const Buffer<double> left = ridge_residual(p, W);
    double moved = 0, all = 0;
    for (std::size_t c = 0; c < outputs; ++c) {
      solve_roughly(s, left.data() + c * width, step.data());
      for (std::size_t j = 0; j < width; ++j) {
        double& w = W[c * width + j];
        w += static_cast<double>(step[j]);
        moved = std::max(moved, std::abs(static_cast<double>(step[j])) * scale[j]);
        all = std::max(all, std::abs(w) * scale[j]);
        if (!std::isfinite(w)) return false;
      }
    }
    if (moved <= 1e-8 * all) return true;
    if (i > 0 && moved > before / 4) return false;
    before = moved;
  }
  return false;
}

}  // namespace tutti::detail
