// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>
#include <tutti/layer/branches.hpp>
#include <tutti/layer/sum.hpp>

#include <cmath>
#include <limits>

namespace tutti {

/// Mixture of experts: y = sum_k g_k(x) f_k(x), g the softmax of the gate's n numbers over all experts, or over the `top` largest
/// of a row (ties go to the first), the others then are 0. A top of 1 keeps the likeliest of the softmax over all as it is: over
/// one alone it were 1, and the gate would learn nothing. Gate and experts are layers or chains and learn jointly.
/// In training the mean loss of a batch gets balance n sum_k F_k P_k more: P_k is the mean of expert k in the softmax over
/// all n, F_k the share of rows in which k is the likeliest (with top: of all choices), taken as constant. It is least where
/// all experts are heard alike. So rows of a batch depend on each other, and a batch has at least 2.
/// Shapes   gate (N, n), every expert (N, out) -> (N, out).
/// Needs    as many outputs of the gate as there are experts, in a vector; the same shape from every expert; n >= top >= 0.
/// Cost     that of gate and experts; predicting, without the experts that none of the rows hears.
/// Source   Jacobs, Jordan, Nowlan, Hinton, Neural Computation 3 (1991); Shazeer et al., ICLR 2017; Fedus, Zoph, Shazeer, Switch
///          transformers, JMLR 23 (2022), equation 4.
template <class In_, class T, class OutExtents, class G, class... L> class MixtureNode {
  using Experts = detail::BranchSlots<In_, T, L...>;
  static constexpr std::ptrdiff_t n = sizeof...(L);

 public:
  using In = In_;
  using Out = OutExtents;
  static constexpr bool couples_rows = true;
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  constexpr MixtureNode(const Mixture<G, L...>& spec, In in, const Shape& out)
      : in_(in), out_(out), gate_(spec.gate, in), experts_(spec.experts, [&](auto) { return in; }), options_(spec.options) {
    check(options_.top >= 0 && options_.top <= n, {"Mixture: expected a top from 0 to ", n}, options_.top);
    check(options_.balance >= 0, "Mixture: expected a balance of 0 or more", options_.balance);
  }

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return out_; }
  constexpr void parameters(auto& visit) {
    gate_.parameters(visit);
    experts_.each([&](auto, auto& node) { node.parameters(visit); });
  }
  constexpr void buffers(auto& visit) {
    gate_.buffers(visit);
    experts_.each([&](auto, auto& node) { node.buffers(visit); });
  }
  constexpr std::ptrdiff_t saved_size() const {  // logits and weights, and of every part its output and what it saves
    std::ptrdiff_t size = 2 * n + gate_.saved_size();
    experts_.each([&](auto, const auto& node) { size += out_.size() + node.saved_size(); });
    return size;
  }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    std::ptrdiff_t inside = scratch_for_rows(gate_, rows, cut, training);
    experts_.each([&](auto, const auto& node) { inside = std::max(inside, scratch_for_rows(node, rows, cut, training)); });
    return inside + rows * own_scratch(training);
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* const inside = pass.scratch + rows * own_scratch(pass.training);
    T* saved = pass.saved;
    const auto room = [&](T* scratch, std::ptrdiff_t width) {  // in training all that backward reads is kept
      const Rows<T> r(pass.training ? saved : scratch, rows, width);
      if (pass.training) saved += r.size();
      return r;
    };
    const Rows<T> logits = room(pass.scratch, n), g = room(pass.scratch + rows * n, n);
    forward_rows<true>(gate_, x, logits, pass.inside(0, saved, inside));
    if (pass.training) saved += rows * gate_.saved_size();
    weigh(logits, g);
    for (std::ptrdiff_t i = 0; i < y.size(); ++i) y[i] = 0;
    experts_.each([&](auto k, const auto& node) {
      if (!pass.training && !heard(g, k)) return;
      const Rows<T> part = room(pass.scratch + 2 * rows * n, out_.size());
      forward_rows<true>(node, x, part, pass.inside(static_cast<int>(k) + 1, saved, inside));
      if (pass.training) saved += rows * node.saved_size();
      for (std::ptrdiff_t r = 0; r < rows; ++r)
        for (std::ptrdiff_t j = 0; j < out_.size(); ++j) y(r, j) += g(r, k) * part(r, j);
    });
  }

  void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows(), out = out_.size();
    T* const inside = pass.scratch + rows * own_scratch(true);
    const Rows<const T> logits(pass.saved, rows, n), g(pass.saved + rows * n, rows, n);
    T* const of_gate = pass.saved + 2 * rows * n;
    T* saved = of_gate + rows * gate_.saved_size();
    const Rows<T> dg(pass.scratch, rows, n), scaled(pass.scratch + 2 * rows * n, rows, out);
    const Rows<T> more = dx.data() == nullptr ? dx : Rows<T>(scaled.data() + scaled.size(), rows, in_.size());
    experts_.each([&](auto k, const auto& node) {
      const Rows<const T> part(saved, rows, out);
      saved += part.size();
      for (std::ptrdiff_t r = 0; r < rows; ++r) {
        dg(r, k) = static_cast<T>(kernel::sum_of_products<T>(out, dy.data() + r * out, part.data() + r * out));
        for (std::ptrdiff_t j = 0; j < out; ++j) scaled(r, j) = g(r, k) * dy(r, j);
      }
      backward_rows<true>(node, x, part, Rows<const T>(scaled), k == 0 ? dx : more, pass.inside(static_cast<int>(k) + 1, saved, inside));
      saved += rows * node.saved_size();
      if (k > 0 && dx.data() != nullptr) detail::add_rows(Rows<const T>(more), dx);
    });
    const Rows<T> d_logits(pass.scratch + rows * n, rows, n);
    for (std::ptrdiff_t i = 0; i < d_logits.size(); ++i) d_logits[i] = 0;
    for (std::ptrdiff_t r = 0; r < rows; ++r) {
      T p[static_cast<std::size_t>(n)];
      softmax(logits.data() + r * n, options_.top == 1 ? 0 : options_.top, p);
      add_softmax_gradient(p, g.data() + r * n, dg.data() + r * n, d_logits.data() + r * n);
    }
    if (options_.balance > 0) add_balance(logits, d_logits);
    backward_rows<true>(gate_, x, logits, Rows<const T>(d_logits), more, pass.inside(0, of_gate, inside));
    if (dx.data() != nullptr) detail::add_rows(Rows<const T>(more), dx);
  }

 private:
  constexpr std::ptrdiff_t own_scratch(bool training) const { return 2 * n + out_.size() + (training ? in_.size() : 0); }

  static bool heard(const Rows<T>& g, std::ptrdiff_t k) noexcept {
    for (std::ptrdiff_t r = 0; r < g.rows(); ++r)
      if (!(g(r, k) == 0)) return true;  // NaN is heard as well
    return false;
  }
  /// g = softmax of z, over the `top` largest alone where there are fewer than all.
  static void softmax(const T* z, int top, T* g) noexcept {
    bool in[static_cast<std::size_t>(n)];
    for (std::ptrdiff_t k = 0; k < n; ++k) {
      std::ptrdiff_t before = 0;
      for (std::ptrdiff_t j = 0; j < n; ++j) before += z[j] > z[k] || (j < k && z[j] == z[k]);
      in[k] = top == 0 || before < top;
    }
    T most = -std::numeric_limits<T>::infinity(), sum = 0;
    for (std::ptrdiff_t k = 0; k < n; ++k) most = z[k] > most ? z[k] : most;
    for (std::ptrdiff_t k = 0; k < n; ++k) sum += g[k] = in[k] ? std::exp(z[k] - most) : T(0);
    for (std::ptrdiff_t k = 0; k < n; ++k) g[k] /= sum;
  }
  void weigh(Rows<const T> logits, Rows<T> g) const noexcept {
    for (std::ptrdiff_t r = 0; r < g.rows(); ++r) {
      const T* const z = logits.data() + r * n;
      T* const w = g.data() + r * n;
      softmax(z, options_.top, w);
      if (options_.top != 1) continue;
      T p[static_cast<std::size_t>(n)];
      softmax(z, 0, p);
      for (std::ptrdiff_t k = 0; k < n; ++k) w[k] *= p[k];
    }
  }
  /// dz_k += g_k dg_k - p_k sum_j g_j dg_j, where g are those of p that are kept.
  static void add_softmax_gradient(const T* p, const T* g, const T* dg, T* dz) noexcept {
    T sum = 0;
    for (std::ptrdiff_t k = 0; k < n; ++k) sum += g[k] * dg[k];
    for (std::ptrdiff_t k = 0; k < n; ++k) dz[k] += g[k] * dg[k] - p[k] * sum;
  }
  void add_balance(Rows<const T> logits, Rows<T> d_logits) const noexcept {
    T weight[static_cast<std::size_t>(n)] = {}, p[static_cast<std::size_t>(n)] = {};  // balance n F_k / rows, the slope by a row's p_k
    const int choices = std::max(1, options_.top);
    const T rows = static_cast<T>(d_logits.rows());
    const T each = static_cast<T>(options_.balance) * static_cast<T>(n) / (static_cast<T>(choices) * rows * rows);
    for (std::ptrdiff_t r = 0; r < logits.rows(); ++r) {
      softmax(logits.data() + r * n, choices, p);
      for (std::ptrdiff_t k = 0; k < n; ++k) weight[k] += p[k] > 0 ? each : T(0);
    }
    for (std::ptrdiff_t r = 0; r < logits.rows(); ++r) {
      softmax(logits.data() + r * n, 0, p);
      add_softmax_gradient(p, p, weight, d_logits.data() + r * n);
    }
  }

  [[no_unique_address]] In in_;
  [[no_unique_address]] Out out_;
  NodeOf<G, In, T> gate_;
  Experts experts_;
  MixtureOptions options_;
};

