// SPDX-License-Identifier: Apache-2.0
#include <tutti/kernel/parallel.hpp>
#include <tutti/kernel/parallel_serial.hpp>
#include <tutti/kernel/parallel_tbb.hpp>
#include <tutti/kernel/parallel_threads.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace parallel = tutti::parallel;
using parallel::Serial;
using parallel::Tbb;
using parallel::Threads;

TYPE_TO_STRING(Serial);
TYPE_TO_STRING(Tbb);
TYPE_TO_STRING(Threads);

// ThreadSanitizer cannot look into a library that was built without it, so that build leaves oneTBB out.
#if defined(__SANITIZE_THREAD__)
#define TUTTI_TEST_BACKENDS Serial, Threads
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TUTTI_TEST_BACKENDS Serial, Threads
#endif
#endif
#ifndef TUTTI_TEST_BACKENDS
#define TUTTI_TEST_BACKENDS Serial, Threads, Tbb
#endif

TEST_CASE("every program gets the backend that its macro asks for") {
  CHECK(parallel::threads() == parallel::Backend::threads());
  CHECK(parallel::threads<Serial>() == 1);
  CHECK(parallel::threads<Threads>() >= 1);
}

TEST_CASE_TEMPLATE("for_each calls each fixed chunk once, whatever the number of threads", On,
                   TUTTI_TEST_BACKENDS) {
  for (const int threads : {1, 2, 7})
    for (const std::ptrdiff_t grain : {1, 3, 10, 64})
      for (const std::ptrdiff_t n : {0, 1, 9, 10, 11, 63, 64, 65, 100}) {
        CAPTURE(threads);
        CAPTURE(grain);
        CAPTURE(n);
        const auto count = static_cast<std::size_t>(parallel::chunks(n, grain));
        std::vector<std::ptrdiff_t> ends(count, -1);
        std::atomic<int> calls{0};
        std::atomic<bool> off_grid{false};
        parallel::with_threads<On>(threads, [&] {
          parallel::for_each<On>(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
            if (begin % grain != 0) off_grid = true;
            ends[static_cast<std::size_t>(begin / grain)] = end;
            ++calls;
          });
        });
        CHECK(calls == static_cast<int>(count));
        CHECK_FALSE(off_grid);
        for (std::size_t c = 0; c < count; ++c)
          CHECK(ends[c] == std::min(n, (static_cast<std::ptrdiff_t>(c) + 1) * grain));
      }
}

TEST_CASE_TEMPLATE("a grain below one counts as one and a huge one does not overflow", On,
                   TUTTI_TEST_BACKENDS) {
  std::atomic<int> calls{0};
  parallel::for_each<On>(5, 0, [&](std::ptrdiff_t begin, std::ptrdiff_t end) { calls += end == begin + 1; });
  CHECK(calls == 5);
  parallel::for_each<On>(5, PTRDIFF_MAX,
                         [&](std::ptrdiff_t begin, std::ptrdiff_t end) { calls += begin == 0 && end == 5; });
  CHECK(calls == 6);
  parallel::for_each<On>(-3, 2, [&](std::ptrdiff_t, std::ptrdiff_t) { ++calls; });
  CHECK(calls == 6);
}

TEST_CASE_TEMPLATE("loops nest to any depth without a deadlock", On, TUTTI_TEST_BACKENDS) {
  for (const int threads : {1, 2, 5}) {
    std::atomic<long> sum{0};
    parallel::with_threads<On>(threads, [&] {
      parallel::for_each<On>(6, 1, [&](std::ptrdiff_t i, std::ptrdiff_t) {
        parallel::for_each<On>(7, 2, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
          parallel::for_each<On>(end - begin, 1,
                                 [&](std::ptrdiff_t j, std::ptrdiff_t) { sum += i * 7 + begin + j; });
        });
      });
    });
    CHECK(sum == 42 * 41 / 2);
  }
}

