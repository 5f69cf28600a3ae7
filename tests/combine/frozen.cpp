// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/frozen.hpp>
#include <tutti/combine/stack_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
using Open = Row<Dynamic>;
using AnyLabel = Label<Dynamic>;
Dataset<Open, AnyLabel> open_data(int width, ClassNames names) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < 12; ++i) {
    y.push_back(i % static_cast<int>(names.size()));
    for (int j = 0; j < width; ++j) x.push_back(static_cast<float>(i * j));
  }
  return table<Open, AnyLabel>(width, x, y, {}, Dynamic, Schema{{}, "kind", std::move(names)});
}
}  // namespace

TEST_CASE("a frozen member is never fitted and says what it always said") {
  std::atomic<int> fits{0};
  const auto data = blobs<2, 2>(30, 1), other = blobs<2, 2>(24, 2);
  const auto member = fit(Nearest{&fits}, data);
  REQUIRE(fits == 1);
  const auto model = fit(Frozen{member}, other);
  CHECK(all_outputs(model, other) == all_outputs(member, other));
  const auto whole = fit(Stack{Average{Frozen{member}, Frozen{member}}, Shows{{1, 0}}}, other, {.folds = {.k = 3}});
  CHECK(fits == 1);
  FitOptions keep{.folds = {.k = 3}, .keep_folds = true};
  (void)fit(Stack{Average{Frozen{member}}, Shows{{1, 0}}}, other, keep);
  CHECK(fits == 1);
}

TEST_CASE("inside a stack its predictions count as out-of-fold, for every row that the plan covers") {
  const auto data = blobs<2, 2>(30, 1);
  const auto member = fit(Nearest{}, blobs<2, 2>(30, 7));
  const auto p = out_of_fold(Frozen{member}, data, {.folds = {.k = 3}});
  const auto expected = all_outputs(member, data);
  for (std::ptrdiff_t i = 0; i < 30; ++i) {
    CHECK(p.covers(i));
    CHECK(p.values()(i, 0) == expected[static_cast<std::size_t>(2 * i)]);
  }
}

TEST_CASE("a frozen member of another width or of other classes is refused before it reads a row") {
  const auto member = fit(Nearest{}, open_data(3, {"cat", "dog"}));
  const auto message = [&](int width, ClassNames names) { return thrown_by<FitError>([&] { fit(Average{Frozen{member}}, open_data(width, std::move(names))); }); };
  CHECK(message(3, {"cat", "dog"}).empty());
  CHECK(message(4, {"cat", "dog"}) == "Average[0]/Frozen: a frozen member was fitted on rows of 3 numbers: expected such rows, got 4");
  CHECK(message(3, {"cat", "dog", "eel"}) == "Average[0]/Frozen: a frozen member has 2 outputs: expected as many, got 3");
  CHECK(message(3, {"dog", "cat"}) == "Average[0]/Frozen: a frozen member knows class 0 as \"cat\": expected the same, got \"dog\"");
}

TEST_CASE("rows may have weights and missing values: a frozen member learns from none of them") {
  const auto member = fit(Nearest{}, blobs<2, 2>(30, 1));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto odd = table<Row<2>, Label<2>>(2, {nan, 1, 2, 3}, {0, 1}, SideColumns{{1, 2}, {}, {}, {}});
  CHECK_NOTHROW(fit(Frozen{member}, odd));
}
