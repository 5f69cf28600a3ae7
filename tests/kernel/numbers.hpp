// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// Inputs for the tests of kernels.
namespace numbers {

template <class T> inline constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T> inline constexpr T nan = std::numeric_limits<T>::quiet_NaN();

class Stream {
 public:
  explicit Stream(std::uint32_t seed) : state_(seed * 2654435769u + 1u) {}
  std::uint32_t next() {
    state_ = state_ * 1664525u + 1013904223u;
    return state_ >> 8;
  }

 private:
  std::uint32_t state_;
};

/// Whole numbers from -4 to 4: their sums of products are exact in any order, so kernels must agree to the
/// last bit.
template <class T> std::vector<T> whole(std::ptrdiff_t count, std::uint32_t seed) {
  Stream stream(seed);
  std::vector<T> v(static_cast<std::size_t>(count));
  for (T& x : v) x = static_cast<T>(static_cast<int>((stream.next() >> 5) % 9) - 4);
  return v;
}

/// All numbers of a type of one byte, and its least and greatest more often than the others.
template <class T> std::vector<T> bytes(std::ptrdiff_t count, std::uint32_t seed) {
  static_assert(sizeof(T) == 1);
  Stream stream(seed);
  std::vector<T> v(static_cast<std::size_t>(count));
  for (T& x : v) {
    const std::uint32_t n = stream.next() >> 4;
    x = n % 8 == 0 ? std::numeric_limits<T>::min() : n % 8 == 1 ? std::numeric_limits<T>::max() : static_cast<T>(n >> 3);
  }
  return v;
}

/// Between -1 / 2 and 1 / 2, with all digits in use.
template <class T> std::vector<T> fractions(std::ptrdiff_t count, std::uint32_t seed) {
  Stream stream(seed);
  std::vector<T> v(static_cast<std::size_t>(count));
  for (T& x : v) x = static_cast<T>(stream.next()) / T(3 << 23) - T(1) / T(3);
  return v;
}

/// How many elements differ; NaN equals NaN.
template <class T> std::ptrdiff_t differences(const std::vector<T>& a, const std::vector<T>& b) {
  std::ptrdiff_t count = a.size() != b.size();
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    count += !(a[i] == b[i] || (a[i] != a[i] && b[i] != b[i]));
  return count;
}

/// The largest distance of two elements; infinite where one of them is NaN or the sizes differ.
template <class T, class U> double distance(const std::vector<T>& a, const std::vector<U>& b) {
  double most = a.size() == b.size() ? 0.0 : infinity<double>;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    if (!((d < 0 ? -d : d) <= most)) most = d != d ? infinity<double> : (d < 0 ? -d : d);
  }
  return most;
}

}  // namespace numbers
