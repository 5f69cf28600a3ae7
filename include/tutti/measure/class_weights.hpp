// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/target.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace tutti {

/// A weight for each class, for the options of a loss: `.class_weights = {1, 5, 2.5f}`. None: all 1. Small,
/// trivially copyable and constexpr where it is empty, whatever the number of classes: the weights themselves
/// are interned and live as long as the program.
class ClassWeights {
 public:
  constexpr ClassWeights() = default;
  ClassWeights(std::initializer_list<float> weights) : ClassWeights(std::span(weights.begin(), weights.size())) {}
  ClassWeights(std::span<const float> weights)  // implicit: a vector of weights is written where these are due
      : table_(reinterpret_cast<std::uintptr_t>(intern(Buffer<float>(weights.begin(), weights.end())))) {}

  constexpr explicit operator bool() const noexcept { return table_ != 0; }
  double operator[](std::ptrdiff_t k) const noexcept {
    return table_ == 0 ? 1.0 : static_cast<double>(table()[static_cast<std::size_t>(k)]);
  }
  /// Errors   DataError: another number of weights than classes; a weight that is not positive and finite.
  void check(int classes) const {
    if (table_ == 0) return;
    tutti::check(std::ssize(table()) == classes, {"class_weights: expected ", classes, " of them"}, table().size());
    for (const float w : table())
      tutti::check(w > 0 && std::isfinite(w), "class_weights: expected positive numbers", w);
  }

 private:
  const Buffer<float>& table() const noexcept { return *reinterpret_cast<const Buffer<float>*>(table_); }

  std::uintptr_t table_ = 0;  // a pointer, as a number: constant options are copied as bytes
};

}  // namespace tutti
