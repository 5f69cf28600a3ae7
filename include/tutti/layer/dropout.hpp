// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/trace.hpp>

namespace tutti {

/// f(j, m) for every j < size in order: m is 0 with probability `rate`, and 1 / (1 - rate) otherwise. Rows differ.
template <class T, class F>
void each_dropped(const Pass<T>& pass, float rate, std::ptrdiff_t row, std::ptrdiff_t size, const F& f) noexcept {
  const T kept = rate < 1 ? T(1) / (T(1) - static_cast<T>(rate)) : T(0);
  const std::ptrdiff_t blocks = (size + 3) / 4;  // four numbers of a block, so many blocks a row
  for (std::ptrdiff_t block = 0; block < blocks; ++block) {
    const auto bits = pass.random.block(static_cast<std::uint64_t>(row * blocks + block));
    const std::ptrdiff_t n = std::min<std::ptrdiff_t>(4, size - 4 * block);
    for (std::ptrdiff_t j = 0; j < n; ++j) f(4 * block + j, Random::to_unit(bits[static_cast<std::size_t>(j)]) < rate ? T(0) : kept);
  }
}
/// The same for the rows of a batch.
/// Shapes   mask (N, numbers that are drawn for a row).
template <class T>
void draw_dropout(const Pass<T>& pass, float rate, Rows<T> mask) noexcept {
  for (std::ptrdiff_t r = 0; r < mask.rows(); ++r)
    each_dropped(pass, rate, pass.first_row + r, mask.width(), [&](std::ptrdiff_t j, T m) { mask(r, j) = m; });
}

/// In training every number is 0 with probability `rate`, and x / (1 - rate) otherwise; in prediction y = x, unless
/// MonteCarloDropout asks for samples: then the same numbers of all rows are 0.
/// Shapes   any -> the same.
/// Source   Srivastava et al., Dropout (JMLR 15, 2014), in its inverted form.
struct Dropout {
  float rate = 0.5f;
  static constexpr bool samples = true;

  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("rate", self.rate); }

  template <class In, class T>
  struct Bind {
    static constexpr bool in_place = true;                               // y may be x, in prediction
    float rate;
    std::ptrdiff_t size;

    constexpr Bind(const Dropout& spec, In in) : rate(spec.rate), size(in.size()) {}

    constexpr std::ptrdiff_t saved_size() const { return size; }         // 0 or 1 / (1 - rate)

    void forward(Rows<const T> x, Rows<T> y, const Pass<T>& pass) const noexcept {
      if (pass.sampling)
        return each_dropped(pass, rate, 0, size, [&](std::ptrdiff_t j, T m) {
          for (std::ptrdiff_t r = 0; r < x.rows(); ++r) y(r, j) = x(r, j) * m;
        });
      if (!pass.training) return hand_through(x, y);
      draw_dropout(pass, rate, Rows<T>(pass.saved, x.rows(), size));
      for (std::ptrdiff_t i = 0; i < x.size(); ++i) y[i] = x[i] * pass.saved[i];
    }
    void backward(Rows<const T>, Rows<const T>, Rows<const T> dy, Rows<T> dx,
                  const Pass<T>& pass) const noexcept {
      for (std::ptrdiff_t i = 0; i < dy.size(); ++i) dx[i] = dy[i] * pass.saved[i];
    }
  };
};

}  // namespace tutti
