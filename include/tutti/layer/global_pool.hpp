// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/pooling.hpp>

namespace tutti {

namespace detail {
/// One number for each channel of an image, for each feature of a sequence.
struct GlobalWindows {
  using Needs = tutti::Needs<RankFrom<2, 3>, OneLength>;
  static constexpr Shape infer(Shape in) { return shape(in[channel_axis(in)]); }
  static constexpr kernel::PoolShape windows(Shape in) {
    const bool image = in.rank == 3;
    return {.channels = image ? in[0] : 1, .height = image ? in[1] : in[0], .width = image ? in[2] : in[1],
            .window_h = image ? in[1] : in[0], .window_w = image ? in[2] : 1, .stride_h = 1, .stride_w = 1};
  }
};
}  // namespace detail

/// The mean of each channel of an image, of each feature over the steps of a sequence.
/// Shapes   (N, C, H, W) or (N, steps, C) -> (N, C).
/// Needs    sequences of one length.
/// Source   Lin et al., Network in network (ICLR 2014).
struct GlobalAveragePool {
  using Windows = detail::GlobalWindows;
  using Needs = Windows::Needs;
  static constexpr Shape infer(Shape in) { return Windows::infer(in); }
  static constexpr kernel::PoolShape windows(Shape in) { return Windows::windows(in); }

  template <class In, class T>
  using Bind = AveragePooling<GlobalAveragePool, In, T>;
};
static_assert(GlobalAveragePool::infer(shape(16, 7, 6)) == shape(16));

/// The largest number of each channel of an image, of each feature over the steps of a sequence.
/// Shapes   (N, C, H, W) or (N, steps, C) -> (N, C).
/// Needs    sequences of one length.
struct GlobalMaxPool {
  using Windows = detail::GlobalWindows;
  using Needs = Windows::Needs;
  static constexpr Shape infer(Shape in) { return Windows::infer(in); }
  static constexpr kernel::PoolShape windows(Shape in) { return Windows::windows(in); }

  template <class In, class T>
  using Bind = MaxPooling<GlobalMaxPool, In, T>;
};
static_assert(GlobalMaxPool::infer(shape(7, 16)) == shape(16));

}  // namespace tutti
