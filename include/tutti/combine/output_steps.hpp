// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

// Steps behind a predictor of numbers, for Finish.
namespace tutti {

/// Predicted numbers are brought into [low, high]; NaN stays.
/// Errors   DataError unless low <= high.
struct ClipOutput {
  static constexpr bool labels = false, numbers = true;
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();

  void check(int) const { tutti::check(low <= high, {"expected a high of at least ", low}, high); }
  void apply(std::span<float> y) const noexcept {
    for (float& v : y) v = v < low ? low : v > high ? high : v;
  }
  static void visit(auto& self, auto& archive) { archive("low", self.low)("high", self.high); }
};

/// Predicted numbers become multiples of `to`: the nearest, halves away from 0.
/// Errors   DataError unless to > 0.
struct Round {
  static constexpr bool labels = false, numbers = true;
  float to = 1;

  void check(int) const { tutti::check(to > 0, "expected numbers to be rounded to a number above 0", to); }
  void apply(std::span<float> y) const noexcept {
    for (float& v : y) v = to * std::round(v / to);
  }
  static void visit(auto& self, auto& archive) { archive("to", self.to); }
};

/// Predicted numbers become the number of their bin: 0 below the first edge, 1 from there on, ... NaN stays.
/// Errors   DataError unless there are edges, and they ascend.
struct BinOutput {
  static constexpr bool labels = false, numbers = true;
  Buffer<float> edges{};

  void check(int) const {
    tutti::check(!edges.empty(), "expected at least one edge", edges.size());
    for (std::size_t k = 1; k < edges.size(); ++k)
      tutti::check(edges[k - 1] < edges[k], {"expected an edge above ", edges[k - 1]}, edges[k]);
  }
  void apply(std::span<float> y) const noexcept {
    for (float& v : y)
      if (v == v) v = static_cast<float>(std::upper_bound(edges.begin(), edges.end(), v) - edges.begin());
  }
  static void visit(auto& self, auto& archive) { archive("edges", self.edges); }
};

}  // namespace tutti
