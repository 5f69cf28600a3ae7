// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/reduce.hpp>
#include <tutti/train/mixing.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tutti {

namespace detail {

/// From the beta distribution of (a, a).
/// Source   Jöhnk, Erzeugung von betaverteilten und gammaverteilten Zufallszahlen (1964), for a <= 1; Marsaglia, Tsang,
///          A simple method for generating gamma variables (2000), above.
template <class = void>
double symmetric_beta(double a, Random& random) {
  if (a <= 1) {
    for (;;) {
      const double u = std::log(1 - random.uniform53()) / a, v = std::log(1 - random.uniform53()) / a;
      if (std::exp(u) + std::exp(v) <= 1) return 1 / (1 + std::exp(v - u));  // in logarithms: both may be tiny
    }
  }
  const auto gamma = [&] {
    const double d = a - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
      const double x = random.normal(), root = 1 + c * x, v = root * root * root;
      if (v > 0 && std::log(1 - random.uniform53()) < x * x / 2 + d - d * v + d * std::log(v)) return d * v;
    }
  };
  const double x = gamma();
  return x / (x + gamma());
}

template <class M>
class MixedBy final : public MixedBatch {
 public:
  MixedBy(const M& mix, const Shape& row, int outputs) : mix_(mix), row_(row), outputs_(outputs) {}

  void mix(Rows<float> x, const LossTargets& targets, Random random) override {
    const std::ptrdiff_t rows = x.rows();
    partner_.resize(static_cast<std::size_t>(rows));
    std::iota(partner_.begin(), partner_.end(), std::int32_t{0});
    shuffle(std::span<std::int32_t>(partner_), random.stream("partner"));
    before_.assign(std::span<const float>(x.data(), static_cast<std::size_t>(x.size())));
    const auto drawn = mix_.draw(row_, random.stream("share"));
    share_ = drawn.share;
    parallel::for_each(rows, 8, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t r = begin; r < end; ++r)
        drawn.apply(row_, x.row(r).data(), before_.data() + partner_[static_cast<std::size_t>(r)] * x.width());
    });
    gather(targets);
    dz_.resize(static_cast<std::size_t>(rows * outputs_));
  }
  double loss(const AnyLoss& loss, Rows<const float> z, const LossTargets& own, std::ptrdiff_t first, Rows<float> dz) override {
    const auto begin = static_cast<std::size_t>(first), count = static_cast<std::size_t>(z.rows());
    LossTargets theirs = own;
    if (!own.labels.empty()) theirs.labels = std::span<const std::int32_t>(labels_.data() + begin, count);
    if (own.numbers.data() != nullptr) theirs.numbers = Rows<const float>(numbers_.data() + first * own.numbers.width(), z.rows(), own.numbers.width());
    if (!own.weight.empty()) theirs.weight = std::span<const float>(weight_.data() + begin, count);
    const Rows<float> other(dz_.data() + first * outputs_, z.rows(), outputs_);
    const double a = loss(z, own, dz), b = loss(z, theirs, other);
    kernel::scale(dz.size(), static_cast<float>(share_), dz.data());
    kernel::axpy(dz.size(), static_cast<float>(1 - share_), other.data(), dz.data());
    return share_ * a + (1 - share_) * b;
  }

 private:
  void gather(const LossTargets& t) {
    const std::ptrdiff_t width = t.numbers.width();
    labels_.clear();
    numbers_.clear();
    weight_.clear();
    for (const std::int32_t p : partner_) {
      const auto at = static_cast<std::size_t>(p);
      if (!t.labels.empty()) labels_.push_back(t.labels[at]);
      if (t.numbers.data() != nullptr) numbers_.append(t.numbers.row(p).data(), static_cast<std::size_t>(width));
      if (!t.weight.empty()) weight_.push_back(t.weight[at]);
    }
  }

  M mix_;
  Shape row_;
  int outputs_;
  double share_ = 1;
  Buffer<std::int32_t> partner_{}, labels_{};
  Buffer<float> before_{}, numbers_{}, weight_{}, dz_{};
};

}  // namespace detail

/// Rows become share x + (1 - share) x', x' another row of the batch and share ~ Beta(alpha, alpha), one for each batch:
/// `.mix = Mixup{.alpha = 0.2f}`. The net pays share loss(y) + (1 - share) loss(y').
/// Source   Zhang et al., mixup: beyond empirical risk minimization (ICLR 2018).
struct Mixup {
  float alpha = 0.2f;  // 0: never

  struct Drawn {
    double share;
    void apply(const auto& row, float* x, const float* partner) const noexcept {
      kernel::scale<float>(row.size(), static_cast<float>(share), x);
      kernel::axpy<float>(row.size(), static_cast<float>(1 - share), partner, x);
    }
  };
  static bool suits(const Shape& row) noexcept { return row.element == Element::number; }
  Drawn draw(const auto&, auto random) const { return {detail::symmetric_beta(static_cast<double>(alpha), random)}; }
};

/// A box of each image comes from another image of the batch: `.mix = CutMix{.alpha = 1}`. The box has the share 1 - s of
/// the area, s ~ Beta(alpha, alpha), and is cut at the border; what is left of it counts in the loss.
/// Needs    images.
/// Source   Yun et al., CutMix (ICCV 2019).
struct CutMix {
  float alpha = 1;  // 0: never

  struct Drawn {
    double share;
    int top, left, height, width;
    void apply(const auto& row, float* x, const float* partner) const noexcept {
      for (int c = 0; c < row[0]; ++c)
        for (int i = top; i < top + height; ++i) {
          const std::ptrdiff_t at = (std::ptrdiff_t{c} * row[1] + i) * row[2] + left;
          std::copy(partner + at, partner + at + width, x + at);
        }
    }
  };
  static bool suits(const Shape& row) noexcept { return row.rank == 3 && !row.time; }
  Drawn draw(const auto& row, auto random) const {
    const double side = std::sqrt(1 - detail::symmetric_beta(static_cast<double>(alpha), random));
    const auto cut = [&](int extent, int& begin, int& length) {
      const int whole = static_cast<int>(side * extent), middle = static_cast<int>(random.below(static_cast<std::uint32_t>(extent)));
      begin = std::max(middle - whole / 2, 0);
      length = std::min(middle - whole / 2 + whole, extent) - begin;
    };
    Drawn box{};
    cut(row[1], box.top, box.height);
    cut(row[2], box.left, box.width);
    box.share = 1 - static_cast<double>(box.height * box.width) / static_cast<double>(row[1] * row[2]);
    return box;
  }
};

}  // namespace tutti
