// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tutti::kernel {

/// How many windows of `reach` numbers, `stride` apart, fit on an axis with `padding` on each side; 0 where none does.
constexpr int windows_on(int extent, int reach, int stride, int padding) noexcept {
  const int room = extent + 2 * padding - reach;
  return room < 0 ? 0 : room / stride + 1;
}
static_assert(windows_on(8, 3, 2, 0) == 3 && windows_on(2, 3, 1, 0) == 0 && windows_on(2, 3, 1, 1) == 2);

}  // namespace tutti::kernel
