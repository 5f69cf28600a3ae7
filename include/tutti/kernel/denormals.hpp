// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/simd.hpp>

namespace tutti::kernel {

/// While it lives, denormal numbers are zeros to the arithmetic of its thread, those that are read and those that come out: an Intel
/// core takes a hundred times as long for each register that has one. What holds for the thread else comes back at the end.
/// Cost     some twenty cycles; nothing, and no change, where the machine is not an x86-64.
class DenormalsAsZeros {
 public:
  DenormalsAsZeros(const DenormalsAsZeros&) = delete;
  DenormalsAsZeros& operator=(const DenormalsAsZeros&) = delete;
#if defined(__x86_64__)
  DenormalsAsZeros() noexcept : before_(_mm_getcsr()) { _mm_setcsr(before_ | read_as_zero | flushed_to_zero); }
  ~DenormalsAsZeros() { _mm_setcsr(before_); }

 private:
  static constexpr unsigned read_as_zero = 0x0040, flushed_to_zero = 0x8000;  // of MXCSR
  unsigned before_;
#else
  DenormalsAsZeros() noexcept = default;
  ~DenormalsAsZeros() {}
#endif
};

}  // namespace tutti::kernel
