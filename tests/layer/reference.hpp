// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "finite_differences.hpp"

#include "../reference/layers.hpp"

#include <span>

namespace tutti::testing {

/// What tests/reference/layers.py draws: multiples of 1 / divisor, 256 / divisor apart at most.
template <class T>
void draw(Buffer<T>& values, std::uint32_t seed, T divisor) {
  std::uint32_t state = seed * 2654435769u + 1u;
  for (T& v : values) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<T>(static_cast<int>(((state >> 8) >> 5) % 257) - 128) / divisor;
  }
}

/// The largest difference, relative to the largest number wanted.
template <class T>
double distance(std::span<const T> got, std::span<const double> wanted) {
  if (got.size() != wanted.size()) return 1e300;
  double largest = 1e-30, error = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double d = std::abs(static_cast<double>(got[i]) - wanted[i]);
    if (!(d <= error)) error = d;
    largest = std::max(largest, std::abs(wanted[i]));
  }
  return error / largest;
}

/// How long each parameter is.
template <class T>
struct ParameterSizes {
  std::vector<std::size_t> sizes{};
  void operator()(std::string_view, View<T>&, std::initializer_list<std::ptrdiff_t> extents, const Initialiser&) {
    std::ptrdiff_t n = 1;
    for (const std::ptrdiff_t e : extents) n *= e;
    sizes.push_back(static_cast<std::size_t>(n));
  }
  void packed(View<T>&, std::ptrdiff_t, auto&&) {}
  static bool bf16() { return false; }
};

template <class T, class L, class In>
void check_numbers(const L& layer, In in, std::span<const double> y, std::span<const double> dx,
                   std::span<const double> dw, double bar) {
  Bench<L, In, T> bench(layer, in, 2);
  draw(bench.weights, 1, T(128));
  draw(bench.x, 2, T(32));
  draw(bench.dy, 3, T(64));
  bench.differentiate();
  CHECK(distance<T>(bench.y, y) <= bar);
  CHECK(distance<T>(bench.dx, dx) <= bar);
  ParameterSizes<T> visit;
  bench.node.parameters(visit);
  CHECK(bench.gradients.size() == dw.size());
  std::size_t at = 0;
  for (const std::size_t n : visit.sizes) {
    CHECK(distance<T>(std::span<const T>(bench.gradients).subspan(at, n), dw.subspan(at, n)) <= bar);
    at += n;
  }
  bench.y.assign(bench.y.size(), T(9));
  bench.node.forward(bench.input(), bench.output(), bench.pass(false));
  CHECK(distance<T>(bench.y, y) <= bar);
  if constexpr (Bench<L, In, T>::Node::in_place) {
    std::copy(bench.x.begin(), bench.x.end(), bench.y.begin());
    bench.node.forward(Rows<const T>(bench.output()), bench.output(), bench.pass(false));
    CHECK(distance<T>(bench.y, y) <= bar);
  }
}

/// A layer gives what PyTorch gives, in training and in prediction, in float and double; its gradient is what
/// finite differences see; extents that are known at run time only give the same bits.
template <class L, Shape S>
void check_reference(std::span<const double> y, std::span<const double> dx, std::span<const double> dw = {},
                     const L& layer = {}) {
  INFO(type_name<L>());
  check_numbers<float>(layer, Known<S>{}, y, dx, dw, 1e-5);
  check_numbers<double>(layer, unknown<S>(), y, dx, dw, 1e-6);
}

/// The shape of a sequence.
constexpr Shape steps(int length, int width) {
  return with_time(shape(length, width));
}

}  // namespace tutti::testing
