// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/pooling.hpp>

namespace tutti {

/// The largest pixel of each window; padding never wins. Windows that do not fit wholly are left out.
/// Shapes   (N, C, H, W) -> (N, C, H', W'), H' = (H + 2 Padding - Size) / Stride + 1.
/// Needs    images no smaller than the window; a padding of at most half of it.
template <int Size = 2, int Stride = Size, int Padding = 0>
struct MaxPool {
  static constexpr int usual[] = {Size, 0};
  using Windows = ImageWindows<Size, Stride, Padding>;
  using Needs = typename Windows::Needs;
  static constexpr Shape infer(Shape in) { return Windows::infer(in); }
  static constexpr kernel::PoolShape windows(Shape in) { return Windows::windows(in); }

  template <class In, class T>
  using Bind = MaxPooling<MaxPool, In, T>;
};
static_assert(MaxPool<2>::infer(shape(16, 7, 6)) == shape(16, 3, 3));

/// The same along the steps of a sequence, for each feature.
/// Shapes   (N, steps, C) -> (N, steps', C), steps' = (steps + 2 Padding - Size) / Stride + 1.
/// Needs    sequences of one length, no shorter than the window; a padding of at most half of it.
template <int Size = 2, int Stride = Size, int Padding = 0>
struct MaxPool1D {
  static constexpr int usual[] = {Size, 0};
  using Windows = SequenceWindows<Size, Stride, Padding>;
  using Needs = typename Windows::Needs;
  static constexpr Shape infer(Shape in) { return Windows::infer(in); }
  static constexpr kernel::PoolShape windows(Shape in) { return Windows::windows(in); }

  template <class In, class T>
  using Bind = MaxPooling<MaxPool1D, In, T>;
};
static_assert(MaxPool1D<2>::infer(shape(7, 16)) == shape(3, 16));

}  // namespace tutti
