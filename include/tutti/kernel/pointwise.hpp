// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/logistic.hpp>

namespace tutti::kernel {

/// y[i] = f.value(x[i]); y may be x.
template <class T, class F> void pointwise(std::ptrdiff_t n, const F& f, const T* x, T* y) noexcept {
  transform<T>(
      n, y, [&](const Batch<T>& v) __attribute__((always_inline)) { return f.value(v); }, x);
}

/// dx[i] = dy[i] f.slope(x[i], y[i]), for y = f.value(x); dx may be dy.
template <class T, class F>
void pointwise_backward(std::ptrdiff_t n, const F& f, const T* x, const T* y, const T* dy, T* dx) noexcept {
  transform<T>(
      n, dx, [&](const Batch<T>& v, const Batch<T>& w, const Batch<T>& d) __attribute__((always_inline)) { return f.slope(v, w, d); },
      x, y, dy);
}

// The functions: value(x), and slope(x, y, d) = d dy/dx. NaN stays NaN. `slope_of_output`: the slope is the same where x is
// y as well, so that y may take the place of x.

template <class T> struct Relu {  // max(x, 0); a NaN gets no gradient
  static constexpr bool slope_of_output = true;

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept {
    const Batch<T> zero(T(0));
    return xsimd::select(x < zero, zero, x);
  }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>&, const Batch<T>& d) const noexcept {
    const Batch<T> zero(T(0));
    return xsimd::select(x > zero, d, zero);
  }
};

template <class T> struct LeakyRelu {  // x > 0 ? x : a x
  T a;

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept {
    return xsimd::select(x > Batch<T>(T(0)), x, Batch<T>(a) * x);
  }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>&, const Batch<T>& d) const noexcept {
    return xsimd::select(x > Batch<T>(T(0)), d, Batch<T>(a) * d);
  }
};

template <class T> struct Elu {  // x > 0 ? x : a (e^x - 1)
  T a;

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept {
    const Batch<T> zero(T(0));
    return xsimd::select(x > zero, x, Batch<T>(a) * kernel::expm1<T>(xsimd::select(x > zero, zero, x)));
  }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>& y, const Batch<T>& d) const noexcept {
    return xsimd::select(x > Batch<T>(T(0)), d, (y + Batch<T>(a)) * d);
  }
};

template <class T> struct Gelu {  // x P(x), P the distribution function of the standard normal
  /// P(x), where e = exp(-x^2 / 2).
  [[gnu::always_inline]] static Batch<T> probability(const Batch<T>& x, const Batch<T>& e) noexcept {
    const Batch<T> half(T(0.5)), one(T(1)), root(T(0.70710678118654752440));
    return half * (one + detail::erf_beside<T>(root * x, e));
  }
  [[gnu::always_inline]] static Batch<T> bell(const Batch<T>& x) noexcept { return kernel::exp<T>(Batch<T>(T(-0.5)) * x * x); }

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept { return x * probability(x, bell(x)); }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>&, const Batch<T>& d) const noexcept {
    const Batch<T> scale(T(0.39894228040143267794)), e = bell(x);
    return d * (probability(x, e) + x * scale * e);
  }
};

template <class T> struct Silu {  // x / (1 + e^-x)
  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept { return x * logistic<T>(x); }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>& y, const Batch<T>& d) const noexcept {
    const Batch<T> s = logistic<T>(x);
    return d * (s + y * (Batch<T>(T(1)) - s));
  }
};

template <class T> struct Logistic {  // 1 / (1 + e^-x)
  static constexpr bool slope_of_output = true;

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept { return logistic<T>(x); }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>&, const Batch<T>& y, const Batch<T>& d) const noexcept {
    return d * (y * (Batch<T>(T(1)) - y));
  }
};

template <class T> struct HyperbolicTangent {
  static constexpr bool slope_of_output = true;

  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept { return kernel::tanh<T>(x); }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>&, const Batch<T>& y, const Batch<T>& d) const noexcept {
    return d * (Batch<T>(T(1)) - y * y);
  }
};

template <class T> struct HardSwish {  // x min(max(x + 3, 0), 6) / 6
  [[gnu::always_inline]] Batch<T> value(const Batch<T>& x) const noexcept {
    const Batch<T> zero(T(0)), three(T(3));
    const Batch<T> inside = x * (x + three) * Batch<T>(T(1) / T(6));
    return xsimd::select(x >= three, x, xsimd::select(x <= -three, zero, inside));
  }
  [[gnu::always_inline]] Batch<T> slope(const Batch<T>& x, const Batch<T>&, const Batch<T>& d) const noexcept {
    const Batch<T> zero(T(0)), three(T(3)), half(T(0.5));
    const Batch<T> inside = d * (x * Batch<T>(T(1) / T(3)) + half);
    return xsimd::select(x > three, d, xsimd::select(x < -three, zero, inside));
  }
};

}  // namespace tutti::kernel
