// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>
#include <tutti/kernel/parallel.hpp>

namespace tutti::detail {

/// The outputs of a model for every row, side by side on all cores.
/// Shapes   (rows, width): width outputs for each row.
/// Needs    rows that are the model's.
template <class X, class Y, class Model, class Y2>
Buffer<float> all_outputs(const Model& model, const Dataset<X, Y2>& data, int width) {
  Buffer<float> y(static_cast<std::size_t>(data.rows() * width));
  const Rows<float> outputs(y.data(), data.rows(), width);
  parallel::for_each(data.rows(), 4 * prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    outputs_of_rows<X, Y>(model, data, begin, outputs.slice(begin, end - begin));
  });
  return y;
}

}  // namespace tutti::detail
