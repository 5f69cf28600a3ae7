// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/tree.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

/// What a tree of classes or of numbers sums over the rows on either side of a split, and how it judges the split. Sums have
///   Item                        a row as the grower carries it: its number and what it adds
///   has_cells, cell()           doubles in a cell of a histogram, the number of rows first
///   add(cell, item)
///   start(items)                the node that is to be parted
///   clear()                     nothing is on the left
///   take(item), take_cell(c)    moves rows from right to left
///   score()                     how good the parting is; higher is better
///   whole_score()               the same of the undivided node: the difference is the gain
///   left_rows(), left_weight(), weight()
///   pure(items)                 rows are alike: there is nothing to part
///   risk(items)                 the weighted impurity of the node
///   outputs(), values(items, out)   what the node says as a leaf
namespace tutti {

/// Weighted class counts: Gini impurity or entropy (in bits). A row that changes sides changes two squares: for Gini a
/// split costs the same whatever the number of classes.
/// Source   Breiman et al., Classification and Regression Trees, 1984.
class ClassSums {
 public:
  struct Item {
    std::uint32_t row;
    std::int32_t label;
    float weight;
  };
  ClassSums(int classes, bool entropy)
      : classes_(classes), entropy_(entropy), left_(size()), right_(size()), whole_(size()) {}

  static constexpr bool has_cells = true;
  std::ptrdiff_t cell() const noexcept { return classes_ + 1; }
  static void add(double* cell, const Item& i) noexcept {
    cell[0] += 1;
    cell[1 + i.label] += static_cast<double>(i.weight);
  }
  void start(std::span<const Item> items) noexcept {
    std::fill(whole_.begin(), whole_.end(), 0.0);
    for (const Item& i : items) whole_[static_cast<std::size_t>(i.label)] += static_cast<double>(i.weight);
    weight_ = squares_ = 0;
    for (const double w : whole_) {
      weight_ += w;
      squares_ += w * w;
    }
  }
  void clear() noexcept {
    std::fill(left_.begin(), left_.end(), 0.0);
    right_ = whole_;
    rows_ = left_weight_ = left_squares_ = 0;
    right_squares_ = squares_;
  }
  void take(const Item& i) noexcept {
    rows_ += 1;
    move(static_cast<std::size_t>(i.label), static_cast<double>(i.weight));
  }
  void take_cell(const double* c) noexcept {
    rows_ += c[0];
    for (std::size_t k = 0; k < size(); ++k) move(k, c[1 + k]);
  }
  double score() const noexcept {
    const double a = left_weight_, b = weight_ - left_weight_;
    if (entropy_) return bits(left_.data(), a) + bits(right_.data(), b);
    return left_squares_ / a + std::min(right_squares_ / b, b);  // no more than b but for rounding
  }
  double whole_score() const noexcept { return entropy_ ? bits(whole_.data(), weight_) : squares_ / weight_; }
  double left_rows() const noexcept { return rows_; }
  double left_weight() const noexcept { return left_weight_; }
  double weight() const noexcept { return weight_; }
  bool pure(std::span<const Item>) const noexcept {
    int present = 0;
    for (const double w : whole_) present += w > 0;
    return present <= 1;
  }
  /// The weighted impurity of the node, the share of each class.
  double risk(std::span<const Item>) const noexcept { return entropy_ ? -whole_score() : weight_ - whole_score(); }
  int outputs() const noexcept { return classes_; }
  void values(std::span<const Item>, float* out) const noexcept {
    for (std::size_t k = 0; k < size(); ++k) out[k] = static_cast<float>(whole_[k] / weight_);
  }

 private:
  std::size_t size() const noexcept { return static_cast<std::size_t>(classes_); }
  void move(std::size_t k, double w) noexcept {
    const double l = left_[k], r = right_[k];
    left_weight_ += w;
    left_squares_ += w * (2 * l + w);
    right_squares_ -= w * (2 * r - w);
    left_[k] = l + w;
    right_[k] = r - w;
  }
  /// sum_k w_k log2(w_k / w): minus the weighted entropy.
  double bits(const double* of_class, double w) const noexcept {
    double sum = 0;
    for (std::size_t k = 0; k < size(); ++k)
      if (of_class[k] > 0) sum += of_class[k] * std::log2(of_class[k] / w);
    return sum;
  }

  int classes_;
  bool entropy_;
  Buffer<double> left_, right_, whole_;
  double rows_ = 0, left_weight_ = 0, weight_ = 0, left_squares_ = 0, right_squares_ = 0, squares_ = 0;
};

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

  static constexpr bool has_cells = true;
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
};

}  // namespace tutti
