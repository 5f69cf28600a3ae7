// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// A convolution in two cheap halves: 3 x 3 within each channel, then 1 x 1 across them.
template <int Channels, int Stride = 1>
using Separable = Cascade<DepthwiseConv<3, Stride, 1>, BatchNorm, ReLU, Conv<Channels, 1>, BatchNorm, ReLU>;

/// A MobileNet of a quarter of the width, for images of 32 x 32.
/// Source   Howard et al., MobileNets: efficient convolutional neural networks for mobile vision applications
///          (arXiv 1704.04861); fewer strides, as the images are small.
using MobileNet = Cascade<Conv<32, 3, 1, 1>, BatchNorm, ReLU,
                          Separable<64>, Separable<128, 2>, Separable<128>,
                          Separable<256, 2>, Separable<256>,
                          GlobalAveragePool, Dense<10>>;

}  // namespace nets
