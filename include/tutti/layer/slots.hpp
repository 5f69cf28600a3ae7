// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/pass.hpp>
#include <tutti/meta/list.hpp>

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace tutti {

/// The layers inside a form, side by side in memory. Flat: a chain of a hundred layers costs no template
/// depth.
template <std::size_t I, class Node>
struct Slot {
  Node node;
};
template <class Indices, class... Nodes>
struct Slots;
template <std::size_t... I, class... Nodes>
struct Slots<std::index_sequence<I...>, Nodes...> : Slot<I, Nodes>... {
  /// Layer i is made of spec i and of the extents in_of(i).
  template <class Specs, class InOf>
  constexpr Slots(const Specs& specs, const InOf& in_of)
      : Slot<I, Nodes>{Nodes(std::get<I>(specs), in_of(std::integral_constant<std::size_t, I>{}))}... {}

  /// f(i, node) in order.
  template <class F>
  constexpr void each(F&& f) {
    (f(std::integral_constant<std::size_t, I>{}, static_cast<Slot<I, Nodes>&>(*this).node), ...);
  }
  template <class F>
  constexpr void each(F&& f) const {
    (f(std::integral_constant<std::size_t, I>{}, static_cast<const Slot<I, Nodes>&>(*this).node), ...);
  }
  template <std::size_t J>
  constexpr const auto& at() const noexcept {
    return slot<J>(*this);
  }
  /// f(i, node) from the last to the first.
  template <class F>
  constexpr void each_back(F&& f) const {
    meta::unroll_back<sizeof...(I)>([&](auto i) { f(i, slot<decltype(i)::value>(*this)); });
  }

 private:
  template <std::size_t J, class Node>
  static constexpr const Node& slot(const Slot<J, Node>& s) {
    return s.node;
  }
};

template <class T>
constexpr Rows<T> slice(Rows<T> rows, std::ptrdiff_t first, std::ptrdiff_t count) noexcept {
  return rows.data() == nullptr ? rows : rows.slice(first, count);
}

/// A layer inside a form that may hold all rows of a batch (Whole): it gets all of them if it couples rows,
/// otherwise chunk after chunk, side by side.
template <bool Whole, class Node, class T>
void forward_rows(const Node& node, Rows<const T> x, Rows<T> y, const Pass<T>& pass) noexcept {
  if constexpr (!Whole || Node::couples_rows)
    node.forward(x, y, pass);
  else
    in_chunks(pass, x.rows(), node.saved_size(), node.scratch_size(pass.cut.rows, 0, true),
              [&](std::ptrdiff_t first, std::ptrdiff_t count, const Pass<T>& p) {
                node.forward(slice(x, first, count), slice(y, first, count), p);
              });
}
template <bool Whole, class Node, class T>
void backward_rows(const Node& node, Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                   const Pass<T>& pass) noexcept {
  if constexpr (!Whole || Node::couples_rows)
    node.backward(x, y, dy, dx, pass);
  else
    in_chunks(pass, x.rows(), node.saved_size(), node.scratch_size(pass.cut.rows, 0, true),
              [&](std::ptrdiff_t first, std::ptrdiff_t count, const Pass<T>& p) {
                node.backward(slice(x, first, count), slice(y, first, count), slice(dy, first, count),
                              slice(dx, first, count), p);
              });
}
/// The scratch that this takes for `rows` rows, cut into chunks of `cut` (0: not cut).
template <class Node>
constexpr std::ptrdiff_t scratch_for_rows(const Node& node, std::ptrdiff_t rows, std::ptrdiff_t cut,
                                          bool training) {
  if (Node::couples_rows || cut <= 0 || rows <= cut) return node.scratch_size(rows, cut, training);
  return (rows + cut - 1) / cut * node.scratch_size(cut, 0, training);
}

}  // namespace tutti
