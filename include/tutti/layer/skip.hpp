// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/conv.hpp>
#include <tutti/kernel/gemm.hpp>
#include <tutti/layer/extents.hpp>
#include <tutti/layer/parameters.hpp>
#include <tutti/layer/pass.hpp>

#include <algorithm>

namespace tutti::detail {

/// How x gets past f in x + f(x).
enum class SkipKind : unsigned char { identity, dense, stepwise, pointwise, impossible };

/// The stride at which a window of one pixel makes `out` positions of `in`; 0: there is none.
constexpr int skip_stride(int in, int out) {
  if (in == Dynamic || out == Dynamic) return Dynamic;
  const int stride = (in + out - 1) / out;
  return positions(in, 1, stride, 0) == out ? stride : 0;
}

constexpr SkipKind skip_kind(const Shape& in, const Shape& out) {
  bool same = in.rank == out.rank;
  for (int axis = 0; same && axis < in.rank; ++axis) same = in.extent[axis] == out.extent[axis];
  if (same && in.ragged == out.ragged) return SkipKind::identity;
  if (in.ragged || out.ragged) return SkipKind::impossible;
  if (out.rank == 1) return SkipKind::dense;
  if (in.rank == 2 && out.rank == 2) return skip_stride(in[0], out[0]) != 0 ? SkipKind::stepwise : SkipKind::impossible;
  if (in.rank != 3 || out.rank != 3) return SkipKind::impossible;
  const int down = skip_stride(in[1], out[1]), across = skip_stride(in[2], out[2]);
  const bool agree = down == across || down == Dynamic || across == Dynamic;
  return down != 0 && across != 0 && agree ? SkipKind::pointwise : SkipKind::impossible;
}

/// The way around f: nothing where the shapes are the same, P x otherwise, pixel by pixel for images, step by step for
/// sequences (and with a stride).
/// Shapes   P (In, Out), (features, features of f) for sequences, (Out channels, In channels) for images.
template <class T>
class Skip {
 public:
  constexpr Skip(const Shape& in, const Shape& out)
      : kind_(skip_kind(in, out)),
        in_(in.size()),
        out_(out.size()),
        wide_{in_, out_, 1, in_},
        conv_{.channels = in[0],
              .height = in[1],
              .width = in[2],
              .out = out[0],
              .kernel_h = 1,
              .kernel_w = 1,
              .stride = 1,
              .padding = 0} {
    if (kind_ == SkipKind::pointwise) conv_.stride = skip_stride(in[1], out[1]);
    if (kind_ == SkipKind::stepwise)
      wide_ = {in[1], out[1], out[0], std::ptrdiff_t{in[1]} * skip_stride(in[0], out[0])};
  }

  constexpr void parameters(auto& visit) {
    if (kind_ == SkipKind::dense || kind_ == SkipKind::stepwise) visit("P", P_, {wide_.in, wide_.out}, lecun_normal);
    if (kind_ == SkipKind::pointwise)
      visit("P", P_, {conv_.out, conv_.channels}, lecun_normal.fan_in(conv_.channels));
  }
  constexpr std::ptrdiff_t scratch_size(bool training) const {
    return kind_ == SkipKind::pointwise ? kernel::conv_scratch<T>(conv_, 1, training) + std::max(in_, out_) : 0;
  }

  void add(Rows<const T> x, Rows<T> y, T* scratch) const noexcept {                 // y += P x
    switch (kind_) {
      case SkipKind::dense:
      case SkipKind::stepwise:
        in_parts(x.rows(), [&](std::ptrdiff_t n, std::ptrdiff_t from, std::ptrdiff_t to) {
          kernel::gemm<T>(n, wide_.out, wide_.in, kernel::matrix(x.data() + from, wide_.stride),
                          kernel::matrix<T>(P_, wide_.out), y.data() + to, wide_.out, kernel::accumulate);
        });
        break;
      case SkipKind::pointwise:
        for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
          kernel::conv_forward<T, 0>(conv_, 1, x.data() + r * in_, P_, nullptr, nullptr, scratch, scratch + out_);
          plus(out_, scratch, y.data() + r * out_);
        }
        break;
      default: plus(y.size(), x.data(), y.data());
    }
  }
  void backward(Rows<const T> x, Rows<const T> dy, Rows<T> dx,
                const Pass<T>& pass) const noexcept {  // dx += P^T dy
    T* const scratch = pass.scratch;
    const bool wanted = dx.data() != nullptr;
    switch (kind_) {
      case SkipKind::dense:
      case SkipKind::stepwise:
        in_parts(x.rows(), [&](std::ptrdiff_t n, std::ptrdiff_t from, std::ptrdiff_t to) {
          const auto d = kernel::matrix(dy.data() + to, wide_.out);
          kernel::gemm<T>(wide_.in, wide_.out, n, kernel::transposed(x.data() + from, wide_.stride), d,
                          pass.gradients(P_).data(), wide_.out, kernel::accumulate);
          if (wanted)
            kernel::gemm<T>(n, wide_.in, wide_.out, d, kernel::transposed<T>(P_, wide_.out), dx.data() + from,
                            wide_.stride, kernel::accumulate);
        });
        break;
      case SkipKind::pointwise:
        for (std::ptrdiff_t r = 0; r < x.rows(); ++r) {
          kernel::conv_backward_weights<T, 0>(conv_, 1, x.data() + r * in_, dy.data() + r * out_,
                                                  pass.gradients(P_).data(), nullptr, scratch);
          if (!wanted) continue;
          kernel::conv_backward_data<T, 0>(conv_, 1, P_, nullptr, dy.data() + r * out_, scratch, scratch + in_);
          plus(in_, scratch, dx.data() + r * in_);
        }
        break;
      default:
        if (wanted) plus(dx.size(), dy.data(), dx.data());
    }
  }

 private:
  static void plus(std::ptrdiff_t n, const T* from, T* to) noexcept {
    for (std::ptrdiff_t i = 0; i < n; ++i) to[i] += from[i];
  }

  /// f(numbers of a part, where it begins in x, in y): all rows at once, or the steps of each row.
  template <class F>
  void in_parts(std::ptrdiff_t rows, const F& f) const noexcept {
    if (kind_ == SkipKind::dense) f(rows, std::ptrdiff_t{0}, std::ptrdiff_t{0});
    else
      for (std::ptrdiff_t r = 0; r < rows; ++r) f(wide_.steps, r * in_, r * out_);
  }

  struct Wide {  // P for vectors and steps; `stride` numbers of x from one to the next
    std::ptrdiff_t in, out, steps, stride;
  };

  SkipKind kind_;
  std::ptrdiff_t in_, out_;
  Wide wide_;
  kernel::ConvShape conv_;
  View<T> P_{};
};

}  // namespace tutti::detail
