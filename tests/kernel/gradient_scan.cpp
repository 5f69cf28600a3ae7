// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/gradient_scan.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti::kernel;

namespace {

/// In plain words: every code, the missing on the right and then on the left.
ScannedSplit reference(const GradientScore& s, const std::vector<GradientCell>& cells, const GradientCell& whole) {
  const std::size_t count = cells.size() - 1;
  ScannedSplit best;
  GradientCell numbers{};
  for (std::size_t i = 0; i < count; ++i) {
    numbers += cells[i];
    if (cells[i].empty()) continue;
    for (const bool missing_left : {false, true}) {
      if (missing_left && cells[count].empty()) continue;
      GradientCell left = numbers, right = whole;
      if (missing_left) left += cells[count];
      right -= left;
      const double hl = static_cast<double>(left.hessian()) * s.hessian_unit, hr = static_cast<double>(right.hessian()) * s.hessian_unit;
      if (static_cast<double>(left.rows()) < s.min_rows || static_cast<double>(right.rows()) < s.min_rows || hl < s.min_hessian ||
          hr < s.min_hessian)
        continue;
      if (hl + s.lambda <= 0 || hr + s.lambda <= 0) continue;
      const auto part = [&](const GradientCell& side, double h) {
        const double g = std::max(std::fabs(static_cast<double>(side.gradient) * s.gradient_unit) - s.alpha, 0.0);
        return g * g / (h + s.lambda);
      };
      const double score = part(left, hl) + part(right, hr);
      if (score > best.score + 1e-12 * std::fabs(best.score)) best = {score, static_cast<int>(i), missing_left, left};
    }
  }
  return best;
}

ScannedSplit scan(const GradientScore& s, const std::vector<GradientCell>& cells, const GradientCell& whole) {
  const auto count = static_cast<int>(cells.size()) - 1;
  std::vector<GradientCell> left(cells.size());
  std::vector<double> score(static_cast<std::size_t>(2 * ScanRoom::stride(count)));
  return scan_column(s, cells.data(), count, whole, {left.data(), score.data()});
}

}  // namespace

TEST_CASE("a scan finds what looking at every code finds, for columns of any number of codes, with and without missing rows") {
  numbers::Stream stream(3);
  for (int count = 1; count <= 70'000; count += count < 20 ? 1 : count < 255 ? 47 : 23 * count)
    for (int kind = 0; kind < 12; ++kind) {
      CAPTURE(count);
      CAPTURE(kind);
      std::vector<GradientCell> cells(static_cast<std::size_t>(count) + 1);
      GradientCell whole{};
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        const auto rows = last ? (kind % 2) * 5 : kind % 3 == 0 ? static_cast<int>(stream.next() % 3) : 4;  // some are empty
        for (int r = 0; r < rows; ++r)
          cells[i] += cell_of({static_cast<std::int32_t>(stream.next() >> 8) % 1000 - (i > 3 ? 300 : 0),
                               static_cast<std::int32_t>(stream.next() % 50)});
        whole += cells[i];
      }
      const GradientScore score{.gradient_unit = 0.25,
                                .hessian_unit = 0.125,
                                .lambda = kind % 4 == 0 ? 0.0 : 1.0,
                                .alpha = kind % 5 == 0 ? 30.0 : 0.0,
                                .min_hessian = kind < 6 ? 0.0 : 10.0,
                                .min_rows = kind % 3 == 1 ? 9.0 : 1.0};
      const ScannedSplit found = scan(score, cells, whole), expected = reference(score, cells, whole);
      REQUIRE(found.code == expected.code);
      if (found.code < 0) continue;
      CHECK(found.missing_left == expected.missing_left);
      CHECK(found.score == doctest::Approx(expected.score).epsilon(1e-12));
      CHECK(found.left.gradient == expected.left.gradient);
      CHECK(found.left.rest == expected.left.rest);
    }
}

TEST_CASE("a column whose rows all lie in one code is not parted, one with missing rows alone beside it is") {
  std::vector<GradientCell> cells(6);
  for (int r = 0; r < 8; ++r) cells[2] += cell_of({10, 1});
  const GradientScore score{.lambda = 1};
  CHECK(scan(score, cells, cells[2]).code == -1);
  GradientCell whole = cells[2];
  for (int r = 0; r < 3; ++r) cells[5] += cell_of({-10, 1});
  whole += cells[5];
  const ScannedSplit split = scan(score, cells, whole);
  CHECK(split.code == 2);
  CHECK_FALSE(split.missing_left);
  CHECK(split.left.rows() == 8);
}

TEST_CASE("no side is left without any hessian where lambda is 0") {
  std::vector<GradientCell> cells{cell_of({5, 0}), cell_of({-5, 0}), {}};
  GradientCell whole = cells[0];
  whole += cells[1];
  CHECK(scan({.lambda = 0}, cells, whole).code == -1);
  CHECK(scan({.lambda = 1}, cells, whole).code == 0);
}
