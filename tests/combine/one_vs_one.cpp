// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/one_vs_one_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "reference/one_vs.hpp"

using namespace tutti;
using namespace learners;

static_assert(std::is_same_v<decltype(OneVsOne{OneVsOne{Tree{}}}), OneVsOne<OneVsOne<Tree>>>);

namespace {
const Logistic sharp{.tolerance = 1e-6f};
auto classes() {
  const std::vector<float> x(std::begin(reference::one_vs_x), std::end(reference::one_vs_x));
  return table<Row<2>, Label<4>>(2, x,
                                 {std::begin(reference::one_vs_label), std::end(reference::one_vs_label)});
}
}  // namespace

TEST_CASE("pairs vote as scikit-learn's do") {
  const auto data = classes();
  const auto model = fit(OneVsOne{sharp, Pairs::vote}, data);
  CHECK(model.model().models.size() == 6);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    if (reference::one_vs_one_votes[i] >= 0)
      CHECK(model.predict(data.x(i)).index() == reference::one_vs_one_votes[i]);
}

TEST_CASE("coupled probabilities solve the system of Wu, Lin and Weng") {
  const auto data = classes();
  const auto p = all_outputs(fit(OneVsOne{sharp}, data), data);
  REQUIRE(p.size() == std::size(reference::one_vs_one_coupled));
  for (std::size_t i = 0; i < p.size(); ++i)
    CHECK(std::abs(static_cast<double>(p[i]) - reference::one_vs_one_coupled[i]) < 1e-5);
}

TEST_CASE("of two classes both ways are the member itself, up to the steepness of votes") {
  const auto data = blobs<3, 2>(40, 1);
  const auto one = all_outputs(fit(sharp, data), data),
             coupled = all_outputs(fit(OneVsOne{sharp}, data), data);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::abs(one[i] - coupled[i]) < 1e-5);
  const auto voted = fit(OneVsOne{sharp, Pairs::vote}, data);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    CHECK((voted.probabilities(data.x(i))[1] > 0.5f) == (one[static_cast<std::size_t>(2 * i + 1)] > 0.5f));
}

TEST_CASE("a class without rows is impossible, a class alone is certain, sure members are no accident") {
  const auto gap = table<Row<1>, Label<4>>(1, {0, 1, 2, 3}, {0, 1, 3, 3});
  for (const Pairs pairs : {Pairs::couple, Pairs::vote}) {
    const auto model = fit(OneVsOne{Tree{}, pairs}, gap);
    for (std::ptrdiff_t i = 0; i < 4; ++i) {
      CHECK(model.predict(gap.x(i)).index() == gap.y(i).index());
      CHECK(model.probabilities(gap.x(i))[2] == 0);
    }
  }
  const auto one = table<Row<1>, Label<Dynamic>>(1, {0}, {1}, {}, Dynamic, Schema{{}, "kind", {"a", "b"}});
  CHECK(all_outputs(fit(OneVsOne{Tree{}}, one), one) == std::vector<float>{0, 1});
}

TEST_CASE("one against one: saved and loaded, by one thread and by seven, the same bits") {
  const auto data = blobs<4, 3>(90, 1);
  const auto model = fit(OneVsOne{Tree{.max_depth = 3}}, data, {.threads = 1});
  CHECK(to_bytes(fit(OneVsOne{Tree{.max_depth = 3}}, data, {.threads = 7})) == to_bytes(model));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), data) ==
        all_outputs(model, data));
}
