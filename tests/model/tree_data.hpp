// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/archive.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/core/random.hpp>
#include <tutti/model/tree_table.hpp>

#include <cstddef>
#include <limits>
#include <vector>

/// Small data and brute force for the tests of trees.
namespace tree_data {

using namespace tutti;

inline constexpr float missing_value = std::numeric_limits<float>::quiet_NaN();
inline constexpr float infinity = std::numeric_limits<float>::infinity();

/// Rows of whole numbers below `values`, so that sums are exact, some of them missing.
template <int Width>
Buffer<float> inputs(std::ptrdiff_t rows, std::uint32_t values, double missing, Random random) {
  Buffer<float> x(static_cast<std::size_t>(rows * Width));
  for (float& v : x) {
    v = static_cast<float>(random.below(values)) * 0.5f - 3;
    if (random.uniform53() < missing) v = missing_value;
  }
  return x;
}

/// Labels that follow the first columns with a little noise.
template <int Width, int K>
Dataset<Row<Width>, Label<K>> labels(std::ptrdiff_t rows, std::uint64_t seed, double missing = 0,
                                     std::uint32_t values = 9) {
  Random random(seed);
  Buffer<float> x = inputs<Width>(rows, values, missing, random.stream("x"));
  std::vector<std::int32_t> y(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float a = x[i * Width], b = x[i * Width + 1];
    const int side = (a > 0 ? 1 : 0) + (b > a ? 1 : 0) + (a != a ? 1 : 0);
    y[i] = random.below(5) == 0 ? static_cast<std::int32_t>(random.below(K)) : side % K;
  }
  return {DenseStorage<float>(Width, std::move(x)), std::move(y)};
}

/// Whole numbers as targets.
template <int Width>
Dataset<Row<Width>, Real> numbers(std::ptrdiff_t rows, std::uint64_t seed, double missing = 0,
                                  std::uint32_t values = 9) {
  Random random(seed);
  Buffer<float> x = inputs<Width>(rows, values, missing, random.stream("x"));
  std::vector<float> y(static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float a = x[i * Width], b = x[i * Width + 1];
    y[i] = static_cast<float>(random.below(3)) + (a == a ? 4 * a : 7) + (b > 0 ? 8.0f : 0.0f);
  }
  return {DenseStorage<float>(Width, std::move(x)), std::move(y)};
}

/// The same rows with other weights.
template <class X, class Y> Dataset<X, Y> weighted(const Dataset<X, Y>& data, std::vector<float> weight) {
  std::vector<typename Y::Element> y;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) y.push_back(data.target(i)[0]);
  return Dataset<X, Y>(data.storage(), std::move(y), SideColumns{.weight = std::move(weight)});
}

/// Every byte of a model.
template <class T> std::vector<std::byte> bytes(const T& model) {
  Writer out;
  out("model", model);
  return out.bytes();
}

/// The leaf of a row, by the definition.
template <class View> std::int32_t leaf_of(const TreeTable& trees, std::int32_t node, const View& x) {
  for (;;) {
    const TreeTable::Node n = trees.node(node);
    if (n.column < 0) return node;
    node = n.goes_left(x[n.column]) ? n.left : n.right;
  }
}

}  // namespace tree_data
