// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

/// LeNet-5 as it is built today, for images of 28 x 28.
/// Source   LeCun et al., Gradient-based learning applied to document recognition (Proc. IEEE 86, 1998); with ReLU and
///          max pooling instead of tanh and learnt averages, and full connections.
using LeNet = Cascade<Conv<6, 5>, ReLU, MaxPool<2>,
                      Conv<16, 5>, ReLU, MaxPool<2>,
                      Dense<120>, ReLU, Dense<84>, ReLU, Dense<10>>;

}  // namespace nets