TEST_CASE_TEMPLATE("loops of several callers share the threads and all finish", On, TUTTI_TEST_BACKENDS) {
  std::atomic<int> items{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 3; ++t)
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round)
        parallel::for_each<On>(
            20, 3, [&](std::ptrdiff_t begin, std::ptrdiff_t end) { items += static_cast<int>(end - begin); });
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(items == 3 * 50 * 20);
}

TEST_CASE_TEMPLATE("the exception of the lowest throwing chunk arrives, on any number of threads", On,
                   TUTTI_TEST_BACKENDS) {
  for (const int threads : {1, 2, 7})
    for (int round = 0; round < 20; ++round) {
      std::string message;
      std::atomic<int> before{0};
      const auto token = std::make_shared<int>(0);
      try {
        parallel::with_threads<On>(threads, [&] {
          parallel::for_each<On>(400, 4, [&](std::ptrdiff_t begin, std::ptrdiff_t) {
            const auto held = token;
            if (begin >= 120 && begin % 8 == 0) throw std::runtime_error(std::to_string(begin));
            before += begin < 120;
          });
        });
      } catch (const std::runtime_error& error) { message = error.what(); }
      CHECK(message == "120");
      CHECK(before == 30);  // all below the failure ran
      CHECK(token.use_count() == 1);
    }
}

TEST_CASE_TEMPLATE("an exception leaves a nested loop and the threads stay usable", On, TUTTI_TEST_BACKENDS) {
  CHECK_THROWS_AS(parallel::for_each<On>(4, 1,
                                         [](std::ptrdiff_t, std::ptrdiff_t) {
                                           parallel::for_each<On>(4, 1, [](std::ptrdiff_t j, std::ptrdiff_t) {
                                             if (j == 2) throw std::logic_error("inner");
                                           });
                                         }),
                  std::logic_error);
  std::atomic<int> calls{0};
  parallel::for_each<On>(100, 1, [&](std::ptrdiff_t, std::ptrdiff_t) { ++calls; });
  CHECK(calls == 100);
}

TEST_CASE_TEMPLATE("invoke calls each function once and throws what the first thrower threw", On,
                   TUTTI_TEST_BACKENDS) {
  int a = 0, b = 0, c = 0;
  parallel::invoke<On>([&] { ++a; }, [&] { return ++b; }, [&] { ++c; });
  CHECK(a == 1);
  CHECK(b == 1);
  CHECK(c == 1);
  parallel::invoke<On>();
  CHECK_THROWS_AS(parallel::invoke<On>([] {}, [] { throw std::logic_error("1"); }, [] { throw 2; }),
                  std::logic_error);
}

