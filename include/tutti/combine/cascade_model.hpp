// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/many.hpp>
#include <tutti/core/transform_rows.hpp>

namespace tutti {

template <class X, class Y, class Z, class T, class Next>
struct Transformed;

namespace detail {

/// Rows of `width` numbers in the workspace, as views.
template <class Z>
std::span<const ViewOf<Z>> views_of(Rows<const float> rows, Workspace& w) noexcept {
  ViewOf<Z>* views = w.take<ViewOf<Z>>(rows.rows());
  for (std::ptrdiff_t r = 0; r < rows.rows(); ++r) views[r] = ViewOf<Z>(rows.row(r).data(), static_cast<int>(rows.width()));
  return {views, static_cast<std::size_t>(rows.rows())};
}

template <class X, class Y, class Z, class T, class Next, class State>
Transformed<X, Y, Z, T, Next> update_transformed(const Transformed<X, Y, Z, T, Next>& chain, const Dataset<X, Y>& batch, State& state);

}  // namespace detail

/// A fitted transform and what reads its output.
template <class X, class Y, class Z, class T, class Next>
struct Transformed {
  using Parts = meta::List<T, Next>;
  static constexpr bool is_static = StaticWorkspace<T> && StaticWorkspace<Next> && Z::shape.size() != Dynamic;
  T transform;
  Next next;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const Rows<float> z(w.take<float>(y.rows() * transform.width()), y.rows(), transform.width());
    detail::transform_rows<X>(transform, x, z, w);
    tutti::outputs<Z, Y>(next, detail::views_of<Z>(z, w), y, w);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return workspace_bytes_of<float>(rows * Z::shape.size()) +
           std::max(static_workspace_bytes<T>(rows), workspace_bytes_of<ViewOf<Z>>(rows) + static_workspace_bytes<Next>(rows));
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return workspace_bytes_of<float>(rows * transform.width()) +
           std::max(tutti::workspace_bytes(transform, rows), workspace_bytes_of<ViewOf<Z>>(rows) + tutti::workspace_bytes(next, rows));
  }
  template <class N = Next>  // named, not deduced: that would need the definition of a net's state, which lies with its training
  detail::StateOf<N> learning_state(Random random) const
    requires detail::HasUpdate<N, Z, Y>
  {
    return next.learning_state(random);
  }
  Transformed update(const Dataset<X, Y>& batch, auto& state) const
    requires detail::HasUpdate<Next, Z, Y>
  {
    return detail::update_transformed(*this, batch, state);
  }

  static void visit(auto& self, auto& archive) { archive("transform", self.transform)("next", self.next); }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(transform, columns, static_cast<int>(transform.width()));
    tutti::check_extents(next, static_cast<int>(transform.width()), outputs);
  }
};

/// A fitted estimator inside a chain and what reads its outputs.
template <class X, class Y, class Z, class Head, class Next>
struct Featured {
  using Parts = meta::List<Head, Next>;
  static constexpr bool is_static = StaticWorkspace<Many<X, Y, Head>> && StaticWorkspace<Next> && Y::outputs >= 0;
  Many<X, Y, Head> head;  // one model, or one for each fold
  Next next;

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& w) const noexcept {
    const Rows<float> z(w.take<float>(y.size()), y.rows(), y.width());
    tutti::outputs<X, Y>(head, x, z, w);
    tutti::outputs<Z, Y>(next, detail::views_of<Z>(z, w), y, w);
  }
  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires is_static
  {
    return workspace_bytes_of<float>(rows * Y::outputs) + workspace_bytes_of<ViewOf<Z>>(rows) + largest_static_workspace<Many<X, Y, Head>, Next>(rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!is_static)
  {
    return workspace_bytes_of<float>(rows * head.width) + workspace_bytes_of<ViewOf<Z>>(rows) + std::max(tutti::workspace_bytes(head, rows), tutti::workspace_bytes(next, rows));
  }
  static void visit(auto& self, auto& archive) { archive("head", self.head)("next", self.next); }
  void check_extents(int columns, int outputs) const {
    tutti::check_extents(head, columns, outputs);
    tutti::check_extents(next, outputs, outputs);
  }
};

}  // namespace tutti
