// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// What VGG repeats: a normalised 3 x 3 convolution.
template <int Channels>
using VggConv = Cascade<Conv<Channels, 3, 1, 1>, BatchNorm, ReLU>;

/// VGG-11 with batch normalisation, for images of 32 x 32.
/// Source   Simonyan, Zisserman, Very deep convolutional networks for large-scale image recognition (ICLR 2015),
///          configuration A; one dense layer instead of three, as is usual at this size.
using Vgg11 = Cascade<VggConv<64>, MaxPool<2>,
                      VggConv<128>, MaxPool<2>,
                      VggConv<256>, VggConv<256>, MaxPool<2>,
                      VggConv<512>, VggConv<512>, MaxPool<2>,
                      VggConv<512>, VggConv<512>, MaxPool<2>,
                      Dense<10>>;

}  // namespace nets
