// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/default_metrics.hpp>

#include <doctest/doctest.h>

namespace {
std::string names(const std::vector<tutti::AnyMetric>& metrics) {
  std::string all;
  for (const auto& m : metrics) all += std::string(m.name()) + ' ';
  return all;
}
}  // namespace

TEST_CASE("what is reported by default depends on the target") {
  CHECK(names(tutti::default_metrics(true, 3)) == "accuracy log-loss F1 ");
  CHECK(names(tutti::default_metrics(true, 2)) == "accuracy log-loss F1 AUC ");
  CHECK(names(tutti::default_metrics(false)) == "RMSE MAE R2 ");
}
