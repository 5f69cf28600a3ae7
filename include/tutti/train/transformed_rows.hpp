// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/transform_rows.hpp>
#include <tutti/kernel/parallel.hpp>

namespace tutti::detail {

/// The rows of `data` as the fitted transform makes them.
template <class T, class X, class Y>
Buffer<float> transformed_rows(const T& transform, const Dataset<X, Y>& data) {
  const std::ptrdiff_t width = transform.width();
  Buffer<float> z(static_cast<std::size_t>(data.rows() * width));
  parallel::for_each(data.rows(), 1024, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    const WorkspaceLease lease(workspace_bytes(transform, prediction_block));
    ViewOf<X> views[prediction_block];
    for (std::ptrdiff_t i = begin; i < end; i += prediction_block) {
      const std::span<ViewOf<X>> block(views, static_cast<std::size_t>(std::min(prediction_block, end - i)));
      data.views(i, block);
      transform_rows<X>(transform, std::span<const ViewOf<X>>(block),
                        Rows<float>(z.data() + i * width, std::ssize(block), width), *lease);
    }
  });
  return z;
}

}  // namespace tutti::detail
