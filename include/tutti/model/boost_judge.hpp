// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/monitor.hpp>
#include <tutti/measure/judged.hpp>
#include <tutti/model/boost_loss.hpp>
#include <tutti/model/tree_targets.hpp>

#include <cstdint>
#include <span>

namespace tutti::detail {

/// What early stopping goes by: the loss of the objective, or a metric, on rows that trees are not grown to.
template <class Y> class BoostJudge {
 public:
  BoostJudge() = default;
  /// Errors   DataError for a metric of other targets, and for an objective without a loss where no metric is given.
  BoostJudge(const Monitor& monitor, const BoostLoss<Y>& loss, const TreeTargets<Y>& targets, Buffer<std::uint32_t> rows)
      : monitor_(monitor), rows_(std::move(rows)) {
    monitor.check_targets(Y::is_label, false);
    check(monitor || loss.has_loss(), "early_stop: expected a monitor, because there is no loss(score, target) in the objective",
          loss.name());
    for (const std::uint32_t r : rows_) {
      weight_.push_back(targets.weight[r]);
      total_ += static_cast<double>(weight_.back());
      if (monitor) target_.push_back(targets.y[r]);
    }
  }
  bool empty() const noexcept { return rows_.empty(); }
  const Buffer<std::uint32_t>& rows() const noexcept { return rows_; }
  const Monitor& monitor() const noexcept { return monitor_; }

  double operator()(const BoostLoss<Y>& loss, const TreeTargets<Y>& targets, const float* score) {
    const BoostScores<Y> scores = loss.scores();
    if (!monitor_) return loss.loss({rows_, targets.y.data(), targets.weight.data(), score, scores.count()}) / total_;
    outputs_.resize(rows_.size() * static_cast<std::size_t>(loss.outputs));
    const tutti::Rows<float> out(outputs_.data(), std::ssize(rows_), loss.outputs);
    for (std::ptrdiff_t i = 0; i < out.rows(); ++i)
      scores.finish(score + static_cast<std::ptrdiff_t>(rows_[static_cast<std::size_t>(i)]) * scores.count(), out.row(i).data());
    Judged judged{.outputs = {outputs_.data(), out.rows(), loss.outputs}, .weight = weight_};
    if constexpr (Y::is_label) {
      judged.labels = target_;
      judged.classes = loss.outputs;
    } else {
      judged.numbers = target_;
    }
    return monitor_(judged);
  }

 private:
  Monitor monitor_{};
  Buffer<std::uint32_t> rows_;
  Buffer<typename Y::Element> target_;
  Buffer<float> weight_, outputs_;
  double total_ = 0;
};

}  // namespace tutti::detail
