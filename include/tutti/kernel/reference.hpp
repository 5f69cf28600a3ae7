// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Every kernel once more as its formula, in plain loops without blocks, registers or special cases: what the
/// fast ones are tested against, and the text to read first. Sums are long double.
namespace tutti::kernel::reference {

/// C = A B + (keep ? C : 0) for element functions a(i, k) and b(k, j).
template <class T, class A, class B>
void gemm(std::ptrdiff_t M, std::ptrdiff_t N, std::ptrdiff_t K, A a, B b, T* c, std::ptrdiff_t c_row,
          bool keep) {
  for (std::ptrdiff_t i = 0; i < M; ++i)
    for (std::ptrdiff_t j = 0; j < N; ++j) {
      long double sum = keep ? c[i * c_row + j] : T(0);
      for (std::ptrdiff_t k = 0; k < K; ++k) sum += static_cast<long double>(a(i, k)) * b(k, j);
      c[i * c_row + j] = static_cast<T>(sum);
    }
}

/// (sum_j |x_j - y_j|^p)^(1/p); the largest |x_j - y_j| for p = infinity.
template <class T> long double minkowski_distance(std::ptrdiff_t n, const T* x, const T* y, double p) {
  long double sum = 0, most = 0;
  for (std::ptrdiff_t j = 0; j < n; ++j) {
    const long double d = std::abs(static_cast<long double>(x[j]) - y[j]);
    sum += std::pow(d, static_cast<long double>(p));
    most = d > most ? d : most;
  }
  return std::isinf(p) ? most : std::pow(sum, 1 / static_cast<long double>(p));
}

/// Calls f(index in x, index in w, index in y) for every product of a kernel::ConvShape's convolution.
template <class Shape, class F> void each_conv_product(const Shape& s, F f) {
  const int rows = s.out_height(), columns = s.out_width();
  for (int o = 0; o < s.out; ++o)
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < columns; ++x)
        for (int c = 0; c < s.channels / s.groups; ++c)
          for (int ky = 0; ky < s.kernel_h; ++ky)
            for (int kx = 0; kx < s.kernel_w; ++kx) {
              const int row = y * s.stride + ky * s.dilation - s.padding,
                        column = x * s.stride + kx * s.dilation - s.padding;
              const int group = o / (s.out / s.groups);
              if (row < 0 || row >= s.height || column < 0 || column >= s.width) continue;
              f((std::ptrdiff_t{group * (s.channels / s.groups) + c} * s.height + row) * s.width + column,
                ((std::ptrdiff_t{o} * (s.channels / s.groups) + c) * s.kernel_h + ky) * s.kernel_w + kx,
                (std::ptrdiff_t{o} * rows + y) * columns + x);
            }
}

template <class Shape, class T>
void conv_forward(const Shape& s, const T* x, const T* w, const T* bias, T* y) {
  for (std::ptrdiff_t i = 0; i < s.output_size(); ++i) y[i] = bias != nullptr ? bias[i / s.pixels()] : T(0);
  each_conv_product(
      s, [&](std::ptrdiff_t at, std::ptrdiff_t tap, std::ptrdiff_t out) { y[out] += x[at] * w[tap]; });
}

template <class Shape, class T> void conv_backward_data(const Shape& s, const T* w, const T* dy, T* dx) {
  for (std::ptrdiff_t i = 0; i < s.input_size(); ++i) dx[i] = T(0);
  each_conv_product(
      s, [&](std::ptrdiff_t at, std::ptrdiff_t tap, std::ptrdiff_t out) { dx[at] += w[tap] * dy[out]; });
}

template <class Shape, class T>
void conv_backward_weights(const Shape& s, const T* x, const T* dy, T* dw, T* db) {
  each_conv_product(
      s, [&](std::ptrdiff_t at, std::ptrdiff_t tap, std::ptrdiff_t out) { dw[tap] += x[at] * dy[out]; });
  for (std::ptrdiff_t i = 0; i < s.output_size(); ++i) db[i / s.pixels()] += dy[i];
}

