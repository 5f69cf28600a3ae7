// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace tutti::parallel {

/// A loop with its type taken away: call(body, i) for every i in [0, count), in any order, on any thread.
/// A backend is a struct with four static functions, and this is all that it ever sees:
///   int  threads()                  how many threads a loop started here may use
///   void run(Work)                  every i, returns when all are done
///   void with(int threads, Work)    the one call i = 0, loops inside use that many threads (0: all cores)
///   void isolate(Work)              the one call i = 0, waiting inside it takes on no foreign work
/// `call` never throws: what a body throws is caught, ranked and rethrown in parallel.hpp.
struct Work {
  std::ptrdiff_t count;
  void (*call)(void* body, std::ptrdiff_t index) noexcept;
  void* body;

  void operator()(std::ptrdiff_t index) const noexcept { call(body, index); }
};

}  // namespace tutti::parallel
