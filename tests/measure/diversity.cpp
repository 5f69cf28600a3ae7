// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/average.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/measure/diversity.hpp>
#include <tutti/measure/evaluate.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

/// What a member says whose rows are right (0) or wrong (1); the true class is 0.
struct Errors {
  Buffer<float> outputs{};
  Buffer<std::int32_t> labels{};
  explicit Errors(const Buffer<int>& wrong) {
    for (const int w : wrong) {
      outputs.append({w != 0 ? 0.2f : 0.8f, w != 0 ? 0.8f : 0.2f});
      labels.push_back(0);
    }
  }
  Judged judged(std::span<const float> weight = {}) const {
    Judged j;
    j.outputs = {outputs.data(), std::ssize(labels), 2};
    j.labels = labels;
    j.weight = weight;
    j.classes = 2;
    return j;
  }
};
Diversity of(const Buffer<Judged>& members) { return diversity({members.data(), members.size()}); }
// both right 4, the second wrong 2, the first wrong 1, both wrong 3
const Errors first({0, 0, 0, 0, 0, 0, 1, 1, 1, 1}), second({0, 0, 0, 0, 1, 1, 0, 1, 1, 1});

}  // namespace

TEST_CASE("two members are as unlike as the counts of their errors say") {
  const Diversity d = of({first.judged(), second.judged()});
  CHECK(d.members == 2);
  CHECK(d.q == doctest::Approx((4.0 * 3 - 2.0 * 1) / (4.0 * 3 + 2.0 * 1)));
  CHECK(d.disagreement == doctest::Approx(0.3));
  CHECK(d.correlation == doctest::Approx((4.0 * 3 - 2.0 * 1) / std::sqrt(6.0 * 4 * 5 * 5)));
  CHECK(to_string(d) == "2 members: Q 0.714, disagreement 0.3, errors correlated 0.408");
}

TEST_CASE("rows weigh, and rows of weight 0 are absent") {
  const std::vector<float> weight{0, 0, 2, 1, 1, 0, 1, 1, 1, 0};  // both right 3, second 1, first 1, both 2
  const Diversity d = of({first.judged(weight), second.judged(weight)});
  CHECK(d.q == doctest::Approx((3.0 * 2 - 1) / (3.0 * 2 + 1)));
  CHECK(d.disagreement == doctest::Approx(2.0 / 7));
}

TEST_CASE("of more members it is the mean over the pairs, without those that have no value") {
  const Errors never(Buffer<int>(10, 0));
  const Diversity d = of({first.judged(), second.judged(), never.judged()});
  CHECK(d.q == doctest::Approx(10.0 / 14));  // nothing can be said of who is never wrong
  CHECK(d.disagreement == doctest::Approx((0.3 + 0.4 + 0.5) / 3));
  const Diversity same = of({first.judged(), first.judged()}), nobody = of({never.judged(), never.judged()});
  CHECK(same.q == 1);
  CHECK(same.correlation == doctest::Approx(1));
  CHECK(same.disagreement == 0);
  CHECK(std::isnan(nobody.q));
  CHECK(std::isnan(nobody.correlation));
}

TEST_CASE("of numbers it is the correlation of the errors") {
  const float a[] = {1, 2, 4}, b[] = {1, 0, 2}, truth[] = {0, 0, 1};  // errors (1, 2, 3), (1, 0, 1)
  Judged j, l;
  j.numbers = l.numbers = truth;
  j.outputs = {a, 3, 1};
  l.outputs = {b, 3, 1};
  const Diversity d = of({j, l});
  CHECK(d.correlation == doctest::Approx(0));
  CHECK(std::isnan(d.q));
  CHECK(to_string(d) == "2 members: errors correlated 0");
}

TEST_CASE("evaluate says how unlike the members of a composition err") {
  const auto data = blobs<2, 2>(60, 1);
  const auto two = evaluate(fit(Average{Says{0}, Says{1}}, data), data);
  REQUIRE(two.diversity);
  CHECK(two.diversity->disagreement == 1);
  CHECK(two.diversity->q == -1);
  CHECK(two.diversity->members == 2);  // members of members are not asked
  CHECK(evaluate(fit(Average{Average{Says{0}, Says{1}}, Says{1}}, data), data).diversity->members == 2);
  CHECK(!evaluate(fit(Nearest{}, data), data).diversity);
}

TEST_CASE("what cannot be compared is refused") {
  CHECK(thrown_by<DataError>([] { of({first.judged()}); }) ==
        "diversity: expected at least two members, got 1");
  CHECK(thrown_by<ShapeError>([] {
          of({first.judged(), Errors({0}).judged()});
        }) == "diversity: expected members of 10 rows of 2 outputs, got 1");
}
