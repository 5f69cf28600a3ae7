// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/slots.hpp>

#include <array>

namespace tutti::detail {

// What a layer in a row may do of those behind it, see Leaf; a form does nothing of it.
template <class Node> inline constexpr bool takes_epilogue = requires { requires Node::takes_epilogue; };
template <class Node> inline constexpr bool takes_pool     = requires { requires Node::takes_pool; };
template <class Node> inline constexpr bool learns_pooled  = requires { requires Node::learns_pooled; };
template <class Node> inline constexpr bool halves         = requires { requires Node::halves; };
template <class Node> inline constexpr bool is_scale       = requires { requires Node::is_scale; };
template <class Node> inline constexpr bool is_relu        = requires { requires Node::is_relu; };

/// Where a layer in a row writes in prediction.
struct ChainPlace {
  enum Buffer : unsigned char { first, second, output };
};

/// What a layer does in prediction for those behind it: a scale of channels, a bound of 0, the largest of 2 x 2.
struct DoneBehind {
  bool scale = false, relu = false, pool = false;
  constexpr std::size_t layers() const noexcept { return std::size_t{scale} + std::size_t{relu} + std::size_t{pool}; }
};

/// What is known of layers in a row from their types alone.
template <class Layers>
struct ChainPlan;
template <std::size_t... I, class... Nodes>
struct ChainPlan<Slots<std::index_sequence<I...>, Nodes...>> {
  static constexpr std::size_t count = sizeof...(I);
  static constexpr bool couples_rows = (Nodes::couples_rows || ...);

  static constexpr auto behind = [] {
    constexpr bool takes[] = {detail::takes_epilogue<Nodes>...}, pools[] = {detail::takes_pool<Nodes>...},
                   scale[] = {detail::is_scale<Nodes>..., false}, relu[] = {detail::is_relu<Nodes>..., false, false},
                   halves[] = {detail::halves<Nodes>..., false, false, false};
    std::array<DoneBehind, count> all{};
    for (std::size_t i = 0; i < count; ++i) {
      all[i].scale = takes[i] && scale[i + 1];
      all[i].relu = takes[i] && relu[i + 1 + all[i].layers()];
      all[i].pool = pools[i] && halves[i + 1 + all[i].layers()];
    }
    return all;
  }();
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
  /// In training: whether layer i does a ReLU and a pool behind it, and whether one before it does layer i.
  static constexpr auto pools_in_training = [] {
    constexpr bool learns[] = {detail::learns_pooled<Nodes>...};
    std::array<bool, count> all{};
    for (std::size_t i = 0; i < count; ++i) all[i] = learns[i] && behind[i].pool && behind[i].relu && !behind[i].scale;
    return all;
  }();
  static constexpr bool learnt_before(std::size_t i) noexcept {
    return (i >= 1 && pools_in_training[i - 1]) || (i >= 2 && pools_in_training[i - 2]);
  }
  static constexpr std::size_t last_learnt(std::size_t i) noexcept { return pools_in_training[i] ? i + 2 : i; }
  static constexpr auto places = [] {
    constexpr bool stays[] = {done[I] || Nodes::in_place...};
    std::array<ChainPlace::Buffer, count> place{};
    place[count - 1] = ChainPlace::output;
    for (std::size_t i = count - 1; i > 0; --i)
      place[i - 1] = stays[i] ? place[i] : place[i] == ChainPlace::first ? ChainPlace::second : ChainPlace::first;
    return place;
  }();

  /// Layers whose output takes the place of their input in training too.
  static constexpr auto overwrites = [] {
    constexpr bool undoes[] = {Nodes::undoes_in_place...}, forgets[] = {Nodes::forgets_output...};
    std::array<bool, count + 1> place{};
    for (std::size_t i = 1; i < count; ++i) place[i] = undoes[i] && forgets[i - 1];
    return place;
  }();
};

}  // namespace tutti::detail
