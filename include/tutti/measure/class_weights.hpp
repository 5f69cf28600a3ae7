// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/error.hpp>
#include <tutti/core/kept_list.hpp>

#include <cmath>

namespace tutti {

/// A weight for each class, for the options of a loss: `.class_weights = {1, 5, 2.5f}`. None: all 1.
class ClassWeights : public KeptList {
 public:
  using KeptList::KeptList;

  /// Errors   DataError: another number of weights than classes; a weight that is not positive and finite.
  void check(int classes) const {
    if (!*this) return;
    tutti::check(std::ssize(numbers()) == classes, {"class_weights: expected ", classes, " of them"}, numbers().size());
    for (const float w : numbers())
      tutti::check(w > 0 && std::isfinite(w), "class_weights: expected positive numbers", w);
  }
};

}  // namespace tutti
