// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>

#include <span>

namespace tutti::detail {

/// A fitted transform may do many rows at once, in memory of the workspace: transform_rows(x, z, w), with workspace_bytes(rows)
/// as a model that predicts has it.
template <class T, class X>
concept TransformsRows = requires(const T& t, std::span<const ViewOf<X>> x, Rows<float> z, Workspace& w) {
  t.transform_rows(x, z, w);
};
template <class X, class T>
void transform_rows(const T& transform, std::span<const ViewOf<X>> x, Rows<float> z, Workspace& w) noexcept {
  if constexpr (TransformsRows<T, X>) {
    const Workspace::Scope scope(w);
    transform.transform_rows(x, z, w);
  } else {
    for (std::size_t r = 0; r < x.size(); ++r)
      transform.transform(x[r], z.row(static_cast<std::ptrdiff_t>(r)).data());
  }
}

/// z = the rows of `data` from `first` on as the fitted transform makes them, block after block, on the calling thread.
template <class T, class X, class Y>
void transform_rows_of(const T& transform, const Dataset<X, Y>& data, std::ptrdiff_t first, Rows<float> z) {
  const WorkspaceLease lease(workspace_bytes(transform, prediction_block));
  ViewOf<X> views[prediction_block];
  for (std::ptrdiff_t done = 0; done < z.rows(); done += prediction_block) {
    const std::ptrdiff_t n = std::min(prediction_block, z.rows() - done);
    const std::span<ViewOf<X>> block(views, static_cast<std::size_t>(n));
    data.views(first + done, block);
    transform_rows<X>(transform, std::span<const ViewOf<X>>(block), z.slice(done, n), *lease);
  }
}

}  // namespace tutti::detail
