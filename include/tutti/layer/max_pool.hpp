// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/pool.hpp>
#include <tutti/layer/trace.hpp>

#include <cstdint>

namespace tutti {

/// The largest pixel of each window; windows that do not fit wholly are left out.
/// Shapes   (N, C, H, W) -> (N, C, H', W'), H' = (H - Size) / Stride + 1.
/// Needs    images no smaller than the window.
template <int Size = 2, int Stride = Size>
struct MaxPool {
  using Needs = tutti::Needs<Rank<3>, AtLeast<1, Size>, AtLeast<2, Size>>;
  static constexpr Shape infer(Shape in) {
    return shape(in[0], positions(in[1], Size, Stride, 0), positions(in[2], Size, Stride, 0));
  }

  template <class In, class T>
  struct Bind {
    static_assert(sizeof(T) >= sizeof(std::int32_t));
    [[no_unique_address]] In in;

    constexpr explicit Bind(In extents) : in(extents) {}

    constexpr kernel::PoolShape image() const noexcept {
      return {.channels = in[0],
              .height = in[1],
              .width = in[2],
              .window_h = Size,
              .window_w = Size,
              .stride = Stride};
    }
    constexpr std::ptrdiff_t saved_size() const { return image().output_size(); }  // which pixel won

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      const kernel::PoolShape s = image();
      for (std::ptrdiff_t r = 0; r < x.rows(); ++r)
        kernel::max_pool<T>(s, x.data() + r * s.input_size(), y.data() + r * s.output_size(),
                            winners(pass, r));
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      const kernel::PoolShape s = image();
      for (std::ptrdiff_t r = 0; r < dy.rows(); ++r)
        kernel::max_pool_backward<T>(s, dy.data() + r * s.output_size(), winners(pass, r),
                                     dx.data() + r * s.input_size());
    }

   private:
    std::int32_t* winners(const Pass<T>& pass, std::ptrdiff_t row) const noexcept {
      return pass.saved == nullptr ? nullptr
                                   : reinterpret_cast<std::int32_t*>(pass.saved + row * saved_size());
    }
  };
};
static_assert(MaxPool<2>::infer(shape(16, 7, 6)) == shape(16, 3, 3));

}  // namespace tutti
