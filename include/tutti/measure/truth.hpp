// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/dataset.hpp>
#include <tutti/measure/judged.hpp>

#include <cstdint>

namespace tutti {

/// The targets, weights and groups of a dataset, side by side in memory: what many predictions are judged against.
struct Truth {
  Buffer<std::int32_t> labels{};
  Buffer<float> numbers{}, weight{};
  Buffer<std::int64_t> group{};
  int classes = 0;
  bool flags = false;

  Truth() = default;
  template <Input X, Target Y>
    requires(Y::outputs != 0)
  explicit Truth(const Dataset<X, Y>& data) : flags(is_flags<Y>) {
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
      const auto target = data.target(i);
      if constexpr (Y::is_label) labels.append(target);
      else
        for (const auto value : target) numbers.push_back(static_cast<float>(value));
      if (data.has_weights()) weight.push_back(data.weight(i));
      if (data.has_groups()) group.push_back(data.group(i));
    }
    if constexpr (Y::is_label) classes = data.classes();
  }

  /// A view of both, as long as this and the outputs live.
  Judged judge(Rows<const float> outputs) const noexcept {
    return {outputs, labels, numbers, weight, classes, flags, group};
  }
};

}  // namespace tutti
