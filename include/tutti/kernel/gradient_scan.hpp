// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gradient_histogram.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tutti::kernel {

/// How a split is judged: by (|G| - alpha)+^2 / (H + lambda) of both sides, each with at least so many rows and so much H, and
/// with an H + lambda above 0.
/// Units turn whole numbers into derivatives.
struct GradientScore {
  double gradient_unit = 1, hessian_unit = 1;
  double lambda = 0, alpha = 0, min_hessian = 0, min_rows = 1;
};

/// The best way to part a column between two of its codes.
struct ScannedSplit {
  double score = std::numeric_limits<double>::lowest();
  int code = -1;              // the last on the left; -1: there is no way
  bool missing_left = false;  // where some are missing
  GradientCell left{};        // sums of the left side, the missing with them if they go there
};

/// Memory for a scan: `count` cells and 2 x stride(count) numbers.
struct ScanRoom {
  GradientCell* left = nullptr;  // up to and with each code
  double* score = nullptr;

  static constexpr std::ptrdiff_t stride(int count) noexcept { return (count + 7) / 8 * 8; }
};

namespace detail {
/// scores[i] = that of parting behind code i, when `plus` joins the left side; -infinity where a side is too small, and
/// behind an empty code: there lies the same split as before it.
inline void scan_scores(const GradientScore& s, const GradientCell* cells, const GradientCell* left, int count, const GradientCell& plus,
                        const GradientCell& whole, double* __restrict score) noexcept {
  const double g = static_cast<double>(whole.gradient) * s.gradient_unit, h = static_cast<double>(whole.hessian()) * s.hessian_unit;
  const auto n = static_cast<double>(whole.rows());
  for (int i = 0; i < count; ++i) {
    const std::int64_t rest = left[i].rest + plus.rest;
    const double gl = static_cast<double>(left[i].gradient + plus.gradient) * s.gradient_unit;
    const double hl = static_cast<double>(rest >> 32) * s.hessian_unit, nl = static_cast<double>(rest & 0xffffffff);
    const double gr = g - gl, hr = h - hl, nr = n - nl;
    const double wl = hl + s.lambda, wr = hr + s.lambda;
    const bool allowed = (nl >= s.min_rows) & (nr >= s.min_rows) & (hl >= s.min_hessian) & (hr >= s.min_hessian) & (wl > 0) & (wr > 0) &
                         ((cells[i].rest & 0xffffffff) != 0);
    const double tl = std::max(std::fabs(gl) - s.alpha, 0.0), tr = std::max(std::fabs(gr) - s.alpha, 0.0);
    const double both = (tl * tl * wr + tr * tr * wl) / (wl * wr);  // one division for two
    score[i] = allowed ? both : -std::numeric_limits<double>::infinity();
  }
}
}  // namespace detail

/// Looks at a column of `count` codes of numbers; cells[count] holds the rows where it is missing. Of equal scores (to 12
/// digits: a split must not hang on the last bit) that of the lowest code is taken, with the missing on the right.
/// Needs    sums of |gradient| below 2^53.
inline ScannedSplit scan_column(const GradientScore& s, const GradientCell* cells, int count, const GradientCell& whole,
                                const ScanRoom& room) noexcept {
  double* const scores[] = {room.score, room.score + ScanRoom::stride(count)};
  detail::CellRegister left = {0, 0};
  for (int i = 0; i < count; ++i) {
    left += *reinterpret_cast<const detail::CellRegister*>(cells + i);
    *reinterpret_cast<detail::CellRegister*>(room.left + i) = left;
  }
  const int ways = cells[count].empty() ? 1 : 2;
  double most = -std::numeric_limits<double>::infinity();
  for (int way = 0; way < ways; ++way) {
    detail::scan_scores(s, cells, room.left, count, way == 0 ? GradientCell{} : cells[count], whole, scores[way]);
    double best[8];
    std::fill_n(best, 8, most);
    int i = 0;
    for (; i + 8 <= count; i += 8)
      for (int k = 0; k < 8; ++k) best[k] = std::max(best[k], scores[way][i + k]);
    for (; i < count; ++i) best[0] = std::max(best[0], scores[way][i]);
    for (const double b : best) most = std::max(most, b);
  }
  ScannedSplit split;
  if (!(most > std::numeric_limits<double>::lowest())) return split;
  const double least = most - 1e-12 * std::fabs(most);
  for (int i = 0; split.code < 0; ++i)
    for (int way = 0; way < ways && split.code < 0; ++way)
      if (scores[way][i] >= least) split = {scores[way][i], i, way == 1, {}};
  split.left = room.left[split.code];
  if (split.missing_left) split.left += cells[count];
  return split;
}

}  // namespace tutti::kernel
