// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>
#include <tutti/layer/branches.hpp>

#include <array>
#include <type_traits>

namespace tutti {

/// The same rows through every branch, the outputs added: y = w_1 f_1(x) + ... + w_n f_n(x). Every w is 1 if
/// none is given; with LearntWeights it starts there and is learnt.
/// Shapes   those of its branches; w (n).
/// Needs    the same shape from every branch.
/// Cost     the sum of its branches'.
template <class In_, class T, class OutExtents, bool Learnt, class... L>
class SumNode {
  using Branches = detail::BranchSlots<In_, T, L...>;

 public:
  using In = In_;
  using Out = OutExtents;
  static constexpr bool couples_rows = (NodeOf<L, In, T>::couples_rows || ...);
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  template <class W>
  constexpr SumNode(const std::tuple<L...>& specs, const W& weights, In in, const Shape& out)
      : in_(in), out_(out), branches_(specs, [&](auto) { return in; }) {
    if constexpr (!Learnt)
      for (std::size_t i = 0; i < sizeof...(L); ++i) {
        if constexpr (is_weights<W>) weight_[i] = static_cast<T>(weights.values[i]);
        else weight_[i] = T(1);
      }
  }

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return out_; }
  constexpr void parameters(auto& visit) {
    branches_.each([&](auto, auto& node) { node.parameters(visit); });
    if constexpr (Learnt) visit("w", weight_, {static_cast<std::ptrdiff_t>(sizeof...(L))}, ones);
  }
  constexpr void buffers(auto& visit) {
    branches_.each([&](auto, auto& node) { node.buffers(visit); });
  }
  constexpr std::ptrdiff_t saved_size() const {  // of every branch its output and what it saves
    std::ptrdiff_t n = 0;
    branches_.each([&](auto, const auto& node) { n += out_.size() + node.saved_size(); });
    return n;
  }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    std::ptrdiff_t inside = 0;
    branches_.each([&](auto, const auto& node) {
      inside = std::max(inside, scratch_for_rows(node, rows, cut, training));
    });
    return inside + rows * own_scratch(training);
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* saved = pass.saved;
    branches_.each([&](auto i, const auto& node) {
      const Rows<T> part(pass.training ? saved : pass.scratch, rows, out_.size());
      if (pass.training) saved += part.size();
      forward_rows<couples_rows>(
          node, x, part,
          pass.inside(static_cast<int>(i), saved, pass.scratch + rows * own_scratch(pass.training)));
      if (pass.training) saved += rows * node.saved_size();
      const T w = weight_[i];
      for (std::ptrdiff_t j = 0; j < y.size(); ++j) y[j] = i == 0 ? w * part[j] : y[j] + w * part[j];
    });
  }
  void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* saved = pass.saved;
    const Rows<T> scaled(pass.scratch, rows, out_.size());
    branches_.each([&](auto i, const auto& node) {
      Rows<T> towards = dx;  // the first branch writes, the others add
      if (i > 0 && dx.data() != nullptr) towards = Rows<T>(pass.scratch + scaled.size(), rows, in_.size());
      for (std::ptrdiff_t j = 0; j < dy.size(); ++j) scaled[j] = weight_[i] * dy[j];
      const Rows<const T> part(saved, rows, out_.size());
      saved += part.size();
      if constexpr (Learnt)
        pass.gradients(weight_)[i] += static_cast<T>(kernel::sum_of_products<T>(dy.size(), dy.data(), part.data()));
      backward_rows<couples_rows>(
          node, x, part, Rows<const T>(scaled), towards,
          pass.inside(static_cast<int>(i), saved, pass.scratch + rows * own_scratch(true)));
      saved += rows * node.saved_size();
      if (i > 0 && dx.data() != nullptr) detail::add_rows(Rows<const T>(towards), dx);
    });
  }

 private:
  constexpr std::ptrdiff_t own_scratch(bool training) const {
    return out_.size() + (training ? in_.size() : 0);
  }

  [[no_unique_address]] In in_;
  [[no_unique_address]] Out out_;
  Branches branches_;
  std::conditional_t<Learnt, View<T>, std::array<T, sizeof...(L)>> weight_{};
};

namespace detail {
struct SumRule {
  static constexpr bool joins_channels = false;
  template <int... Extents>
  using Word = error::the_same_shape_as<Extents...>;
  static constexpr const char* words = "the same shape from every branch";
  template <int N>
  static constexpr Shape out(const BranchTrace<N>& t) {
    Shape s = t.out[0];
    for (const Shape& other : t.out)
      for (int axis = 0; axis < s.rank; ++axis)
        if (s.extent[axis] == Dynamic) s.extent[axis] = other.extent[axis];
    return s;
  }
};

template <class Form, bool Learnt, class... L>
struct SumBehaviour : BranchBehaviour<Form, SumRule, L...> {
  template <class In>
  using Out = Extents<tutti::trace<Form>(traced_input<In>()).out>;

  template <class In, class T>
  struct Node : SumNode<In, T, Out<In>, Learnt, L...> {
    constexpr Node(const Form& spec, In in)
        : SumNode<In, T, Out<In>, Learnt, L...>(spec.members, spec.weights, in,
                                        tutti::trace<Form>(in.input_shape()).out) {}
  };
};
}  // namespace detail

template <class... L>
struct LayerBehaviour<Sum<L...>> : detail::SumBehaviour<Sum<L...>, false, L...> {};
template <class... L>
struct LayerBehaviour<Sum<LearntWeights, L...>> : detail::SumBehaviour<Sum<LearntWeights, L...>, true, L...> {};
template <int N, class... L>
struct LayerBehaviour<Sum<Weights<N>, L...>> : detail::SumBehaviour<Sum<Weights<N>, L...>, false, L...> {
  using Base = detail::SumBehaviour<Sum<Weights<N>, L...>, false, L...>;

  static constexpr Traced trace(const InputShape& in) {
    return sizeof...(L) == N ? Base::trace(in) : Traced{};
  }
  template <int Index, class In>
  static constexpr auto diagnose() {
    if constexpr (sizeof...(L) == N) return Base::template diagnose<Index, In>();
    else
      return detail::mismatch<Index, Sum<Weights<N>, L...>, error::GetsType<Weights<N>>,
                              error::a_weight_for_every_member>();
  }
};

}  // namespace tutti
