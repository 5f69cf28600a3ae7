// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/boost_judge.hpp>
#include <tutti/model/boost_loss.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/tree_targets.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace tutti {

namespace detail {

[[gnu::cold]] inline void check_boost(const BoostTreeOptions& o) {
  const auto at_least_0 = [](float value, std::string_view name) {
    check(value >= 0 && std::isfinite(value), {"expected ", name, " of 0 or more"}, value);
  };
  check(o.rounds >= 1, "expected at least one round", o.rounds);
  check(o.learning_rate > 0 && std::isfinite(o.learning_rate), "expected a learning rate above 0",
        o.learning_rate);
  at_least_0(o.alpha, "an alpha");
  at_least_0(o.lambda, "a lambda");
  at_least_0(o.max_step, "a max_step");
  at_least_0(o.min_hessian, "a min_hessian");
  check(o.rows > 0 && o.rows <= 1, "expected a share of rows above 0 and at most 1", o.rows);
  check(o.columns > 0 && o.columns <= 1, "expected a share of columns above 0 and at most 1", o.columns);
  check(o.early_stop >= 0, "expected early_stop of 0 (never) or more", o.early_stop);
  check(!o.monitor || o.early_stop > 0, "a monitor without early_stop would never be asked: expected early_stop above 0",
        o.early_stop);
}

/// Multiplies the weights of rows by a factor for each class. With `balanced` factors that follow, every class that has
/// rows weighs as much as any other, and all together what they weighed before.
[[gnu::cold]] inline void weigh_classes(std::span<const std::int32_t> label, std::span<float> weight,
                                        Buffer<double> factor, bool balanced) {
  Buffer<double> sum(factor.size());
  double total = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const auto k = static_cast<std::size_t>(label[i]);
    sum[k] += factor[k] * static_cast<double>(weight[i]);
    total += factor[k] * static_cast<double>(weight[i]);
  }
  const auto present = static_cast<double>(sum.size() - static_cast<std::size_t>(std::count(sum.begin(), sum.end(), 0.0)));
  if (balanced)
    for (std::size_t k = 0; k < sum.size(); ++k) factor[k] *= sum[k] > 0 ? total / (present * sum[k]) : 1;
  for (std::size_t i = 0; i < label.size(); ++i)
    weight[i] = static_cast<float>(static_cast<double>(weight[i]) * factor[static_cast<std::size_t>(label[i])]);
}

