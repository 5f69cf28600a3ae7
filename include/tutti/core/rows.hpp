// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <type_traits>

namespace tutti {

/// A view of a dense row-major matrix; copying it copies no number.
/// Shapes   (rows, width), element (r, j) at data[r * width + j].
template <class T>
class Rows {
 public:
  constexpr Rows() = default;
  constexpr Rows(T* data, std::ptrdiff_t rows, std::ptrdiff_t width) noexcept : data_(data), rows_(rows), width_(width) {}
  constexpr Rows(const Rows<std::remove_const_t<T>>& other) noexcept
    requires std::is_const_v<T>
      : data_(other.data()), rows_(other.rows()), width_(other.width()) {}
  constexpr Rows(const Rows&) = default;
  constexpr Rows& operator=(const Rows&) = default;

  constexpr T* data() const noexcept { return data_; }
  constexpr std::ptrdiff_t rows() const noexcept { return rows_; }
  constexpr std::ptrdiff_t width() const noexcept { return width_; }
  constexpr std::ptrdiff_t size() const noexcept { return rows_ * width_; }

  constexpr T& operator[](std::ptrdiff_t i) const noexcept { return data_[i]; }  // all numbers, row after row
  constexpr T& operator()(std::ptrdiff_t row, std::ptrdiff_t column) const noexcept { return data_[row * width_ + column]; }
  constexpr std::span<T> row(std::ptrdiff_t r) const noexcept {
    return {data_ + r * width_, static_cast<std::size_t>(width_)};
  }
  constexpr Rows slice(std::ptrdiff_t first, std::ptrdiff_t count) const noexcept {
    return {data_ + first * width_, count, width_};
  }

 private:
  T* data_ = nullptr;
  std::ptrdiff_t rows_ = 0, width_ = 0;
};

/// A view of one parameter tensor: where it lies in the network's flat buffer.
template <class T>
class View {
 public:
  constexpr View() = default;
  constexpr View(T* data, std::ptrdiff_t size) noexcept : data_(data), size_(size) {}

  constexpr T* data() const noexcept { return data_; }
  constexpr std::ptrdiff_t size() const noexcept { return size_; }
  constexpr T& operator[](std::ptrdiff_t i) const noexcept { return data_[i]; }
  constexpr operator T*() const noexcept { return data_; }
  constexpr T* begin() const noexcept { return data_; }
  constexpr T* end() const noexcept { return data_ + size_; }

 private:
  T* data_ = nullptr;
  std::ptrdiff_t size_ = 0;
};

}  // namespace tutti
