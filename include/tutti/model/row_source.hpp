// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>

#include <algorithm>
#include <type_traits>

namespace tutti {

/// The inputs and weights of a dataset without its types: the linear solvers are compiled once for all of
/// them. Refers to the dataset, which must outlive it.
struct RowSource {
  std::ptrdiff_t rows = 0;
  int width = 0;
  Buffer<double> weight{};  // one for each row
  double total = 0;              // the sum of weights
  const void* data = nullptr;
  void (*copy)(const void* data, std::ptrdiff_t row, float* to) = nullptr;
  const float* numbers = nullptr;  // all rows, one behind the other, where they lie so in memory

  /// A row of weight 0 is read as zeros: whatever it holds counts for nothing, even NaN.
  void read(std::ptrdiff_t row, float* to) const {
    if (weight[static_cast<std::size_t>(row)] > 0) copy(data, row, to);
    else std::fill(to, to + width, 0.0f);
  }
  /// The same where it lies, or as it was read into `scratch`.
  const float* row(std::ptrdiff_t i, float* scratch) const {
    if (numbers != nullptr && weight[static_cast<std::size_t>(i)] > 0) return numbers + i * width;
    read(i, scratch);
    return scratch;
  }
};

namespace detail {

/// A row of any source of rows.
template <class Source> const float* row_of(const Source& x, std::ptrdiff_t i, float* scratch) {
  if constexpr (requires { x.row(i, scratch); }) return x.row(i, scratch);
  else {
    x.read(i, scratch);
    return scratch;
  }
}

}  // namespace detail

template <class X, class Y> RowSource row_source(const Dataset<X, Y>& data) {
  RowSource source;
  source.rows = data.rows();
  source.width = data.width();
  source.weight.reserve(static_cast<std::size_t>(source.rows));
  for (std::ptrdiff_t i = 0; i < source.rows; ++i) {
    source.weight.push_back(static_cast<double>(data.weight(i)));
    source.total += source.weight.back();
  }
  source.data = &data;
  source.copy = [](const void* rows, std::ptrdiff_t row, float* to) {
    static_cast<const Dataset<X, Y>*>(rows)->x(row).copy_to(to);
  };
  if constexpr (std::is_same_v<typename X::Storage, DenseStorage<float>>)
    if (source.rows > 0 && data.is_whole()) source.numbers = data.storage()->row(0);
  return source;
}

}  // namespace tutti
