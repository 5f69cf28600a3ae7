// SPDX-License-Identifier: Apache-2.0
#pragma once
// measure/: what a prediction is worth: losses to train by, metrics to judge by, statistics of scores.
#include <tutti/measure/any_loss.hpp>
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/auc.hpp>
#include <tutti/measure/class_weights.hpp>
#include <tutti/measure/classification.hpp>
#include <tutti/measure/confusion_matrix.hpp>
#include <tutti/measure/default_metrics.hpp>
#include <tutti/measure/embedding_losses.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/measure/f1.hpp>
#include <tutti/measure/focal.hpp>
#include <tutti/measure/judged.hpp>
#include <tutti/measure/loss.hpp>
#include <tutti/measure/metric.hpp>
#include <tutti/measure/number_losses.hpp>
#include <tutti/measure/probability_losses.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/measure/small_value.hpp>
#include <tutti/measure/statistics.hpp>
#include <tutti/measure/truth.hpp>
