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
  for (RowBlocks block(data, first, z.rows()); block.next();)
    transform_rows<X>(transform, block.views(), z.slice(block.begin(), block.size()), *lease);
}

}  // namespace tutti::detail
