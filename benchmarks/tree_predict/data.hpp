// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

/// The same rows for us and for rivals: numbers from their places alone, and two classes that hang on products of neighbours, so
/// that trees of any depth find something to split.
namespace tree_predict {

inline constexpr int rows = 20000, columns = 28, asked = 10000;

inline float number(std::uint64_t place) {
  std::uint64_t z = place * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  float sum = -2;
  for (int part = 0; part < 64; part += 16) sum += static_cast<float>((z >> part) & 0xffff) / 65536.0f;
  return sum;
}

struct Data {
  std::vector<float> x;
  std::vector<std::int32_t> y;

  Data() {
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(rows); ++i) {
      float sum = 0;
      for (std::uint64_t j = 0; j < columns; ++j) x.push_back(number(i * columns + j));
      for (std::size_t j = 0; j + 1 < columns; ++j) sum += x[x.size() - columns + j] * x[x.size() - columns + j + 1];
      y.push_back(sum + number(~i) > 0 ? 1 : 0);
    }
  }
};

}  // namespace tree_predict
