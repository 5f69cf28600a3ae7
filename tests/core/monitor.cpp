// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/monitor.hpp>

#include <tutti/measure/any_metric.hpp>
#include <tutti/measure/precision_recall.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

#include <limits>

using namespace tutti;

namespace {
struct Options {
  int early_stop = 0;
  Monitor monitor{};
};
constexpr Options constant{.early_stop = 3, .monitor = F1{Averaging::binary, 0}};
static_assert(constant.monitor && constant.monitor.higher_is_better() && constant.monitor.labels());
static_assert(!Options{}.monitor && !Options{}.monitor.higher_is_better());
static_assert(!std::is_convertible_v<int, Monitor>);
}  // namespace

TEST_CASE("a score improves when it is strictly better") {
  CHECK(improves(true, 2, 1));
  CHECK_FALSE(improves(true, 1, 1));
  CHECK_FALSE(improves(true, 1, 2));
  CHECK(improves(false, 1, 2));
  CHECK_FALSE(improves(false, 2, 1));
}

TEST_CASE("NaN is never better, and everything is better than NaN") {
  CHECK_FALSE(improves(true, NAN, 1));
  CHECK_FALSE(improves(false, NAN, 1));
  CHECK_FALSE(improves(true, NAN, NAN));
  CHECK(improves(true, -1e9, NAN));
  CHECK(improves(false, 1e9, NAN));
}

TEST_CASE("an options field keeps any metric with its options; without one it means the loss") {
  const Case c{2, {1, 0, 1, 0, 0, 1, 0, 1, 1, 0}, {0, 0, 0, 1, 1}};
  CHECK(constant.monitor(c.judged()) == F1{Averaging::binary, 0}(c.judged()));
  CHECK(constant.monitor.name() == "F1");
  CHECK(Options{}.monitor.name() == "loss");
  const AnyMetric any = Accuracy{};
  const Options copied{.monitor = any};
  CHECK(copied.monitor.name() == "accuracy");
  CHECK(copied.monitor(c.judged()) == Accuracy{}(c.judged()));
  CHECK_FALSE(Options{.monitor = AnyMetric{}}.monitor);
}

TEST_CASE("a metric that judges other targets is refused by name, the loss never") {
  CHECK(message_of<DataError>([] { constant.monitor.check_targets(false, false); }) ==
        "F1 judges labels and flags, the targets are numbers");
  CHECK(message_of<DataError>([] { Monitor(R2{}).check_targets(true, false); }) == "R2 judges numbers, the targets are labels");
  constant.monitor.check_targets(true, false);
  Monitor().check_targets(true, false);
  Monitor().check_targets(false, true);
}

TEST_CASE("the best score is the first that none before reached; NaN is none") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  BestScore loss, score;
  CHECK_FALSE(loss.offer({}, nan, 0));
  CHECK(loss.at == -1);
  CHECK(loss.offer({}, inf, 1));
  CHECK(loss.offer({}, 3, 2));
  CHECK_FALSE(loss.offer({}, 3, 3));
  CHECK_FALSE(loss.offer({}, nan, 4));
  CHECK(loss.at == 2);
  CHECK(score.offer(Accuracy{}, 0.5, 0));
  CHECK_FALSE(score.offer(Accuracy{}, 0.25, 1));
  CHECK(score.offer(Accuracy{}, 0.75, 2));
  CHECK(score.score == 0.75);
  CHECK(score.at == 2);
}
