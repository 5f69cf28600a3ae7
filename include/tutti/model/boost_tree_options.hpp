// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/monitor.hpp>
#include <tutti/model/any_objective.hpp>
#include <tutti/model/objectives.hpp>

namespace tutti {

/// How trees are boosted: Boost{Tree{.leaves = 63}, {.rounds = 300, .objective = Huber{}}}.
/// objective   For numbers MSE, MAE, Huber (delta counts standard deviations of the target), Quantile, PoissonDeviance and
///             GammaDeviance (scores are logarithms, predictions are not), for labels CrossEntropy (softmax, of two classes
///             logistic), or a callable (see NumberObjective, LabelObjective). Empty: MSE or CrossEntropy.
struct BoostTreeOptions {
  int rounds = 100;
  float learning_rate = 0.1f;
  AnyObjective objective{};   // empty: by target
  bool balanced = false;      // rows of a class are weighed so that all classes weigh the same
  float alpha = 0;            // L1 on leaf values
  float lambda = 1;           // L2 on leaf values
  float max_step = 0;         // a leaf moves a score by at most this, before learning_rate; 0: no limit
  float min_hessian = 1e-3f;  // a leaf needs at least this sum of second derivatives
  float rows = 1;             // share of the rows that each round sees
  float columns = 1;          // share of the columns that each round sees
  int early_stop = 0;         // stop after that many rounds without gain on the slice; 0: never
  Monitor monitor{};          // what a gain is: a metric such as AUC{}; empty: the loss of the objective
  float validation = 0.1f;    // the slice, as a share of the rows
};

}  // namespace tutti
