// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/measure/judged.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace tutti {

/// Some rows of what was judged, repeats allowed, side by side in memory.
class JudgedRows {
 public:
  JudgedRows() = default;
  JudgedRows(const Judged& from, std::span<const RowIndex> rows) {
    clear(from);
    append(from, rows);
  }

  /// Nothing of `from`; memory is kept.
  void clear(const Judged& from) noexcept {
    outputs_.clear();
    numbers_.clear();
    weight_.clear();
    labels_.clear();
    group_.clear();
    kind_ = {{nullptr, 0, from.outputs.width()}, {}, {}, {}, from.classes, from.flags, {}};
  }
  /// More rows of what was cleared for, with their groups.
  void append(const Judged& from, std::span<const RowIndex> rows) {
    take(from, rows);
    if (!from.group.empty())
      for (const RowIndex i : rows) group_.push_back(from.group[i]);
  }
  /// More rows, which are one group of their own.
  void append(const Judged& from, std::span<const RowIndex> rows, std::int64_t group) {
    take(from, rows);
    if (!from.group.empty()) group_.resize(group_.size() + rows.size(), group);
  }
  /// A view of them, until they change.
  Judged judged() const noexcept {
    Judged j = kind_;
    const std::ptrdiff_t width = kind_.outputs.width();
    j.outputs = {outputs_.data(), width > 0 ? std::ssize(outputs_) / width : 0, width};
    j.labels = labels_;
    j.numbers = numbers_;
    j.weight = weight_;
    j.group = group_;
    return j;
  }

 private:
  void take(const Judged& from, std::span<const RowIndex> rows) {
    const std::size_t width = static_cast<std::size_t>(from.outputs.width());
    for (const RowIndex i : rows) {
      outputs_.append(from.outputs.row(i).data(), width);
      if (!from.labels.empty()) labels_.push_back(from.labels[i]);
      if (!from.numbers.empty()) numbers_.append(from.numbers.data() + i * width, width);
      if (!from.weight.empty()) weight_.push_back(from.weight[i]);
    }
  }

  Buffer<float> outputs_, numbers_, weight_;
  Buffer<std::int32_t> labels_;
  Buffer<std::int64_t> group_;
  Judged kind_{};
};

}  // namespace tutti
