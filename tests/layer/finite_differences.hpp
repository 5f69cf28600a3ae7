// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

/// A layer or form in double with weights, inputs and outputs of its own, to be looked at from all sides.
namespace tutti::testing {

template <class L, class In, class T = double>
struct Bench {
  using Node = NodeOf<L, In, T>;
  Node node;
  std::ptrdiff_t rows;
  Buffer<T> weights, packed, buffers, x, y, dy, dx, gradients, saved, scratch;
  std::ptrdiff_t cut = 0;  // rows in a chunk where rows are coupled
  Random random{3};

  Bench(const L& layer, In in, std::ptrdiff_t n, std::uint64_t seed = 1) : node(layer, in), rows(n) {
    using Visitor = ParameterVisitor<T>;
    Visitor parameters = Visitor::counting(), kept = Visitor::counting();
    node.parameters(parameters);
    node.buffers(kept);
    weights.resize(static_cast<std::size_t>(parameters.count()));
    packed.resize(static_cast<std::size_t>(parameters.packed_count()));
    buffers.resize(static_cast<std::size_t>(kept.count()));
    Visitor to_weights = Visitor::binding(weights.data(), packed.empty() ? nullptr : packed.data()), to_buffers = Visitor::binding(buffers.data());
    node.parameters(to_weights);
    node.buffers(to_buffers);
    Visitor fill = Visitor::filling(Random(seed)), fill_buffers = Visitor::filling(Random(seed));
    node.parameters(fill);
    node.buffers(fill_buffers);
    Random r(seed + 1);
    for (T& w : weights) w += static_cast<T>(0.1 * r.normal());  // no bias is 0, no gamma is 1
    x.resize(static_cast<std::size_t>(rows * node.in().size()));
    y.resize(static_cast<std::size_t>(rows * node.out().size()));
    for (T& v : x) v = static_cast<T>(r.normal());
    dy.resize(y.size());
    for (T& v : dy) v = static_cast<T>(r.normal());
    dx.resize(x.size());
  }

  static void serially(const parallel::Work& work) {
    for (std::ptrdiff_t i = work.count - 1; i >= 0; --i)
      work(i);  // backwards: no chunk may lean on an earlier one
  }
  Pass<T> pass(bool training) {
    const std::ptrdiff_t chunks = cut > 0 ? (rows + cut - 1) / cut : 1;
    const T anything = std::numeric_limits<T>::quiet_NaN();  // nothing may depend on what was there before
    saved.assign(static_cast<std::size_t>(rows * node.saved_size()), anything);
    scratch.assign(static_cast<std::size_t>(node.scratch_size(rows, cut, training)), anything);
    gradients.assign(static_cast<std::size_t>(chunks) * weights.size(), T(0));
    Pass<T> p;
    p.training = training;
    p.random = random;
    ParameterVisitor<T> packing = ParameterVisitor<T>::packing();  // weights may have changed
    node.parameters(packing);
    p.saved = training ? saved.data() : nullptr;
    p.scratch = scratch.data();
    p.gradients = {gradients.data(), weights.data()};
    if (cut > 0) p.cut = {cut, std::ssize(weights), &serially};
    return p;
  }
  Rows<const T> input() const { return {x.data(), rows, node.in().size()}; }
  Rows<T> output() { return {y.data(), rows, node.out().size()}; }

  /// sum of dy * y: what is differentiated.
  double value() {
    node.forward(input(), output(), pass(true));
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += static_cast<double>(y[i]) * static_cast<double>(dy[i]);
    return sum;
  }
  void differentiate(bool towards_inputs = true) {
    Pass<T> p = pass(true);
    node.forward(input(), output(), p);
    dx.assign(x.size(), T(9));  // must be overwritten
    node.backward(input(), Rows<const T>(output()), Rows<const T>(dy.data(), rows, node.out().size()),
                  towards_inputs ? Rows<T>(dx.data(), rows, node.in().size()) : Rows<T>(), p);
    for (std::size_t c = weights.size(); c + weights.size() <= gradients.size() && c > 0 && !weights.empty();
         c += weights.size())
      for (std::size_t i = 0; i < weights.size(); ++i) gradients[i] += gradients[c + i];
  }
};

/// The largest difference between the gradients of a layer and central differences, relative to the largest gradient.
template <class B>
double gradient_error(B& bench) {
  bench.differentiate();
  const auto dx = bench.dx;
  const auto dw = bench.gradients;
  double largest = 1e-3, error = 0;
  for (const double g : dx) largest = std::max(largest, std::abs(g));
  for (std::size_t i = 0; i < bench.weights.size(); ++i) largest = std::max(largest, std::abs(dw[i]));
  const auto probe = [&](auto& value, double gradient) {
    const double kept = value, h = 1e-5 * std::max(1.0, std::abs(kept));
    value = kept + h;
    const double above = bench.value();
    value = kept - h;
    const double below = bench.value();
    value = kept;
    error = std::max(error, std::abs((above - below) / (2 * h) - gradient) / largest);
  };
  for (std::size_t i = 0; i < bench.x.size(); ++i) probe(bench.x[i], dx[i]);
  for (std::size_t i = 0; i < bench.weights.size(); ++i) probe(bench.weights[i], dw[i]);
  return error;
}

template <Shape S>
using Known = Extents<detail::with_classes(S, 5)>;
/// The same extents, known at run time only.
template <Shape S>
auto unknown() {
  constexpr Shape hidden = [] {
    Shape s = S;
    for (int i = 0; i < s.rank; ++i) s.extent[i] = Dynamic;
    s.classes = Dynamic;
    return s;
  }();
  return Extents<hidden>(detail::with_classes(S, 5));
}

/// A layer of a user's: no parameters, no pass.
struct Square {
  static constexpr Shape infer(Shape in) { return in; }
  template <class In, class T>
  struct Bind {
    void forward(Rows<const T> x, Rows<T> y) const noexcept {
      for (std::ptrdiff_t i = 0; i < x.size(); ++i) y[i] = x[i] * x[i];
    }
    void backward(Rows<const T> x, Rows<const T>, Rows<const T> dy, Rows<T> dx) const noexcept {
      for (std::ptrdiff_t i = 0; i < x.size(); ++i) dx[i] = 2 * x[i] * dy[i];
    }
  };
};

template <class L, Shape S>
void check_layer(const L& layer = {}, std::ptrdiff_t rows = 5) {
  INFO(type_name<L>());
  Bench<L, Known<S>> bench(layer, Known<S>{}, rows);
  CHECK(gradient_error(bench) <= 1e-6);
  bench.differentiate();
  const auto gradients = bench.gradients;
  bench.differentiate(false);  // the first layer of a net: nobody wants dx
  CHECK(bench.gradients == gradients);
  CHECK(std::all_of(bench.dx.begin(), bench.dx.end(), [](double d) { return d == 9; }));
}
/// Extents that are known at run time only give the same bits.
template <class L, Shape S>
void check_open(const L& layer = {}) {
  Bench<L, Known<S>> fixed(layer, Known<S>{}, 5);
  auto in = unknown<S>();
  Bench<L, decltype(in)> open(layer, in, 5);
  fixed.differentiate();
  open.differentiate();
  CHECK(open.node.out().shape() == fixed.node.out().shape());
  CHECK(open.y == fixed.y);
  CHECK(open.dx == fixed.dx);
  CHECK(open.gradients == fixed.gradients);
}

}  // namespace tutti::testing
