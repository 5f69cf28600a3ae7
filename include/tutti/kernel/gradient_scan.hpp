// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gradient_histogram.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti::kernel {

/// How a split is judged: parts (|G| - alpha)+^2 / (H + lambda) of both sides, each with at least so many rows and so much H.
/// Units turn whole numbers into derivatives.
struct GradientScore {
  double gradient_unit = 1, hessian_unit = 1;
  double lambda = 0, alpha = 0, min_hessian = 0, min_rows = 1;

  double part(double g, double h) const noexcept {
    const double t = std::max(std::fabs(g) - alpha, 0.0), whole = h + lambda;
    return t * t / (whole > 0 ? whole : std::numeric_limits<double>::infinity());
  }
};

/// The best way to part a column between two of its codes.
struct ScannedSplit {
  double score = std::numeric_limits<double>::lowest();
  int code = -1;              // the last on the left; -1: there is no way
  bool missing_left = false;  // where some are missing
  GradientCell left{};        // sums of the left side, the missing with them if they go there
};

namespace detail {
struct ScanSums {
  alignas(64) double gradient[256], hessian[256], rows[256], score[2][256];
};

/// scores[i] = that of parting behind code i, when `plus` joins the left side; -infinity where a side is too small.
inline void scan_scores(const GradientScore& s, const ScanSums& sums, int count, const GradientCell& plus, const GradientCell& whole,
                        double* __restrict score) noexcept {
  const auto g0 = static_cast<double>(plus.gradient), h0 = static_cast<double>(plus.hessian()), n0 = static_cast<double>(plus.rows());
  const auto g = static_cast<double>(whole.gradient), h = static_cast<double>(whole.hessian()), n = static_cast<double>(whole.rows());
  for (int i = 0; i < count; ++i) {
    const double gl = sums.gradient[i] + g0, hl = (sums.hessian[i] + h0) * s.hessian_unit, nl = sums.rows[i] + n0;
    const double gr = g - gl, hr = (h - sums.hessian[i] - h0) * s.hessian_unit, nr = n - nl;
    const bool allowed = (nl >= s.min_rows) & (nr >= s.min_rows) & (hl >= s.min_hessian) & (hr >= s.min_hessian);
    const double both = s.part(gl * s.gradient_unit, hl) + s.part(gr * s.gradient_unit, hr);
    score[i] = allowed ? both : -std::numeric_limits<double>::infinity();
  }
}
}  // namespace detail

/// Looks at a column of `count` codes of numbers; cells[count] holds the rows where it is missing. Of equal scores (to 12
/// digits: a split must not hang on the last bit) that of the lowest code is taken, with the missing on the right.
/// Needs    count <= 255, sums of |gradient| below 2^53.
inline ScannedSplit scan_column(const GradientScore& s, const GradientCell* cells, int count, const GradientCell& whole) noexcept {
  detail::ScanSums sums;
  GradientCell left;
  for (int i = 0; i < count; ++i) {
    left += cells[i];
    sums.gradient[i] = static_cast<double>(left.gradient);
    sums.hessian[i] = static_cast<double>(left.hessian());
    // behind an empty code lies the same split as before it, or with the missing on the left none but they
    sums.rows[i] = cells[i].empty() ? -std::numeric_limits<double>::infinity() : static_cast<double>(left.rows());
  }
  const int ways = cells[count].empty() ? 1 : 2;
  double most = -std::numeric_limits<double>::infinity();
  for (int way = 0; way < ways; ++way) {
    detail::scan_scores(s, sums, count, way == 0 ? GradientCell{} : cells[count], whole, sums.score[way]);
    double best[8];
    std::fill_n(best, 8, most);
    int i = 0;
    for (; i + 8 <= count; i += 8)
      for (int k = 0; k < 8; ++k) best[k] = std::max(best[k], sums.score[way][i + k]);
    for (; i < count; ++i) best[0] = std::max(best[0], sums.score[way][i]);
    for (const double b : best) most = std::max(most, b);
  }
  ScannedSplit split;
  if (!(most > std::numeric_limits<double>::lowest())) return split;
  const double least = most - 1e-12 * std::fabs(most);
  for (int i = 0; split.code < 0; ++i)
    for (int way = 0; way < ways && split.code < 0; ++way)
      if (sums.score[way][i] >= least) split = {sums.score[way][i], i, way == 1, {}};
  for (int i = 0; i <= split.code; ++i) split.left += cells[i];
  if (split.missing_left) split.left += cells[count];
  return split;
}

}  // namespace tutti::kernel