/// One run of boosting: what changes from round to round.
template <class X, class Y> class BoostRun {
 public:
  BoostRun(const Boost<Tree>& spec, const Dataset<X, Y>& data, const Context& context)
      : options_(spec.options),
        data_(data),
        context_(context),
        targets_(data),
        loss_(targets_.outputs, options_.objective),
        binned_(shared_bins(data)),
        learn_(targets_.rows) {
    check_targets();
    if (options_.early_stop > 0) set_slice_aside();
    model_.base = loss_.begin(targets_.y, targets_.weight, learn_);
    model_.link = loss_.scores().link;
    model_.trees = TreeTable(data.width(), 1);
    score_.resize(static_cast<std::size_t>(rows() * scores()));
    for (std::ptrdiff_t i = 0; i < rows(); ++i) std::copy(model_.base.begin(), model_.base.end(), score(i));
    pairs_.resize(score_.size());
    const GrowOptions grow = grow_options(spec.member);
    for (int k = 0; k < scores(); ++k)
      growers_.push_back(std::make_unique<Grower<GradientStatistics>>(
          *binned_,
          statistics(k), grow));
  }

  BoostedTrees<X, Y> run() {
    BestScore best;
    if (!judge_.empty()) best.offer(judge_.monitor(), judge_(loss_, targets_, score_.data()), 0);
    for (int round = 0; round < options_.rounds; ++round) {
      add_round(round);
      if (judge_.empty()) {
        report(round, "");
        continue;
      }
      const double score = judge_(loss_, targets_, score_.data());
      report(round, joined({", ", judge_.monitor().name(), " on the slice ", std::to_string(score)}));
      if (!best.offer(judge_.monitor(), score, round + 1) && round + 1 - std::max(best.at, 0) >= options_.early_stop) break;
    }
    if (!judge_.empty()) model_.trees.keep(std::ptrdiff_t{std::max(best.at, 0)} * scores());
    return std::move(model_);
  }

 private:
  static constexpr std::ptrdiff_t grain = 2048;

  std::ptrdiff_t rows() const noexcept { return std::ssize(targets_.y); }
  int scores() const noexcept { return loss_.scores().count(); }
  float* score(std::ptrdiff_t row) noexcept { return score_.data() + row * scores(); }

  GrowOptions grow_options(const Tree& tree) const {
    GrowOptions grow{.leaves = tree.leaves, .max_depth = tree.max_depth, .columns = tree.columns, .subtract = true};
    if (grow.leaves == 0 && grow.max_depth == 0) grow.leaves = 31;
    grow.min_rows = tree.min_rows > 0 ? tree.min_rows : std::clamp<std::ptrdiff_t>(std::ssize(learn_) / 20, 1, 20);
    grow.min_gain = std::max(2 * static_cast<double>(tree.min_gain),
                             std::numeric_limits<double>::min());  // scores are twice the loss
    return grow;
  }
  GradientStatistics statistics(int score) const noexcept {
    return {.pair = pairs_.data() + score * rows(),
            .lambda = static_cast<double>(options_.lambda),
            .min_hessian = static_cast<double>(options_.min_hessian),
            .alpha = static_cast<double>(options_.alpha)};
  }

  /// Errors   DataError when the objective does not take a target, or classes are to be weighed where there are none.
  [[gnu::cold]] void check_targets() {
    if constexpr (Y::is_label) {
      Buffer<double> factor;
      for (int k = 0; k < targets_.outputs; ++k) factor.push_back(loss_.class_weight(k));
      weigh_classes(targets_.y, targets_.weight, std::move(factor), options_.balanced);
    } else {
      check(!options_.balanced, "balanced: expected labels, the targets are", "numbers");
      const std::uint32_t* r = loss_.misfit(targets_.y, targets_.rows);
      if (r != targets_.rows.data() + targets_.rows.size())
        check(false, {"row ", data_.origin(*r), ": the objective ", loss_.name(), " expects targets ", loss_.targets()},
              targets_.y[*r]);
    }
  }

  [[gnu::cold]] void set_slice_aside() {
    check(options_.validation > 0 && options_.validation < 1, "expected a validation share between 0 and 1",
          options_.validation);
    const auto sides = hold_out(data_, static_cast<double>(options_.validation), true, data_.has_times(),
                                context_.random("validation"));
    const auto counting = [&](const Buffer<RowIndex>& side) {
      Buffer<std::uint32_t> kept;
      std::copy_if(side.begin(), side.end(), std::back_inserter(kept),
                   [&](RowIndex r) { return targets_.weight[r] > 0; });
      check(!kept.empty(), "expected rows with a positive weight to learn from and to stop by", kept.size());
      return kept;
    };
    learn_ = counting(sides.first);
    judge_ = BoostJudge<Y>(options_.monitor, loss_, targets_, counting(sides.second));
  }

  void add_round(int round) {
    const auto stream = static_cast<std::uint64_t>(round);
    Buffer<std::uint32_t> drawn, others = judge_.rows();
    draw_rows(context_.random("rows").stream(stream), drawn, others);
    const Buffer<std::int32_t> columns = draw_columns(context_.random("columns").stream(stream));

    parallel::for_each(std::ssize(drawn), grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loss_.gradients(of(std::span(drawn).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin))),
                      pairs_.data(), rows());
    });
    Buffer<TreeTable> grown(growers_.size(), TreeTable(data_.width(), 1));
    parallel::for_each(scores(), 1, [&](std::ptrdiff_t k, std::ptrdiff_t) {
      auto own = drawn;
      TreeTable& table = grown[static_cast<std::size_t>(k)];
      const Random random = context_.random("tree").stream(stream).stream(static_cast<std::uint64_t>(k));
      growers_[static_cast<std::size_t>(k)]->grow(
          own, columns, random, table, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf) {
            const float value = step(k, of_leaf);
            table.set_leaf(node, table.add_values({&value, 1}));
            for (const std::uint32_t r : of_leaf) score(r)[k] += value;
          });
    });
    const std::ptrdiff_t first = model_.trees.trees();
    for (const TreeTable& tree : grown) model_.trees.append(tree);
    add_to_scores(others, first);
  }

  BoostRows<typename Y::Element> of(std::span<const std::uint32_t> some) const noexcept {
    return {some, targets_.y.data(), targets_.weight.data(), score_.data(), scores()};
  }
  float step(std::ptrdiff_t k, std::span<const std::uint32_t> of_leaf) const {
    double value = 0;
    if constexpr (!Y::is_label) value = loss_.renews() ? loss_.renewed(of(of_leaf)) : 0;
    if (Y::is_label || !loss_.renews()) {
      double g = 0, h = 0;
      const kernel::GradientPair* pair = pairs_.data() + k * rows();
      for (const std::uint32_t r : of_leaf) {
        g += static_cast<double>(pair[r].gradient);
        h += static_cast<double>(pair[r].hessian);
      }
      value = loss_.bounded(statistics(static_cast<int>(k)).step(g, h));
    }
    const auto most = static_cast<double>(options_.max_step);
    if (most > 0) value = std::clamp(value, -most, most);
    return static_cast<float>(value * static_cast<double>(options_.learning_rate));
  }

  /// Rows that this round learns from; what it leaves out joins `others`.
  void draw_rows(const Random& random, Buffer<std::uint32_t>& drawn,
                 Buffer<std::uint32_t>& others) const {
    if (options_.rows >= 1) {
      drawn = learn_;
      return;
    }
    for (const std::uint32_t r : learn_)
      (Random::to_unit(random.block(r / 4)[r % 4]) < options_.rows ? drawn : others).push_back(r);
    if (drawn.empty()) {  // a round needs a row
      drawn.push_back(learn_.front());
      others.assign(std::span(learn_).subspan(1));
    }
  }
  Buffer<std::int32_t> draw_columns(Random random) const {
    const int width = data_.width();
    const int wanted =
        std::clamp(static_cast<int>(std::lround(static_cast<double>(options_.columns) * width)), 1, width);
    Buffer<std::int32_t> columns;
    for (int j = 0; j < width; ++j)
      if (random.below(static_cast<std::uint32_t>(width - j)) <
          static_cast<std::uint32_t>(wanted) - columns.size())
        columns.push_back(j);
    return columns;
  }

  /// Rows that no leaf has seen are scored by predicting them.
  void add_to_scores(std::span<const std::uint32_t> others, std::ptrdiff_t first) {
    parallel::for_each(std::ssize(others), prediction_block, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      ViewOf<X> views[prediction_block];
      const std::ptrdiff_t n = end - begin;
      Buffer<float> block(static_cast<std::size_t>(n * scores()));
      const auto row = [&](std::ptrdiff_t i) {
        return static_cast<std::ptrdiff_t>(others[static_cast<std::size_t>(begin + i)]);
      };
      for (std::ptrdiff_t i = 0; i < n; ++i) {
        views[i] = data_.x(row(i));
        std::copy_n(score(row(i)), scores(), block.data() + i * scores());
      }
      const WorkspaceLease lease(model_.workspace_bytes(n));
      model_.trees.add(std::span<const ViewOf<X>>(views, static_cast<std::size_t>(n)),
                       Rows<float>(block.data(), n, scores()), first, model_.trees.trees(), *lease);
      for (std::ptrdiff_t i = 0; i < n; ++i)
        std::copy_n(block.data() + i * scores(), scores(), score(row(i)));
    });
  }

  void report(int round, const std::string& judged) const {
    if (!context_.progress() || (round + 1) % 10 != 0) return;
    context_.progress().report(context_.path(), "round " + std::to_string(round + 1) + " of " +
                                                    std::to_string(options_.rounds) + judged);
  }

  const BoostTreeOptions& options_;
  const Dataset<X, Y>& data_;
  const Context& context_;
  TreeTargets<Y> targets_;
  BoostLoss<Y> loss_;
  std::shared_ptr<const Binned> binned_;
  Buffer<std::uint32_t> learn_;  // rows to learn from
  BoostJudge<Y> judge_;          // rows to stop by
  Buffer<float> score_;                       // (rows, scores)
  Buffer<kernel::GradientPair> pairs_;        // (scores, rows)
  Buffer<std::unique_ptr<Grower<GradientStatistics>>> growers_;
  BoostedTrees<X, Y> model_;
};

}  // namespace detail

template <class X, class Y>
  requires TreeTarget<Y> BoostedTrees<X, Y> Behaviour<Boost<Tree>>::fit(const Boost<Tree>& spec,
                                                                        const Dataset<X, Y>& data,
                                                                        const Context& context) {
    check_tree(spec.member);
    detail::check_boost(spec.options);
    return detail::BoostRun<X, Y>(spec, data, context).run();
  }

}  // namespace tutti
