// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/feature_source.hpp>
#include <tutti/model/network_model.hpp>

namespace tutti {

/// The first layers of a trained net.
/// Shapes   x rows of X -> z, the numbers behind the last of these layers.
/// Cost     forward through them.
template <class Prefix, class Chain, class X, class Y> class NetFeatures {
  using Net = NetworkState<Chain, X, Y>;
  using In = typename Net::In;
  using Node = NodeOf<Prefix, In, float>;
  struct State {
    std::shared_ptr<Net> net = std::make_shared<Net>();
    std::optional<Node> node{};  // the first layers, on the weights of the net

    void bind() {
      node.emplace(
          [this]<std::size_t... I>(std::index_sequence<I...>) {
            return Prefix(std::get<I>(net->chain.steps)...);
          }(std::make_index_sequence<std::tuple_size_v<decltype(Prefix::steps)>>{}),
          net->extents());
      auto to_weights = ParameterVisitor<float>::binding(net->weights.data(),
                                                         net->packed.empty() ? nullptr : net->packed.data(),
                                                         net->predicts_in_bf16),
           to_buffers = ParameterVisitor<float>::binding(net->buffers.data());
      node->parameters(to_weights);
      node->buffers(to_buffers);
    }
  };

 public:
  static constexpr std::ptrdiff_t block = 16;  // rows that go through together

  NetFeatures() = default;
  explicit NetFeatures(const Net& net) {
    state_->net = net.copy();
    state_->net->bind(net.predicts_in_bf16);
    state_->bind();
  }

  int width() const noexcept { return static_cast<int>(state_->node->out().size()); }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const {
    const std::ptrdiff_t most = std::min(block, rows);
    return workspace_bytes_of<float>(most * state_->node->in().size()) +
           workspace_bytes_of<float>(state_->node->scratch_size(most, 0, false));
  }
  void transform_rows(std::span<const ViewOf<X>> x, Rows<float> z, Workspace& workspace) const noexcept {
    const Node& node = *state_->node;
    const std::ptrdiff_t most = std::min(block, z.rows()), width = node.in().size();
    float* const input = workspace.take<float>(most * width);
    Pass<float> pass;
    pass.scratch = workspace.take<float>(node.scratch_size(most, 0, false));
    for (std::ptrdiff_t first = 0; first < z.rows(); first += block) {
      const std::ptrdiff_t n = std::min(block, z.rows() - first);
      for (std::ptrdiff_t r = 0; r < n; ++r) {
        x[static_cast<std::size_t>(first + r)].copy_to(input + r * width);
        state_->net->pixels.apply(input + r * width);
      }
      node.forward(Rows<const float>(input, n, width), z.slice(first, n), pass);
    }
  }
  /// One row, in a workspace of this thread.
  void transform(const ViewOf<X>& x, float* out) const noexcept {
    const WorkspaceLease lease(workspace_bytes(1));
    const Workspace::Scope scope(*lease);
    transform_rows(std::span<const ViewOf<X>>(&x, 1), Rows<float>(out, 1, width()), *lease);
  }

  static void visit(auto& self, auto& archive) {
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(self)>>)
      self.state_ = std::make_shared<State>();
    archive("net", *self.state_->net);
  }
  void loaded() { state_->bind(); }
  void check_extents(int columns, int) const {
    check<FileError>(state_->node->in().size() == columns, {"expected a net for ", columns, " numbers"},
                     state_->node->in().size());
  }

 private:
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

namespace detail {
/// Cascade of the first layers of a chain.
template <class Sequence, class... L> struct FirstLayers;
template <std::size_t... I, class... L> struct FirstLayers<std::index_sequence<I...>, L...> {
  using type = Cascade<meta::at<I, L...>...>;
};
constexpr int layers_kept(int cut, int layers) { return cut < 0 ? layers + cut : cut; }

template <class... L, class X, class Y, int Cut>
  requires(layers_kept(Cut, static_cast<int>(sizeof...(L))) >= 1 &&
           layers_kept(Cut, static_cast<int>(sizeof...(L))) <= static_cast<int>(sizeof...(L)))
struct FeatureModel<NetworkModel<Cascade<L...>, X, Y>, Cut> {
  static constexpr auto kept = static_cast<std::size_t>(layers_kept(Cut, static_cast<int>(sizeof...(L))));
  using Prefix = typename FirstLayers<std::make_index_sequence<kept>, L...>::type;
  using type = NetFeatures<Prefix, Cascade<L...>, X, Y>;
  static type of(const NetworkModel<Cascade<L...>, X, Y>& model, bool) { return type(model.state()); }
};
}  // namespace detail

}  // namespace tutti
