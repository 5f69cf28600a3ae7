// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/channel_epilogue.hpp>

namespace tutti::kernel {

/// What the sums of C(i, j) begin with, before products are added. A functor `then(register)` may follow when they are
/// complete, or a ChannelEpilogue of its rows.
struct Overwrite {};  // C = A B
inline constexpr Overwrite overwrite{};

struct Accumulate {};  // C = C + A B
inline constexpr Accumulate accumulate{};

template <class T> struct AddBias {  // C(i, j) = b[j] + (A B)(i, j)
  const T* b;  // (N)
};
template <class T> constexpr AddBias<T> add_bias(const T* b) noexcept { return {b}; }

template <class T> struct AddRowBias {  // C(i, j) = b[i] + (A B)(i, j)
  const T* b;  // (M); null: zeros
};
template <class T> constexpr AddRowBias<T> add_row_bias(const T* b) noexcept { return {b}; }

/// The sums as they are.
struct AsItIs {
  template <class V> [[gnu::always_inline]] V operator()(const V& sum) const noexcept { return sum; }
};

}  // namespace tutti::kernel
