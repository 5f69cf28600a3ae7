// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/model/cart_sums.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace tutti {

/// Sums of weights and of weighted targets: squared error, or the Poisson deviance. Sums are of targets less `origin`, a
/// float in their midst, so that they are exact in most cases and little is lost to rounding in all.
/// Source   Breiman et al. 1984; for the deviance, Therneau and Atkinson, An introduction to recursive partitioning, 1997.
class NumberSums {
 public:
  struct Item {
    std::uint32_t row;
    float target;
    float weight;
  };
  NumberSums(bool poisson, float origin) : poisson_(poisson), origin_(static_cast<double>(origin)) {}

  static constexpr bool has_cells = true, has_lanes = true;
  static constexpr std::ptrdiff_t cell() { return 3; }
  void add(double* cell, const Item& i) const noexcept {
    const auto w = static_cast<double>(i.weight);
    cell[0] += 1;
    cell[1] += w * (static_cast<double>(i.target) - origin_);
    cell[2] += w;
  }
  void start(std::span<const Item> items) noexcept {
    double whole[3] = {};
    for (const Item& i : items) add(whole, i);
    sum_ = whole[1];
    weight_ = whole[2];
  }
  void clear() noexcept { left_[0] = left_[1] = left_[2] = 0; }
  void take(const Item& i) noexcept { add(left_, i); }
  void take_upto(std::span<const Item> items, const std::uint32_t* code, std::uint32_t last, std::uint32_t also) noexcept {
    double sum = 0, weight = 0;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool in = (code[i] <= last) | (code[i] == also);
      const double w = detail::weight_if(in, items.data()[i].weight);
      rows += in;
      sum += w * (static_cast<double>(items.data()[i].target) - origin_);
      weight += w;
    }
    left_[0] = static_cast<double>(rows);
    left_[1] = sum;
    left_[2] = weight;
  }
  void take_eight(std::span<const Item> items, const detail::EightCodes* code, const detail::EightCodes& last) noexcept {
    detail::EightSigns rows{};
    detail::EightDoubles sum[2]{}, weight[2]{};  // in turn: a row does not wait for the one before it
    const double origin = origin_;
    detail::in_turn(items.size(), [&](std::size_t i, auto turn) __attribute__((always_inline)) {
      const detail::GoesLeft left(code[i], last);
      const auto w = static_cast<double>(items.data()[i].weight);
      left.count(rows);
      left.add(w * (static_cast<double>(items.data()[i].target) - origin), sum[turn]);
      left.add(w, weight[turn]);
    });
    const detail::EightDoubles s = sum[0] + sum[1], w = weight[0] + weight[1], rest = sum_ - s;
    lanes_.rows = rows;
    lanes_.weight = w;
    lanes_.score = s * s / w + rest * rest / (weight_ - w);
    if (!poisson_) return;
    for (std::size_t k = 0; k < 8; ++k) lanes_.score[k] = part(s[k], w[k]) + part(rest[k], weight_ - w[k]);
  }
  detail::LeftOfLane lane(std::size_t k) const noexcept { return {lanes_, k}; }
  void take_cell(const double* c) noexcept {
    for (int k = 0; k < 3; ++k) left_[k] += c[k];
  }
  double score() const noexcept { return part(left_[1], left_[2]) + part(sum_ - left_[1], weight_ - left_[2]); }
  double whole_score() const noexcept { return part(sum_, weight_); }
  double left_rows() const noexcept { return left_[0]; }
  double left_weight() const noexcept { return left_[2]; }
  double weight() const noexcept { return weight_; }
  static bool pure(std::span<const Item> items) noexcept {
    for (const Item& i : items)
      if (i.target != items[0].target) return false;
    return true;
  }
  /// Weighted squared errors, or half the weighted deviance.
  double risk(std::span<const Item> items) const noexcept {
    double sum = 0;
    const double mean = sum_ / weight_;
    for (const Item& i : items) {
      const auto w = static_cast<double>(i.weight), y = static_cast<double>(i.target) - origin_;
      sum += poisson_ ? (y > 0 ? w * y * std::log(y / mean) : 0) : w * (y - mean) * (y - mean);
    }
    return sum;
  }
  static constexpr int outputs() { return 1; }
  void values(std::span<const Item>, float* out) const noexcept { *out = static_cast<float>(origin_ + sum_ / weight_); }

 private:
  /// A side of which all targets are 0 would forbid any other: such splits are not made.
  double part(double sum, double weight) const noexcept {
    if (!poisson_) return sum * sum / weight;
    return sum > 0 ? sum * std::log(sum / weight) : -std::numeric_limits<double>::infinity();
  }

  bool poisson_;
  double origin_;
  double left_[3] = {}, sum_ = 0, weight_ = 0;
  detail::LeftOfLanes lanes_{};
};

}  // namespace tutti
