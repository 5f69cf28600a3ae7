// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/channel_epilogue.hpp>
#include <tutti/layer/pass.hpp>

namespace tutti::detail {

/// A layer, a ReLU and a pool of 2 x 2 as one layer in training, which writes and keeps a quarter of the numbers: the largest sums and
/// which of the four each is. Bounding before the pool or behind it is the same, so gradients pass the ReLU while there are few.
/// Shapes   those of the layer's input and of the pool's output.
template <class Layer, class Relu, class Pool, class T>
struct PooledTraining {
  static constexpr bool couples_rows = false;
  const Layer& layer;
  const Relu& relu;
  const Pool& pool;

  constexpr const auto& in() const noexcept { return layer.in(); }
  constexpr const auto& out() const noexcept { return pool.out(); }
  constexpr std::ptrdiff_t saved_size() const { return out().size(); }  // which of the four
  constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t rows, std::ptrdiff_t, bool training) const {
    return rows * out().size() + layer.pooled_scratch_size(rows, training);
  }

  void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
    kernel::ChannelEpilogue<T> end;
    end.least = T(0);
    layer.forward_pooled(x, y, pass, end);
  }
  void backward(Rows<const T> x, Rows<const T> y, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
    const Rows<T> of_sums(pass.scratch, dy.rows(), dy.width());
    relu.backward(y, y, dy, of_sums, pass);
    Pass<T> its = pass;
    its.scratch += of_sums.size();
    layer.backward_pooled(x, Rows<const T>(of_sums), dx, its);
  }
};
template <class T, class Layer, class Relu, class Pool>
constexpr PooledTraining<Layer, Relu, Pool, T> pooled_training(const Layer& layer, const Relu& relu, const Pool& pool) {
  return {layer, relu, pool};
}

}  // namespace tutti::detail
