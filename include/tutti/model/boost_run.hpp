// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/core/owned.hpp>
#include <tutti/core/progress.hpp>
#include <tutti/core/stop.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/boost_judge.hpp>
#include <tutti/model/boost_loss.hpp>
#include <tutti/model/boost_setup.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/column_rules_fit.hpp>
#include <tutti/model/grow.hpp>
#include <tutti/model/lead_rows.hpp>
#include <tutti/model/tree_targets.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace tutti::detail {

/// Where a run of boosting happens: its random stream, its name, who watches and who may stop it.
struct BoostPlace {
  Random random{};
  std::string path{};
  Progress progress{};
  Stop stop{};
};

/// One run of boosting: what changes from round to round.
template <class X, class Y> class BoostRun {
 public:
  /// With an earlier model the rounds follow its own, and its base stays.
  BoostRun(const Boost<Tree>& spec, const Dataset<X, Y>& data, const BoostPlace& place, const BoostedTrees<X, Y>* earlier = nullptr)
      : options_(spec.options),
        data_(data),
        place_(place),
        targets_(data),
        loss_(targets_.outputs, options_.objective),
        binned_(shared_bins(data, spec.options.bins)) {
    prepare_targets(targets_, loss_, options_.balanced, data);
    learn_ = std::move(targets_.rows);
    if (options_.early_stop > 0) set_slice_aside();
    begin(earlier);
    pairs_.resize(score_.size());
    rules_ = column_rules(options_.monotone, options_.interactions, options_.categories, data.schema(), data.width(), std::ssize(learn_));
    check(!rules_.limits() || scores() == 1, "monotone: expected numbers or two classes, got classes", targets_.outputs);
    check(!rules_.limits() || !renews(), "monotone: expected an objective whose leaves are steps (Huber has such)", loss_.name());
    check(options_.top_rows == 0 || !renews(), "top_rows: expected an objective whose gradients differ in size", loss_.name());
    const GrowOptions grow = grow_options(spec.member);
    for (int k = 0; k < scores(); ++k)
      growers_.push_back(Owned<Grower>::make(*binned_, pairs_.data() + k * rows(), statistics(), grow));
  }

  BoostedTrees<X, Y> run() {
    BestScore best;
    if (!judge_.empty()) best.offer(judge_.monitor(), judge_(loss_, targets_, score_.data()), 0);
    for (int round = 0; round < options_.rounds && !place_.stop.now(place_.path); ++round) {
      add_round(earlier_ + round);
      if (judge_.empty()) {
        report(round, nullptr);
        continue;
      }
      const double score = judge_(loss_, targets_, score_.data());
      report(round, &score);
      if (!best.offer(judge_.monitor(), score, round + 1) && round + 1 - std::max(best.at, 0) >= options_.early_stop) break;
    }
    if (!judge_.empty()) model_.trees.keep(std::ptrdiff_t{earlier_ + std::max(best.at, 0)} * scores());
    model_.trees.prepare();
    return std::move(model_);
  }

 private:
  static constexpr std::ptrdiff_t grain = 2048;

  std::ptrdiff_t rows() const noexcept { return std::ssize(targets_.y); }
  int scores() const noexcept { return loss_.scores().count(); }
  float* score(std::ptrdiff_t row) noexcept { return score_.data() + row * scores(); }

  /// Sets scores to those of the constant, or of the earlier model.
  void begin(const BoostedTrees<X, Y>* earlier) {
    model_.base = loss_.begin(targets_.y, targets_.weight, learn_);
    model_.link = loss_.scores().link;
    model_.trees = TreeTable(data_.width(), 1);
    if (earlier != nullptr) {
      check(earlier->link == model_.link, "objective: expected one on the scale of the model's scores", loss_.name());
      model_ = *earlier;
    }
    earlier_ = static_cast<int>(model_.rounds());
    score_.resize(static_cast<std::size_t>(rows() * scores()));
    for (std::ptrdiff_t i = 0; i < rows(); ++i) std::copy(model_.base.begin(), model_.base.end(), score(i));
    if (earlier_ > 0) add_earlier();
  }

  GrowOptions grow_options(const Tree& tree) const {
    GrowOptions grow{.leaves = tree.leaves, .max_depth = tree.max_depth, .columns = tree.columns};
    if (grow.leaves == 0 && grow.max_depth == 0) grow.leaves = 31;
    grow.min_rows = tree.min_rows > 0 ? tree.min_rows : std::clamp<std::ptrdiff_t>(std::ssize(learn_) / 20, 1, 20);
    grow.level_columns = options_.level_columns;
    if (rules_.any()) grow.rules = &rules_;
    grow.min_gain = std::max(2 * static_cast<double>(tree.min_gain), std::numeric_limits<double>::min());  // scores are twice the loss
    return grow;
  }
  GradientStatistics statistics() const noexcept {
    return {.lambda = static_cast<double>(options_.lambda),
            .min_hessian = static_cast<double>(options_.min_hessian), .alpha = static_cast<double>(options_.alpha)};
  }

  [[gnu::cold]] void set_slice_aside() {
    auto sides = stopping_slice(data_, targets_.weight, options_.validation, place_.random);
    learn_ = std::move(sides.first);
    judge_ = BoostJudge<Y>(options_.monitor, loss_, targets_, std::move(sides.second));
  }

  void add_round(int round) {
    const auto stream = static_cast<std::uint64_t>(round);
    Buffer<std::uint32_t> others = judge_.rows();
    draw(place_.random.stream("rows").stream(stream), others);
    const Buffer<std::int32_t> columns = draw_columns(data_.width(), options_.columns, place_.random.stream("columns").stream(stream));
    Buffer<TreeTable> grown(growers_.size(), TreeTable(data_.width(), 1));
    parallel::for_each(scores(), 1, [&](std::ptrdiff_t k, std::ptrdiff_t) {
      Buffer<std::uint32_t> copy;
      if (scores() > 1) copy = drawn_;
      const std::span<std::uint32_t> own = scores() > 1 ? copy : drawn_;  // growing reorders them
      TreeTable& table = grown[static_cast<std::size_t>(k)];
      const Random random = place_.random.stream("tree").stream(stream).stream(static_cast<std::uint64_t>(k));
      Buffer<GrownLeaf> leaves;
      growers_[static_cast<std::size_t>(k)]->grow(
          own, columns, random, table, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf, const LeafLimits& limits) {
            leaves.push_back({node, of_leaf, limits});
          });
      take_steps(k, leaves);
      for (const GrownLeaf& leaf : leaves) table.set_leaf(leaf.node, table.add_values({&leaf.value, 1}));
    });
    for (const TreeTable& tree : grown) model_.trees.append(tree);
    lead_rows(*binned_, grown, others, [&](std::uint32_t row, int column) { return static_cast<float>(data_.x(row)[column]); },
              [&](std::size_t k, std::span<const float> value, std::span<const std::uint32_t> of_leaf) {
                for (const std::uint32_t r : of_leaf) score(r)[k] += value[0];
              });
  }

  struct GrownLeaf {
    std::int32_t node;
    std::span<const std::uint32_t> rows;
    LeafLimits limits;
    float value = 0;
  };
  /// The values of leaves, added to the scores of their rows: leaves side by side where there are many rows.
  void take_steps(std::ptrdiff_t k, Buffer<GrownLeaf>& leaves) {
    const std::ptrdiff_t all = std::ssize(leaves), some = std::ssize(drawn_) < 1 << 16 ? all : 4;
    parallel::for_each(all, some, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        GrownLeaf& leaf = leaves[static_cast<std::size_t>(i)];
        leaf.value = step(k, leaf.rows, leaf.limits);
        for (const std::uint32_t r : leaf.rows) score(r)[k] += leaf.value;
      }
    });
  }

  /// Draws the rows of a round and derives the loss there.
  void draw(const Random& random, Buffer<std::uint32_t>& others) {
    drawn_.clear();
    if (options_.top_rows > 0) {
      derive(learn_);
      return draw_one_side(learn_, options_.top_rows, options_.rows, random, scores(), pairs_.data(), rows(), drawn_, others);
    }
    draw_rows(learn_, options_.rows, random, drawn_, others);
    derive(drawn_);
  }
  void derive(std::span<const std::uint32_t> some) {
    const std::ptrdiff_t n = std::ssize(some);
    parallel::for_each(n, n * scores() < 1 << 16 ? n : grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loss_.gradients(of(some.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))), pairs_.data(), rows());
    });
  }
  bool renews() const noexcept {
    if constexpr (Y::is_label) return false;
    else return loss_.renews();
  }

  BoostRows<typename Y::Element> of(std::span<const std::uint32_t> some) const noexcept {
    return {some, targets_.y.data(), targets_.weight.data(), score_.data(), scores()};
  }
  float step(std::ptrdiff_t k, std::span<const std::uint32_t> of_leaf, const LeafLimits& limits) const {
    double value = 0;
    if constexpr (!Y::is_label) value = renews() ? loss_.renewed(of(of_leaf)) : 0;
    if (!renews()) {
      double g = 0, h = 0;
      const kernel::GradientPair* pair = pairs_.data() + k * rows();
      for (const std::uint32_t r : of_leaf) {
        g += static_cast<double>(pair[r].gradient);
        h += static_cast<double>(pair[r].hessian);
      }
      value = loss_.bounded(std::clamp(statistics().step(g, h), limits.low, limits.high));
    }
    const auto most = static_cast<double>(options_.max_step);
    if (most > 0) value = std::clamp(value, -most, most);
    return static_cast<float>(value * static_cast<double>(options_.learning_rate));
  }

  /// The scores that the earlier model gives.
  void add_earlier() {
    parallel::for_each(rows(), prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      ViewOf<X> views[prediction_block];
      const std::span<ViewOf<X>> some(views, static_cast<std::size_t>(end - begin));
      data_.views(begin, some);
      const WorkspaceLease lease(model_.workspace_bytes(end - begin));
      model_.trees.add(std::span<const ViewOf<X>>(some), Rows<float>(score(begin), end - begin, scores()), 0, model_.trees.trees(), *lease);
    });
  }

  /// "round 10 of 100, AUC on the slice 0.912345, 12 s left".
  [[gnu::cold]] void report(int round, const double* score) const {
    if (!place_.progress) return;
    const int done = round + 1;
    place_.progress.end_round(place_.path, {done, options_.rounds, judge_.monitor().name(), score});
    if (done % 10 != 0) return;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    std::string line = joined({"round ", done, " of ", options_.rounds});
    if (score != nullptr) line += joined({", ", judge_.monitor().name(), " on the slice ", std::to_string(*score)});
    line += joined({", ", std::lround(seconds / done * (options_.rounds - done)), " s left"});
    place_.progress.report(place_.path, line);
  }

  const BoostTreeOptions& options_;
  const Dataset<X, Y>& data_;
  const BoostPlace& place_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  TreeTargets<Y> targets_;
  BoostLoss<Y> loss_;
  std::shared_ptr<const Binned> binned_;
  Buffer<std::uint32_t> learn_;  // rows to learn from
  Buffer<std::uint32_t> drawn_;  // of these, those of the round at hand: memory that stays
  ColumnRules rules_;
  BoostJudge<Y> judge_;          // rows to stop by
  Buffer<float> score_;                       // (rows, scores)
  Buffer<kernel::GradientPair> pairs_;        // (scores, rows)
  Buffer<Owned<Grower>> growers_;
  BoostedTrees<X, Y> model_;
  int earlier_ = 0;  // rounds of the model that this one goes on from
};

}  // namespace tutti::detail
