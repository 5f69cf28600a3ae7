// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/layer/group_norm.hpp>

namespace tutti {

/// y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and variance over all numbers of the row; each number
/// has a gamma and a beta of its own.
/// Shapes   any -> the same; gamma, beta like a row.
/// Needs    sequences of one length.
/// Source   Ba et al., Layer normalization (arXiv:1607.06450).
struct LayerNorm {
  float epsilon = 1e-5f;

  using Needs = tutti::Needs<OneLength>;
  static constexpr Shape infer(Shape in) { return in; }
  static void visit(auto& self, auto& archive) { archive("epsilon", self.epsilon); }

  static constexpr kernel::GroupShape groups(const Shape& s) { return {.channels = s.size()}; }

  template <class In, class T>
  using Bind = Normalizing<LayerNorm, T>;
};

}  // namespace tutti
