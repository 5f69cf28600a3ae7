// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/model/cart_sums.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

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
  /// `unit`: all rows weigh 1.
  ClassSums(int classes, bool entropy, bool unit = false)
      : classes_(classes), entropy_(entropy), unit_(unit), left_(size()), right_(size()), whole_(size()), parts_(4 * size()),
        eight_(4 * size()), counts_(4 * size()) {}

  static constexpr bool has_cells = true, has_lanes = true;
  std::ptrdiff_t cell() const noexcept { return classes_ + 1; }
  static void add(double* cell, const Item& i) noexcept {
    cell[0] += 1;
    cell[1 + i.label] += static_cast<double>(i.weight);
  }
  void start(std::span<const Item> items) {
    count(items, whole_.data(), [](std::size_t) { return true; });
    double weight = 0, squares = 0;  // not members: those would be stored each time
    for (const double w : whole_) {
      weight += w;
      squares += w * w;
    }
    weight_ = weight;
    squares_ = squares;
  }
  void clear() noexcept {
    std::fill(left_.begin(), left_.end(), 0.0);
    std::copy(whole_.begin(), whole_.end(), right_.begin());
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
  void take_upto(std::span<const Item> items, const std::uint32_t* code, std::uint32_t last, std::uint32_t also) {
    std::size_t rows = 0;
    count(items, left_.data(), [&](std::size_t i) {
      const bool in = (code[i] <= last) | (code[i] == also);
      rows += in;
      return in;
    });
    rows_ = static_cast<double>(rows);
    square([&](std::size_t k) { return left_.data()[k]; });
  }
  void take_eight(std::span<const Item> items, const detail::EightCodes* code, const detail::EightCodes& last) noexcept {
    if (!unit_) {
      take_eight_in(items, code, last, eight_.data());
    } else {
      if (classes_ == 2) take_eight_of_two(items, code, last);
      else take_eight_in(items, code, last, counts_.data());
      for (std::size_t k = 0; k < size(); ++k) eight_.data()[k] = __builtin_convertvector(counts_.data()[k], detail::EightDoubles);
    }
    detail::EightDoubles weight{}, left{}, right{};  // the squares
    for (std::size_t k = 0; k < size(); ++k) {
      const detail::EightDoubles l = eight_.data()[k], r = whole_.data()[k] - l;
      weight += l;
      left += l * l;
      right += r * r;
    }
    const detail::EightDoubles rest = weight_ - weight;
    right /= rest;
    lanes_.weight = weight;
    lanes_.score = left / weight + (right < rest ? right : rest);
    if (!entropy_) return;
    for (std::size_t lane = 0; lane < 8; ++lane) {
      square([&](std::size_t k) { return eight_.data()[k][lane]; });
      lanes_.score[lane] = score();
    }
  }
  detail::LeftOfLane lane(std::size_t k) const noexcept { return {lanes_, k}; }
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
  /// of_class[k] = the weight of the items of class k for which in(place) holds: four sums in turn, since a row of a class
  /// would wait for the one before it.
  template <class In> void count(std::span<const Item> items, double* of_class, const In& in) noexcept {
    if (classes_ == 2 && unit_) {
      std::size_t rows = 0, ones = 0;
      for (std::size_t i = 0; i < items.size(); ++i) {
        const auto counts = static_cast<std::size_t>(in(i));
        rows += counts;
        ones += counts & static_cast<std::size_t>(items.data()[i].label);
      }
      of_class[0] = static_cast<double>(rows - ones);
      of_class[1] = static_cast<double>(ones);
      return;
    }
    std::fill(parts_.begin(), parts_.end(), 0.0);
    for (std::size_t i = 0; i < items.size(); ++i)
      parts_.data()[i % 4 * size() + static_cast<std::size_t>(items.data()[i].label)] += detail::weight_if(in(i), items.data()[i].weight);
    const double* p = parts_.data();
    for (std::size_t k = 0; k < size(); ++k, ++p) of_class[k] = (p[0] + p[size()]) + (p[2 * size()] + p[3 * size()]);
  }
  /// sum[k] = the weights, or the number, of the items of class k on the left: where there are many, four sums in turn.
  template <class Eight>
  void take_eight_in(std::span<const Item> items, const detail::EightCodes* code, const detail::EightCodes& last, Eight* sum) noexcept {
    const std::size_t turns = items.size() < 64 ? 1 : 4;
    std::fill_n(sum, turns * size(), Eight{});
    detail::EightSigns rows{};
    for (std::size_t i = 0; i < items.size(); ++i) {
      const detail::GoesLeft left(code[i], last);
      left.count(rows);
      Eight& of_class = sum[(i & (turns - 1)) * size() + static_cast<std::size_t>(items.data()[i].label)];
      if constexpr (std::is_same_v<Eight, detail::EightSigns>) left.count(of_class);
      else left.add(static_cast<double>(items.data()[i].weight), of_class);
    }
    lanes_.rows = rows;
    for (std::size_t k = size(); k < turns * size(); ++k) sum[k % size()] += sum[k];
  }
  /// The same of two classes, in registers.
  void take_eight_of_two(std::span<const Item> items, const detail::EightCodes* code, const detail::EightCodes& last) noexcept {
    detail::EightSigns rows{}, ones{};
    for (std::size_t i = 0; i < items.size(); ++i) {
      const detail::GoesLeft left(code[i], last);
      left.count(rows);
      left.add(items.data()[i].label, ones);
    }
    lanes_.rows = rows;
    counts_.data()[0] = rows - ones;
    counts_.data()[1] = ones;
  }
  /// What follows from the weights on the left alone.
  template <class Left> void square(const Left& left) noexcept {
    double weight = 0, left_squares = 0, right_squares = 0;
    for (std::size_t k = 0; k < size(); ++k) {
      const double l = left_.data()[k] = left(k), r = right_.data()[k] = whole_.data()[k] - l;
      weight += l;
      left_squares += l * l;
      right_squares += r * r;
    }
    left_weight_ = weight;
    left_squares_ = left_squares;
    right_squares_ = right_squares;
  }
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
  bool entropy_, unit_;
  Buffer<double> left_, right_, whole_, parts_;
  Buffer<detail::EightDoubles> eight_;
  Buffer<detail::EightSigns> counts_;
  detail::LeftOfLanes lanes_{};
  double rows_ = 0, left_weight_ = 0, weight_ = 0, left_squares_ = 0, right_squares_ = 0, squares_ = 0;
};

}  // namespace tutti
