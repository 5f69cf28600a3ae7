// SPDX-License-Identifier: Apache-2.0
#include "linear_data.hpp"

#include <tutti/model/svm_kernel.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace linear;

namespace {

double by_hand(const svm::Kernel& k, const float* x, const float* y, int width) {
  double product = 0, square = 0;
  for (int j = 0; j < width; ++j) {
    product += static_cast<double>(x[j]) * static_cast<double>(y[j]);
    square += (static_cast<double>(x[j]) - static_cast<double>(y[j])) * (static_cast<double>(x[j]) - static_cast<double>(y[j]));
  }
  const double gamma = static_cast<double>(k.gamma), offset = static_cast<double>(k.offset);
  switch (k.kind) {
    case svm::Kernel::Kind::linear:
      return product;
    case svm::Kernel::Kind::rbf:
      return std::exp(-gamma * square);
    case svm::Kernel::Kind::polynomial:
      return std::pow(gamma * product + offset, k.degree);
    case svm::Kernel::Kind::sigmoid:
      return std::tanh(gamma * product + offset);
  }
  return 0;
}
const svm::Kernel kernels[] = {svm::Linear{},
                               svm::RBF{.gamma = 0.25f},
                               svm::Polynomial{.degree = 5, .gamma = 0.125f, .offset = 1},
                               svm::Polynomial{.degree = 0, .gamma = 1},
                               svm::Polynomial{.degree = 2, .gamma = 1},
                               svm::Sigmoid{.gamma = 0.125f, .offset = -0.5f}};

}  // namespace

TEST_CASE("kernel values agree with their formulas, for any width and number of blocks") {
  for (const int width : {1, 2, 7, 33})
    for (const std::ptrdiff_t blocks : {1, 3}) {
      const std::ptrdiff_t n = blocks * KernelRows::block;
      const auto x = noise("kernel", static_cast<std::size_t>(n * width));
      KernelRows rows(width, blocks);
      for (std::ptrdiff_t i = 0; i < n; ++i) rows.set(i, x.data() + i * width);
      for (const svm::Kernel& k : kernels) {
        std::vector<float> out(static_cast<std::size_t>(n)), part(KernelRows::block);
        kernel_values(k, rows, x.data() + 5 * width, 0, blocks, out.data());
        double most = 1;
        for (const float v : out) most = std::max(most, std::abs(static_cast<double>(v)));
        for (std::ptrdiff_t i = 0; i < n; ++i)
          CHECK(std::abs(static_cast<double>(out[static_cast<std::size_t>(i)]) -
                         by_hand(k, x.data() + 5 * width, x.data() + i * width, width)) <= 2e-6 * most);
        kernel_values(k, rows, x.data() + 5 * width, blocks - 1, blocks, part.data());
        for (std::size_t i = 0; i < part.size(); ++i) CHECK(part[i] == out[static_cast<std::size_t>(n) - part.size() + i]);
      }
    }
}

TEST_CASE("k(x, y) has the bits of k(y, x), and a distance does not suffer far from the origin") {
  const auto noisy = noise("far", 64 * 5);
  std::vector<float> x;
  for (const float v : noisy) x.push_back(4096 + std::round(v * 64) / 64);
  KernelRows rows(5, 1);
  for (std::ptrdiff_t i = 0; i < 64; ++i) rows.set(i, x.data() + i * 5);
  for (const svm::Kernel& k : kernels) {
    float a[64], b[64];
    kernel_values(k, rows, x.data() + 5 * 3, 0, 1, a);
    kernel_values(k, rows, x.data() + 5 * 40, 0, 1, b);
    CHECK(a[40] == b[3]);
  }
  float k[64], back[5];
  kernel_values(svm::RBF{.gamma = 0.25f}, rows, x.data(), 0, 1, k);
  for (std::ptrdiff_t i = 0; i < 64; ++i)
    CHECK(static_cast<double>(k[i]) ==
          doctest::Approx(by_hand(svm::RBF{.gamma = 0.25f}, x.data(), x.data() + 5 * i, 5)).epsilon(1e-6));
  rows.get(17, back);
  CHECK(std::vector<float>(back, back + 5) == std::vector<float>(x.begin() + 85, x.begin() + 90));
}

TEST_CASE("NaN in a row is NaN in every kernel") {
  const float x[] = {1, std::numeric_limits<float>::quiet_NaN()};
  const KernelRows rows(2, 1);
  for (const svm::Kernel& k : kernels) {
    if (k.degree == 0) continue;  // x^0 is 1
    float out[64];
    kernel_values(k, rows, x, 0, 1, out);
    CHECK(std::isnan(out[0]));
  }
}
