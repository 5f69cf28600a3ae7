// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/chain_lots.hpp>
#include <tutti/layer/chain_plan.hpp>
#include <tutti/layer/chain_trace.hpp>
#include <tutti/layer/channels.hpp>
#include <tutti/layer/pooled_training.hpp>
#include <tutti/layer/slots.hpp>

#include <array>

namespace tutti {

/// Layers in a row: y = f_n(... f_1(x)). Between two layers in training every activation is kept that a backward pass needs
/// (a ReLU overwrites the sums of the convolution before it, which pools them too where a pool of 2 x 2 follows); in prediction two
/// buffers take turns, layers that work in place stay in theirs, a convolution scales and bounds its sums for a BatchNorm and a ReLU
/// behind it and pools them, and layers with large images take only as many rows at once as stay in the cache until the next layer
/// reads them.
/// Shapes   those of its layers.
/// Cost     the sum of its layers'.
template <class In_, class T, class... L>
class ChainNode {
  static constexpr std::size_t count = sizeof...(L);
  using Layers = typename detail::ChainSlots<In_, T, std::make_index_sequence<count>, L...>::type;
  using Plan = detail::ChainPlan<Layers>;
  using Lots = detail::ChainLots<T, count>;

 public:
  using In = In_;
  using Out = Extents<detail::chain_trace<In, L...>.shape[count]>;

  static constexpr bool couples_rows = Plan::couples_rows;
  static constexpr bool in_place = false, undoes_in_place = false, forgets_output = false;

  constexpr ChainNode(const std::tuple<L...>& specs, In in) : ChainNode(specs, in, shapes(in)) {}