/// Calls f(index in x, index in w, index in y) for every product of a kernel::Conv1DShape's convolution.
template <class Shape, class F> void each_conv1d_product(const Shape& s, F f) {
  const int in = s.channels / s.groups, out = s.out / s.groups;
  for (int t = 0; t < s.out_steps(); ++t)
    for (int o = 0; o < s.out; ++o)
      for (int k = 0; k < s.kernel; ++k)
        for (int c = 0; c < in; ++c) {
          const int step = t * s.stride + k * s.dilation - s.padding;
          if (step < 0 || step >= s.steps) continue;
          f(static_cast<std::size_t>(step * s.channels + o / out * in + c),
            static_cast<std::size_t>((k * in + c) * s.out + o), static_cast<std::size_t>(t * s.out + o));
        }
}

/// Calls f(out, at, is_first) for the pixels of each window of a kernel::PoolShape that lie in the image.
template <class Shape, class F> void each_pool_pixel(const Shape& s, F f) {
  std::ptrdiff_t out = 0;
  for (int c = 0; c < s.channels; ++c)
    for (int y = -s.padding_h; y + s.window_h <= s.height + s.padding_h; y += s.stride_h)
      for (int x = -s.padding_w; x + s.window_w <= s.width + s.padding_w; x += s.stride_w, ++out) {
        bool first = true;
        for (int i = y; i < y + s.window_h; ++i)
          for (int j = x; j < x + s.window_w; ++j) {
            if (i < 0 || i >= s.height || j < 0 || j >= s.width) continue;
            f(out, (std::ptrdiff_t{c} * s.height + i) * s.width + j, first);
            first = false;
          }
      }
}

/// f(places of the four pixels of x, their weights) for every pixel of kernel::UpsampleShape's larger image.
template <class Shape, class F> void each_upsampled(const Shape& s, F f) {
  const auto between = [&](int n, int i, int& first, int& second) {  // and the weight of the second
    const double at = s.bilinear ? std::fmax(0, (i + 0.5) / s.scale - 0.5) : i / s.scale;
    first = static_cast<int>(at);
    second = first + 1 < n ? first + 1 : first;
    return at - first;
  };
  for (int c = 0; c < s.channels; ++c)
    for (int i = 0; i < s.height * s.scale; ++i)
      for (int j = 0; j < s.width * s.scale; ++j) {
        int above, below, left, right;
        const double u = between(s.height, i, above, below), v = between(s.width, j, left, right);
        const auto place = [&](int row, int column) { return (std::ptrdiff_t{c} * s.height + row) * s.width + column; };
        f({place(above, left), place(above, right), place(below, left), place(below, right)},
          {(1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v});
      }
}

template <class T> long double sum(std::ptrdiff_t n, const T* x) {
  long double total = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) total += x[i];
  return total;
}

template <class T> long double dot(std::ptrdiff_t n, const T* x, const T* y) {
  long double total = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) total += static_cast<long double>(x[i]) * y[i];
  return total;
}

/// log sum exp(x), of finite numbers that exp does not overflow.
template <class T> long double logsumexp(std::ptrdiff_t n, const T* x) {
  long double total = 0;
  for (std::ptrdiff_t i = 0; i < n; ++i) total += std::exp(static_cast<long double>(x[i]));
  return std::log(total);
}

/// f(channel, index) for every element in a kernel::ChannelLayout.
template <class Layout, class F> void each_channel_element(const Layout& l, F f) {
  for (std::ptrdiff_t c = 0; c < l.channels; ++c)
    for (std::ptrdiff_t n = 0; n < l.rows; ++n)
      for (std::ptrdiff_t p = 0; p < l.plane; ++p) f(c, n * l.row_stride + c * l.plane + p);
}

/// f(group, channel, index) for every element of a kernel::GroupShape.
template <class Shape, class F> void each_group_element(const Shape& s, F f) {
  for (std::ptrdiff_t t = 0; t < s.steps; ++t)
    for (std::ptrdiff_t c = 0; c < s.channels; ++c)
      for (std::ptrdiff_t p = 0; p < s.plane; ++p) f(c / s.in_group(), c, (t * s.channels + c) * s.plane + p);
}

