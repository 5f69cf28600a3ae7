// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/channels.hpp>
#include <tutti/layer/dropout.hpp>

namespace tutti {

/// Dropout of whole channels of an image, of whole features of a sequence: in training each is 0 with probability
/// `rate`, and x / (1 - rate) otherwise; in prediction y = x, unless MonteCarloDropout asks for samples: then the same channels of
/// all rows are 0.
/// Shapes   (N, C, H, W), (N, steps, C) or (N, C) -> the same.
/// Needs    sequences of one length.
/// Source   Tompson et al., Efficient object localization using convolutional networks (CVPR 2015).
struct SpatialDropout {
  float rate = 0.5f;
  static constexpr bool samples = true;

  using Needs = tutti::Needs<OneLength>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("rate", self.rate); }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction
    float rate;
    kernel::ChannelLayout row;

    constexpr Bind(const SpatialDropout& spec, In in) : rate(spec.rate), row(channels_of(in.shape())) {}

    constexpr std::ptrdiff_t saved_size() const { return row.channels; }  // 0 or 1 / (1 - rate)
    constexpr std::ptrdiff_t scratch_size(std::ptrdiff_t, bool training) const { return training ? 0 : row.channels; }

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      if (pass.sampling) {
        each_dropped(pass, rate, 0, row.channels, [&](std::ptrdiff_t c, T m) { pass.scratch[c] = m; });
        return scale(x, y, pass.scratch, 0);
      }
      if (!pass.training) return hand_through(x, y);
      draw_dropout(pass, rate, Rows<T>(pass.saved, x.rows(), row.channels));
      scale(x, y, pass.saved, row.channels);
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx, const Pass<T>& pass) const noexcept {
      scale(dy, dx, pass.saved, row.channels);
    }

   private:
    /// The factors of the next row lie `step` behind those of a row.
    void scale(Rows<const T> from, Rows<T> to, const T* factor, std::ptrdiff_t step) const noexcept {
      for (std::ptrdiff_t r = 0; r < from.rows(); ++r)
        kernel::scale_channels<T>(row, from.data() + r * from.width(), factor + r * step, to.data() + r * to.width());
    }
  };
};

}  // namespace tutti
