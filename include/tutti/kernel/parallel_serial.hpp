// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_work.hpp>

namespace tutti::parallel {

/// The backend without threads, for embedded targets and for debugging: every loop runs in order.
struct Serial {
  static int threads() noexcept { return 1; }
  static void run(const Work& work) noexcept {
    for (std::ptrdiff_t i = 0; i < work.count; ++i) work(i);
  }
  static void with(int, const Work& work) noexcept { work(0); }
  static void isolate(const Work& work) noexcept { work(0); }
};

}  // namespace tutti::parallel
