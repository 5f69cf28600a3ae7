// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/row_blocks.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>

#include <concepts>
#include <span>

namespace tutti {

/// What `fit` returns is a model. The shortest one has `Y predict(const auto& x) const`. A model that can do better has
///   void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept;
/// which writes one row of outputs for each row of inputs: K probabilities for a Label<K>, one number for a Real, K for
/// Reals<K>; and, if it takes anything from the workspace, workspace_bytes(rows), static constexpr where it is known.
template <class Model, class X>
concept HasOutputs = requires(const Model& m, std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) { m.outputs(x, y, w); };

template <class Model, class X, class Y>
concept HasPredict = requires(const Model& m, const ViewOf<X>& x) {
  { m.predict(x) } -> std::convertible_to<Y>;
};

/// The workspace that a model takes for `rows` rows at once, in bytes.
template <class Model>
constexpr std::size_t workspace_bytes(const Model& model, std::ptrdiff_t rows) {
  if constexpr (requires { model.workspace_bytes(rows); }) return model.workspace_bytes(rows);
  else return 0;
}
/// True when that is known at compile time: static_workspace_bytes<Model>(rows).
template <class Model>
concept StaticWorkspace = (requires { Model::workspace_bytes(std::ptrdiff_t{1}); }) || !(requires(const Model& m) { m.workspace_bytes(std::ptrdiff_t{1}); });

template <StaticWorkspace Model>
constexpr std::size_t static_workspace_bytes(std::ptrdiff_t rows) {
  if constexpr (requires { Model::workspace_bytes(rows); }) return Model::workspace_bytes(rows);
  else return 0;
}

/// Holds a model that came from a file against the sizes of what it is a part of: rows of `width` numbers in, `outputs`
/// numbers out. Sizes that are known at run time only, a part cannot judge alone: a model that stores some has
///   void check_extents(int width, int outputs) const;
/// which throws FileError.
template <class Model>
void check_extents(const Model& model, int width, int outputs) {
  if constexpr (requires { model.check_extents(width, outputs); }) model.check_extents(width, outputs);
}

/// Outputs of any model: its own, or its predictions spelled as numbers (one-hot for a label).
/// Shapes   x (N), y (N, outputs).
/// Compiled once for each model, whoever calls it: hence never inlined.
template <class X, class Y, class Model>
[[gnu::noinline]] void outputs(const Model& model, std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) noexcept {
  if constexpr (HasOutputs<Model, X>) {
    const Workspace::Scope scope(workspace);
    model.outputs(x, y, workspace);
  } else {
    for (std::size_t i = 0; i < x.size(); ++i) Y(model.predict(x[i])).write(y.row(static_cast<std::ptrdiff_t>(i)));
  }
}

/// Outputs for every row of a dataset, block after block, on the calling thread.
template <class X, class Y, class Y2, class Model>
void outputs_of_rows(const Model& model, const Dataset<X, Y2>& data, std::ptrdiff_t first, Rows<float> y) {
  const WorkspaceLease lease(workspace_bytes(model, prediction_block));
  for (detail::RowBlocks block(data, first, y.rows()); block.next();)
    outputs<X, Y>(model, block.views(), y.slice(block.begin(), block.size()), *lease);
}

}  // namespace tutti
