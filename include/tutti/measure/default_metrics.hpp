// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tutti/core/buffer.hpp>
#include <tutti/core/target.hpp>
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/auc.hpp>
#include <tutti/measure/precision_recall.hpp>

namespace tutti {

/// What is reported when nobody says what: accuracy, log-loss and F1 for labels, with two classes also AUC;
/// RMSE, MAE and R2 for numbers; accuracy and log-loss for flags.
inline Buffer<AnyMetric> default_metrics(bool labels, int classes = 0, bool flags = false) {
  if (flags) return {Accuracy{}, LogLoss{}};
  if (!labels) return {RMSE{}, MAE{}, R2{}};
  Buffer<AnyMetric> metrics{Accuracy{}, LogLoss{}, F1{}};
  if (classes == 2) metrics.push_back(AUC{});
  return metrics;
}

}  // namespace tutti
