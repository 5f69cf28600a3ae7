// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/kernel/parallel_work.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace tutti::parallel {

/// The backend on std::thread: needs no library, and ThreadSanitizer sees all of it.
/// A loop is a shared counter; its caller works on it, idle workers join, and whoever waits for the last
/// chunks joins only loops that those chunks have started: no thread takes on foreign work while it waits.
struct Threads {
  static int threads() { return current().size(); }
  static void run(const Work& work) { current().run(work); }
  static void with(int threads, const Work& work) {
    Pool pool(threads > 0 ? threads : cores());
    const Swap use(here().pool, &pool);
    work(0);
  }
  static void isolate(const Work& work) noexcept { work(0); }

 private:
  struct Loop {
    Work work;
    const Loop* outer;  // the loop whose chunk started this one
    std::atomic<std::ptrdiff_t> next{0};
    int helpers = 0;  // guarded by the pool's mutex, as are the links
    Loop* before = nullptr;
    Loop* after = nullptr;

    Loop(const Work& w, const Loop* o) : work(w), outer(o) {}
    bool open() const noexcept { return next.load(std::memory_order_relaxed) < work.count; }
    bool inside(const Loop& other) const noexcept {
      const Loop* loop = outer;
      while (loop != nullptr && loop != &other) loop = loop->outer;
      return loop != nullptr;
    }
  };

  class Pool {
   public:
    explicit Pool(int threads) : size_(threads) {
      try {
        for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { serve(); });
      } catch (...) {
        stop();
        throw;
      }
    }
    ~Pool() { stop(); }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int size() const noexcept { return size_; }

    void run(const Work& work) {
      Loop loop(work, here().loop);
      if (size_ == 1) return drain(loop);
      {
        const std::lock_guard lock(mutex_);
        append(loop);
        changed_.notify_all();
      }
      drain(loop);
      std::unique_lock lock(mutex_);
      remove(loop);  // from here on nobody joins
      while (loop.helpers > 0) {
        if (Loop* other = find([&](const Loop& l) { return l.inside(loop); })) help(*other, lock);
        else changed_.wait(lock);
      }
    }

   private:
    static void drain(Loop& loop) noexcept {
      const Swap mark(here().loop, static_cast<const Loop*>(&loop));
      for (std::ptrdiff_t i; (i = loop.next.fetch_add(1, std::memory_order_relaxed)) < loop.work.count;)
        loop.work(i);
    }

    void serve() {
      here().pool = this;
      std::unique_lock lock(mutex_);
      while (!stopping_) {
        if (Loop* loop = find([](const Loop&) { return true; })) help(*loop, lock);
        else changed_.wait(lock);
      }
    }

    void help(Loop& loop, std::unique_lock<std::mutex>& lock) {
      ++loop.helpers;
      lock.unlock();
      drain(loop);
      lock.lock();
      if (--loop.helpers == 0) changed_.notify_all();
    }

    Loop* find(auto&& wanted) const {  // outermost loops first
      for (Loop* loop = first_; loop != nullptr; loop = loop->after)
        if (loop->open() && wanted(*loop)) return loop;
      return nullptr;
    }
    void append(Loop& loop) noexcept {
      loop.before = last_;
      (last_ != nullptr ? last_->after : first_) = &loop;
      last_ = &loop;
    }
    void remove(Loop& loop) noexcept {
      (loop.before != nullptr ? loop.before->after : first_) = loop.after;
      (loop.after != nullptr ? loop.after->before : last_) = loop.before;
    }

    void stop() {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      changed_.notify_all();
      for (std::thread& worker : workers_) worker.join();
    }

    std::mutex mutex_;
    std::condition_variable changed_;  // a loop began, lost its last helper, or the end
    Loop* first_ = nullptr;
    Loop* last_ = nullptr;
    bool stopping_ = false;
    int size_;
    std::vector<std::thread> workers_;  // last: they use all of the above
  };

  struct Here {  // where this thread stands
    Pool* pool = nullptr;
    const Loop* loop = nullptr;
  };
  static Here& here() noexcept {
    thread_local Here place;
    return place;
  }

  template <class P> struct Swap {
    P& place;
    const P old;
    Swap(P& p, P value) : place(p), old(p) { place = value; }
    ~Swap() { place = old; }
  };

  static int cores() noexcept {
    const unsigned n = std::thread::hardware_concurrency();
    return n > 0 ? static_cast<int>(n) : 1;
  }
  static Pool& current() {
    if (here().pool != nullptr) return *here().pool;
    static Pool all(cores());
    return all;
  }
};

}  // namespace tutti::parallel
