// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/rows.hpp>

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace tutti {

/// How a parameter starts. `fan` is how many numbers add up in one output: the product of all extents but the
/// last, unless the layer says it, as in he_normal.fan_in(channels * kernel * kernel).
struct Initialiser {
  double (*draw)(Random& random, double fan);
  std::ptrdiff_t fan = 0;

  constexpr Initialiser fan_in(std::ptrdiff_t n) const { return {draw, n}; }
};

inline constexpr Initialiser zeros{[](Random&, double) { return 0.0; }};
inline constexpr Initialiser ones{[](Random&, double) { return 1.0; }};
/// Normal with variance 2 / fan: what passes a ReLU keeps its size.
/// Source   He et al., Delving deep into rectifiers (ICCV 2015).
inline constexpr Initialiser he_normal{
    [](Random& r, double fan) { return r.normal() * std::sqrt(2.0 / fan); }};
/// Normal with variance 1 / fan.
/// Source   LeCun et al., Efficient backprop (1998).
inline constexpr Initialiser lecun_normal{
    [](Random& r, double fan) { return r.normal() * std::sqrt(1.0 / fan); }};

/// What a layer's parameters(visit) and buffers(visit) call for each of their tensors:
///   visit("W", W, {in, out}, he_normal)
///   visit.packed(P, size, [&] { ... })   what a layer makes of its weights, to read them faster: no parameter, never stored
///   visit.bf16()                         true where weights are bound for predictions that may read them as bf16
/// One type for the four things that happen to them, so that layers are compiled once: tensors are counted,
/// views are pointed to where their numbers lie, one behind the other, the numbers get first values, and weights are packed.
template <class T>
class ParameterVisitor {
 public:
  static constexpr ParameterVisitor counting(bool bf16 = false) {
    ParameterVisitor v;
    v.bf16_ = bf16;
    return v;
  }
  static constexpr ParameterVisitor binding(T* numbers, T* packed = nullptr, bool bf16 = false) {
    ParameterVisitor v;
    v.numbers_ = numbers;
    v.packed_ = packed;
    v.bf16_ = bf16;
    return v;
  }
  static constexpr ParameterVisitor packing() {
    ParameterVisitor v;
    v.packs_ = true;
    return v;
  }
  /// Tensor i gets stream i of `random`, so that a longer net begins like a shorter one.
  static constexpr ParameterVisitor filling(Random random) {
    ParameterVisitor v;
    v.fills_ = true;
    v.random_ = random;
    return v;
  }

  [[gnu::noinline]] constexpr void operator()(std::string_view, View<T>& view,
                                              std::initializer_list<std::ptrdiff_t> extents,
                                              const Initialiser& init) {
    std::ptrdiff_t n = 1, last = 1;
    for (const std::ptrdiff_t e : extents) n *= last = e;
    if (numbers_ != nullptr) view = View<T>(numbers_ + count_, n);
    if (fills_) fill(view, init, n / (last > 0 ? last : 1));
    count_ += n;
    ++tensors_;
  }
  /// `pack()` fills what `view` shows of n numbers, aligned like a buffer; a view of none was never bound.
  constexpr void packed(View<T>& view, std::ptrdiff_t n, auto&& pack) {
    if (numbers_ != nullptr) view = packed_ == nullptr ? View<T>() : View<T>(packed_ + packed_count_, n);
    if (packs_ && view.size() > 0) pack();
    constexpr std::ptrdiff_t line = alignment / sizeof(T);
    packed_count_ += (n + line - 1) / line * line;
  }
  constexpr bool bf16() const { return bf16_; }
  /// Numbers of all tensors so far.
  constexpr std::ptrdiff_t count() const { return count_; }
  constexpr std::ptrdiff_t packed_count() const { return packed_count_; }

 private:
  [[gnu::noinline, gnu::cold]] constexpr void fill(View<T>& view, const Initialiser& init, std::ptrdiff_t fan) {
    Random stream = random_.stream(tensors_);
    const double sum_of = static_cast<double>(init.fan > 0 ? init.fan : fan);
    for (T& value : view) value = static_cast<T>(init.draw(stream, sum_of));
  }

  T* numbers_ = nullptr;
  T* packed_ = nullptr;
  bool fills_ = false, packs_ = false, bf16_ = false;
  Random random_{};
  std::uint64_t tensors_ = 0;
  std::ptrdiff_t count_ = 0, packed_count_ = 0;
};

}  // namespace tutti
