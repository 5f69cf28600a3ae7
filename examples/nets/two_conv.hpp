// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// The plain net of two convolutions that most tutorials train on images of 28 x 28.
using TwoConv = Cascade<Conv<32, 3>, ReLU, MaxPool<2>,
                        Conv<64, 3>, ReLU, MaxPool<2>,
                        Dense<128>, ReLU, Dense<10>>;

/// The same with what makes it good: normalised before the activation, half of the last features dropped in training.
using TwoConvNorm = Cascade<Conv<32, 3>, BatchNorm, ReLU, MaxPool<2>,
                            Conv<64, 3>, BatchNorm, ReLU, MaxPool<2>,
                            Dense<128>, BatchNorm, ReLU, Dropout, Dense<10>>;

/// Two padded convolutions for images of 32 x 32 and a head of Hidden units: 1024 is usual, 128 is eight times smaller.
template <int Hidden = 1024>
using TwoConv32 = Cascade<Conv<32, 3, 1, 1>, ReLU, MaxPool<2>,
                          Conv<64, 3, 1, 1>, ReLU, MaxPool<2>,
                          Dense<Hidden>, ReLU, Dense<10>>;

/// The least that is worth the name: one convolution, for images of 28 x 28.
using OneConv = Cascade<Conv<32, 3>, ReLU, MaxPool<2>, Dense<10>>;

}  // namespace nets
