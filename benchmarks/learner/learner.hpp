// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the rows of this folder are made of: rival_sklearn.py has the same rows of the same numbers. Predictions are those of
/// one thread, whatever BENCHMARK_THREADS says; fits use them all.
#include "../rows.hpp"

#include <tutti/tutti.hpp>

namespace learner {

using namespace tutti;

/// About normal, from the number's place alone: rivals make the same.
inline float number(std::uint64_t place) {
  std::uint64_t z = place * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  float sum = -2;
  for (int part = 0; part < 64; part += 16) sum += static_cast<float>((z >> part) & 0xffff) / 65536.0f;
  return sum;
}

inline std::string size_of(int rows, int columns) { return std::to_string(rows) + " x " + std::to_string(columns); }
inline FitOptions options() { return {.threads = rows::threads()}; }
inline std::string noted(const char* what, double value) {
  char text[60];
  std::snprintf(text, sizeof text, "%s %.6g", what, value);
  return text;
}

/// Rows of linear.cpp.
void add_linear_rows();
/// Rows of svm.cpp.
void add_svm_rows();

}  // namespace learner
