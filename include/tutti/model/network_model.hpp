// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/outputs.hpp>
#include <tutti/model/network_state.hpp>

#include <algorithm>
#include <memory>

namespace tutti {

struct NetworkLearning;  // network_update.hpp

template <class Chain, class X, class Y>
class NetworkModel;

namespace detail {
template <class Chain, class X, class Y>
NetworkModel<Chain, X, Y> update_network(const NetworkState<Chain, X, Y>& net, const Dataset<X, Y>& rows,
                                         NetworkLearning& learning);  // network_update.hpp
}

/// A trained net. Copies share the weights, which nobody changes any more.
/// Shapes   x rows of X -> y (K): probabilities of a Label or Flags, numbers of Real and Reals.
/// Cost     forward once; rows go through in blocks whose activations stay in the cache.
template <class Chain, class X, class Y>
class NetworkModel {
 public:
  using State = NetworkState<Chain, X, Y>;
  using In = typename State::In;
  using Node = typename State::Node;
  static constexpr std::ptrdiff_t block = 16;  // rows that go through together

  NetworkModel() = default;
  explicit NetworkModel(std::shared_ptr<State> state) : state_(std::move(state)) { state_->bind(state_->predicts_in_bf16); }

  const State& state() const noexcept { return *state_; }

  static constexpr std::size_t workspace_bytes(std::ptrdiff_t rows)
    requires In::is_static
  {
    return bytes(Node(Chain{}, In{}), rows);
  }
  std::size_t workspace_bytes(std::ptrdiff_t rows) const
    requires(!In::is_static)
  {
    return bytes(*state_->node, rows);
  }

  void outputs(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
    each_block(x, workspace, [&](std::ptrdiff_t first, Rows<const float> input, const Pass<float>& pass) {
      const Rows<float> out = y.slice(first, input.rows());
      state_->node->forward(input, out, pass);
      state_->finish(out);
    });
  }
  /// take(sample, first row, outputs) for as many of the nets that dropout makes of this one: block after block of rows, whose first
  /// layers up to a dropout are computed once. Which nets, `random` says, the same for every row.
  void each_sample(std::span<const ViewOf<X>> x, int samples, const Random& random, Workspace& workspace, auto&& take) const noexcept
    requires detail::samples<Chain>
  {
    const Node& node = *state_->node;
    const std::ptrdiff_t most = std::min(block, std::ssize(x));
    float* const shared = workspace.take<float>(most * shared_width(node));
    const Rows<float> room(workspace.take<float>(most * state_->outputs), most, state_->outputs);
    each_block(x, workspace, [&](std::ptrdiff_t first, Rows<const float> input, Pass<float> pass) {
      const Rows<float> z(shared, input.rows(), shared_width(node)), out = room.slice(0, input.rows());
      pass.sampling = true;
      if constexpr (cuts) node.forward_shared(input, z, pass);
      for (int s = 0; s < samples; ++s) {
        pass.random = random.stream(static_cast<std::uint64_t>(s));
        if constexpr (cuts) node.forward_sampled(Rows<const float>(z), out, pass);
        else node.forward(input, out, pass);
        state_->finish(out);
        take(s, first, Rows<const float>(out));
      }
    });
  }
  static constexpr std::size_t sampling_bytes(std::ptrdiff_t rows)
    requires(detail::samples<Chain> && In::is_static && Y::outputs >= 0)
  {
    return bytes(Node(Chain{}, In{}), rows) + shared_bytes(Node(Chain{}, In{}), rows, Y::outputs);
  }
  std::size_t sampling_bytes(std::ptrdiff_t rows) const
    requires(detail::samples<Chain> && (!In::is_static || Y::outputs < 0))
  {
    return bytes(*state_->node, rows) + shared_bytes(*state_->node, rows, state_->outputs);
  }

  /// What it takes to go on learning, and the net after it.
  NetworkLearning learning_state(Random random) const;
  NetworkModel update(const Dataset<X, Y>& rows, NetworkLearning& learning) const {
    return detail::update_network(*state_, rows, learning);
  }

  static void visit(auto& self, auto& archive) {
    if constexpr (!std::is_const_v<std::remove_reference_t<decltype(self)>>)
      self.state_ = std::make_shared<State>();
    archive("net", *self.state_);
  }
  void check_extents(int columns, int outputs) const {
    int width = 0;
    for (const int w : state_->widths) width = std::min(width + w, 1 << 30);
    check<FileError>(width == columns && state_->outputs == outputs,
                     {"expected a net for ", columns, " numbers and ", outputs, " outputs"}, width);
  }

 private:
  /// A prediction can be cut in front of the first dropout.
  static constexpr bool cuts = [] {
    if constexpr (requires { Node::shared_layers; }) return Node::shared_layers > 0;
    else return false;
  }();
  static constexpr std::ptrdiff_t shared_width(const Node& node) {
    if constexpr (cuts) return node.shared_width();
    else return 0;
  }
  static constexpr std::size_t shared_bytes(const Node& node, std::ptrdiff_t rows, std::ptrdiff_t outputs) {
    const std::ptrdiff_t most = std::min(block, rows);
    return workspace_bytes_of<float>(most * shared_width(node)) + workspace_bytes_of<float>(most * outputs);
  }
  /// predict(first row, the numbers of its block, pass).
  void each_block(std::span<const ViewOf<X>> x, Workspace& workspace, auto&& predict) const noexcept {
    const Node& node = *state_->node;
    const std::ptrdiff_t most = std::min(block, std::ssize(x)), width = node.in().size();
    float* const input = workspace.take<float>(most * width);
    Pass<float> pass;
    pass.team = workspace.team();
    pass.scratch = workspace.take<float>(node.scratch_size(most, 0, false));
    for (std::ptrdiff_t first = 0; first < std::ssize(x); first += block) {
      const std::ptrdiff_t n = std::min(block, std::ssize(x) - first);
      for (std::ptrdiff_t r = 0; r < n; ++r) {
        x[static_cast<std::size_t>(first + r)].copy_to(input + r * width);
        state_->pixels.apply(input + r * width);
      }
      predict(first, Rows<const float>(input, n, width), std::as_const(pass));
    }
  }
  static constexpr std::size_t bytes(const Node& node, std::ptrdiff_t rows) {
    const std::ptrdiff_t most = std::min(block, rows);
    return workspace_bytes_of<float>(most * node.in().size()) +
           workspace_bytes_of<float>(node.scratch_size(most, 0, false));
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace tutti
