// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/random.hpp>
#include <tutti/kernel/histogram.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tutti::detail {

/// A number in [0, 1) for each row, of rows that come in ascending order: four lie in a block.
class RowNumbers {
 public:
  explicit RowNumbers(const Random& random) : random_(random) {}
  float operator()(std::uint32_t row) noexcept {
    if (row / 4 != at_) block_ = random_.block(at_ = row / 4);
    return Random::to_unit(block_[row % 4]);
  }

 private:
  const Random& random_;
  std::uint64_t at_ = ~std::uint64_t{0};
  std::array<std::uint32_t, 4> block_{};
};

/// Gradient-based one-side sampling: a share `top` of the rows, those of the largest gradients (|g| summed over the scores;
/// of equal ones the first), is drawn, and of the others as many as a share `rest` of all rows makes on average. The
/// derivatives of the latter are multiplied by (1 - top) / rest, so that sums over the drawn rows estimate those over all.
/// Shapes   pair (scores, apart): that of row r for score k is pair[k apart + r].
/// Needs    top > 0, rest > 0, top + rest <= 1.
/// Cost     a selection and two passes over the rows.
/// Source   Ke et al., LightGBM: a highly efficient gradient boosting decision tree, NeurIPS 2017, algorithm 2.
template <class = void>  // compiled where it is used
[[gnu::cold]] void draw_one_side(const Buffer<std::uint32_t>& all, float top, float rest, const Random& random, std::ptrdiff_t scores,
                                 kernel::GradientPair* pair, std::ptrdiff_t apart, Buffer<std::uint32_t>& drawn,
                                 Buffer<std::uint32_t>& others) {
  Buffer<float> size(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::ptrdiff_t k = 0; k < scores; ++k) size[i] += std::fabs(pair[k * apart + all[i]].gradient);
    if (!(size[i] == size[i])) size[i] = 0;  // NaN has no place in an order
  }
  const auto n = std::ssize(all);
  const auto wanted = std::clamp<std::ptrdiff_t>(std::lround(static_cast<double>(top) * static_cast<double>(n)), 1, n);
  Buffer<float> sorted = size;
  std::nth_element(sorted.begin(), sorted.begin() + (n - wanted), sorted.end());
  const float least = sorted[static_cast<std::size_t>(n - wanted)];
  std::ptrdiff_t equal = wanted - std::count_if(size.begin(), size.end(), [&](float s) { return s > least; });
  RowNumbers number(random);
  const float share = rest / (1 - top), factor = (1 - top) / rest;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::uint32_t r = all[i];
    if (size[i] > least || (size[i] == least && equal-- > 0)) {
      drawn.push_back(r);
    } else if (number(r) < share) {
      drawn.push_back(r);
      for (std::ptrdiff_t k = 0; k < scores; ++k) {
        pair[k * apart + r].gradient *= factor;
        pair[k * apart + r].hessian *= factor;
      }
    } else {
      others.push_back(r);
    }
  }
}

}  // namespace tutti::detail
