// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// Two normalised 3 x 3 convolutions and a way around them. Where Stride or Channels change the shape, Residual
/// learns the projection.
template <int Channels, int Stride = 1>
using ResBlock = Cascade<Residual<Conv<Channels, 3, Stride, 1>, BatchNorm, ReLU, Conv<Channels, 3, 1, 1>, BatchNorm>, ReLU>;

/// ResNet-20 for images of 32 x 32: three stages of three blocks.
/// Source   He et al., Deep residual learning for image recognition (CVPR 2016), section 4.2, with projections
///          (shortcut B) and with biases, which the normalisation behind them makes ineffective.
using ResNet20 = Cascade<Conv<16, 3, 1, 1>, BatchNorm, ReLU,
                         ResBlock<16>, ResBlock<16>, ResBlock<16>,
                         ResBlock<32, 2>, ResBlock<32>, ResBlock<32>,
                         ResBlock<64, 2>, ResBlock<64>, ResBlock<64>,
                         GlobalAveragePool, Dense<10>>;

}  // namespace nets
