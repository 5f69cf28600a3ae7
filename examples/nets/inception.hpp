// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

namespace nets {
using namespace tutti;

template <int Channels, int Kernel = 1>
using InceptionConv = Cascade<Conv<Channels, Kernel, 1, (Kernel - 1) / 2>, BatchNorm, ReLU>;

/// Four views of the same image side by side: 1 x 1, 3 x 3, 5 x 5 (each behind a 1 x 1 that narrows it), and pooled.
/// Shapes   (C, H, W) -> (One + Three + Five + Pooled, H, W).
template <int One, int Three, int Five, int Pooled>
using Inception = Fuse<InceptionConv<One>,
                       Cascade<InceptionConv<Three / 2>, InceptionConv<Three, 3>>,
                       Cascade<InceptionConv<Five / 2>, InceptionConv<Five, 5>>,
                       Cascade<MaxPool<3, 1, 1>, InceptionConv<Pooled>>>;

/// A small GoogLeNet of three blocks, for images of 32 x 32.
/// Source   Szegedy et al., Going deeper with convolutions (CVPR 2015); normalised as in its second version.
using InceptionNet = Cascade<InceptionConv<32, 3>, MaxPool<2>,
                             Inception<16, 32, 8, 8>, Inception<32, 64, 16, 16>, MaxPool<2>,
                             Inception<64, 128, 32, 32>,
                             GlobalAveragePool, Dropout, Dense<10>>;

}  // namespace nets
