// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/precision_recall.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

namespace {

/// A metric of a user's own: what wrong answers cost, by a table that it refers to.
struct Cost {
  static constexpr const char* name = "cost";
  static constexpr bool higher_is_better = false, labels = true;
  std::span<const double> table{};

  double operator()(const Judged& j) const {
    double sum = 0;
    for (std::ptrdiff_t i = 0; i < j.rows(); ++i)
      sum += table[static_cast<std::size_t>(j.label(i) * j.classes + j.predicted(i))];
    return sum;
  }
};
static_assert(Metric<Cost>);
static_assert(!Metric<int>);

struct Options {
  int trials = 3;
  AnyMetric metric{};
};
constexpr Options constant{.metric = F1{Averaging::binary, 0}};
static_assert(constant.metric && constant.metric.higher_is_better() && !Options{}.metric);

}  // namespace

TEST_CASE("an options field takes any metric with its options") {
  const Case c{2, {1, 0, 1, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1}};
  CHECK(constant.metric(c.judged()) == F1{Averaging::binary, 0}(c.judged()));
  CHECK(constant.metric.name() == "F1");
  CHECK(AnyMetric(Accuracy{})(c.judged()) == Accuracy{}(c.judged()));
  const std::vector<double> table{0, 1, 5, 0};
  const Options own{.metric = Cost{table}};
  CHECK(own.metric(c.judged()) == 6);
  CHECK(own.metric.name() == "cost");
}

TEST_CASE("an empty metric is log-loss for labels and RMSE for numbers") {
  const Case labels = weighted_labels(), numbers = weighted_numbers();
  CHECK(AnyMetric{}(labels.judged()) == LogLoss{}(labels.judged()));
  CHECK(AnyMetric{}(numbers.judged()) == RMSE{}(numbers.judged()));
  CHECK(AnyMetric{}.for_targets(true).name() == "log-loss");
  CHECK(AnyMetric{}.for_targets(false).name() == "RMSE");
  CHECK_THROWS_AS(AnyMetric{}(Judged{}), DataError);
}

TEST_CASE("a metric for the other kind of target is refused by name") {
  CHECK(AnyMetric(F1{}).for_targets(true).name() == "F1");
  CHECK(message_of<DataError>([] { AnyMetric(F1{}).for_targets(false); }) ==
        "F1 judges labels and flags, the targets are numbers");
  CHECK(message_of<DataError>([] { AnyMetric(R2{}).for_targets(true); }) ==
        "R2 judges numbers, the targets are labels");
}

TEST_CASE("better depends on the metric") {
  CHECK(AnyMetric(Accuracy{}).improves(0.9, 0.8));
  CHECK_FALSE(AnyMetric(LogLoss{}).improves(0.9, 0.8));
  CHECK(AnyMetric{}.improves(0.8, 0.9));
}
