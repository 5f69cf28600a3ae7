// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/measure/any_loss.hpp>

namespace tutti {

/// Target columns of a batch, as losses read them.
template <class Y>
class TargetBatch {
 public:
  TargetBatch(std::ptrdiff_t rows, int outputs) : outputs_(outputs) {
    if constexpr (Y::is_label) labels_.resize(static_cast<std::size_t>(rows));
    else numbers_.resize(static_cast<std::size_t>(rows * outputs));
    weight_.resize(static_cast<std::size_t>(rows));
  }
  /// Reads the targets of these rows; numbers in units of their deviation, or as they are where it is empty.
  template <class X>
  void read(const Dataset<X, Y>& data, std::span<const RowIndex> rows, const AnyLoss& loss,
            const Buffer<float>& mean, const Buffer<float>& scale) {
    weighted_ = data.has_weights();
    total_ = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::ptrdiff_t row = rows[i];
      weight_[i] = data.weight(row);
      if constexpr (Y::is_label) {
        labels_[i] = data.target(row)[0];
      } else {
        const auto target = data.target(row);
        const auto width = static_cast<std::size_t>(outputs_);
        for (std::size_t k = 0; k < width; ++k)
          numbers_[i * width + k] = mean.empty() ? static_cast<float>(target[k]) : (target[k] - mean[k]) / scale[k];
      }
    }
    total_ = loss.total(slice(0, std::ssize(rows)), std::ssize(rows));
  }
  double total() const noexcept { return total_; }
  LossTargets slice(std::ptrdiff_t first, std::ptrdiff_t count) const noexcept {
    LossTargets t;
    const auto begin = static_cast<std::size_t>(first), n = static_cast<std::size_t>(count);
    if constexpr (Y::is_label) t.labels = std::span(labels_).subspan(begin, n);
    else t.numbers = Rows<const float>(numbers_.data() + first * outputs_, count, outputs_);
    if (weighted_) t.weight = std::span(weight_).subspan(begin, n);
    t.total_weight = total_;
    return t;
  }

 private:
  int outputs_;
  bool weighted_ = false;
  double total_ = 0;
  Buffer<std::int32_t> labels_{};
  Buffer<float> numbers_{}, weight_{};
};

}  // namespace tutti
