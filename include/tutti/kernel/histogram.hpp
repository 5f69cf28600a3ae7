// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

/// What histograms over binned rows are made of. A histogram holds, for every column, the sums of what the rows of each bin
/// carry: it is what trees of boosting look for splits in (see gradient_histogram.hpp).
namespace tutti::kernel {

/// The first and second derivative of a loss at one row.
struct GradientPair {
  float gradient = 0;
  float hessian = 0;
};

/// Rows of bin numbers, of a byte or of two, and the columns to sum over: cell `code` of column `column[j]` is number
/// first_cell[j] + code of the histogram.
/// Codes are stored row by row: below the root the 64 to 1000 rows of a node are scattered, and a row of up
/// to 64 columns is one cache line, where codes stored by column would touch a line for each. Ranges of
/// columns are independent: threads may take one each.
struct HistogramColumns {
  const std::uint8_t* codes = nullptr;  // row r at codes + r * width
  std::ptrdiff_t width = 0;
  const std::int32_t* column = nullptr;      // (count)
  const std::int32_t* first_cell = nullptr;  // (count)
  int count = 0;
  const std::uint16_t* wide_codes = nullptr;  // where it is not null, they take the place of `codes`
};

}  // namespace tutti::kernel
