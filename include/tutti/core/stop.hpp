// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>

#include <atomic>
#include <csignal>
#include <memory>
#include <string_view>

namespace tutti {

/// A fit that was stopped and whose result was not wanted.
class Stopped : public FitError {
 public:
  using FitError::FitError;
};

/// A wish to end a fit early, or nobody who could wish it. Copies share it; any thread, and an Observer, may call request().
///
///     const auto stop  = Stop::on_interrupt();                        // Ctrl-C ends the fit, a second one the program
///     const auto model = fit(spec, data, {.stop = stop});             // what was fitted until then
///
/// Then::keep: members that learn by rounds or epochs return what they have, all others are fitted to the end.
/// Then::discard: the fit throws Stopped, between rounds or epochs and before the next member. What was asked for before a fit began
/// holds for it too.
class Stop {
 public:
  enum class Then : char { keep, discard };

  Stop() = default;
  explicit Stop(Then then) : state_(std::make_shared<State>(then)) {}
  /// One that Ctrl-C (SIGINT) asks for as well, while copies of it live; the handler of before comes back after them.
  [[gnu::cold]] static Stop on_interrupt(Then then = Then::keep) {
    Stop stop(then);
    interrupted() = false;
    stop.state_->before = std::signal(SIGINT, [](int) {
      interrupted() = true;
      std::signal(SIGINT, SIG_DFL);
    });
    stop.state_->listens = true;
    return stop;
  }

  void request() const noexcept {
    if (state_) state_->asked = true;
  }
  bool requested() const noexcept { return state_ && (state_->asked || (state_->listens && interrupted())); }
  /// For members, between rounds: whether to return what there is.
  /// Errors   Stopped, with the path, where nothing is to be kept.
  bool now(std::string_view path) const {
    if (!requested()) return false;
    if (state_->then == Then::discard) discard(path);
    return true;
  }

 private:
  struct State {
    explicit State(Then t) : then(t) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
      if (listens) std::signal(SIGINT, before == SIG_ERR ? SIG_DFL : before);
    }
    const Then then;
    std::atomic<bool> asked{false};
    bool listens = false;
    void (*before)(int) = nullptr;
  };
  static std::atomic<bool>& interrupted() noexcept {
    static_assert(std::atomic<bool>::is_always_lock_free);  // a handler may touch it
    static std::atomic<bool> yes{false};
    return yes;
  }
  [[noreturn, gnu::cold]] static void discard(std::string_view path) { throw Stopped(path, "stopped by request, nothing is kept"); }

  std::shared_ptr<State> state_;
};

}  // namespace tutti
