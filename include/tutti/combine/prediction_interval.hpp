// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <iosfwd>
#include <type_traits>
#include <vector>

namespace tutti {

/// Where a number lies with the coverage that was asked for; both ends belong to it.
struct PredictionInterval {
  float low = 0, high = 0;

  bool contains(float y) const noexcept { return low <= y && y <= high; }
  float width() const noexcept { return high - low; }
  friend bool operator==(const PredictionInterval&, const PredictionInterval&) = default;
};
template <class Traits>
auto& operator<<(std::basic_ostream<char, Traits>& out, const PredictionInterval& i) {
  return out << '[' << i.low << ", " << i.high << ']';
}

namespace detail {
template <int K>
struct Intervals {
  using type = std::array<PredictionInterval, static_cast<std::size_t>(K)>;
};
template <>
struct Intervals<1> {
  using type = PredictionInterval;
};
template <>
struct Intervals<-1> {
  using type = std::vector<PredictionInterval>;
};
inline const PredictionInterval& at_output(const PredictionInterval& only, std::size_t) noexcept { return only; }
inline const PredictionInterval& at_output(const auto& all, std::size_t k) noexcept { return all[k]; }
}  // namespace detail
/// The interval of a Real; of Reals one for each, as an array (a vector for Dynamic ones).
template <class Y>
using IntervalsOf = typename detail::Intervals<Y::outputs>::type;

}  // namespace tutti
