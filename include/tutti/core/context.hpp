// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/folds.hpp>
#include <tutti/core/keeper.hpp>
#include <tutti/core/progress.hpp>
#include <tutti/core/random.hpp>
#include <tutti/core/stop.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tutti {

/// What a fit may be told. Every field has a good default: fit(spec, data) is a program.
struct FitOptions {
  std::uint64_t seed = 0;
  int threads = 0;            // 0: all cores
  Progress progress{};        // before the folds: g++ 12 -O3 warns of a vector in front of what may throw
  Stop stop{};                // ends the fit early: Stop::on_interrupt()
  const Keeper* checkpoints = nullptr;  // Checkpoints("folder"): nets go on where a fit was broken off
  Folds folds{};              // the plan by which heads (meta-learners, learnt weights, calibrators) get out-of-fold data
  bool keep_folds = false;    // keep and average the fold models instead of refitting members on all rows
  bool nested = false;        // a head's own out-of-fold predictions refit its members too: strict, k times dearer
};

/// Where in the composition a fit happens: the node's path, its random stream, the plan that the whole tree shares.
/// A value; `child` leads to the members.
class Context {
 public:
  Context() = default;
  Context(const FitOptions& options, std::string_view root)
      : random_(options.seed), folds_random_(random_.stream("folds")), path_(root), progress_(options.progress), stop_(options.stop), keeper_(options.checkpoints), folds_(options.folds), keep_folds_(options.keep_folds), nested_(options.nested) {}

  /// The stream of this node, keyed by (seed, path): draw from named or numbered sub-streams of it.
  Random random() const { return random_; }
  Random random(std::string_view purpose) const { return random_.stream(purpose); }
  Random random(std::uint64_t index) const { return random_.stream(index); }
  /// "Stack[0]/Average[2]/Boost", what errors and progress call this node.
  const std::string& path() const noexcept { return path_; }
  const Progress& progress() const noexcept { return progress_; }
  const Stop& stop() const noexcept { return stop_; }
  /// Null where nobody keeps anything.
  const Keeper* keeper() const noexcept { return keeper_; }
  bool keep_folds() const noexcept { return keep_folds_; }
  /// Whether folds go forward in time: what holds rows out beside them has to as well.
  bool forward() const noexcept { return plan_ ? plan_->forward() : folds_.forward; }
  bool nested() const noexcept { return nested_; }
  /// The same node, where members keep their fold models, or not, whatever the fit was told.
  Context keeping_folds(bool keep) const {
    Context c = *this;
    c.keep_folds_ = keep;
    return c;
  }

  /// Member `index` of this node.
  Context child(int index, std::string_view name) const {
    Context c = *this;
    c.random_ = random_.stream("member").stream(static_cast<std::uint64_t>(index));
    c.path_ = path_ + '[' + std::to_string(index) + "]/" + std::string(name);
    return c;
  }
  /// The same node, fitted once more on other rows: fold or bootstrap number `index`.
  Context repeat(std::string_view what, int index) const {
    Context c = *this;
    c.random_ = random_.stream(what).stream(static_cast<std::uint64_t>(index));
    c.path_ = path_ + " (" + std::string(what) + ' ' + std::to_string(index) + ')';
    return c;
  }

  /// The plan of the whole tree: made from the rows of the first head that needs one, shared by all who see these rows,
  /// handed down to everyone below a head.
  template <class X, class Y>
  std::shared_ptr<const FoldPlan> plan(const Dataset<X, Y>& data) const {
    return plan_ ? plan_ : data.template shared<FoldPlan>(0, [&] { return FoldPlan(folds_, data, folds_random_); });
  }
  /// The same rows dealt once more to as many folds, for repeat 1, 2, ...; repeat 0 is the plan.
  /// Errors   DataError for a plan that cannot be another one: the user's own, or one forward in time.
  template <class X, class Y>
  std::shared_ptr<const FoldPlan> plan(const Dataset<X, Y>& data, int repeat) const {
    if (repeat == 0) return plan(data);
    check(folds_.assignment.empty() && !folds_.forward,
          "repeats: expected folds that are dealt at random, not a plan of one's own or forward in time",
          repeat + 1);
    const auto number = static_cast<std::uint64_t>(repeat);
    return data.template shared<FoldPlan>(
        number, [&] { return FoldPlan(folds_, data, folds_random_.stream("repeat").stream(number)); });
  }
  Context with_plan(std::shared_ptr<const FoldPlan> plan) const {
    Context c = *this;
    c.plan_ = std::move(plan);
    return c;
  }

 private:
  Random random_, folds_random_;
  std::string path_;
  Progress progress_;
  Stop stop_;
  const Keeper* keeper_ = nullptr;
  Folds folds_;
  bool keep_folds_ = false, nested_ = false;
  std::shared_ptr<const FoldPlan> plan_;
};

}  // namespace tutti