/// The gate counts as part 0, experts from 1.
template <class G, class... L> struct LayerBehaviour<Mixture<G, L...>> : detail::BranchBehaviour<Mixture<G, L...>, detail::SumRule, L...> {
  using Form = Mixture<G, L...>;
  using Base = detail::BranchBehaviour<Form, detail::SumRule, L...>;
  static constexpr int n = static_cast<int>(sizeof...(L));

  static constexpr bool gates(const Shape& s) { return s.rank == 1 && (s.extent[0] == n || s.extent[0] == Dynamic); }
  static constexpr Traced trace(const InputShape& in) {
    const Traced gate = tutti::trace<G>(in);
    return gate.fits && gates(gate.out) ? Base::trace(in) : Traced{};
  }

  template <int Index, class In> static constexpr auto diagnose() {
    constexpr Traced gate = tutti::trace<G>(traced_input<In>());
    if constexpr (!gate.fits) {
      return detail::inside<Index>(detail::diagnose_part<0, G, In>());
    } else if constexpr (!gates(gate.out)) {
      using Made = typename detail::WordOf<error::Makes, gate.out>::type;
      return detail::inside<Index>(detail::mismatch<0, G, Made, error::Outputs<n>>());
    } else {
      constexpr auto t = detail::trace_branches<L...>(traced_input<In>());
      constexpr int bad = t.fitting < n ? t.fitting : detail::disagreeing(t, false);
      using Expert = meta::at<static_cast<std::size_t>(bad), L...>;
      if constexpr (t.fitting < n) {
        return detail::inside<Index>(detail::diagnose_part<bad + 1, Expert, In>());
      } else {
        using Made = typename detail::WordOf<error::Makes, t.out[static_cast<std::size_t>(bad)]>::type;
        using Needed = typename detail::WordOf<error::the_same_shape_as, t.out[0]>::type;
        return detail::inside<Index>(detail::mismatch<bad + 1, Expert, Made, Needed>());
      }
    }
  }
  static void explain(const InputShape& in, int index) {
    const Traced gate = tutti::trace<G>(in);
    if (!gate.fits) LayerBehaviour<G>::explain(in, 0);
    if (gate.fits && !gates(gate.out))
      throw ShapeError(detail::place<Form>(index) + ": the gate gives " + to_string(gate.out) +
          "; needs " + std::to_string(n) + " numbers, one for each expert");
    Base::explain(in, index);
  }

  template <class In> using Out = Extents<tutti::trace<Form>(traced_input<In>()).out>;
  template <class In, class T> struct Node : MixtureNode<In, T, Out<In>, G, L...> {
    constexpr Node(const Form& spec, In in) : MixtureNode<In, T, Out<In>, G, L...>(spec, in, tutti::trace<Form>(in.input_shape()).out) {}
  };
};

}  // namespace tutti
