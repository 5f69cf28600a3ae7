// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/average.hpp>
#include <tutti/combine/learning_states.hpp>
#include <tutti/core/buffer.hpp>

namespace tutti {

/// The uniform mean of a run-time number of models of one kind: what Bag and Replicate fit, and the fold models of a
/// member whose folds were kept.
/// Learning says how they go on learning: each on every row of a batch, or as a bag does.
/// Shapes   every model (N, outputs) -> (N, outputs).
template <class X, class Y, class Model, template <class State> class Learning = ManyLearning>
struct Many {
  using Parts = meta::List<Model>;
  Buffer<Model> models;
  int width = 0;  // outputs of a row

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    if (models.size() == 1) return tutti::outputs<X, Y>(models.front(), x, y, w);
    Rows<float> heard(w.take<float>(y.size()), y.rows(), y.width());
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    const float weight = 1.0f / static_cast<float>(models.size());
    for (const Model& m : models) {
      tutti::outputs<X, Y>(m, x, heard, w);
      MeanRule::add({heard.data(), static_cast<std::size_t>(heard.size())}, weight, {y.data(), static_cast<std::size_t>(y.size())});
    }
  }
  static constexpr bool is_static = StaticWorkspace<Model> && Y::outputs >= 0;
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return workspace_bytes_of<float>(rows * Y::outputs) + static_workspace_bytes<Model>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    std::size_t most = 0;
    for (const Model& m : models) most = std::max(most, tutti::workspace_bytes(m, rows));
    return workspace_bytes_of<float>(rows * width) + most;
  }
  auto learning_state(Random random) const
    requires detail::HasUpdate<Model, X, Y>
  {
    Learning<detail::StateOf<Model>> learning;
    if constexpr (requires { learning.random; }) learning.random = random;
    learning.models = detail::states_of(models, random);
    return learning;
  }
  template <class State>
  Many update(const Dataset<X, Y>& batch, Learning<State>& learning) const
    requires detail::HasUpdate<Model, X, Y>
  {
    return {detail::update_many(models, batch, learning), width};
  }

  static void visit(auto& self, auto& archive) { archive("models", self.models)("width", self.width); }
  void loaded() const {
    check<FileError>(!models.empty(), "expected at least one model", models.size());
  }
  void check_extents(int columns, int outputs) const {
    check<FileError>(width == outputs, {"expected models of ", outputs, " outputs"}, width);
    for (const Model& m : models) tutti::check_extents(m, columns, outputs);
  }
};

/// The model of one fold of a member that was cross-fitted, alone.
/// Needs    a model of that fold.
template <class X, class Y, class Model>
Many<X, Y, Model> kept_fold(const Learned<Model, Y>& learned, std::size_t fold, int outputs) {
  return {{*learned.folds[fold]}, outputs};
}

/// What a head keeps of a member that was cross-fitted: the model of all rows, or the models of the folds.
template <class X, class Y, class Model>
Many<X, Y, Model> kept(Learned<Model, Y>& learned, bool folds, int outputs) {
  Many<X, Y, Model> many{{}, outputs};
  if (!folds) many.models.push_back(std::move(*learned.model));
  else
    for (auto& model : learned.folds)
      if (model) many.models.push_back(std::move(*model));
  return many;
}

}  // namespace tutti