TEST_CASE_TEMPLATE("ordered_sum has the same bits on 1, 2 and 7 threads", On, TUTTI_TEST_BACKENDS) {
  const auto sum = [](int threads) {
    return parallel::with_threads<On>(threads, [] {
      return parallel::ordered_sum<On>(10'007, 64, 0.0f, [](std::ptrdiff_t begin, std::ptrdiff_t end) {
        float part = 0;
        for (std::ptrdiff_t i = begin; i < end; ++i) part += 1.0f / static_cast<float>(i + 1);
        return part;
      });
    });
  };
  float expected = 0;  // the order that the contract names
  for (std::ptrdiff_t begin = 0; begin < 10'007; begin += 64) {
    float part = 0;
    for (std::ptrdiff_t i = begin; i < std::min<std::ptrdiff_t>(10'007, begin + 64); ++i)
      part += 1.0f / static_cast<float>(i + 1);
    expected += part;
  }
  for (int round = 0; round < 10; ++round)
    for (const int threads : {1, 2, 7}) CHECK(sum(threads) == expected);
  CHECK(parallel::ordered_sum<On>(0, 8, 2.5, [](std::ptrdiff_t, std::ptrdiff_t) { return 1.0; }) == 2.5);
}

TEST_CASE_TEMPLATE("with_threads returns what its function returns, references and movables included", On,
                   TUTTI_TEST_BACKENDS) {
  int x = 1;
  int& same = parallel::with_threads<On>(2, [&]() -> int& { return x; });
  CHECK(&same == &x);
  const std::unique_ptr<int> owned = parallel::with_threads<On>(2, [] { return std::make_unique<int>(5); });
  CHECK(*owned == 5);
  CHECK_THROWS_AS(parallel::with_threads<On>(3, []() -> int { throw std::out_of_range("x"); }),
                  std::out_of_range);
}

TEST_CASE_TEMPLATE("with_threads nests and restores the count", On, TUTTI_TEST_BACKENDS) {
  if (std::is_same_v<On, Serial>) return;
  const int outside = parallel::threads<On>();
  parallel::with_threads<On>(5, [&] {
    CHECK(parallel::threads<On>() == 5);
    parallel::with_threads<On>(1, [] { CHECK(parallel::threads<On>() == 1); });
    std::atomic<bool> right{true};
    parallel::for_each<On>(8, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
      if (parallel::threads<On>() != 5) right = false;
      parallel::with_threads<On>(2, [&] {
        if (parallel::threads<On>() != 2) right = false;
      });
    });
    CHECK(right);
    CHECK(parallel::threads<On>() == 5);
  });
  CHECK(parallel::threads<On>() == outside);
  CHECK(parallel::with_threads<On>(0, [] { return parallel::threads<On>(); }) == outside);
}

TEST_CASE_TEMPLATE("with_threads really runs more threads than there are cores", On, TUTTI_TEST_BACKENDS) {
  if (std::is_same_v<On, Serial>) return;
  constexpr int wanted = 7;
  std::atomic<int> arrived{0};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  parallel::with_threads<On>(wanted, [&] {
    parallel::for_each<On>(wanted, 1,
                           [&](std::ptrdiff_t, std::ptrdiff_t) {  // each chunk waits for all the others
                             ++arrived;
                             while (arrived < wanted && std::chrono::steady_clock::now() < deadline)
                               std::this_thread::yield();
                           });
    CHECK(arrived == wanted);
  });
  CHECK(std::chrono::steady_clock::now() < deadline);
}

TEST_CASE_TEMPLATE("isolated keeps a waiting thread away from foreign work", On, TUTTI_TEST_BACKENDS) {
  thread_local bool holding = false;  // as if this thread held a lock
  std::atomic<int> intrusions{0}, inner{0};
  for (int round = 0; round < 5; ++round)
    parallel::with_threads<On>(4, [&] {
      parallel::for_each<On>(100, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
        if (holding) {  // this thread came here from inside its own wait
          ++intrusions;
          return;
        }
        holding = true;
        parallel::isolated<On>([&] {
          parallel::for_each<On>(6, 1, [&](std::ptrdiff_t, std::ptrdiff_t) {
            std::this_thread::sleep_for(
                std::chrono::microseconds(50));  // long enough for others to take some
            ++inner;
          });
        });
        holding = false;
      });
    });
  CHECK(intrusions == 0);
  CHECK(inner == 5 * 100 * 6);
  CHECK(parallel::isolated<On>([] { return 3; }) == 3);
}

TEST_CASE_TEMPLATE("a team runs each part once, and teams form inside loops and inside each other", On, TUTTI_TEST_BACKENDS) {
  parallel::with_threads<On>(3, [] {
    const parallel::Team outer = parallel::team<On>();
    CHECK(outer.size == parallel::threads<On>());
    std::vector<std::atomic<int>> calls(5 * 4 * 3);
    parallel::for_each<On>(5, 1, [&](std::ptrdiff_t i, std::ptrdiff_t) {
      outer.each(4, [&](std::ptrdiff_t part) {
        parallel::team<On>().each(3, [&](std::ptrdiff_t inner) { ++calls[static_cast<std::size_t>((i * 4 + part) * 3 + inner)]; });
      });
    });
    for (const auto& count : calls) CHECK(count == 1);
  });
}
