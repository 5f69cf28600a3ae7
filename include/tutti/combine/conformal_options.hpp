// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/combine/conformal_scores.hpp>

namespace tutti {

enum class ConformalMethod : int {
  cross,  // CV+: every row is a score by the model of the folds without it; the fold models are kept
  split   // a share of the rows is held out, the latest where they have times; the member learns from the others
};

struct ConformalOptions {
  float coverage = 0.9f;
  ConformalMethod method = ConformalMethod::cross;
  float held_out = 0.25f;  // split: the share of the rows that are scores
  LabelScore score = LabelScore::least_ambiguous;
  bool randomised = false;  // adaptive sets: smaller, and of the coverage that was asked for rather than above it
  float penalty = 0;        // adaptive sets: for each label beyond the first `free_labels` of a row (RAPS)
  int free_labels = 1;
};

namespace detail {

template <class = void>
[[gnu::cold]] void check_conformal(const ConformalOptions& o) {
  check(o.coverage > 0 && o.coverage < 1, "conformal: expected a coverage between 0 and 1", o.coverage);
  check(o.held_out > 0 && o.held_out < 1, "conformal: expected a held-out share between 0 and 1", o.held_out);
  check(o.penalty >= 0 && o.free_labels >= 0, "conformal: expected a penalty and free labels of 0 or more",
        std::min(o.penalty, static_cast<float>(o.free_labels)));
}

}  // namespace detail
}  // namespace tutti
