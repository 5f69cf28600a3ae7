// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure.hpp>

#include <doctest/doctest.h>
#include <reference/metrics.hpp>

using namespace tutti;

namespace {

bool agrees(double ours, double theirs) {
  if (std::isnan(theirs)) return std::isnan(ours);
  return std::abs(ours - theirs) <= 1e-12 * std::max(1.0, std::abs(theirs));
}

}  // namespace

TEST_CASE("metrics of labels agree with scikit-learn") {
  for (const auto& c : reference::label_cases) {
    CAPTURE(c.what);
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.labels), c.classes);
    const Judged j{outputs, c.labels, {}, c.weight, c.classes};
    CHECK(agrees(Accuracy{}(j), c.accuracy));
    CHECK(agrees(LogLoss{}(j), c.log_loss));
    CHECK(agrees(F1{}(j), c.f1_macro));
    CHECK(agrees(F1{Averaging::micro}(j), c.f1_micro));
    CHECK(agrees(F1{Averaging::weighted}(j), c.f1_weighted));
    CHECK(agrees(F1{Averaging::binary, 1}(j), c.f1_of_class_1));
    CHECK(agrees(AUC{}(j), c.auc));
    const ConfusionMatrix m(j);
    for (int t = 0; t < c.classes; ++t)
      for (int p = 0; p < c.classes; ++p)
        CHECK(agrees(m(t, p), c.confusion[static_cast<std::size_t>(t * c.classes + p)]));
  }
}

TEST_CASE("metrics of numbers agree with scikit-learn") {
  for (const auto& c : reference::number_cases) {
    CAPTURE(c.what);
    const Rows<const float> outputs(c.outputs.data(), std::ssize(c.outputs) / c.width, c.width);
    const Judged j{outputs, {}, c.numbers, c.weight, 0};
    CHECK(agrees(RMSE{}(j), c.rmse));
    CHECK(agrees(MAE{}(j), c.mae));
    CHECK(agrees(R2{}(j), c.r2));
  }
}

TEST_CASE("quantiles agree with SciPy") {
  for (const auto& q : reference::quantiles) {
    CAPTURE(q.level);
    CAPTURE(q.degrees);
    const double ours = q.degrees == 0 ? normal_quantile(q.level) : t_quantile(q.level, q.degrees);
    CHECK(std::abs(ours - q.value) <= 1e-9 * q.value);
  }
}
