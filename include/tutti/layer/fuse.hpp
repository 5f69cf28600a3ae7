// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/branches.hpp>

namespace tutti {

/// The same rows through every branch, the channels of the outputs one behind the other: y = (f_1(x), ..., f_n(x)).
/// Shapes   (C_1, rest), ..., (C_n, rest) -> (C_1 + ... + C_n, rest); sequences (steps, C_1), ... -> (steps, C_1 + ...).
/// Needs    all extents but the channels are the same in all branches; no ragged sequences.
/// Cost     the sum of its branches'.
template <class In_, class T, class OutExtents, class... L>
class FuseNode {
  using Branches = detail::BranchSlots<In_, T, L...>;

 public:
  using In = In_;
  using Out = OutExtents;
  static constexpr bool couples_rows = (NodeOf<L, In, T>::couples_rows || ...);
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  constexpr FuseNode(const std::tuple<L...>& specs, In in, const Shape& out)
      : in_(in), out_(out), branches_(specs, [&](auto) { return in; }) {}

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return out_; }
  constexpr void parameters(auto& visit) {
    branches_.each([&](auto, auto& node) { node.parameters(visit); });
  }
  constexpr void buffers(auto& visit) {
    branches_.each([&](auto, auto& node) { node.buffers(visit); });
  }
  constexpr std::ptrdiff_t saved_size() const {
    std::ptrdiff_t n = 0;
    branches_.each([&](auto, const auto& node) { n += node.saved_size(); });
    return n;
  }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    std::ptrdiff_t inside = 0;
    branches_.each([&](auto, const auto& node) {
      inside = std::max(inside, scratch_for_rows(node, rows, cut, training));
    });
    return inside + rows * (training ? 2 * widest() + in_.size() : widest());
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* const inside = pass.scratch + rows * (pass.training ? 2 * widest() + in_.size() : widest());
    T* saved = pass.saved;
    std::ptrdiff_t column = 0;
    branches_.each([&](auto i, const auto& node) {
      const Rows<T> part(pass.scratch, rows, node.out().size());         // (N, C_i rest)
      forward_rows<couples_rows>(node, x, part, pass.inside(static_cast<int>(i), saved, inside));
      detail::paste_columns(by_steps(Rows<const T>(part)), by_steps(y), column);
      if (saved != nullptr) saved += rows * node.saved_size();
      column += by_steps(part).width();
    });
  }
  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* const inside = pass.scratch + rows * (2 * widest() + in_.size());
    T* saved = pass.saved;
    std::ptrdiff_t column = 0;
    branches_.each([&](auto i, const auto& node) {
      const std::ptrdiff_t width = node.out().size();
      const Rows<T> part(pass.scratch, rows, width), d_part(pass.scratch + rows * widest(), rows, width);
      Rows<T> towards = dx;  // the first branch writes, the others add
      if (i > 0 && dx.data() != nullptr)
        towards = Rows<T>(pass.scratch + 2 * rows * widest(), rows, in_.size());
      detail::copy_columns(by_steps(y), column, by_steps(part));
      detail::copy_columns(by_steps(dy), column, by_steps(d_part));
      backward_rows<couples_rows>(node, x, Rows<const T>(part), Rows<const T>(d_part), towards,
                                  pass.inside(static_cast<int>(i), saved, inside));
      if (i > 0 && dx.data() != nullptr) detail::add_rows(Rows<const T>(towards), dx);
      saved += rows * node.saved_size();
      column += by_steps(part).width();
    });
  }

 private:
  /// The steps of sequences as rows of their own: their features are what is joined.
  template <class U>
  Rows<U> by_steps(Rows<U> rows) const noexcept {
    const std::ptrdiff_t steps = out_.shape().rank == 2 ? out_[0] : 1;
    return {rows.data(), rows.rows() * steps, rows.width() / steps};
  }
  constexpr std::ptrdiff_t widest() const {
    std::ptrdiff_t n = 0;
    branches_.each([&](auto, const auto& node) { n = std::max<std::ptrdiff_t>(n, node.out().size()); });
    return n;
  }

  [[no_unique_address]] In in_;
  [[no_unique_address]] Out out_;
  Branches branches_;
};

namespace detail {
struct FuseRule {
  static constexpr bool joins_channels = true;
  template <int... Extents>
  using Word = error::the_same_extents_but_the_channels_as<Extents...>;
  static constexpr const char* words = "the same extents but the channels";
  template <int N>
  static constexpr Shape out(const BranchTrace<N>& t) {
    Shape s = t.out[0];
    const int joined = channel_axis(s);
    for (int b = 1; b < N; ++b)
      for (int axis = 0; axis < s.rank; ++axis) {
        int &mine = s.extent[axis];
        const int other = t.out[static_cast<std::size_t>(b)].extent[axis];
        if (axis != joined) mine = mine == Dynamic ? other : mine;
        else mine = mine == Dynamic || other == Dynamic ? Dynamic : mine + other;
      }
    return s;
  }
};
}  // namespace detail

template <class... L>
struct LayerBehaviour<Fuse<L...>> : detail::BranchBehaviour<Fuse<L...>, detail::FuseRule, L...> {
  template <class In>
  using Out = Extents<tutti::trace<Fuse<L...>>(traced_input<In>()).out>;

  template <class In, class T>
  struct Node : FuseNode<In, T, Out<In>, L...> {
    constexpr Node(const Fuse<L...>& spec, In in)
        : FuseNode<In, T, Out<In>, L...>(spec.branches, in, tutti::trace<Fuse<L...>>(in.input_shape()).out) {}
  };
};

}  // namespace tutti
