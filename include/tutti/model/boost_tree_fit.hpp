// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/folds.hpp>
#include <tutti/kernel/parallel.hpp>
#include <tutti/model/bins_fit.hpp>
#include <tutti/model/boost_tree.hpp>
#include <tutti/model/grow.hpp>
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

inline void check_boost(const BoostOptions& o) {
  check(o.rounds >= 1, "expected at least one round", o.rounds);
  check(o.learning_rate > 0 && std::isfinite(o.learning_rate), "expected a learning_rate above 0",
        o.learning_rate);
  check(o.lambda >= 0 && std::isfinite(o.lambda), "expected a lambda of 0 or more", o.lambda);
  check(o.min_hessian >= 0 && std::isfinite(o.min_hessian), "expected a min_hessian of 0 or more",
        o.min_hessian);
  check(o.rows > 0 && o.rows <= 1, "expected a share of rows above 0 and at most 1", o.rows);
  check(o.columns > 0 && o.columns <= 1, "expected a share of columns above 0 and at most 1", o.columns);
  check(o.early_stop >= 0, "expected early_stop of 0 (never) or more", o.early_stop);
}

/// One run of boosting: what changes from round to round.
template <class X, class Y> class BoostRun {
 public:
  BoostRun(const Boost<Tree>& spec, const Dataset<X, Y>& data, const Context& context)
      : options_(spec.options),
        data_(data),
        context_(context),
        targets_(data),
        loss_{targets_.outputs},
        binned_(shared_bins(data)),
        learn_(targets_.rows) {
    if (options_.early_stop > 0) set_slice_aside();
    model_.base = loss_.base(targets_.y, targets_.weight, learn_);
    model_.trees = TreeTable(data.width(), 1);
    score_.resize(static_cast<std::size_t>(rows() * scores()));
    for (std::ptrdiff_t i = 0; i < rows(); ++i) std::copy(model_.base.begin(), model_.base.end(), score(i));
    pairs_.resize(score_.size());
    GrowOptions grow{.leaves = spec.member.leaves,
                     .max_depth = spec.member.max_depth,
                     .columns = spec.member.columns,
                     .subtract = true};
    if (grow.leaves == 0 && grow.max_depth == 0) grow.leaves = 31;
    grow.min_rows = spec.member.min_rows > 0 ? spec.member.min_rows
                                             : std::clamp<std::ptrdiff_t>(std::ssize(learn_) / 20, 1, 20);
    grow.min_gain = std::max(2 * static_cast<double>(spec.member.min_gain),
                             std::numeric_limits<double>::min());  // scores are twice the loss
    for (int k = 0; k < scores(); ++k)
      growers_.push_back(std::make_unique<Grower<GradientStatistics>>(
          *binned_,
          GradientStatistics{pairs_.data() + k * rows(), static_cast<double>(options_.lambda),
                             static_cast<double>(options_.min_hessian)},
          grow));
  }

  BoostedTrees<X, Y> run() {
    double best_loss = judge_.empty() ? 0 : slice_loss();
    int best = 0;
    for (int round = 0; round < options_.rounds; ++round) {
      add_round(round);
      if (judge_.empty()) {
        report(round, "");
        continue;
      }
      const double loss = slice_loss();
      report(round, ", loss on the slice " + std::to_string(loss));
      if (loss < best_loss) {
        best_loss = loss;
        best = round + 1;
      } else if (round + 1 - best >= options_.early_stop) {
        break;
      }
    }
    if (!judge_.empty()) model_.trees.keep(std::ptrdiff_t{best} * scores());
    model_.trees.prepare();
    return std::move(model_);
  }

 private:
  static constexpr std::ptrdiff_t grain = 2048;

  std::ptrdiff_t rows() const noexcept { return std::ssize(targets_.y); }
  int scores() const noexcept { return loss_.scores(); }
  float* score(std::ptrdiff_t row) noexcept { return score_.data() + row * scores(); }

  void set_slice_aside() {
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
    judge_ = counting(sides.second);
  }

  void add_round(int round) {
    const auto stream = static_cast<std::uint64_t>(round);
    Buffer<std::uint32_t> drawn, others = judge_;
    draw_rows(context_.random("rows").stream(stream), drawn, others);
    const Buffer<std::int32_t> columns = draw_columns(context_.random("columns").stream(stream));

    parallel::for_each(std::ssize(drawn), grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      Buffer<float> p(static_cast<std::size_t>(targets_.outputs));
      for (std::ptrdiff_t i = begin; i < end; ++i) {
        const std::uint32_t r = drawn[static_cast<std::size_t>(i)];
        loss_.gradients(targets_.y[r], targets_.weight[r], score(r), p.data(), pairs_.data() + r, rows());
      }
    });
    Buffer<TreeTable> grown(growers_.size(), TreeTable(data_.width(), 1));
    parallel::for_each(scores(), 1, [&](std::ptrdiff_t k, std::ptrdiff_t) {
      auto own = drawn;
      TreeTable& table = grown[static_cast<std::size_t>(k)];
      const Random random = context_.random("tree").stream(stream).stream(static_cast<std::uint64_t>(k));
      growers_[static_cast<std::size_t>(k)]->grow(
          own, columns, random, table, [&](std::int32_t node, std::span<const std::uint32_t> of_leaf) {
            const float value = step(pairs_.data() + k * rows(), of_leaf);
            table.set_leaf(node, table.add_values({&value, 1}));
            for (const std::uint32_t r : of_leaf) score(r)[k] += value;
          });
    });
    const std::ptrdiff_t first = model_.trees.trees();
    for (const TreeTable& tree : grown) model_.trees.append(tree);
    add_to_scores(others, first);
  }

  float step(const kernel::GradientPair* pair, std::span<const std::uint32_t> of_leaf) const noexcept {
    double g = 0, h = static_cast<double>(options_.lambda);
    for (const std::uint32_t r : of_leaf) {
      g += static_cast<double>(pair[r].gradient);
      h += static_cast<double>(pair[r].hessian);
    }
    return h > 0 ? static_cast<float>(-g / h * static_cast<double>(options_.learning_rate)) : 0.0f;
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

  double slice_loss() {
    double sum = 0, weight = 0;
    for (const std::uint32_t r : judge_) {
      sum += static_cast<double>(targets_.weight[r]) * loss_.loss(targets_.y[r], score(r));
      weight += static_cast<double>(targets_.weight[r]);
    }
    return sum / weight;
  }
  void report(int round, const std::string& judged) const {
    if (!context_.progress() || (round + 1) % 10 != 0) return;
    context_.progress().report(context_.path(), "round " + std::to_string(round + 1) + " of " +
                                                    std::to_string(options_.rounds) + judged);
  }

  const BoostOptions& options_;
  const Dataset<X, Y>& data_;
  const Context& context_;
  TreeTargets<Y> targets_;
  BoostLoss<Y> loss_;
  std::shared_ptr<const Binned> binned_;
  Buffer<std::uint32_t> learn_, judge_;  // rows to learn from, rows to stop by
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
