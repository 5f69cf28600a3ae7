// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>

namespace tutti {

/// Rows in one chunk of a batch, which one thread takes: a quarter of the batch, from 8 to 32 rows; halved, down to 8, as long as
/// the net keeps more than 2^19 numbers of them for its backward pass (`kept` of a row), so that deep nets train on more than
/// four threads. At most 16 chunks: each has gradients of its own, too dear to halve where there are many weights. Sizes alone
/// count, never the number of threads.
constexpr std::ptrdiff_t chunk_rows(std::ptrdiff_t batch, std::ptrdiff_t kept = 0, std::ptrdiff_t weights = 0) {
  std::ptrdiff_t rows = std::clamp<std::ptrdiff_t>(batch / 4, 8, 32);
  while (rows > 8 && rows * kept > 1 << 19 && weights <= 1 << 22) rows = std::max<std::ptrdiff_t>(8, rows / 2);
  return std::max(rows, (batch + 15) / 16);
}
static_assert(chunk_rows(64) == 16 && chunk_rows(7) == 8 && chunk_rows(4096) == 256);
static_assert(chunk_rows(128, 1000) == 32 && chunk_rows(128, 25000) == 16 && chunk_rows(64, 25000) == 16);
static_assert(chunk_rows(128, 550000) == 8 && chunk_rows(128, 550000, 1 << 23) == 32);

}  // namespace tutti
