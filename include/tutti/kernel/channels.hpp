// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/reduce.hpp>

namespace tutti::kernel {

/// Rows of channels of planes: element (n, c, p) lies at n row_stride + c plane + p. After a dense layer
/// plane = 1, after a convolution plane = height width. Channels are independent: a caller may hand them out
/// to threads in ranges.
struct ChannelLayout {
  std::ptrdiff_t rows = 0;
  std::ptrdiff_t channels = 1;
  std::ptrdiff_t plane = 1;
  std::ptrdiff_t row_stride = 0;

  constexpr std::ptrdiff_t count() const noexcept { return rows * plane; }  // elements of one channel
};

/// rows x (channels, plane), one behind the other.
constexpr ChannelLayout dense_channels(std::ptrdiff_t rows, std::ptrdiff_t channels,
                                       std::ptrdiff_t plane) noexcept {
  return {rows, channels, plane, channels * plane};
}

namespace detail {

/// What the terms of sums and maps are made of. Of one channel: of(f) is the number f(channel).
struct OneChannel {
  std::ptrdiff_t channel;

  template <class F> [[gnu::always_inline]] auto operator()(const F& f) const noexcept { return f(channel); }
};
/// Of a register of channels beside each other: of(f) holds f(channel) of each.
template <class T> struct ChannelRegister {
  std::ptrdiff_t first, count;

  template <class F> [[gnu::always_inline]] Batch<T> operator()(const F& f) const noexcept {
    alignas(64) T whole[static_cast<std::size_t>(lanes<T>)] = {};
    for (std::ptrdiff_t k = 0; k < count; ++k) whole[k] = f(first + k);
    return Batch<T>::load_aligned(whole);
  }
  [[gnu::always_inline]] Batch<T> read(const T* row) const noexcept {
    return load_count<T>(row + first, count);
  }
  [[gnu::always_inline]] void write(const Batch<T>& v, T* row) const noexcept {
    store_count<T>(v, row + first, count);
  }
};
template <class T, class F> [[gnu::always_inline]] inline void each_channel_register(const ChannelLayout& l, const F& f) noexcept {
  for (std::ptrdiff_t c = 0; c < l.channels; c += lanes<T>) f(ChannelRegister<T>{c, std::min(lanes<T>, l.channels - c)});
}

/// total[c] = the sum over channel c of term(of)(x...), where `term` gets what its constants are made of: see above. Nothing is
/// lost where rows are added up, so that the mean of equal numbers is that number.
template <class T, class Term, class... X>
void channel_sums(const ChannelLayout& l, double* total, const Term& term, const X*... x) noexcept {
  std::fill(total, total + l.channels, 0.0);
  if (l.plane > 1) {
    for (std::ptrdiff_t n = 0; n < l.rows; ++n)
      for (std::ptrdiff_t c = 0; c < l.channels; ++c)
        total[c] += blocked_sum<T>(l.plane, term(OneChannel{c}), (x + n * l.row_stride + c * l.plane)...);
    return;
  }
  each_channel_register<T>(l, [&](const ChannelRegister<T>& of) __attribute__((always_inline)) {
    const auto f = term(of);
    Batch<T> sum(T(0)), lost(T(0));  // what rounding takes from the sum (Knuth's two-sum)
    for (std::ptrdiff_t n = 0; n < l.rows; ++n) {
      const Batch<T> v = f(of.read(x + n * l.row_stride)...), next = sum + v, added = next - sum;
      lost += (sum - (next - added)) + (v - added);
      sum = next;
    }
    alignas(64) T whole[static_cast<std::size_t>(lanes<T>)], rest[static_cast<std::size_t>(lanes<T>)];
    sum.store_aligned(whole);
    lost.store_aligned(rest);
    for (std::ptrdiff_t k = 0; k < of.count; ++k) total[of.first + k] = static_cast<double>(whole[k]) + static_cast<double>(rest[k]);
  });
}

/// y = map(of)(x...) for every element of channel c.
template <class T, class Map, class... X>
void channel_map(const ChannelLayout& l, T* y, const Map& map, const X*... x) noexcept {
  if (l.plane > 1) {
    for (std::ptrdiff_t n = 0; n < l.rows; ++n)
      for (std::ptrdiff_t c = 0; c < l.channels; ++c) {
        const std::ptrdiff_t at = n * l.row_stride + c * l.plane;
        transform<T>(l.plane, y + at, map(OneChannel{c}), (x + at)...);
      }
    return;
  }
  each_channel_register<T>(l, [&](const ChannelRegister<T>& of) __attribute__((always_inline)) {
    const auto f = map(of);
    for (std::ptrdiff_t n = 0; n < l.rows; ++n) of.write(f(of.read(x + n * l.row_stride)...), y + n * l.row_stride);
  });
}

}  // namespace detail

/// y = factor[c] x for every element of channel c; y may be x.
/// Shapes   x, y (rows, channels, plane), factor (channels).
template <class T> void scale_channels(const ChannelLayout& l, const T* x, const T* factor, T* y) noexcept {
  const auto factor_of = [&](std::ptrdiff_t c) { return factor[c]; };
  detail::channel_map<T>(
      l, y, [&](const auto& of) { return [a = of(factor_of)](const auto& v) { return v * a; }; }, x);
}

/// y = factor[c] x + shift[c] for every element of channel c; y may be x.
template <class T>
void scale_and_shift_channels(const ChannelLayout& l, const T* x, const T* factor, const T* shift, T* y) noexcept {
  const auto factor_of = [&](std::ptrdiff_t c) { return factor[c]; };
  const auto shift_of = [&](std::ptrdiff_t c) { return shift[c]; };
  detail::channel_map<T>(
      l, y, [&](const auto& of) { return [a = of(factor_of), b = of(shift_of)](const auto& v) { return v * a + b; }; }, x);
}

/// product[c] = the sum of x z over channel c.
/// Shapes   x, z (rows, channels, plane) -> product (channels).
template <class T> void channel_products(const ChannelLayout& l, const T* x, const T* z, T* product) noexcept {
  constexpr std::ptrdiff_t strip = 16;
  for (std::ptrdiff_t c = 0; c < l.channels; c += strip) {
    double total[strip];
    const ChannelLayout part{l.rows, std::min(strip, l.channels - c), l.plane, l.row_stride};
    detail::channel_sums<T>(
        part, total, [](const auto&) { return [](const auto& u, const auto& v) { return u * v; }; },
        x + c * l.plane, z + c * l.plane);
    for (std::ptrdiff_t k = 0; k < part.channels; ++k) product[c + k] = static_cast<T>(total[k]);
  }
}

}  // namespace tutti::kernel
