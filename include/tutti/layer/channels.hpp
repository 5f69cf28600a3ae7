// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/shape.hpp>
#include <tutti/kernel/channels.hpp>

namespace tutti {

/// A row (a ragged one has none) as channels: those of an image, the features of a sequence, the numbers of a vector.
constexpr kernel::ChannelLayout channels_of(const Shape& s) {
  const std::ptrdiff_t size = s.size();
  if (s.rank == 2) return {s[0], s[1], 1, s[1]};
  return {1, s[0], size / s[0], size};
}
static_assert(channels_of(shape(16, 3, 2)).plane == 6 && channels_of(shape(9, 5)).rows == 9);

}  // namespace tutti
