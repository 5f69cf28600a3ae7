// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/kernel/parallel.hpp>

namespace tutti::detail {

/// What a model says of every row, block after block, side by side.
/// Shapes   -> (N, outputs).
template <class X, class Y, class Y2, class Model>
Buffer<float> outputs_of_all(const Model& model, const Dataset<X, Y2>& data, int outputs) {
  Buffer<float> said(static_cast<std::size_t>(data.rows() * outputs));
  parallel::for_each(data.rows(), 8 * prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    outputs_of_rows<X, Y>(model, data, begin, Rows<float>(said.data() + begin * outputs, end - begin, outputs));
  });
  return said;
}

}  // namespace tutti::detail
