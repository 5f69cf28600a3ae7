// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/one_vs_rest_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/tree_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "reference/one_vs.hpp"

using namespace tutti;
using namespace learners;

static_assert(std::is_same_v<decltype(OneVsRest{OneVsRest{Tree{}}}), OneVsRest<OneVsRest<Tree>>>);

namespace {
const Logistic sharp{.tolerance = 1e-6f};
}

TEST_CASE("one against the rest agrees with scikit-learn, for classes and for flags") {
  const std::vector<float> x(std::begin(reference::one_vs_x), std::end(reference::one_vs_x));
  const auto classes =
      table<Row<2>, Label<4>>(2, x, {std::begin(reference::one_vs_label), std::end(reference::one_vs_label)});
  const auto p = all_outputs(fit(OneVsRest{sharp}, classes), classes);
  REQUIRE(p.size() == std::size(reference::one_vs_rest));
  for (std::size_t i = 0; i < p.size(); ++i)
    CHECK(std::abs(static_cast<double>(p[i]) - reference::one_vs_rest[i]) < 1e-5);

  const auto flags =
      table<Row<2>, Flags<2>>(2, x, {std::begin(reference::one_vs_flags), std::end(reference::one_vs_flags)});
  const auto f = all_outputs(fit(OneVsRest{sharp}, flags), flags);
  REQUIRE(f.size() == std::size(reference::one_vs_rest_flags));
  for (std::size_t i = 0; i < f.size(); ++i)
    CHECK(std::abs(static_cast<double>(f[i]) - reference::one_vs_rest_flags[i]) < 1e-5);
}

TEST_CASE("two classes need one member, which they share") {
  std::atomic<int> fits{0};
  const auto data = blobs<3, 2>(30, 1);
  const auto whole = fit(OneVsRest{Nearest{&fits}}, data);
  CHECK(fits == 1);
  CHECK(all_outputs(whole, data) == all_outputs(fit(Nearest{}, data), data));
}

TEST_CASE("a class without rows is impossible, a class alone is certain, a flag that never varies stays") {
  const auto gap = table<Row<1>, Label<4>>(1, {0, 1, 2, 3}, {0, 1, 3, 3});
  CHECK(all_outputs(fit(OneVsRest{Tree{}}, gap), gap) ==
        std::vector<float>{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1});
  const auto two = table<Row<1>, Label<4>>(1, {0, 1}, {1, 3});
  CHECK(all_outputs(fit(OneVsRest{Tree{}}, two), two) == std::vector<float>{0, 1, 0, 0, 0, 0, 0, 1});
  const auto one = table<Row<1>, Label<Dynamic>>(1, {0}, {1}, {}, Dynamic, Schema{{}, "kind", {"a", "b"}});
  CHECK(all_outputs(fit(OneVsRest{Tree{}}, one), one) == std::vector<float>{0, 1});
  const auto flags = table<Row<1>, Flags<3>>(1, {0, 1}, {0, 1, 1, 0, 1, 0});
  CHECK(all_outputs(fit(OneVsRest{Tree{}}, flags), flags) == std::vector<float>{0, 1, 1, 0, 1, 0});
}

TEST_CASE("where every member refuses, the classes with rows are equally likely") {
  const auto data = table<Row<1>, Label<4>>(1, {0, 1, 2}, {0, 1, 3});
  const auto p = all_outputs(fit(OneVsRest{Says{0}}, data), data);  // says: the rest
  for (std::size_t i = 0; i < p.size(); ++i) CHECK(p[i] == doctest::Approx(i % 4 == 2 ? 0.0 : 1.0 / 3));
}

TEST_CASE("one against the rest: row weights go to the members, or are refused") {
  const auto rows = [](std::vector<float> weight) {
    SideColumns side;
    side.weight.append(weight);
    return table<Row<1>, Label<3>>(1, {0, 0, 0, 0}, {0, 1, 2, 2}, std::move(side));
  };
  const auto p = all_outputs(fit(OneVsRest{Tree{}}, rows({5, 1, 1, 1})), rows({1, 1, 1, 1}));
  CHECK(p[0] == doctest::Approx(5.0 / 8));
  CHECK(thrown_by<FitError>([&] {
          fit(OneVsRest{Nearest{}}, rows({5, 1, 1, 1}));
        }) == "OneVsRest: the data have weights, which this member cannot honour");
}

TEST_CASE("one against the rest: saved and loaded, by one thread and by seven, the same bits") {
  const auto data = blobs<4, 3>(90, 1);
  const auto model = fit(OneVsRest{Tree{.max_depth = 3}}, data, {.threads = 1});
  CHECK(to_bytes(fit(OneVsRest{Tree{.max_depth = 3}}, data, {.threads = 7})) == to_bytes(model));
  CHECK(all_outputs(from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model)), data) ==
        all_outputs(model, data));
  static_assert(std::remove_const_t<decltype(model)>::Model::is_static);
}
