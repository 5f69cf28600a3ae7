// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/monitor.hpp>
#include <tutti/model/any_objective.hpp>
#include <tutti/model/column_lists.hpp>
#include <tutti/model/column_rules.hpp>
#include <tutti/model/objectives.hpp>

namespace tutti {

/// How trees are boosted: Boost{Tree{.leaves = 63}, {.rounds = 300, .objective = Huber{}}}.
/// objective   For numbers MSE, MAE, Huber (delta counts standard deviations of the target), Quantile, PoissonDeviance and
///             GammaDeviance (scores are logarithms, predictions are not), for labels CrossEntropy (softmax, of two classes
///             logistic), or a callable (see NumberObjective, LabelObjective). Empty: MSE or CrossEntropy.
/// monotone    Of numbers and of two classes (the probability of class 1), not with Quantile and MAE, whose leaves are no
///             steps. Holds exactly, for predictions too.
/// top_rows    One-side sampling, LightGBM's GOSS: `.rows = 0.1f, .top_rows = 0.2f`. Not with Quantile and MAE, whose gradients
///             are all of one size. Rows that are not drawn still go down the tree, by their codes.
/// bins        A column of more distinct values is split at bins - 1 places. Where a column has more than 255, the codes of all
///             take two bytes. Time, and memory (16 bytes each), grow with leaves x bins of all columns.
/// categories  Columns that the schema knows as categories are split by one or by a set of them.
struct BoostTreeOptions {
  int rounds = 100;
  float learning_rate = 0.1f;
  AnyObjective objective{};   // empty: by target
  bool balanced = false;      // rows of a class are weighed so that all classes weigh the same
  float alpha = 0;            // L1 on leaf values
  float lambda = 1;           // L2 on leaf values
  float max_step = 0;         // a leaf moves a score by at most this, before learning_rate; 0: no limit
  float min_hessian = 1e-3f;  // a leaf needs at least this sum of second derivatives
  int bins = 255;             // of a column, at most; 2 to 65,535. NaN has one more
  float rows = 1;             // share of the rows that each round sees
  float top_rows = 0;         // and besides so large a share, of the largest gradients: then those of `rows` weigh more
  float columns = 1;          // share of the columns that each round sees
  float level_columns = 1;    // and of these the share that each depth tries; Tree{.columns} counts those of a split
  Monotone monotone{};        // {1, 0, -1} or {{"age", 1}}: directions in which predictions may go with columns
  Interactions interactions{};   // {{0, 1}, {2}} or {{"age", "sex"}}: sets of columns that may be on a path together
  CategoryOptions categories{};  // how columns of categories are split
  int early_stop = 0;         // stop after that many rounds without gain on the slice; 0: never
  Monitor monitor{};          // what a gain is: a metric such as AUC{}; empty: the loss of the objective
  float validation = 0.1f;    // the slice, as a share of the rows
};

}  // namespace tutti
