// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The one door to parallelism. Work is cut into chunks that depend on sizes alone, never on the number of
/// threads, and nothing tells a body which thread it runs on: so a result that is right once has the same
/// bits everywhere.
///
/// TUTTI_PARALLEL chooses the backend for the program: 0 serial, 1 std::thread, 2 oneTBB (the default).
#ifndef TUTTI_PARALLEL
#define TUTTI_PARALLEL 2
#endif

#if TUTTI_PARALLEL == 0
#include <tutti/kernel/parallel_serial.hpp>
#elif TUTTI_PARALLEL == 1
#include <tutti/kernel/parallel_threads.hpp>
#else
#include <tutti/kernel/parallel_tbb.hpp>
#endif

#include <tutti/kernel/parallel_team.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace tutti::parallel {

#if TUTTI_PARALLEL == 0
using Backend = Serial;
#elif TUTTI_PARALLEL == 1
using Backend = Threads;
#else
using Backend = Tbb;
#endif

/// How many chunks for_each makes of n items: ceil(n / grain); a grain below 1 counts as 1.
constexpr std::ptrdiff_t chunks(std::ptrdiff_t n, std::ptrdiff_t grain) noexcept {
  if (n <= 0) return 0;
  return grain <= 1 ? n : n / grain + (n % grain != 0);
}
static_assert(chunks(10, 4) == 3 && chunks(8, 4) == 2 && chunks(0, 4) == 0 && chunks(3, 0) == 3);

namespace detail {

/// Keeps what the lowest failing index threw. Indices above a failure need not start any more, those below
/// must: so which exception arrives does not depend on timing.
class FirstFailure {
 public:
  bool needless(std::ptrdiff_t index) const noexcept {
    return index > lowest_.load(std::memory_order_relaxed);
  }

  void keep(std::ptrdiff_t index) noexcept {  // called in a catch block
    while (busy_.test_and_set(std::memory_order_acquire)) {}
    if (index < lowest_.load(std::memory_order_relaxed)) {
      lowest_.store(index, std::memory_order_relaxed);
      error_ = std::current_exception();
    }
    busy_.clear(std::memory_order_release);
  }

  void rethrow() {  // after the loop
    if (error_) std::rethrow_exception(std::move(error_));
  }

 private:
  std::atomic<std::ptrdiff_t> lowest_{PTRDIFF_MAX};
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
  std::exception_ptr error_;
};

/// call(body, i) for every i in [0, count), where calls may throw: compiled once, whatever the bodies are.
template <class On>
[[gnu::noinline]] void each_index(std::ptrdiff_t count, void (*call)(void* body, std::ptrdiff_t index), void* body) {
  struct Guarded {
    void (*call)(void*, std::ptrdiff_t);
    void* body;
    FirstFailure failure{};
    static void guard(void* self, std::ptrdiff_t i) noexcept {
      auto& guarded = *static_cast<Guarded*>(self);
      if (guarded.failure.needless(i)) return;
      try {
        guarded.call(guarded.body, i);
      } catch (...) { guarded.failure.keep(i); }
    }
  } guarded{call, body};
  On::run(Work{count, &Guarded::guard, &guarded});
  guarded.failure.rethrow();
}
template <class On, class Body>
void each_index(std::ptrdiff_t count, Body& body) {  // body(i) for i in [0, count)
  each_index<On>(count, [](void* self, std::ptrdiff_t i) { (*static_cast<Body*>(self))(i); }, &body);
}

/// One copy of a body, for loops of one chunk and of many.
template <class Body> [[gnu::noinline]] void one_chunk(Body& body, std::ptrdiff_t begin, std::ptrdiff_t end) {
  body(begin, end);
}

/// Hands f to `enter` as one piece of work; gives back what f returned, or throws what it threw.
template <class F, class Enter> decltype(auto) through(F& f, Enter enter) {
  using R = decltype(f());
  using Kept = std::conditional_t<
      std::is_void_v<R>, char,
      std::conditional_t<std::is_reference_v<R>, std::add_pointer_t<R>, std::remove_cv_t<R>>>;
  struct Guarded {
    F& f;
    std::optional<Kept> result{};
    std::exception_ptr error{};
    static void call(void* self, std::ptrdiff_t) noexcept {
      auto& guarded = *static_cast<Guarded*>(self);
      try {
        if constexpr (std::is_void_v<R>) guarded.f();
        else if constexpr (std::is_reference_v<R>) {
          R found = guarded.f();
          guarded.result.emplace(std::addressof(found));
        } else guarded.result.emplace(guarded.f());
      } catch (...) { guarded.error = std::current_exception(); }
    }
  } guarded{f};
  enter(Work{1, &Guarded::call, &guarded});
  if (guarded.error) std::rethrow_exception(std::move(guarded.error));
  if constexpr (std::is_reference_v<R>) return static_cast<R>(**guarded.result);
  else if constexpr (!std::is_void_v<R>) return R(std::move(*guarded.result));
}

}  // namespace detail

