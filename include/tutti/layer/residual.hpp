// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/chain.hpp>
#include <tutti/layer/skip.hpp>

namespace tutti {

/// y = x + f(x) for layers f in a row; y = P x + f(x) with a learnt P, without bias, where f changes the
/// shape.
/// Shapes   that of f; P is (In, Out) if f ends in a vector, (Out channels, In channels) with f's stride for
///          images, (In features, Out features) with f's stride for sequences.
/// Needs    images of the same height and width, sequences of the same length before and behind f, or of one stride's.
/// Cost     that of its layers, plus 2 In Out (2 pixels In Out channels) flops for P.
/// Source   He et al., Deep residual learning for image recognition (CVPR 2016), shortcut B.
template <class In_, class T, class... L>
class ResidualNode {
  using Inner = ChainNode<In_, T, L...>;

 public:
  using In = In_;
  using Out = typename Inner::Out;
  static constexpr bool couples_rows = Inner::couples_rows;
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  constexpr ResidualNode(const Residual<L...>& spec, In in)
      : inner_(spec.steps, in), skip_(in.shape(), inner_.out().shape()) {}

  constexpr const In& in() const noexcept { return inner_.in(); }
  constexpr const Out& out() const noexcept { return inner_.out(); }
  constexpr void parameters(auto& visit) {
    inner_.parameters(visit);
    skip_.parameters(visit);
  }
  constexpr void buffers(auto& visit) { inner_.buffers(visit); }
  constexpr std::ptrdiff_t saved_size() const { return out().size() + inner_.saved_size(); }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    return std::max(skip_.scratch_size(training), inner_.scratch_size(rows, cut, training));
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const Rows<T> f(pass.training ? pass.saved : y.data(), y.rows(), y.width());
    inner_.forward(x, f, inside(pass, y.rows()));
    if (pass.training) std::copy_n(f.data(), f.size(), y.data());
    skip_.add(x, y, pass.scratch);
  }
  void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const Rows<const T> f(pass.saved, dy.rows(), dy.width());
    inner_.backward(x, f, dy, dx, inside(pass, dy.rows()));
    skip_.backward(x, dy, dx, pass);
  }

 private:
  Pass<T> inside(const Pass<T>& pass, std::ptrdiff_t rows) const noexcept {
    return pass.inside(0, pass.training ? pass.saved + rows * out().size() : nullptr, pass.scratch);
  }

  Inner inner_;
  detail::Skip<T> skip_;
};

template <class... L>
struct LayerBehaviour<Residual<L...>> {
  template <class In, class T>
  using Node = ResidualNode<In, T, L...>;

  static constexpr Traced trace(const InputShape& in) {
    const Traced inner = detail::trace_chain<L...>(in).traced();
    return {inner.fits && detail::skip_kind(in.row, inner.out) != detail::SkipKind::impossible, inner.out};
  }

  template <int Index, class In>
  static constexpr auto diagnose() {
    constexpr auto t = detail::chain_trace<In, L...>;
    if constexpr (t.traced().fits)
      return detail::mismatch<
          Index, Residual<L...>, typename detail::WordOf<error::Makes, t.traced().out>::type,
          typename detail::WordOf<error::the_same_extents_but_the_channels_as, In::traced>::type>();
    else return detail::inside<Index>(LayerBehaviour<Cascade<L...>>::template diagnose<Index, In>());
  }

  static void explain(const InputShape& in, int index) {
    LayerBehaviour<Cascade<L...>>::explain(in, index);
    const Shape out = detail::trace_chain<L...>(in).traced().out;
    if (detail::skip_kind(in.row, out) == detail::SkipKind::impossible)
      throw ShapeError(detail::place<Residual<L...>>(index) + ": gets " + to_string(in.row) + " and makes " +
                       to_string(out) + "; needs the same extents but the channels, or those of one stride");
  }
};

}  // namespace tutti
