// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/sort_codes.hpp>
#include <tutti/model/ranked_columns_fit.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// What NumberSums is for squared errors, for absolute ones: sides are judged by their distances from their weighted
/// medians. Targets lie in a binary indexed tree in their order, so that a median and the sums on either side of it are
/// log n steps away.
/// Cost     log n for a row that changes sides and for a score; there are no cells.
/// Source   Breiman et al., Classification and Regression Trees, 1984, 8.11; Fenwick, A new data structure for cumulative
///          frequency tables, Software: Practice and Experience 24, 1994.
class AbsoluteSums {
 public:
  struct Item {
    std::uint32_t row;
    float target;
    float weight;
  };
  static constexpr bool has_cells = false;
  static constexpr std::ptrdiff_t cell() { return 0; }

  void start(std::span<const Item> items) {
    items_ = items.data();
    const std::size_t n = items.size();
    code_.resize(n);
    place_.resize(n);
    sorted_.resize(n);
    scratch_.resize(n);
    for (std::size_t i = 0; i < n; ++i) code_[i] = detail::ordered_bits(items[i].target);
    kernel::sort_codes(code_.data(), std::ssize(code_), sorted_.data(), scratch_.data());
    whole_.assign(n + 1, Sum{});
    for (std::size_t r = 0; r < n; ++r) {
      const std::uint32_t at = kernel::place_of(sorted_[r]);
      place_[at] = static_cast<std::uint32_t>(r + 1);
      whole_[r + 1] = of(items[at]);
    }
    total_ = {};
    for (std::size_t r = 1; r <= n; ++r) total_ += whole_[r];
    for (std::size_t r = 1; r <= n; ++r)
      if (const std::size_t up = r + (r & -r); up <= n) whole_[up] += whole_[r];
  }
  void clear() {
    left_.assign(whole_.size(), Sum{});
    left_total_ = {};
    rows_ = 0;
  }
  void take(const Item& i) noexcept {
    rows_ += 1;
    const Sum more = of(i);
    left_total_ += more;
    for (std::size_t r = place_[static_cast<std::size_t>(&i - items_)]; r < left_.size(); r += r & -r) left_[r] += more;
  }
  static void take_cell(const double*) noexcept {}
  static void add(double*, const Item&) noexcept {}

  double score() const noexcept { return -cost(left_.data(), nullptr, left_total_) - cost(whole_.data(), left_.data(), total_ - left_total_); }
  double whole_score() const noexcept { return -cost(whole_.data(), nullptr, total_); }
  double left_rows() const noexcept { return rows_; }
  double left_weight() const noexcept { return left_total_.weight; }
  double weight() const noexcept { return total_.weight; }
  static bool pure(std::span<const Item> items) noexcept {
    for (const Item& i : items)
      if (i.target != items[0].target) return false;
    return true;
  }
  double risk(std::span<const Item>) const noexcept { return -whole_score(); }
  static constexpr int outputs() { return 1; }
  /// The weighted median; the mean of two where exactly half the weight lies on either side.
  void values(std::span<const Item> items, float* out) const noexcept {
    double weight = 0;
    std::size_t r = 0;
    while (r + 1 < sorted_.size() && (weight += static_cast<double>(item(items, r).weight)) < total_.weight / 2) ++r;
    *out = item(items, r).target;
    if (weight == total_.weight / 2 && r + 1 < sorted_.size())
      *out = static_cast<float>((static_cast<double>(*out) + static_cast<double>(item(items, r + 1).target)) / 2);
  }

 private:
  struct Sum {
    double weight = 0, target = 0;
    Sum& operator+=(const Sum& o) noexcept {
      weight += o.weight;
      target += o.target;
      return *this;
    }
    friend Sum operator-(Sum a, const Sum& b) noexcept { return {a.weight - b.weight, a.target - b.target}; }
  };
  static Sum of(const Item& i) noexcept {
    const auto w = static_cast<double>(i.weight);
    return {w, w * static_cast<double>(i.target)};
  }
  const Item& item(std::span<const Item> items, std::size_t rank) const noexcept {
    return items[kernel::place_of(sorted_[rank])];
  }

  /// sum w |y - median| of what lies in `tree`, less what lies in `minus`.
  double cost(const Sum* tree, const Sum* minus, const Sum& total) const noexcept {
    const std::size_t n = sorted_.size();
    std::size_t r = 0;
    Sum below;  // the most places in front of which less than half the weight lies
    for (std::size_t step = std::bit_floor(n); step > 0; step /= 2) {
      if (r + step > n) continue;
      const Sum part = minus == nullptr ? tree[r + step] : tree[r + step] - minus[r + step];
      if (below.weight + part.weight >= total.weight / 2) continue;
      r += step;
      below += part;
    }
    const auto median = static_cast<double>(items_[kernel::place_of(sorted_[std::min(r, n - 1)])].target);
    return median * below.weight - below.target + (total.target - below.target) - median * (total.weight - below.weight);
  }

  const Item* items_ = nullptr;
  Buffer<std::uint32_t> code_, place_;  // place: of each item, from 1 on, in the order of targets
  Buffer<kernel::CodeAndPlace> sorted_, scratch_;
  Buffer<Sum> whole_, left_;  // binary indexed trees
  Sum total_, left_total_;
  double rows_ = 0;
};

}  // namespace tutti
