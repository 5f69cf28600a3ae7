// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>
#include <tutti/train/layer_rates.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <span>
#include <string>

namespace tutti {

/// What the training loop drives: weights, their gradients, and rows to learn from. The loop is compiled
/// once, whatever the net is.
class Trainable {
 public:
  struct Loss {
    double mean = 0;
    double weight = 0;  // of the rows
  };
  virtual ~Trainable() = default;

  virtual std::ptrdiff_t rows() const = 0;
  virtual std::ptrdiff_t smallest_batch() const = 0;  // 2 where layers couple rows
  virtual std::span<float> weights() = 0;
  virtual std::span<float> buffers() = 0;  // learnt beside the weights: running statistics
  /// The loss of these rows; gradients() is its gradient afterwards.
  virtual Loss learn(std::span<const RowIndex> batch, Random random) = 0;
  virtual std::span<const float> gradients() const = 0;
  /// The loss on the rows that are held out.
  virtual double judge() = 0;
  /// What the monitor says of the rows that judge() has just looked at.
  virtual double score() { return std::numeric_limits<double>::quiet_NaN(); }
  /// Where the weights of each layer lie; empty: unknown.
  virtual Buffer<LayerPlace> layers() { return {}; }
  /// A number that changes with any of the rows, learnt from or held out.
  virtual std::uint64_t digest() const { return 0; }
};

namespace detail {

/// What is said of a batch below smallest_batch().
inline constexpr const char* batch_too_small =
    "layers that look at a whole batch (batch norm, mixtures) need at least 2 rows in it";

/// ", and the largest weight of all, 3e+12, is in layer 2": where to look when a training diverges.
template <class = void>
[[gnu::cold]] std::string suspect(Trainable& net) {
  const Buffer<LayerPlace> layers = net.layers();
  const std::span<const float> weights = net.weights();
  float most = 0;
  std::size_t where = layers.size();
  for (std::size_t i = 0; i < layers.size(); ++i)
    for (std::ptrdiff_t k = layers[i].weights; k < layers[i].weights_end; ++k) {
      const float size = std::abs(weights[static_cast<std::size_t>(k)]);
      if (!std::isfinite(most) || size <= most) continue;  // the first that is not finite stays
      most = size;
      where = i;
    }
  if (where == layers.size()) return {};
  char text[96];
  std::snprintf(text, sizeof text, ", and the largest weight of all, %.3g, is in layer %zu", static_cast<double>(most), where);
  return text;
}

}  // namespace detail

}  // namespace tutti
