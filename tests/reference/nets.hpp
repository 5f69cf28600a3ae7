// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/nets.py with PyTorch 1.13.0a0; do not edit.
#pragma once

namespace reference::parameters {

inline constexpr long two_conv = 225034;
inline constexpr long two_conv_norm = 225482;
inline constexpr long one_conv = 54410;
inline constexpr long lenet = 44426;
inline constexpr long two_conv_32 = 4224970;
inline constexpr long two_conv_32_small = 545098;
inline constexpr long alexnet = 4361034;
inline constexpr long vgg11 = 9231114;
inline constexpr long inception_net = 148430;
inline constexpr long resnet20 = 272970;
inline constexpr long mobilenet = 138250;

}  // namespace reference::parameters
