// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/measure/auc.hpp>
#include <tutti/measure/bootstrap.hpp>
#include <tutti/measure/ranking.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

#include <sstream>

using namespace tutti;

namespace {

Case many(int rows) {  // scores of class 1 that are higher where it is true; 3 of 4 rows are right
  Random random(3);
  Case c{2};
  for (int i = 0; i < rows; ++i) {
    const int y = static_cast<int>(random.below(2));
    const float p = 0.25f + 0.5f * random.uniform() + (y == 1 ? 0.125f : -0.125f);
    c.outputs.insert(c.outputs.end(), {1 - p, p});
    c.labels.push_back(y);
  }
  return c;
}
bool same(const BootstrapInterval& a, const BootstrapInterval& b) {
  return a.score == b.score && a.low == b.low && a.high == b.high && a.standard_error == b.standard_error;
}

}  // namespace

TEST_CASE("the interval of an accuracy is about that of a share") {
  const Case c = many(400);
  const BootstrapInterval b = bootstrap_interval(Accuracy{}, c.judged(), {.resamples = 4000});
  const double error = std::sqrt(b.score * (1 - b.score) / 400);
  CHECK(b.score == Accuracy{}(c.judged()));
  CHECK(b.resamples == 4000);
  CHECK(b.standard_error == doctest::Approx(error).epsilon(0.05));
  CHECK(b.low == doctest::Approx(b.score - 1.96 * error).epsilon(0.02));
  CHECK(b.high == doctest::Approx(b.score + 1.96 * error).epsilon(0.02));
  const BootstrapInterval narrow = bootstrap_interval(Accuracy{}, c.judged(), {.resamples = 4000, .level = 0.5});
  CHECK(narrow.high - narrow.low == doctest::Approx(2 * 0.674 * error).epsilon(0.1));
}

TEST_CASE("an interval has the same bits for 1 and 7 threads, and others for another seed") {
  const Case c = many(60);
  for (const bool bca : {false, true}) {
    const Bootstrap options{.resamples = 203, .bca = bca};
    const auto run = [&] { return bootstrap_interval(AUC{}, c.judged(), options); };
    CHECK(same(parallel::with_threads(1, run), parallel::with_threads(7, run)));
    CHECK_FALSE(same(run(), bootstrap_interval(AUC{}, c.judged(), {.resamples = 203, .seed = 1, .bca = bca})));
  }
}

TEST_CASE("whole groups are drawn: copies of a row in its group say nothing new") {
  const Case c = many(50);
  Case copies{2};
  for (int i = 0; i < 50; ++i)
    for (int n = 0; n < 3; ++n) {
      copies.outputs.insert(copies.outputs.end(), c.outputs.begin() + 2 * i, c.outputs.begin() + 2 * i + 2);
      copies.labels.push_back(c.labels[static_cast<std::size_t>(i)]);
      copies.group.push_back(i);
    }
  CHECK(same(bootstrap_interval(Accuracy{}, c.judged()), bootstrap_interval(Accuracy{}, copies.judged())));
  copies.group.clear();
  CHECK(bootstrap_interval(Accuracy{}, copies.judged()).standard_error < 0.7 * bootstrap_interval(Accuracy{}, c.judged()).standard_error);
}

TEST_CASE("a query that is drawn twice counts as two") {
  Case c{1, {3, 2, 1, 3, 2, 1}, {}, {1, 0, 0, 0, 0, 1}};
  c.group = {1, 1, 1, 2, 2, 2};
  const BootstrapInterval b = bootstrap_interval(MRR{}, c.judged(), {.resamples = 500});
  CHECK(b.low == doctest::Approx(1.0 / 3));  // the second query twice: its score, not one of six rows
  CHECK(b.high == 1);
  CHECK(b.score == doctest::Approx((1 + 1.0 / 3) / 2));
}

TEST_CASE("rows of weight 0 are never drawn, and resamples without a score are left out") {
  Case c = many(8);
  c.weight = {1, 1, 1, 1, 0, 0, 0, 0};
  c.labels = {0, 0, 0, 1, 0, 1, 0, 1};
  const BootstrapInterval b = bootstrap_interval(AUC{}, c.judged());
  CHECK(b.resamples < 1000);
  CHECK(b.resamples > 500);  // both classes are drawn in 1 - (3/4)^4 - (1/4)^4 = 68 %
  c.weight.clear();
  CHECK_FALSE(same(b, bootstrap_interval(AUC{}, c.judged())));
}

TEST_CASE("a score that never varies has an interval of one point, and one that is undefined has none") {
  const Case right{2, {1, 0, 0, 1, 1, 0}, {0, 1, 0}}, nan{2, {NAN, 0, 0, 1, 1, 0}, {0, 1, 0}};
  for (const bool bca : {false, true}) {
    const BootstrapInterval b = bootstrap_interval(Accuracy{}, right.judged(), {.bca = bca});
    CHECK(b.low == 1);
    CHECK(b.high == 1);
    CHECK(b.standard_error == 0);
    CHECK(std::isnan(bootstrap_interval(Accuracy{}, nan.judged(), {.bca = bca}).low));
  }
}

TEST_CASE("an interval prints behind its score, and refuses what cannot be drawn from") {
  std::ostringstream out;
  out << BootstrapInterval{0.5, 0.25, 0.75};
  CHECK(out.str() == "0.5 [0.25, 0.75]");
  const Case one{2, {1, 0}, {0}};
  CHECK(message_of<DataError>([&] { bootstrap_interval(Accuracy{}, one.judged()); }) == "expected at least two rows to draw from, got 1");
  Case grouped = many(4);
  grouped.group = {1, 1, 1, 1};
  CHECK(message_of<DataError>([&] { bootstrap_interval(Accuracy{}, grouped.judged()); }) ==
        "expected at least two groups to draw from, got 1");
  CHECK(message_of<DataError>([&] { bootstrap_interval(Accuracy{}, many(4).judged(), {.resamples = 1}); }) ==
        "resamples: expected at least two, got 1");
  CHECK_THROWS_AS(bootstrap_interval(Accuracy{}, many(4).judged(), {.level = 1}), DataError);
}
