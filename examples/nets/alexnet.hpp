// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// AlexNet's five convolutions and three dense layers, cut down to images of 32 x 32.
/// Source   Krizhevsky, Sutskever, Hinton, ImageNet classification with deep convolutional neural networks (NeurIPS
///          2012); kernels of 3, and a quarter of the width in the dense layers.
using AlexNet = Cascade<Conv<64, 3, 2, 1>, ReLU, MaxPool<2>,
                        Conv<192, 3, 1, 1>, ReLU, MaxPool<2>,
                        Conv<384, 3, 1, 1>, ReLU, Conv<256, 3, 1, 1>, ReLU, Conv<256, 3, 1, 1>, ReLU, MaxPool<2>,
                        Dropout, Dense<1024>, ReLU, Dropout, Dense<1024>, ReLU, Dense<10>>;

}  // namespace nets
