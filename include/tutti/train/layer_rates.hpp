// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/kept_list.hpp>

#include <cmath>

namespace tutti {

/// By what the learning rate is multiplied layer by layer, for the options of a Network: `.rates = {0, 0, 0.1f}`. The
/// layers of the chain count from the front, those without weights too; 0 freezes a layer; where the list ends it
/// goes on with 1.
class LayerRates : public KeptList {
 public:
  using KeptList::KeptList;

  /// Errors   DataError: more rates than layers; a rate that is negative or not finite.
  void check(int layers) const {
    tutti::check(std::ssize(numbers()) <= layers, {"rates: expected at most ", layers, " of them"}, numbers().size());
    for (const float r : numbers())
      tutti::check(r >= 0 && std::isfinite(r), "rates: expected numbers of 0 or more", r);
  }
};

/// The first layers of a chain keep their weights, and batch norm in them its statistics: `.rates = frozen(4)`.
template <class Count>
LayerRates frozen(Count layers) {
  return std::span<const float>(Buffer<float>(static_cast<std::size_t>(layers > 0 ? layers : 0), 0.0f));
}

/// Where the numbers of a layer lie, among the weights and among the buffers.
struct LayerPlace {
  std::ptrdiff_t weights = 0, weights_end = 0, buffers = 0, buffers_end = 0;
  double times = 1;  // of the learning rate
};

}  // namespace tutti
