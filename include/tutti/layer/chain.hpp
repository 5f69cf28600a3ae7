// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/chain_lots.hpp>
#include <tutti/layer/chain_trace.hpp>
#include <tutti/layer/channels.hpp>
#include <tutti/layer/slots.hpp>

#include <array>

namespace tutti {

namespace detail {

// What a layer in a row may do of those behind it, see Leaf; a form does nothing of it.
template <class Node> inline constexpr bool takes_epilogue = requires { requires Node::takes_epilogue; };
template <class Node> inline constexpr bool takes_pool     = requires { requires Node::takes_pool; };
template <class Node> inline constexpr bool halves         = requires { requires Node::halves; };
template <class Node> inline constexpr bool is_scale       = requires { requires Node::is_scale; };
template <class Node> inline constexpr bool is_relu        = requires { requires Node::is_relu; };

}  // namespace detail

/// Layers in a row: y = f_n(... f_1(x)). Between two layers in training every activation is kept that a backward pass needs
/// (a ReLU overwrites the sums of the convolution before it); in prediction two buffers take turns, layers that work in
/// place stay in theirs, a convolution scales and bounds its sums for a BatchNorm and a ReLU behind it, and layers with large
/// images take only as many rows at once as stay in the cache until the next layer reads them.
/// Shapes   those of its layers.
/// Cost     the sum of its layers'.
template <class In_, class T, class... L>
class ChainNode {
  static constexpr std::size_t count = sizeof...(L);
  using Layers = typename detail::ChainSlots<In_, T, std::make_index_sequence<count>, L...>::type;
  using Lots = detail::ChainLots<T, count>;
  using Place = typename Lots::Place;

 public:
  using In = In_;
  using Out = Extents<detail::chain_trace<In, L...>.shape[count]>;

  static constexpr bool couples_rows = []<std::size_t... I>(std::index_sequence<I...>) {
    return (NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>::couples_rows || ...);
  }(std::make_index_sequence<count>{});
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
    layers_.each([&](auto i, const auto& node) {
      if (done[i] && !training) return;
      const std::ptrdiff_t some = training ? rows : layout_.lots.rows(i, rows);
      if constexpr (behind[i].pool) inside = std::max(inside, training ? scratch_for_rows(node, rows, cut, true) : node.pooled_scratch_size(some));
      else inside = std::max(inside, scratch_for_rows(node, some, cut, training));
    });
    return inside + (training ? 2 * rows * layout_.widest : 2 * widest_scale() + layout_.lots.rooms(rows).size());
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    if (pass.training) learn_forward(x, y, pass);
    else predict_forward(x, y, pass);
  }

  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* gradient = pass.scratch;
    T* other = gradient + rows * layout_.widest;
    T* const inside = other + rows * layout_.widest;
    T* saved = pass.saved + rows * layout_.saved;
    layers_.each_back([&](auto i, const auto& node) {
      saved -= rows * (node.saved_size() + kept(i, node));
      Rows<const T> input = x;
      Rows<T> towards = dx;
      if constexpr (overwrites[i]) {
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

  // what a layer does in prediction for those behind it
  struct Behind {
    bool scale = false, relu = false, pool = false;  // a scale of channels, a bound of 0, the largest of 2 x 2
    constexpr std::size_t layers() const noexcept { return std::size_t{scale} + std::size_t{relu} + std::size_t{pool}; }
  };
  static constexpr auto behind = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr bool takes[] = {detail::takes_epilogue<NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>>...},
                   takes_pool[] = {detail::takes_pool<NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>>...},
                   scale[] = {detail::is_scale<NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>>..., false},
                   relu[]  = {detail::is_relu<NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>>..., false, false},
                   halves[] = {detail::halves<NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>>..., false, false, false};
    std::array<Behind, count> all{};
    for (std::size_t i = 0; i < count; ++i) {
      all[i].scale = takes[i] && scale[i + 1];
      all[i].relu = takes[i] && relu[i + 1 + all[i].layers()];
      all[i].pool = takes_pool[i] && halves[i + 1 + all[i].layers()];
    }
    return all;
  }(std::make_index_sequence<count>{});
  /// The layers that were done by one before them.
  static constexpr auto done = [] {
    std::array<bool, count> all{};
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 1; k <= behind[i].layers(); ++k) all[i + k] = true;
    return all;
  }();
  /// The last layer that is done where layer i is.
  static constexpr std::size_t last_done(std::size_t i) noexcept {
    while (i + 1 < count && done[i + 1]) ++i;
    return i;
  }

  // where each layer writes, known without a node
  static constexpr auto places = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr bool stays[] = {done[I] || NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>::in_place...};
    std::array<Place, count> place{};
    place[count - 1] = Lots::output;
    for (std::size_t i = count - 1; i > 0; --i)
      place[i - 1] = stays[i] ? place[i] : place[i] == Lots::first_buffer ? Lots::second_buffer : Lots::first_buffer;
    return place;
  }(std::make_index_sequence<count>{});

