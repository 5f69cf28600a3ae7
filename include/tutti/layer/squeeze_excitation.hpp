// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/gemm.hpp>
#include <tutti/kernel/pointwise.hpp>
#include <tutti/kernel/pool.hpp>
#include <tutti/layer/channels.hpp>
#include <tutti/layer/global_pool.hpp>

namespace tutti {

/// Every channel is scaled by what all channels say on average: y[c] = x[c] g[c], g = logistic(W2' max(W1' m + b1, 0) + b2),
/// m the means of the channels. C / Reduction numbers stand between, at least one.
/// Shapes   (N, C, H, W) or (N, steps, C) -> the same; W1 (C, C / Reduction), b1, W2 (C / Reduction, C), b2 (C).
/// Needs    sequences of one length.
/// Cost     4 N C^2 / Reduction + 3 N C H W flops, three times that in training.
/// Source   Hu et al., Squeeze-and-excitation networks (CVPR 2018).
template <int Reduction = 16>
struct SqueezeExcitation {
  using Needs = tutti::Needs<RankFrom<2, 3>, OneLength>;
  static constexpr Shape infer(Shape in) { return in; }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction
    kernel::PoolShape means;
    kernel::ChannelLayout row;
    std::ptrdiff_t channels, few;
    View<T> W1{}, b1{}, W2{}, b2{};                                      // (C, few), (few), (few, C), (C)

    constexpr explicit Bind(In in)
        : means(GlobalAveragePool::windows(in.shape())),
          row(channels_of(in.shape())),
          channels(row.channels),
          few(channels >= Reduction ? channels / Reduction : 1) {}

    constexpr void parameters(auto& visit) {
      visit("W1", W1, {channels, few}, he_normal);
      visit("b1", b1, {few}, zeros);
      visit("W2", W2, {few, channels}, lecun_normal);
      visit("b2", b2, {channels}, zeros);
    }
    constexpr std::ptrdiff_t saved_size() const { return 2 * channels + few; }      // means, gate, few
    constexpr std::ptrdiff_t scratch_size() const { return saved_size(); }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        T* const m = pass.training ? pass.saved + r * saved_size() : pass.scratch;  // (C)
        T *const g = m + channels, *const h = g + channels;                         // (C), (few)
        const T* const from = x.data() + r * x.width();
        kernel::average_pool<T>(means, from, m);
        kernel::gemv<T>(few, channels, m, kernel::matrix<T>(W1, few), h, kernel::add_bias<T>(b1));
        kernel::pointwise<T>(few, kernel::Relu<T>{}, h, h);
        kernel::gemv<T>(channels, few, h, kernel::matrix<T>(W2, channels), g, kernel::add_bias<T>(b2));
        kernel::logistic<T>(channels, g, g);
        kernel::scale_channels<T>(row, from, g, y.data() + r * y.width());
      }
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      T* const dm = pass.scratch;                                                   // (C)
      T *const dg = dm + channels, *const dh = dg + channels;                       // (C), (few)
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
        const T* const m = pass.saved + r * saved_size();
        const T *const g = m + channels, *const h = g + channels;
        const T* const d = dy.data() + r * dy.width();
        kernel::channel_products<T>(row, x.data() + r * x.width(), d, dg);
        kernel::pointwise_backward<T>(channels, kernel::Logistic<T>{}, g, g, dg, dg);
        add_outer(few, channels, h, dg, pass.gradients(W2), pass.gradients(b2));
        kernel::gemv<T>(few, channels, dg, kernel::transposed<T>(W2, channels), dh);
        kernel::pointwise_backward<T>(few, kernel::Relu<T>{}, h, h, dh, dh);
        add_outer(channels, few, m, dh, pass.gradients(W1), pass.gradients(b1));
        if (dx.data() == nullptr) continue;
        kernel::gemv<T>(channels, few, dh, kernel::transposed<T>(W1, few), dm);
        kernel::scale<T>(channels, T(1) / static_cast<T>(row.count()), dm);
        kernel::scale_and_shift_channels<T>(row, d, g, dm, dx.data() + r * dx.width());
      }
    }

   private:
    /// dW += x^T d, db += d.
    static void add_outer(std::ptrdiff_t in, std::ptrdiff_t out, const T* x, const T* d, T* dW, T* db) noexcept {
      for (std::ptrdiff_t i = 0; i < in; ++i) kernel::axpy<T>(out, x[i], d, dW + i * out);
      kernel::axpy<T>(out, T(1), d, db);
    }
  };
};

}  // namespace tutti
