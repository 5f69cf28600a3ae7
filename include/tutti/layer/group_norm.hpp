// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/group_norm.hpp>
#include <tutti/layer/channels.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// A requirement: the channels, or features of a sequence, fall into N groups of the same size.
template <int N>
struct ChannelsDivisibleBy {
  static constexpr bool holds(const Shape& s) {
    const int channels = s[channel_axis(s)];
    return channels == Dynamic || channels % N == 0;
  }
};

/// The Bind of a layer that normalises groups of a row's numbers: `L::groups(shape)` says which.
template <class L, class T>
struct Normalizing {
  static constexpr bool in_place = true;                                 // y may be x, in prediction
  double epsilon;
  kernel::GroupShape row;
  View<T> gamma{}, beta{};                                               // (C)

  template <class In>
  constexpr Normalizing(const L& layer, In in)
      : epsilon(static_cast<double>(layer.epsilon)), row(L::groups(in.shape())) {}

  constexpr void parameters(auto& visit) {
    visit("gamma", gamma, {row.channels}, ones);
    visit("beta", beta, {row.channels}, zeros);
  }
  void forward(Rows<const T> x, Rows<T> y) const noexcept {
    for (std::ptrdiff_t at = 0; at < x.size(); at += row.size())
      kernel::group_norm_forward<T>(row, epsilon, x.data() + at, gamma, beta, y.data() + at);
  }
  void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    const View<T> dgamma = pass.gradients(gamma), dbeta = pass.gradients(beta);
    for (std::ptrdiff_t at = 0; at < x.size(); at += row.size())
      kernel::group_norm_backward<T>(row, epsilon, x.data() + at, dy.data() + at, gamma, dgamma, dbeta,
                                     dx.data() == nullptr ? nullptr : dx.data() + at);
  }
};

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over the channels of a group at all pixels
/// or steps; each channel has a gamma and a beta. One row does not see another.
/// Shapes   (N, C), (N, C, H, W) or (N, steps, C) -> the same; gamma, beta (C).
/// Needs    channels that are a multiple of Groups; sequences of one length.
/// Source   Wu, He, Group normalization (ECCV 2018).
template <int Groups = 8>
struct GroupNorm {
  float epsilon = 1e-5f;

  using Needs = tutti::Needs<OneLength, ChannelsDivisibleBy<Groups>>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("epsilon", self.epsilon); }

  static constexpr kernel::GroupShape groups(const Shape& s) {
    const kernel::ChannelLayout l = channels_of(s);
    return {l.rows, l.channels, l.plane, Groups};
  }

  template <class In, class T>
  using Bind = Normalizing<GroupNorm, T>;
};

}  // namespace tutti