  // layers whose output takes the place of their input in training too
  static constexpr auto overwrites = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr bool undoes[] = {NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>::undoes_in_place...},
                   forgets[] = {NodeOf<L, typename detail::ChainIn<I, In, L...>::type, T>::forgets_output...};
    std::array<bool, count + 1> place{};
    for (std::size_t i = 1; i < count; ++i) place[i] = undoes[i] && forgets[i - 1];
    return place;
  }(std::make_index_sequence<count>{});

  template <class I, class Node>
  static constexpr std::ptrdiff_t kept(I, const Node& node) {
    return I::value + 1 < count && !overwrites[I::value + 1] ? node.out().size() : 0;
  }
  struct Layout {
    std::ptrdiff_t saved = 0;     // by one row: of every layer what it saves, then its output unless it is the last or overwritten
    std::ptrdiff_t widest = 0;    // output between two layers
    Lots lots{};                  // in prediction
  };
  constexpr Layout layout() {
    Layout l;
    layers_.each([&](auto i, auto& node) {
      l.saved += node.saved_size() + kept(i, node);
      if constexpr (i + 1 < count) l.widest = std::max<std::ptrdiff_t>(l.widest, node.out().size());
      const bool stays = done[i] || node.in_place;
      const std::ptrdiff_t width = layers_.template at<last_done(i)>().out().size();
      l.lots.layer[i] = {width, stays ? Lots::every_row : detail::rows_in_cache<T>(node, width), places[i], stays};
    });
    l.lots.settle();
    return l;
  }

  void learn_forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const std::ptrdiff_t rows = x.rows();
    T* saved = pass.saved;
    layers_.each([&](auto i, const auto& node) {
      T* const its_saved = saved;
      saved += rows * node.saved_size();
      constexpr std::size_t written = overwrites[i + 1] ? i + 1 : i;  // the layer in whose place it writes
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
      if constexpr (behind[i].layers() > 0) widest = std::max<std::ptrdiff_t>(widest, channels_of(node.out().shape()).channels);
    });
    return widest;
  }
  /// What layer I does for those behind it; numbers go to `memory`.
  template <std::size_t I>
  kernel::ChannelEpilogue<T> epilogue(T* memory) const noexcept {
    kernel::ChannelEpilogue<T> end;
    if constexpr (behind[I].scale) {
      T* const shift = memory + widest_scale();
      layers_.template at<I + 1>().scale_and_shift(memory, shift);
      end.scale = memory;
      end.shift = shift;
    }
    if constexpr (behind[I].relu) end.least = T(0);
    return end;
  }
  void predict_forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    const auto rooms = layout_.lots.rooms(x.rows());
    T* const second = pass.scratch + rooms.buffer[Lots::first_buffer];
    T* const buffer[] = {pass.scratch, second};
    layout_.lots.each_lot(count, x, y, second + rooms.buffer[Lots::second_buffer], [&](auto begin, auto end, auto from, auto to) {
      predict_layers(begin, end, from, to, buffer, pass.scratch + rooms.size(), pass);
    });
  }
  /// Layers from `begin` to `end`, of all these rows; what is inside of a layer begins at `inside`.
  void predict_layers(std::size_t begin, std::size_t end, Rows<const T> x, Rows<T> y, T* const (&buffer)[2], T* inside,
                      const Pass<T>& pass) const noexcept {
    std::size_t last = end - 1;
    while (done[last]) --last;
    layers_.each([&](auto i, const auto& node) {
      if (done[i] || i < begin || i > last) return;
      const Rows<T> to(i == last || places[i] == Lots::output ? y.data() : buffer[places[i]], x.rows(), layout_.lots.layer[i].width);
      const Pass<T> its = pass.inside(static_cast<int>(i), nullptr, inside + 2 * widest_scale());
      if constexpr (behind[i].pool) node.forward_pooled(x, to, its, epilogue<i>(inside));
      else if constexpr (behind[i].layers() > 0) node.forward(x, to, its, epilogue<i>(inside));
      else if constexpr (!done[i]) node.forward(x, to, its);
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
