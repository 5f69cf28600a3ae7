// SPDX-License-Identifier: Apache-2.0
// What the tests of the linear learners make their data with.
#pragma once
#include <tutti/core/dataset.hpp>
#include <tutti/core/outputs.hpp>
#include <tutti/core/random.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace linear {

using namespace tutti;

/// Rows of inputs X and targets Y from flat arrays.
template <class X, class Y>
Dataset<X, Y> dataset(int width, std::span<const float> x, std::vector<typename Y::Element> y,
                      std::vector<float> weight = {}, int outputs = Y::outputs) {
  auto storage = std::make_shared<const typename X::Storage>(width, Buffer<float>(x.begin(), x.end()));
  return Dataset<X, Y>(std::move(storage), std::move(y), SideColumns{std::move(weight), {}, {}, {}}, Schema{},
                       outputs);
}

/// What the model predicts for all rows of the data, one row after the other.
template <class X, class Y, class Model>
std::vector<float> predicted(const Model& model, const Dataset<X, Y>& data) {
  std::vector<float> all(static_cast<std::size_t>(data.rows() * data.outputs()));
  outputs_of_rows<X, Y>(model, data, 0, Rows<float>(all.data(), data.rows(), data.outputs()));
  return all;
}

template <class T, std::size_t N> std::vector<T> vector(const T (&values)[N]) {
  return {std::begin(values), std::end(values)};
}

/// |v - e| <= tolerance max(1, |e|) for each of them.
template <class Values, class Expected> void check_within(double tolerance, const Values& values, const Expected& expected) {
  REQUIRE(std::size(values) == std::size(expected));
  for (std::size_t i = 0; i < std::size(values); ++i) {
    const double e = static_cast<double>(expected[i]);
    CHECK(std::abs(static_cast<double>(values[i]) - e) <= tolerance * std::max(1.0, std::abs(e)));
  }
}

/// n numbers of about normal distribution.
inline std::vector<float> noise(std::string_view name, std::size_t n) {
  Random random = Random(11).stream(name);
  std::vector<float> numbers(n);
  for (float& v : numbers) v = static_cast<float>(random.normal());
  return numbers;
}

}  // namespace linear
