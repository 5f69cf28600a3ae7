// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/error.hpp>
#include <tutti/core/shape.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace tutti {

/// One row of `Size` numbers (or of a number known at run time) where they lie in memory; copying it copies no number.
/// It is made from anything contiguous: an array, a vector, a span, a row of a row-major Eigen matrix. A static width
/// takes ranges of run-time length only by an explicit, checked conversion.
/// Errors   ShapeError when the length is not `Size`.
template <class E, int Size>
class DenseView {
 public:
  using Element = E;
  static constexpr int width = Size;

  constexpr DenseView() = default;
  constexpr DenseView(const E* data, int size) noexcept : data_(data), size_{size} {}
  constexpr DenseView(const std::array<E, static_cast<std::size_t>(Size < 0 ? 0 : Size)>& row) noexcept
    requires(Size >= 0)
      : data_(row.data()) {}
  template <std::size_t N>
    requires(static_cast<int>(N) == Size || Size == Dynamic)
  constexpr DenseView(const E (&row)[N]) noexcept : data_(row), size_{static_cast<int>(N)} {}
  template <class Range>
    requires(!std::is_same_v<Range, DenseView> && requires(const Range& r) {
      { std::data(r) } -> std::convertible_to<const E*>;
      std::size(r);
    })
  constexpr explicit(Size != Dynamic) DenseView(const Range& range) : data_(std::data(range)), size_{static_cast<int>(std::size(range))} {
    if constexpr (requires { Range::InnerStrideAtCompileTime; })
      static_assert(Range::InnerStrideAtCompileTime == 1, "this row is strided: copy the matrix to row-major order first");
    if constexpr (Size != Dynamic) check<ShapeError>(std::ssize(range) == Size, {"expected a row of ", Size, " numbers"}, std::ssize(range));
  }

  constexpr int size() const noexcept {
    if constexpr (Size == Dynamic) return size_.value;
    else return Size;
  }
  constexpr const E* data() const noexcept { return data_; }
  constexpr float operator[](std::ptrdiff_t j) const noexcept { return static_cast<float>(data_[j]); }
  template <class T>
  constexpr void copy_to(T* out) const noexcept {
    for (int j = 0; j < size(); ++j) out[j] = static_cast<T>(data_[j]);
  }

 private:
  struct Known {
    constexpr Known(int = 0) {}
  };
  struct Stored {
    int value = 0;
    constexpr Stored(int v = 0) : value(v) {}
  };
  const E* data_ = nullptr;
  [[no_unique_address]] std::conditional_t<Size == Dynamic, Stored, Known> size_;
};

/// Many rows of equal width, one after another.
template <class E>
class DenseStorage {
 public:
  DenseStorage() = default;
  DenseStorage(int width, Buffer<E> values) : width_(width), values_(std::move(values)) {
    check(width > 0, "expected rows of at least one number", width);
    check(std::ssize(values_) % width == 0, {"expected a multiple of the width ", width}, values_.size());
  }
  template <std::size_t N>
  DenseStorage(int width, const E (&values)[N]) : DenseStorage(width, Buffer<E>(values, values + N)) {}

  std::ptrdiff_t size() const noexcept { return width_ == 0 ? 0 : std::ssize(values_) / width_; }
  int width() const noexcept { return width_; }
  const E* row(std::ptrdiff_t i) const noexcept { return values_.data() + i * width_; }
  template <class View>
  View view(std::ptrdiff_t i) const noexcept {
    return View(row(i), width_);
  }

 private:
  int width_ = 0;
  Buffer<E> values_;
};

}  // namespace tutti
