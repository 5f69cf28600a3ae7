// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/progress.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>

namespace tutti {

namespace detail {

/// Rewrites one line of a stream. A thread that finds another one writing goes on with its work instead of waiting.
class Bar final : public Observer {
 public:
  explicit Bar(std::ostream& out) : out_(out) {}
  ~Bar() override {
    if (drawn_) out_ << '\n' << std::flush;
  }

  void progressed(int done, int total, std::string_view path) override {
    done_ = done;
    total_ = total;
    draw(path, {}, done == total);
  }
  void reported(std::string_view path, std::string_view text) override { draw(path, text, false); }

 private:
  using Clock = std::chrono::steady_clock;

  [[gnu::cold]] void draw(std::string_view path, std::string_view text, bool always) {
    if (busy_.test_and_set(std::memory_order_acquire)) return;
    const auto now = Clock::now();
    if (always || now - last_ > std::chrono::milliseconds(100)) {
      last_ = now;
      constexpr int cells = 20;
      const int total = std::max(1, total_.load()), filled = std::min(cells, done_ * cells / total);
      const double seconds = std::chrono::duration<double>(now - start_).count();
      std::string line = "\r[" + std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(cells - filled), '.') + "] " + std::to_string(done_) + '/' +
                         std::to_string(total_) + " fits, " + std::to_string(static_cast<int>(seconds)) + " s  " + std::string(path) + (text.empty() ? "" : ": ") + std::string(text);
      if (line.size() > 118) line.resize(118);
      const std::size_t visible = line.size();
      if (visible < width_) line.append(width_ - visible, ' ');
      width_ = visible;
      drawn_ = true;
      out_ << line << std::flush;
    }
    busy_.clear(std::memory_order_release);
  }

  std::ostream& out_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point last_{};
  std::atomic<int> done_{0}, total_{0};
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
  std::size_t width_ = 0;
  bool drawn_ = false;
};

}  // namespace detail

/// A progress bar on a stream: fits done and known, seconds, the member that moved last. The stream outlives the fit.
inline Progress bar(std::ostream& out) { return Progress(std::make_shared<detail::Bar>(out)); }

}  // namespace tutti
