// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/svm_kernel.hpp>

#include <cstddef>
#include <cstdint>

namespace tutti {

/// The dual of a support vector machine: the b that minimise
///   b^T K b / 2 - z^T b + epsilon sum_t |b_t|,   sum_t b_t = 0,   low_t <= b_t <= high_t.
/// Of labels y = +-1: z = y, epsilon = 0, b between 0 and C y. Of numbers: z = y, b from -C to C.
struct SmoProblem {
  KernelRows rows{};
  svm::Kernel kernel{};  // with its gamma in numbers
  Buffer<double> z{}, low{}, high{};
  double epsilon = 0, tolerance = 1e-3;
  bool shrinking = true;
  std::size_t cache_bytes = 0;
  std::int64_t iterations = 0;  // 0: as many as libsvm allows
};
struct SmoSolution {
  Buffer<double> b{};
  double offset = 0, objective = 0;  // the decision is sum_t b_t k(x, x_t) + offset
  std::int64_t iterations = 0;
  bool converged = true;
};

}  // namespace tutti