/// The mean over each group of term(channel, index).
template <class Shape, class F> void group_means(const Shape& s, F term, long double* mean) {
  for (std::ptrdiff_t g = 0; g < s.groups; ++g) {
    mean[g] = 0;
    each_group_element(s, [&](std::ptrdiff_t group, std::ptrdiff_t c, std::ptrdiff_t i) {
      if (group == g) mean[g] += term(c, i) * s.groups / s.size();
    });
  }
}

/// xhat = (x - mean) / sqrt(variance + epsilon); scale[g] = 1 / sqrt(variance + epsilon). At most 8 groups.
template <class Shape, class T>
void normalize_groups(const Shape& s, double epsilon, const T* x, long double* xhat, long double* scale) {
  long double mean[8];
  group_means(s, [&](std::ptrdiff_t, std::ptrdiff_t i) { return static_cast<long double>(x[i]); }, mean);
  const auto centred = [&](std::ptrdiff_t c, std::ptrdiff_t i) { return x[i] - mean[c / s.in_group()]; };
  group_means(s, [&](std::ptrdiff_t c, std::ptrdiff_t i) { return centred(c, i) * centred(c, i); }, scale);
  for (std::ptrdiff_t g = 0; g < s.groups; ++g) scale[g] = 1 / std::sqrt(scale[g] + epsilon);
  each_group_element(s, [&](std::ptrdiff_t g, std::ptrdiff_t c, std::ptrdiff_t i) { xhat[i] = centred(c, i) * scale[g]; });
}

template <class Shape, class T>
void group_norm_forward(const Shape& s, double epsilon, const T* x, const T* gamma, const T* beta, long double* y) {
  long double scale[8];
  normalize_groups(s, epsilon, x, y, scale);
  each_group_element(s, [&](std::ptrdiff_t, std::ptrdiff_t c, std::ptrdiff_t i) { y[i] = y[i] * gamma[c] + beta[c]; });
}

template <class Shape, class T>
void group_norm_backward(const Shape& s, double epsilon, const T* x, const T* dy, const T* gamma, long double* dgamma,
                         long double* dbeta, long double* dx) {
  long double scale[8], shift[8], slope[8];
  normalize_groups(s, epsilon, x, dx, scale);
  const auto d = [&](std::ptrdiff_t c, std::ptrdiff_t i) { return static_cast<long double>(dy[i]) * gamma[c]; };
  group_means(s, d, shift);
  group_means(s, [&](std::ptrdiff_t c, std::ptrdiff_t i) { return d(c, i) * dx[i]; }, slope);
  each_group_element(s, [&](std::ptrdiff_t g, std::ptrdiff_t c, std::ptrdiff_t i) {
    dgamma[c] += dy[i] * dx[i];
    dbeta[c] += dy[i];
    dx[i] = scale[g] * (d(c, i) - shift[g] - dx[i] * slope[g]);
  });
}

/// The leaf that a row reaches in kernel::TreeNodes, one decision after the other.
template <class Nodes, class E> std::int32_t tree_leaf(const Nodes& t, std::int32_t node, const E* row) {
  if (t.left[node] == node) return node;
  const bool categorical = t.split[node] < 0;
  const std::int32_t split = categorical ? -1 - t.split[node] : t.split[node];
  const auto x = static_cast<float>(row[split / 2]);
  bool left = std::isnan(x) ? split % 2 == 1 : x <= t.threshold[node];
  if (categorical) {
    left = split % 2 == 1;
    std::int32_t at;
    std::memcpy(&at, &t.threshold[node], sizeof at);
    for (std::uint32_t c = 0; c < t.sets[at]; ++c)
      if (x == static_cast<float>(c)) left = (t.sets[at + 1 + static_cast<std::int32_t>(c / 32)] & 1u << c % 32) != 0;
  }
  return reference::tree_leaf(t, left ? t.left[node] : t.left[node] + 1, row);
}

}  // namespace tutti::kernel::reference
