// SPDX-License-Identifier: Apache-2.0
// ADWIN, Page-Hinkley and DDM on streams of errors.
#include <doctest/doctest.h>
#include <tutti/core/archive.hpp>
#include <tutti/core/random.hpp>
#include <tutti/measure/adwin.hpp>
#include <tutti/measure/ddm.hpp>
#include <tutti/measure/page_hinkley.hpp>

#include "thrown_by.hpp"

#include <vector>

using namespace tutti;

namespace {

double coin(Random& random, double p) { return random.uniform53() < p ? 1 : 0; }

/// Alarms on `rows` errors at a constant rate, over `streams` streams.
template <class Detector> int false_alarms(const Detector& detector, double rate, int rows, int streams) {
  int alarms = 0;
  for (int s = 0; s < streams; ++s) {
    Detector d = detector.fresh();
    Random random = Random(1).stream(static_cast<std::uint64_t>(s));
    for (int i = 0; i < rows; ++i) alarms += d.add(coin(random, rate));
  }
  return alarms;
}
/// The longest time from a shift of the rate after 1000 errors to the first alarm; a false alarm or none counts as 100000.
template <class Detector> int longest_delay(const Detector& detector, double from, double to, int streams) {
  int longest = 0;
  for (int s = 0; s < streams; ++s) {
    Detector d = detector.fresh();
    Random random = Random(2).stream(static_cast<std::uint64_t>(s));
    int at = -1;
    for (int i = 0; i < 3000 && at < 0; ++i)
      if (d.add(coin(random, i < 1000 ? from : to))) at = i;
    longest = std::max(longest, at < 1000 ? 100000 : at - 1000);
  }
  return longest;
}
template <class Detector> void check_saved(Detector d) {
  Random random(3);
  for (int i = 0; i < 300; ++i) d.add(coin(random, 0.3));
  Writer w;
  w("d", d);
  Detector again;
  Reader r(w.bytes());
  r("d", again);
  CHECK_NOTHROW(again.loaded());
  int alarms = 0;
  for (int i = 0; i < 500; ++i) {
    const double e = coin(random, 0.8);
    const bool a = d.add(e), b = again.add(e);
    CHECK(a == b);
    CHECK(d.since() == again.since());
    alarms += a;
  }
  CHECK(alarms > 0);
}

/// The cut of the paper, by two passes over all errors of the window.
bool differs(const std::vector<double>& x, double delta) {
  const double n = static_cast<double>(x.size());
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / n;
  for (const double v : x) variance += (v - mean) * (v - mean) / n;
  for (std::size_t cut = 5; cut + 5 <= x.size(); ++cut) {
    double a = 0, b = 0;
    for (std::size_t i = 0; i < x.size(); ++i) (i < cut ? a : b) += x[i];
    const double n0 = static_cast<double>(cut), n1 = n - n0, m = 1 / (1 / n0 + 1 / n1), l = std::log(2 / (delta / std::log(n)));
    if (std::abs(a / n0 - b / n1) > std::sqrt(2 / m * variance * l) + 2 / (3 * m) * l) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("ADWIN with a bucket for every error cuts where the formula says, error for error") {
  Random random(4);
  ADWIN d{.delta = 0.05, .buckets = 10000, .every = 1, .both = true};
  std::vector<double> window;
  int cuts = 0;
  for (int i = 0; i < 600; ++i) {
    const double e = i < 150 ? coin(random, 0.1) : i < 300 ? random.uniform53() : coin(random, 0.05);
    window.push_back(e);
    bool cut = false;
    while (differs(window, 0.05)) {
      window.erase(window.begin());
      cut = true;
    }
    CHECK(d.add(e) == cut);
    CHECK(d.since() == std::ssize(window));
    cuts += cut;
  }
  CHECK(cuts >= 2);
}

TEST_CASE("ADWIN's histogram holds the newest errors in logarithmic memory") {
  ADWIN d{.delta = 1e-9};
  Random random(5);
  std::vector<double> all;
  for (int i = 0; i < 20000; ++i) {
    all.push_back(random.uniform53());
    d.add(all.back());
  }
  CHECK(d.since() == 20000);
  double mean = 0, squares = 0;
  for (const double v : all) mean += v / 20000;
  for (const double v : all) squares += (v - mean) * (v - mean);
  CHECK(d.mean() == doctest::Approx(mean).epsilon(1e-12));
  ADWIN::Bucket whole;
  for (const auto& b : d.window) whole += b;
  CHECK(whole.squares == doctest::Approx(squares).epsilon(1e-10));
  CHECK(d.window.size() <= 5 * 13);
}

TEST_CASE("ADWIN says nothing of streams that stay alike, and soon hears of a shift, whose errors it keeps") {
  CHECK(false_alarms(ADWIN{}, 0.3, 5000, 20) <= 2);
  CHECK(false_alarms(ADWIN{}, 0, 5000, 1) == 0);
  CHECK(false_alarms(ADWIN{}, 1, 5000, 1) == 0);
  CHECK(longest_delay(ADWIN{}, 0.2, 0.6, 20) < 160);
  CHECK(longest_delay(ADWIN{}, 0.1, 0.9, 20) < 64);
  ADWIN d{};
  Random random(6);
  for (int i = 0; i < 4000; ++i) d.add(coin(random, i < 2000 ? 0.1 : 0.7));
  CHECK(d.since() >= 1900);
  CHECK(d.since() <= 2100);
  CHECK(d.mean() == doctest::Approx(0.7).epsilon(0.05));
}

TEST_CASE("ADWIN alarms at errors that fall where it is asked to; its window follows them either way") {
  for (const bool both : {false, true}) {
    ADWIN d{.both = both};
    Random random(7);
    int alarms = 0;
    for (int i = 0; i < 2000; ++i) alarms += d.add(coin(random, i < 1000 ? 0.7 : 0.1));
    CHECK((alarms > 0) == both);
    CHECK(d.mean() < 0.2);
  }
}

TEST_CASE("Page-Hinkley is what one computes by hand") {
  PageHinkley d{.delta = 0, .threshold = 1, .fewest = 1};
  // means 0 0 0 1/4 2/5; sums 0 0 0 0.75 1.35: above 1 at the fifth error, two after the last that was least
  for (const double e : {0.0, 0.0, 0.0, 1.0}) CHECK_FALSE(d.add(e));
  CHECK(d.sum == 0.75);
  CHECK(d.add(1));
  CHECK(d.sum == doctest::Approx(1.35));
  CHECK(d.since() == 2);
  CHECK_FALSE(d.add(1));   // anew: its mean is 1
  CHECK(d.seen == 1);
  CHECK(d.sum == 0);
}

TEST_CASE("Page-Hinkley says nothing of streams that stay alike, and soon hears of a shift") {
  CHECK(false_alarms(PageHinkley{.delta = 0.05, .threshold = 25}, 0.3, 5000, 20) <= 1);
  CHECK(longest_delay(PageHinkley{.delta = 0.05, .threshold = 25}, 0.2, 0.6, 20) < 160);
  PageHinkley falls{.delta = 0.05, .threshold = 5};
  int alarms = 0;
  for (int i = 0; i < 400; ++i) alarms += falls.add(i < 200 ? 1 : 0);
  CHECK(alarms == 0);
}

TEST_CASE("DDM is what one computes by hand") {
  DDM d{.fewest = 4};
  for (const double e : {0.0, 1.0, 0.0, 0.0}) CHECK_FALSE(d.add(e));
  // p' = 1/4, s' = sqrt(3/64) = 0.216506: warns from 0.683013 on, alarms at 0.899519
  CHECK(d.least_deviation == doctest::Approx(std::sqrt(3.0 / 64)));
  CHECK_FALSE(d.add(1));                 // 2/5: 0.4 + 0.219089
  CHECK(d.warned == 0);
  CHECK_FALSE(d.add(1));                 // 3/6: 0.5 + 0.204124
  CHECK(d.warned == 1);
  for (int i = 7; i <= 14; ++i) CHECK_FALSE(d.add(1));   // 11/14: 0.785714 + 0.109664 = 0.895378
  CHECK(d.add(1));                       // 12/15: 0.8 + 0.103280 = 0.903280
  CHECK(d.since() == 10);
  CHECK_FALSE(d.add(0));
  CHECK(d.seen == 1);
}

TEST_CASE("DDM seldom alarms on streams that stay alike, and soon hears of a shift; a stream without errors it leaves alone") {
  CHECK(false_alarms(DDM{}, 0.3, 2000, 20) <= 10);   // 3 deviations, looked at 2000 times: it is known to
  CHECK(false_alarms(DDM{.alarm = 5}, 0.3, 2000, 20) <= 1);
  CHECK(longest_delay(DDM{.alarm = 4, .fewest = 300}, 0.2, 0.6, 20) < 400);
  CHECK(false_alarms(DDM{}, 0, 1000, 1) == 0);
  CHECK(false_alarms(DDM{}, 1, 1000, 1) == 0);
  DDM first{};
  for (int i = 0; i < 50; ++i) first.add(0);
  CHECK(first.add(1));
}

TEST_CASE("what was saved goes on as if nothing had been") {
  check_saved(ADWIN{});
  check_saved(PageHinkley{.delta = 0.01, .threshold = 10});
  check_saved(DDM{});
}

TEST_CASE("what detectors cannot have is refused by name, and damaged files are") {
  const auto refused = [](auto d, double e) { return thrown_by<DataError>([&] { d.add(e); }); };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refused(ADWIN{.delta = 0}, 0) == "ADWIN: expected a delta between 0 and 1, got 0");
  CHECK(refused(ADWIN{.every = 0}, 0).starts_with("ADWIN: expected at least one bucket"));
  CHECK(refused(ADWIN{}, 1.5) == "ADWIN: expected an error from 0 to 1, got 1.5");
  CHECK(refused(ADWIN{}, nan).starts_with("ADWIN: expected an error from 0 to 1"));
  CHECK(refused(PageHinkley{.threshold = 0}, 0) == "PageHinkley: expected a threshold above 0, got 0");
  CHECK(refused(PageHinkley{.delta = -1}, 0) == "PageHinkley: expected a delta of 0 or more, got -1");
  CHECK(refused(PageHinkley{}, nan).starts_with("PageHinkley: expected a finite error"));
  CHECK(refused(DDM{.warn = 3, .alarm = 2}, 0) == "DDM: expected an alarm at no fewer deviations than a warning, got 2");
  CHECK(refused(DDM{}, -1) == "DDM: expected an error from 0 to 1, got -1");
  ADWIN a{};
  a.window.push_back({0.5, 0, 0});
  CHECK(thrown_by<FileError>([&] { a.loaded(); }) == "ADWIN: expected buckets of at least one error, got 0");
  CHECK_FALSE(thrown_by<FileError>([] { DDM{.rate = 2}.loaded(); }).empty());
  CHECK_FALSE(thrown_by<FileError>([] { PageHinkley{.seen = -1}.loaded(); }).empty());
}
