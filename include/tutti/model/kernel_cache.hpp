// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/svm_kernel.hpp>

#include <algorithm>
#include <cstddef>

namespace tutti::detail {

/// `values` in another order, for the places that `order` names; behind them they stay.
template <class T> void rearrange(Buffer<T>& values, const Buffer<std::ptrdiff_t>& order) {
  Buffer<T> moved(order.size());
  for (std::size_t t = 0; t < order.size(); ++t) moved[t] = values[static_cast<std::size_t>(order[t])];
  std::copy(moved.begin(), moved.end(), values.begin());
}

/// Rows of a kernel matrix, as many as memory is given for (at least two), the one that was not asked for longest makes room.
/// Rows and what they stand for can be put in another order.
class KernelCache {
 public:
  KernelCache(KernelRows& rows, const svm::Kernel& kernel, std::size_t bytes)
      : rows_(rows), kernel_(kernel), slot_of_(static_cast<std::size_t>(rows.blocks * KernelRows::block), -1) {
    const std::size_t of_row = slot_of_.size() * sizeof(float) + 1;
    most_ = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(bytes / of_row), 2,
                                       std::max<std::ptrdiff_t>(2, std::ssize(slot_of_)));
  }

  const KernelRows& rows() const noexcept { return rows_; }

  /// k of the row at this place with those at the places [0, length), a multiple of 64. Stays until the third row from now.
  const float* row(std::ptrdiff_t place, std::ptrdiff_t length) {
    std::ptrdiff_t& slot = slot_of_[static_cast<std::size_t>(place)];
    if (slot < 0) slot = free_slot(place);
    else take_out(slot);
    put_first(slot);
    Slot& s = slots_[static_cast<std::size_t>(slot)];
    if (s.length < length) compute(s, length);
    return s.numbers.data();
  }
  Buffer<float> diagonal() const {
    Buffer<float> all(slot_of_.size(), 1.0f), x(static_cast<std::size_t>(rows_.width));
    if (kernel_.kind == svm::Kernel::Kind::rbf) return all;
    for (std::ptrdiff_t t = 0; t < std::ssize(all); ++t) {
      float k[KernelRows::block];
      rows_.get(t, x.data());
      kernel_values(kernel_, rows_, x.data(), t / KernelRows::block, t / KernelRows::block + 1, k);
      all[static_cast<std::size_t>(t)] = k[t % KernelRows::block];
    }
    return all;
  }
  /// Place t becomes that of what stood at order[t]; what is cached of fewer places is dropped.
  void rearrange(const Buffer<std::ptrdiff_t>& order) {
    Buffer<float> x(order.size() * static_cast<std::size_t>(rows_.width));
    for (std::size_t t = 0; t < order.size(); ++t) rows_.get(order[t], x.data() + t * static_cast<std::size_t>(rows_.width));
    for (std::size_t t = 0; t < order.size(); ++t)
      rows_.set(static_cast<std::ptrdiff_t>(t), x.data() + t * static_cast<std::size_t>(rows_.width));
    detail::rearrange(slot_of_, order);
    for (std::ptrdiff_t t = 0; t < std::ssize(slot_of_); ++t)
      if (slot_of_[static_cast<std::size_t>(t)] >= 0)
        slots_[static_cast<std::size_t>(slot_of_[static_cast<std::size_t>(t)])].place = t;
    parallel::for_each(std::ssize(slots_), 16, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        Slot& s = slots_[static_cast<std::size_t>(i)];
        if (s.length < std::ssize(order)) s.length = 0;
        else detail::rearrange(s.numbers, order);
      }
    });
  }

 private:
  struct Slot {
    std::ptrdiff_t place = 0, length = 0, before = -1, behind = -1;  // neighbours in the order of use
    Buffer<float> numbers{};
  };

  Slot& slot(std::ptrdiff_t s) noexcept { return slots_[static_cast<std::size_t>(s)]; }
  void take_out(std::ptrdiff_t s) noexcept {
    (slot(s).before < 0 ? first_ : slot(slot(s).before).behind) = slot(s).behind;
    (slot(s).behind < 0 ? last_ : slot(slot(s).behind).before) = slot(s).before;
  }
  void put_first(std::ptrdiff_t s) noexcept {
    slot(s).before = -1;
    slot(s).behind = first_;
    (first_ < 0 ? last_ : slot(first_).before) = s;
    first_ = s;
  }
  std::ptrdiff_t free_slot(std::ptrdiff_t place) {
    std::ptrdiff_t s = std::ssize(slots_);
    if (s < most_) {
      slots_.emplace_back();
      slots_.back().numbers.resize(slot_of_.size());
    } else {
      s = last_;
      slot_of_[static_cast<std::size_t>(slot(s).place)] = -1;
      take_out(s);
      slot(s).length = 0;
    }
    slot(s).place = place;
    return s;
  }
  void compute(Slot& s, std::ptrdiff_t length) {
    const std::ptrdiff_t first = s.length / KernelRows::block, last = length / KernelRows::block;
    Buffer<float> x(static_cast<std::size_t>(rows_.width));
    rows_.get(s.place, x.data());
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(1, 4096 / (rows_.width + 8));  // about a quarter of a million products
    parallel::for_each(last - first, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      kernel_values(kernel_, rows_, x.data(), first + begin, first + end, s.numbers.data() + (first + begin) * KernelRows::block);
    });
    s.length = length;
  }

  KernelRows& rows_;
  svm::Kernel kernel_;
  std::ptrdiff_t most_ = 2, first_ = -1, last_ = -1;
  Buffer<Slot> slots_{};
  Buffer<std::ptrdiff_t> slot_of_;
};

}  // namespace tutti::detail
