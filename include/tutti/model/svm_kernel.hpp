// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/kernel/elementary.hpp>

#include <cmath>
#include <cstddef>

/// Kernels of support vector machines: k(x, y) of two rows.
namespace tutti::svm {

/// For gamma: 1 / (columns * variance of all numbers), and 1 / columns.
inline constexpr float scale = -1, automatic = -2;

/// k = x y
struct Linear {};
/// k = exp(-gamma |x - y|^2)
struct RBF {
  float gamma = scale;
};
/// k = (gamma x y + offset)^degree
struct Polynomial {
  int degree = 3;
  float gamma = scale, offset = 0;
};
/// k = tanh(gamma x y + offset)
struct Sigmoid {
  float gamma = scale, offset = 0;
};

/// One of them: `.kernel = svm::RBF{.gamma = 0.1f}`.
class Kernel {
 public:
  enum class Kind : unsigned char { linear, rbf, polynomial, sigmoid };
  Kind kind = Kind::rbf;
  float gamma = scale, offset = 0;
  int degree = 3;

  constexpr Kernel() = default;
  constexpr Kernel(Linear) : kind(Kind::linear) {}  // implicit: a kernel is written where one is due
  constexpr Kernel(RBF k) : gamma(k.gamma) {}
  constexpr Kernel(Polynomial k) : kind(Kind::polynomial), gamma(k.gamma), offset(k.offset), degree(k.degree) {}
  constexpr Kernel(Sigmoid k) : kind(Kind::sigmoid), gamma(k.gamma), offset(k.offset) {}

  static void visit(auto& self, auto& archive) {
    archive("kind", self.kind)("gamma", self.gamma)("offset", self.offset)("degree", self.degree);
  }
  void loaded() const {
    check<FileError>(kind <= Kind::sigmoid, "expected a kernel of 0 to 3", static_cast<int>(kind));
    check<FileError>(degree >= 0, "expected a degree >= 0", degree);
  }
};

}  // namespace tutti::svm

namespace tutti {

/// Rows in blocks of 64, the columns of a block one behind the other, so that a loop runs over the rows.
/// Shapes   numbers (blocks, columns, 64).
struct KernelRows {
  static constexpr std::ptrdiff_t block = 64;

  int width = 0;
  std::ptrdiff_t blocks = 0;
  Buffer<float> numbers{};

  KernelRows() = default;
  KernelRows(int columns, std::ptrdiff_t blocks_of)
      : width(columns), blocks(blocks_of), numbers(static_cast<std::size_t>(blocks_of * block * columns)) {}

  static constexpr std::ptrdiff_t blocks_for(std::ptrdiff_t rows) noexcept { return (rows + block - 1) / block; }
  void set(std::ptrdiff_t place, const float* x) noexcept {
    float* const to = numbers.data() + place / block * block * width + place % block;
    for (std::ptrdiff_t j = 0; j < width; ++j) to[j * block] = x[j];
  }
  void get(std::ptrdiff_t place, float* x) const noexcept {
    const float* const from = numbers.data() + place / block * block * width + place % block;
    for (std::ptrdiff_t j = 0; j < width; ++j) x[j] = from[j * block];
  }
};

namespace detail {

/// then(sum of add(sum, x_j, row_j)) for the rows of some blocks, four registers of them at a time.
template <class Add, class Then>
void over_blocks(const KernelRows& rows, const float* x, std::ptrdiff_t first, std::ptrdiff_t last, float* out, const Add& add,
                 const Then& then) noexcept {
  using kernel::Batch;
  constexpr std::ptrdiff_t lanes = kernel::lanes<float>, step = 4 * lanes < KernelRows::block ? 4 * lanes : KernelRows::block;
  static_assert(step == 4 * lanes && KernelRows::block % step == 0);
  for (std::ptrdiff_t b = first; b < last; ++b)
    for (std::ptrdiff_t part = 0; part < KernelRows::block; part += step, out += step) {
      const float* c = rows.numbers.data() + b * KernelRows::block * rows.width + part;
      Batch<float> s0(0.0f), s1(0.0f), s2(0.0f), s3(0.0f);
      for (std::ptrdiff_t j = 0; j < rows.width; ++j, c += KernelRows::block) {
        const Batch<float> v(x[j]);
        s0 = add(s0, v, kernel::load<float>(c));
        s1 = add(s1, v, kernel::load<float>(c + lanes));
        s2 = add(s2, v, kernel::load<float>(c + 2 * lanes));
        s3 = add(s3, v, kernel::load<float>(c + 3 * lanes));
      }
      kernel::store<float>(then(s0), out);
      kernel::store<float>(then(s1), out + lanes);
      kernel::store<float>(then(s2), out + 2 * lanes);
      kernel::store<float>(then(s3), out + 3 * lanes);
    }
}

}  // namespace detail

/// k(x, row) for the rows of the blocks [first, last), in float: distances from differences, so that they lose nothing where
/// rows lie far from the origin. k(x, y) and k(y, x) have the same bits, whatever block they stand in. NaN gives NaN.
/// Shapes   x (columns), out ((last - first) 64).
/// Cost     3 columns flops a row (2 without differences), and an exponential.
template <class Rows>  // a template, so that only programs that call it compile it
void kernel_values(const svm::Kernel& k, const Rows& rows, const float* x, std::ptrdiff_t first, std::ptrdiff_t last,
                   float* out) noexcept {
  using Number = kernel::Batch<float>;
  const Number gamma(k.kind == svm::Kernel::Kind::rbf ? -k.gamma : k.gamma), offset(k.offset);
  const auto product = [](const Number& sum, const Number& a, const Number& b) { return kernel::multiply_add<float>(a, b, sum); };
  switch (k.kind) {
    case svm::Kernel::Kind::linear:
      return detail::over_blocks(rows, x, first, last, out, product, [](const Number& s) { return s; });
    case svm::Kernel::Kind::rbf:
      return detail::over_blocks(
          rows, x, first, last, out,
          [](const Number& sum, const Number& a, const Number& b) {
            const Number d = a - b;
            return kernel::multiply_add<float>(d, d, sum);
          },
          [&](const Number& s) { return kernel::exp<float>(gamma * s); });
    case svm::Kernel::Kind::polynomial:
      return detail::over_blocks(rows, x, first, last, out, product, [&](const Number& s) {
        Number base = kernel::multiply_add<float>(gamma, s, offset), power(1.0f);
        for (int left = k.degree; left > 0; left /= 2, base = base * base)
          if (left % 2 == 1) power = power * base;
        return power;
      });
    case svm::Kernel::Kind::sigmoid:
      return detail::over_blocks(rows, x, first, last, out, product, [&](const Number& s) {
        return kernel::tanh<float>(kernel::multiply_add<float>(gamma, s, offset));
      });
  }
}

}  // namespace tutti
