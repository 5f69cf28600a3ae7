// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The sets that sets.py wrote, and how good predictions for them are: what our program and rivals in C++ have in common.
#include "../rows.hpp"

#include <tutti/data/npy.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace trees {

struct Part {
  std::ptrdiff_t rows = 0;
  int columns = 0;
  tutti::Buffer<float> x{}, y{};
};

inline std::string path(const std::string& set, const std::string& part, const std::string& kind) {
  return "tree/" + set + "-" + part + "-" + kind + ".npy";
}
inline Part read(const std::string& set, const std::string& part) {
  auto x = tutti::read_npy_array<float>(path(set, part, "x"));
  auto y = tutti::read_npy_array<float>(path(set, part, "y"));
  return {static_cast<std::ptrdiff_t>(x.axes[0]), static_cast<int>(x.axes[1]), std::move(x.values), std::move(y.values)};
}

/// A set to learn from: classes 0 means numbers. Made sets take 100 rounds, as the table of rows in the research does.
struct Set {
  std::string name;
  int classes, rounds;
};
inline std::vector<Set> sets() {
  std::vector<Set> there;
  for (const Set& s : {Set{"adult", 2, 300}, {"bank-marketing", 2, 300}, {"california-housing", 0, 300}, {"protein-regression", 0, 300},
                       {"covertype-15k", 7, 300}, {"credit-default", 2, 300}, {"higgs-7k", 2, 300}, {"made-10000", 2, 100},
                       {"made-100000", 2, 100}, {"made-1000000", 2, 100}})
    if (std::filesystem::exists(path(s.name, "test", "y"))) there.push_back(s);
  return there;
}
inline std::string fit_row(const Set& s) { return "boost " + s.name + ", " + std::to_string(s.rounds) + " rounds"; }

/// The area under the curve of probabilities of class 1, the accuracy of the likeliest of several, the root of the mean
/// squared error of numbers.
inline std::string quality(const Set& set, const Part& truth, const std::vector<float>& outputs) {
  const std::size_t n = truth.y.size(), width = outputs.size() / n;
  const char* what = "RMSE";
  double value = 0;
  if (set.classes == 2) {
    what = "AUC";
    std::vector<std::pair<float, float>> scored(n);
    for (std::size_t i = 0; i < n; ++i) scored[i] = {outputs[i * width + width - 1], truth.y[i]};
    std::sort(scored.begin(), scored.end());
    double below = 0, pairs = 0, positive = 0;
    for (std::size_t i = 0, j = 0; i < n; i = j) {
      double ones = 0, zeros = 0;
      for (; j < n && scored[j].first == scored[i].first; ++j) (scored[j].second > 0 ? ones : zeros) += 1;
      pairs += ones * (below + zeros / 2);
      below += zeros;
      positive += ones;
    }
    value = pairs / (positive * below);
  } else if (set.classes > 2) {
    what = "accuracy";
    for (std::size_t i = 0; i < n; ++i) {
      const float* p = outputs.data() + i * width;
      value += static_cast<float>(std::max_element(p, p + width) - p) == truth.y[i];
    }
    value /= static_cast<double>(n);
  } else {
    for (std::size_t i = 0; i < n; ++i) value += std::pow(static_cast<double>(outputs[i] - truth.y[i]), 2);
    value = std::sqrt(value / static_cast<double>(n));
  }
  char text[40];
  std::snprintf(text, sizeof text, "%s %.5g", what, value);
  return text;
}

}  // namespace trees
