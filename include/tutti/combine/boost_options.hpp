// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/monitor.hpp>
#include <tutti/model/objectives.hpp>

namespace tutti {

/// How any regressor is boosted: Boost{Ridge{}, {.rounds = 50, .objective = Huber{}}}. Trees bring options of their own
/// (BoostTreeOptions).
struct BoostOptions {
  int rounds = 100;
  float learning_rate = 0.1f;
  AnyObjective objective{};  // as for trees; empty: squared error of numbers, log-loss of labels
  bool balanced = false;     // rows of a class are weighed so that all classes weigh the same
  float rows = 1;            // share of the rows that each round sees
  int early_stop = 0;        // stop after that many rounds without gain on the slice; 0: never
  Monitor monitor{};         // what a gain is: a metric such as AUC{}; empty: the loss of the objective
  float validation = 0.1f;   // the slice, as a share of the rows
};

}  // namespace tutti