  constexpr const In& in() const noexcept { return in_; }
  constexpr const Out& out() const noexcept { return out_; }
  constexpr void parameters(auto& visit) {
    layers_.each([&](auto, auto& node) { node.parameters(visit); });
  }
  constexpr void buffers(auto& visit) {
    layers_.each([&](auto, auto& node) { node.buffers(visit); });
  }
  /// f(i, layer) for the layers of the chain, in order.
  constexpr void each_layer(auto&& f) { layers_.each(f); }
  constexpr std::ptrdiff_t saved_size() const { return layout_.saved; }
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t cut, bool training) const {
    std::ptrdiff_t inside = 0;
    if (training) {
      each_learner([&](auto, const auto& node) { inside = std::max(inside, scratch_for_rows(node, rows, cut, true)); });
      return inside + 2 * rows * layout_.widest;
    }
    layers_.each([&](auto i, const auto& node) {
      if (Plan::done[i]) return;
      const std::ptrdiff_t some = layout_.lots.rows(i, rows);
      std::ptrdiff_t its = scratch_for_rows(node, some, cut, false);
      if constexpr (Plan::behind[i].pool) its = node.pooled_scratch_size(some, false);
      inside = std::max(inside, its);
    });
    return inside + 2 * widest_scale() + layout_.lots.rooms(rows).size();
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    if (pass.training) learn_forward(x, y, pass);
    else predict_forward(0, count, x, y, pass);
  }
  /// How many layers come before the first that acts in a sample: of one row they say the same in every sample, so that a
  /// prediction may be cut behind them.
  static constexpr std::size_t shared_layers = [] {
    constexpr bool acts[] = {detail::samples<L>..., true};
    std::size_t i = 0;
    while (!acts[i]) ++i;
    return i;
  }();
  constexpr std::ptrdiff_t shared_width() const { return layers_.template at<shared_layers>().in().size(); }
  void forward_shared(Rows<const T> x, Rows<T> z, const Pass<T>& pass) const noexcept {
    if constexpr (shared_layers > 0) predict_forward(0, shared_layers, x, z, pass);
  }
  void forward_sampled(Rows<const T> z, Rows<T> y, const Pass<T>& pass) const noexcept {
    predict_forward(shared_layers, count, z, y, pass);
  }

  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* gradient = pass.scratch;
    T* other = gradient + rows * layout_.widest;
    T* const inside = other + rows * layout_.widest;
    T* saved = pass.saved + rows * layout_.saved;
    each_learner_back([&](auto i, const auto& node) {
      saved -= rows * (node.saved_size() + kept(i, node));
      Rows<const T> input = x;
      Rows<T> towards = dx;
      if constexpr (Plan::overwrites[i]) {
        input = y;
        if constexpr (i + 1 < count) std::swap(gradient, other);  // where dy lies
        towards = Rows<T>(gradient, rows, node.in().size());
      } else if constexpr (i > 0) {
        const std::ptrdiff_t width = node.in().size();
        input = Rows<const T>(saved - rows * width, rows, width);
        towards = Rows<T>(gradient, rows, width);
      }
      backward_rows<couples_rows>(node, input, y, dy, towards,
                                  pass.inside(static_cast<int>(i), saved, inside));
      y = input;
      dy = towards;
      std::swap(gradient, other);
    });
  }

 private:
  using Shapes = std::array<Shape, count + 1>;

  static constexpr Shapes shapes(const In& in) {
    if constexpr (In::is_static) return {};
    else return detail::trace_chain<L...>(in.input_shape()).shape;
  }
  constexpr ChainNode(const std::tuple<L...>& specs, In in, const Shapes& shape)
      : in_(in), out_(shape[count]), layers_(specs, [&](auto i) {
          if constexpr (i == 0) return in;
          else return typename detail::ChainIn<i, In, L...>::type(shape[i]);
        }), layout_(layout()) {}

  /// Layer I as it learns: with those behind it that it does.
  template <std::size_t I>
  constexpr decltype(auto) learner() const {
    if constexpr (!Plan::pools_in_training[I]) return layers_.template at<I>();
    else return detail::pooled_training<T>(layers_.template at<I>(), layers_.template at<I + 1>(), layers_.template at<I + 2>());
  }
  constexpr void each_learner(auto&& f) const {
    layers_.each([&](auto i, const auto&) {
      if constexpr (!Plan::learnt_before(i)) f(i, learner<i>());
    });
  }
  constexpr void each_learner_back(auto&& f) const {
    layers_.each_back([&](auto i, const auto&) {
      if constexpr (!Plan::learnt_before(i)) f(i, learner<i>());
    });
  }
  template <class I, class Node>
  static constexpr std::ptrdiff_t kept(I, const Node& node) {
    constexpr std::size_t next = Plan::last_learnt(I::value) + 1;
    return next < count && !Plan::overwrites[next] ? node.out().size() : 0;
  }
  struct Layout {
    std::ptrdiff_t saved = 0;     // by one row: of every layer what it saves, then its output unless it is the last or overwritten
    std::ptrdiff_t widest = 0;    // output between two layers
    Lots lots{};                  // in prediction
  };
  constexpr Layout layout() {
    Layout l;
    each_learner([&](auto i, const auto& node) {
      l.saved += node.saved_size() + kept(i, node);
      if constexpr (Plan::last_learnt(i) + 1 < count) l.widest = std::max<std::ptrdiff_t>(l.widest, node.out().size());
    });
    layers_.each([&](auto i, auto& node) {
      const bool stays = Plan::done[i] || node.in_place;
      const std::ptrdiff_t width = layers_.template at<Plan::last_done(i)>().out().size();
      l.lots.layer[i] = {width, stays ? Lots::every_row : detail::rows_in_cache<T>(node, width), Plan::places[i], stays};
    });
    l.lots.settle();
    return l;
  }

  void learn_forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* saved = pass.saved;
    each_learner([&](auto i, const auto& node) {
      T* const its_saved = saved;
      saved += rows * node.saved_size();
      constexpr std::size_t last = Plan::last_learnt(i);
      constexpr std::size_t written = Plan::overwrites[last + 1] ? last + 1 : last;  // the layer in whose place it writes
      const Rows<T> to(written + 1 < count ? saved : y.data(), rows, node.out().size());
      forward_rows<couples_rows>(node, x, to, pass.inside(static_cast<int>(i), its_saved, pass.scratch));
      saved += rows * kept(i, node);
      x = to;
    });
  }
  /// Channels of the widest scale that a layer does for the one behind it.
  constexpr std::ptrdiff_t widest_scale() const {
    std::ptrdiff_t widest = 0;
    layers_.each([&](auto i, const auto& node) {
      if constexpr (Plan::behind[i].layers() > 0) widest = std::max<std::ptrdiff_t>(widest, channels_of(node.out().shape()).channels);
    });
    return widest;
  }
  /// What layer I does for those behind it; numbers go to `memory`.
  template <std::size_t I>
  kernel::ChannelEpilogue<T> epilogue(T* memory) const noexcept {
    kernel::ChannelEpilogue<T> end;
    if constexpr (Plan::behind[I].scale) {
      T* const shift = memory + widest_scale();
      layers_.template at<I + 1>().scale_and_shift(memory, shift);
      end.scale = memory;
      end.shift = shift;
    }
    if constexpr (Plan::behind[I].relu) end.least = T(0);
    return end;
  }
  void predict_forward(std::size_t first, std::size_t behind, Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const auto rooms = layout_.lots.rooms(x.rows());
    T* const second = pass.scratch + rooms.buffer[detail::ChainPlace::first];
    T* const buffer[] = {pass.scratch, second};
    layout_.lots.each_lot(first, behind, x, y, second + rooms.buffer[detail::ChainPlace::second],
                          [&](auto begin, auto end, auto from, auto to) {
                            predict_layers(begin, end, from, to, buffer, pass.scratch + rooms.size(), pass);
                          });
  }
  /// Layers from `begin` to `end`, of all these rows; what is inside of a layer begins at `inside`.
  void predict_layers(std::size_t begin, std::size_t end, Rows<const T> x, Rows<T> y, T* const (&buffer)[2], T* inside,
                      const Pass<T>& pass) const noexcept {
    std::size_t last = end - 1;
    while (Plan::done[last]) --last;
    layers_.each([&](auto i, const auto& node) {
      if (Plan::done[i] || i < begin || i > last) return;
      T* const at = i == last || Plan::places[i] == detail::ChainPlace::output ? y.data() : buffer[Plan::places[i]];
      const Rows<T> to(at, x.rows(), layout_.lots.layer[i].width);
      const Pass<T> its = pass.inside(static_cast<int>(i), nullptr, inside + 2 * widest_scale());
      if constexpr (Plan::behind[i].pool) node.forward_pooled(x, to, its, epilogue<i>(inside));
      else if constexpr (Plan::behind[i].layers() > 0) node.forward(x, to, its, epilogue<i>(inside));
      else if constexpr (!Plan::done[i]) node.forward(x, to, its);
      x = to;
    });
  }

  [[no_unique_address]] In in_;
  [[no_unique_address]] Out out_;
  Layers layers_;
  Layout layout_;
};

template <class... L>
struct LayerBehaviour<Cascade<L...>> {
  /// A chain is made of the tuple of its steps; a form hands over the spec.
  template <class In, class T>
  struct Node : ChainNode<In, T, L...> {
    constexpr Node(const Cascade<L...>& spec, In in) : ChainNode<In, T, L...>(spec.steps, in) {}
  };

  static constexpr Traced trace(const InputShape& in) { return detail::trace_chain<L...>(in).traced(); }

  template <int, class In>
  static constexpr auto diagnose() {  // only layers that count are in a chain: the place is named there
    constexpr auto t = detail::chain_trace<In, L...>;
    using Bad = meta::at<static_cast<std::size_t>(t.fitting), L...>;
    using BadIn = typename detail::ChainIn<static_cast<std::size_t>(t.fitting), In, L...>::type;
    return detail::diagnose_part<t.fitting, Bad, BadIn>();
  }

  static void explain(const InputShape& in, int) {
    const auto t = detail::trace_chain<L...>(in);
    int i = 0;
    ((i == t.fitting
          ? LayerBehaviour<L>::explain(i == 0 ? in : InputShape(t.shape[static_cast<std::size_t>(i)]), i)
          : void(),
      ++i),
     ...);
  }
};

}  // namespace tutti