/// body(begin, end) for the fixed chunks [c grain, min(n, (c + 1) grain)), side by side; then it returns.
/// Needs    chunks do not write what others touch. Loops nest; the caller works too.
/// Cost     well below a microsecond a chunk: choose a grain worth ten.
/// Errors   rethrows what the lowest throwing chunk threw; chunks above it may be left out.
template <class On = Backend, class Body> void for_each(std::ptrdiff_t n, std::ptrdiff_t grain, Body&& body) {
  if (grain < 1) grain = 1;
  const std::ptrdiff_t count = chunks(n, grain);
  if (count == 0) return;
  if (count == 1) return detail::one_chunk(body, 0, n);
  auto chunk = [&](std::ptrdiff_t c) {
    const std::ptrdiff_t begin = c * grain;
    detail::one_chunk(body, begin, n - begin > grain ? begin + grain : n);
  };
  detail::each_index<On>(count, chunk);
}

/// Calls every f, side by side; returns when all are done.
/// Errors   rethrows what the first of those that threw has thrown; those after it may be left out.
template <class On = Backend, class... F> void invoke(F&&... f) {
  auto one = [&](std::ptrdiff_t index) {
    std::ptrdiff_t i = 0;
    (void)((i++ == index && (static_cast<void>(f()), true)) || ...);
  };
  if constexpr (sizeof...(F) > 0) detail::each_index<On>(static_cast<std::ptrdiff_t>(sizeof...(F)), one);
}

/// f() with n threads for the loops inside it (0: all cores; n may exceed the cores). Returns what f returns.
/// Cost     tens of microseconds and more for each thread that has to be started; none where threads() == n.
template <class On = Backend, class F> decltype(auto) with_threads(int n, F&& f) {
  return detail::through(f, [n](const Work& work) { n == On::threads() ? work(0) : On::with(n, work); });
}

/// How many threads a loop started here may use, the caller included.
template <class On = Backend> int threads() { return On::threads(); }

/// The threads that a loop started here may use, as a team for the calls of kernels. Whoever waits for the others takes on
/// no work from outside: the call may hold memory of its thread.
template <class On = Backend> Team team() {
  Team all;
  all.size = On::threads();
  all.run = [](const Work& work) {
    const auto parts = [](void* whole, std::ptrdiff_t) noexcept { On::run(*static_cast<const Work*>(whole)); };
    On::isolate(Work{1, parts, const_cast<Work*>(&work)});
  };
  return all;
}

/// f(), in which loops are as parallel as ever, but this thread, while it waits for one, takes on no work
/// from outside. Returns what f returns. Needed where a lock is held: foreign work could ask for that lock.
template <class On = Backend, class F> decltype(auto) isolated(F&& f) {
  return detail::through(f, [](const Work& work) { On::isolate(work); });
}

/// zero + map(chunk 0) + map(chunk 1) + ... : chunks in parallel, the additions in their order.
/// Needs    T with a copy and +=; a T per chunk is alive at once, so keep chunks few where T is large.
template <class On = Backend, class T, class Map>
T ordered_sum(std::ptrdiff_t n, std::ptrdiff_t grain, T zero, Map&& map) {
  static_assert(!std::is_same_v<T, bool>,
                "sum flags as int: the bits of a vector<bool> share bytes between chunks");
  if (grain < 1) grain = 1;
  std::vector<T> partial(static_cast<std::size_t>(chunks(n, grain)), zero);
  for_each<On>(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    partial[static_cast<std::size_t>(begin / grain)] = map(begin, end);
  });
  for (T& part : partial) zero += part;
  return zero;
}

}  // namespace tutti::parallel
