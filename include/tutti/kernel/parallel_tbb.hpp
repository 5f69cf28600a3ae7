// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_work.hpp>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace tutti::parallel {

/// The backend on oneTBB: work stealing, so that a busy neighbour costs its share only.
/// A limit that the program sets by its own tbb::global_control stays in force.
struct Tbb {
  static int threads() noexcept { return ::tbb::this_task_arena::max_concurrency(); }

  static void run(const Work& work) {  // one chunk a task: chunks may differ a lot
    ::tbb::parallel_for(Range(0, work.count, 1), Body{&work}, ::tbb::simple_partitioner{});
  }

  static void with(int threads, const Work& work) {
    const int cores = ::tbb::info::default_concurrency();
    if (threads <= 0) threads = cores;
    if (threads > cores) allow_more_threads_than_cores();
    ::tbb::task_arena arena(threads);
    arena.execute(Once{&work});
  }

  static void isolate(const Work& work) { ::tbb::this_task_arena::isolate(Once{&work}); }

 private:
  using Range = ::tbb::blocked_range<std::ptrdiff_t>;
  struct Body {
    const Work* work;
    void operator()(const Range& range) const noexcept {
      for (std::ptrdiff_t i = range.begin(); i != range.end(); ++i) (*work)(i);
    }
  };
  struct Once {
    const Work* work;
    void operator()() const noexcept { (*work)(0); }
  };

  /// oneTBB makes no more workers than cores unless told so, and of several such orders the smallest counts;
  /// so there is one for good, as large as oneTBB's own bound on workers. How many work is up to each arena.
  static void allow_more_threads_than_cores() {
    static const ::tbb::global_control limit(::tbb::global_control::max_allowed_parallelism, 256);
  }
};

}  // namespace tutti::parallel
