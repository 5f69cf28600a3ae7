// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace tutti {

/// How an epoch of a net's training went.
struct EpochReport {
  int epoch = 0;  // from 1
  int epochs = 0;
  double loss = 0;                 // mean over the rows learnt from
  const double* held_out = nullptr;  // mean over the rows held out; null where nobody looked
  double rate = 0;                 // learning rate of the last step
  std::string_view metric{};       // what early stopping goes by, where that is not the loss
  const double* score = nullptr;   // by that metric, on the rows held out; null where nobody looked
};

/// How a round of boosting went.
struct RoundReport {
  int round = 0;  // from 1
  int rounds = 0;
  std::string_view metric{};      // what early stopping goes by
  const double* score = nullptr;  // by it, on the rows held out; null where nobody looked
};

/// Who wants to watch a fit. Calls come from many threads at once.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Work units (fits of leaf members) done and known so far, and the path of the member that just moved.
  virtual void progressed(int done, int total, std::string_view path) = 0;
  /// A line from inside a member: an epoch, a round.
  virtual void reported(std::string_view path, std::string_view text) = 0;
  /// The end of an epoch, in numbers.
  virtual void epoch_ended(std::string_view, const EpochReport&) {}
  /// The end of a round, in numbers.
  virtual void round_ended(std::string_view, const RoundReport&) {}
};

/// A handle to an observer, or to nobody. Copies share the observer and the counts.
class Progress {
 public:
  Progress() = default;
  explicit Progress(std::shared_ptr<Observer> observer) : state_(std::make_shared<State>(std::move(observer))) {}

  explicit operator bool() const noexcept { return state_ != nullptr; }
  /// Null for nobody.
  std::shared_ptr<Observer> observer() const { return state_ ? state_->observer : nullptr; }
  void expect(int units) const {
    if (state_) state_->total += units;
  }
  void finish(int units, std::string_view path) const {
    if (!state_) return;
    const int done = state_->done += units;
    state_->observer->progressed(done, state_->total, path);
  }
  void report(std::string_view path, std::string_view text) const {
    if (state_) state_->observer->reported(path, text);
  }
  void end_epoch(std::string_view path, const EpochReport& report) const {
    if (state_) state_->observer->epoch_ended(path, report);
  }
  void end_round(std::string_view path, const RoundReport& report) const {
    if (state_) state_->observer->round_ended(path, report);
  }

 private:
  struct State {
    explicit State(std::shared_ptr<Observer> o) : observer(std::move(o)) {}
    std::shared_ptr<Observer> observer;
    std::atomic<int> done{0}, total{0};
  };
  std::shared_ptr<State> state_;
};

}  // namespace tutti
