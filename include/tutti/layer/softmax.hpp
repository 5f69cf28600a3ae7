// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/activation.hpp>
#include <tutti/layer/trace.hpp>

namespace tutti {

/// y[c] = e^x[c] / sum over k of e^x[k], over all numbers of a vector, over the channels of an image at each
/// pixel, over the features of a sequence at each step. The last layer of a net needs none: its loss owns it.
/// Shapes   (N, C), (N, C, H, W) or (N, steps, C) -> the same.
/// Needs    rows of one length where they are sequences.
struct Softmax {
  using Needs = tutti::Needs<OneLength>;
  static constexpr Shape infer(Shape in) { return in; }

  template <class In, class T>
  struct Bind {
    std::ptrdiff_t classes, plane;

    constexpr explicit Bind(In in)
        : classes(in[channel_axis(in.shape())]), plane(in.shape().rank == 2 ? 1 : in.size() / classes) {}

    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      if (plane == 1) {
        kernel::softmax_rows<T>(x.size() / classes, classes, x.data(), y.data());
      } else {
        const std::ptrdiff_t size = classes * plane;
        for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
          kernel::softmax_planes<T>(classes, plane, x.data() + r * size, y.data() + r * size);
      }
    }
    void backward(Rows<const T>, Rows<const T> y, Rows<const T> dy, Rows<T> dx) const noexcept {
      const std::ptrdiff_t size = classes * plane;
      for (std::ptrdiff_t at = 0; at < y.size(); at += size)
        kernel::softmax_backward<T>(classes, plane, y.data() + at, dy.data() + at, dx.data() + at);
    }
  };
};

}  // namespace tutti
