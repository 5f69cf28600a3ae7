// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/auc.hpp>
#include <tutti/measure/one_vs_rest.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

TEST_CASE("rows of one score are one step, from the highest score down, zero and minus zero alike") {
  const Case c{2, {0, 0.5f, 0, -0.0f, 0, 0.5f, 0, 0.0f, 0, 9}, {1, 0, 0, 1, 1}, {}, {1, 2, 4, 8, 0}};
  const auto scores = detail::tied(c.judged(), 1);
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].ours == 1);
  CHECK(scores[0].others == 4);
  CHECK(scores[1].ours == 8);
  CHECK(scores[1].others == 2);
  CHECK(detail::sum(scores).ours == 9);
}

TEST_CASE("one class against a rival leaves the others out") {
  const auto scores = detail::tied(weighted_labels().judged(), 0, 2);
  CHECK(detail::sum(scores).ours == 3);
  CHECK(detail::sum(scores).others == 3);
}

TEST_CASE("scores that rank rows are averaged over classes, or are those of one") {
  CHECK(message_of<DataError>([] { AUC{Averaging::micro}(weighted_labels().judged()); }) ==
        "averaging: expected macro, weighted or binary for a score that ranks rows, got \"micro\"");
  CHECK(message_of<DataError>([] { AUC{.positive = 2}(Case{2, {0, 1}, {0}}.judged()); }) == "expected a positive class below 2, got 2");
}
