// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tutti {

/// The optional columns beside inputs and targets; each is empty or has one entry for each row.
struct SideColumns {
  Buffer<float> weight{};        // >= 0: how much the row counts
  Buffer<std::int64_t> group{};  // rows of one group never stand on both sides of a split
  Buffer<double> time{};         // what a forward split orders by
  Buffer<std::int64_t> id{};     // the user's name for the row
};

namespace detail {

inline void check_count(std::string_view what, std::size_t size, std::ptrdiff_t expected,
                        std::ptrdiff_t rows) {
  if (static_cast<std::ptrdiff_t>(size) != expected)
    fail<DataError>({"expected ", expected, " ", what, " for ", rows, " rows"}, size);
}
inline void check_width(int width, int expected) {
  if (width != expected) fail<DataError>({"expected rows of ", expected, " numbers"}, width);
}
[[noreturn]] inline void refuse_row(std::size_t row, std::string_view expected, Word value) {
  fail<DataError>({"row ", row, ": expected ", expected}, value);
}
inline void check_side(const SideColumns& side, std::ptrdiff_t rows) {
  if (!side.weight.empty()) check_count("weights", side.weight.size(), rows, rows);
  if (!side.group.empty()) check_count("groups", side.group.size(), rows, rows);
  if (!side.time.empty()) check_count("times", side.time.size(), rows, rows);
  if (!side.id.empty()) check_count("ids", side.id.size(), rows, rows);
  for (std::size_t i = 0; i < side.weight.size(); ++i)
    if (!(side.weight[i] >= 0 && std::isfinite(side.weight[i])))
      refuse_row(i, "a weight that is finite and not negative", side.weight[i]);
  for (std::size_t i = 0; i < side.time.size(); ++i)
    if (!std::isfinite(side.time[i])) refuse_row(i, "a time that is finite", side.time[i]);
}

}  // namespace detail

}  // namespace tutti
