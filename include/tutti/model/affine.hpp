// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/input.hpp>
#include <tutti/core/rows.hpp>
#include <tutti/core/workspace.hpp>

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>

namespace tutti {

/// y = x W + b for one row: the prediction of every linear model, in plain loops of constant length.
/// Shapes   x (width), W (width, outputs), b (outputs) -> y (outputs); Out is `outputs` where it is known, or
///          Dynamic.
/// Cost     2 width outputs flops.
template <int Out>
void affine(const float* x, int width, int outputs, const float* W, const float* b, float* y) noexcept {
  constexpr int lanes = 8;
  if (Out == 1 || (Out == Dynamic && outputs == 1)) {
    float sum[lanes] = {};
    int j = 0;
    for (; j + lanes <= width; j += lanes)
      for (int v = 0; v < lanes; ++v) sum[v] += x[j + v] * W[j + v];
    float rest = 0;
    for (; j < width; ++j) rest += x[j] * W[j];
    y[0] = b[0] + (((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7])) + rest);
    return;
  }
  int k = 0;
  const auto group = [&](auto size) {  // `size` outputs side by side, in registers
    constexpr int n = decltype(size)::value;
    float sum[n];
    for (int v = 0; v < n; ++v) sum[v] = b[k + v];
    for (int j = 0; j < width; ++j) {
      const float* const row = W + static_cast<std::ptrdiff_t>(j) * outputs + k;
      for (int v = 0; v < n; ++v) sum[v] += x[j] * row[v];
    }
    for (int v = 0; v < n; ++v) y[k + v] = sum[v];
    k += n;
  };
  if constexpr (Out > 0) {
    for (int full = Out / lanes; full > 0; --full) group(std::integral_constant<int, lanes>{});
    if constexpr (Out % lanes != 0) group(std::integral_constant<int, Out % lanes>{});
  } else {
    while (k + lanes <= outputs) group(std::integral_constant<int, lanes>{});
    while (k < outputs) group(std::integral_constant<int, 1>{});
  }
}

/// The numbers of a row as floats: where they lie, or copied into a workspace.
template <class X> struct FloatRow {
  static constexpr int width = X::shape.size();
  static constexpr bool in_place = requires(const ViewOf<X>& x) {
    { x.data() } -> std::same_as<const float*>;
  };

  static constexpr std::size_t bytes(int w) noexcept { return in_place ? 0 : workspace_bytes_of<float>(w); }
  static float* scratch(int w, Workspace& workspace) noexcept {
    return in_place ? nullptr : workspace.take<float>(w);
  }
  static const float* read(const ViewOf<X>& x, [[maybe_unused]] float* scratch) noexcept {
    if constexpr (in_place) return x.data();
    else {
      x.copy_to(scratch);
      return scratch;
    }
  }
};

/// y = x W + b: the part that all linear models have in common, and what they are made of.
/// Shapes   x (width) -> y, its first `outputs` numbers; Out is `outputs` where it is known, or Dynamic.
template <class X, int Out> struct Affine {
  int width = 0;
  Buffer<float> coefficients{};  // W (width, outputs)
  Buffer<float> intercept{};     // b (outputs)

  static constexpr std::size_t workspace_bytes(std::ptrdiff_t) requires(FloatRow<X>::in_place ||
                                                                        FloatRow<X>::width != Dynamic) {
    return FloatRow<X>::bytes(FloatRow<X>::width);
  }
  std::size_t workspace_bytes(std::ptrdiff_t) const
      requires(!FloatRow<X>::in_place && FloatRow<X>::width == Dynamic) {
    return FloatRow<X>::bytes(width);
  }

  void apply(std::span<const ViewOf<X>> x, Rows<float> y, Workspace& workspace) const noexcept {
    const int columns = FloatRow<X>::width == Dynamic ? width : FloatRow<X>::width;
    const int outputs = static_cast<int>(intercept.size());
    float* const scratch = FloatRow<X>::scratch(columns, workspace);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::span<float> row = y.row(static_cast<std::ptrdiff_t>(i));
      const bool fits = x[i].size() == columns && std::ssize(row) >= outputs;
      if (fits)
        affine<Out>(FloatRow<X>::read(x[i], scratch), columns, outputs, coefficients.data(), intercept.data(),
                    row.data());
      else  // only a file whose parts contradict each other leads here
        for (float& v : row) v = std::numeric_limits<float>::quiet_NaN();
    }
  }

  /// Sizes that came from a file.
  void check_sizes(std::size_t outputs) const {
    constexpr int known = X::shape.size();
    check<FileError>(width >= 0 && (known == Dynamic || width == known),
                     {"expected coefficients for ", known, " columns"}, width);
    check<FileError>(intercept.size() == outputs, {"expected ", outputs, " intercepts"}, intercept.size());
    const std::size_t all = static_cast<std::size_t>(width) * outputs;
    check<FileError>(coefficients.size() == all, {"expected ", all, " coefficients"}, coefficients.size());
  }
};

}  // namespace tutti
