// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/feature_part.hpp>
#include <tutti/combine/logits.hpp>
#include <tutti/combine/many.hpp>

namespace tutti {

/// A fitted estimator as a branch: its outputs, or their logits.
template <class X, class Y, class Model> struct EstimatorPart {
  using Parts = meta::List<Model>;
  Many<X, Y, Model> models;  // one, or one for each fold
  bool logits = false;

  int width() const noexcept { return models.width; }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> z, Workspace& w) const noexcept {
    tutti::outputs<X, Y>(models, x, z, w);
    if constexpr (has_probabilities<Y>)
      for (std::ptrdiff_t r = 0; logits && r < z.rows(); ++r) to_logits<Y>(z.row(r));
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires
      StaticWorkspace<Many<X, Y, Model>> {
    return static_workspace_bytes<Many<X, Y, Model>>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!StaticWorkspace<Many<X, Y, Model>>) {
    return tutti::workspace_bytes(models, rows);
  }
  static void visit(auto& self, auto& archive) { archive("models", self.models)("logits", self.logits); }
  void check_extents(int columns, int outputs) const { models.check_extents(columns, outputs); }
};

/// The fitted branches of a Fuse: z = (f_1(x), ..., f_n(x)).
template <class X, class Y, class Z, class... Branches> struct Fused {
  using Parts = meta::List<Branches...>;
  static constexpr bool is_static = (StaticWorkspace<Branches> && ...) && Z::shape.size() != Dynamic;
  std::tuple<Branches...> branches;

  int width() const noexcept {
    return std::apply([](const auto&... b) { return (0 + ... + detail::width_of(b)); }, branches);
  }
  void outputs(std::span<const ViewOf<X>> x, Rows<float> z, Workspace& w) const noexcept {
    float* const memory = w.take<float>(z.size());
    std::ptrdiff_t column = 0;
    meta::unroll<sizeof...(Branches)>([&](auto b) {
      const auto& branch = std::get<b.value>(branches);
      const Rows<float> part(memory, z.rows(), detail::width_of(branch));
      tutti::outputs<X, Y>(branch, x, part, w);
      for (std::ptrdiff_t r = 0; r < z.rows(); ++r)
        std::copy(part.row(r).begin(), part.row(r).end(), z.row(r).begin() + column);
      column += part.width();
    });
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows) requires is_static {
    return workspace_bytes_of<float>(rows * Z::shape.size()) + largest_static_workspace<Branches...>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const requires(!is_static) {
    return workspace_bytes_of<float>(rows * width()) + largest_workspace(branches, rows);
  }
  static void visit(auto& self, auto& archive) { archive("branches", self.branches); }
  void check_extents(int columns, int outputs) const {
    std::apply([&](const auto&... b) { (b.check_extents(columns, outputs), ...); }, branches);
    check<FileError>(Z::shape.size() == Dynamic || width() == Z::shape.size(),
                     {"expected branches of ", Z::shape.size(), " numbers"}, width());
  }
};

}  // namespace tutti
