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
    transform_rows_of(transform, data, begin, Rows<float>(z.data() + begin * width, end - begin, width));
  });
  return z;
}

}  // namespace tutti::detail
