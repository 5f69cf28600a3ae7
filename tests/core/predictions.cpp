// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/predictions.hpp>

#include "combine/learners.hpp"

using namespace tutti;

// nobody but cross-fitting makes predictions that count as out-of-fold
static_assert(!std::is_default_constructible_v<OutOfFold> && std::is_default_constructible_v<InSample> && std::is_default_constructible_v<Fresh>);
static_assert(!std::is_constructible_v<OutOfFold, InSample> && !std::is_convertible_v<Fresh, OutOfFold>);
static_assert(!std::is_constructible_v<Predictions<OutOfFold, Real>, std::ptrdiff_t, int>);
static_assert(!std::is_convertible_v<Predictions<InSample, Real>, Predictions<OutOfFold, Real>>);
static_assert(!std::is_constructible_v<Predictions<OutOfFold, Real>, Predictions<InSample, Real>>);

TEST_CASE("predictions begin as zeros for every row, all covered") {
  const Predictions<Fresh, Label<3>> p({}, 4, 3);
  CHECK(p.rows() == 4);
  CHECK(p.outputs() == 3);
  CHECK(p.values().size() == 12);
  for (std::ptrdiff_t i = 0; i < 12; ++i) CHECK(p.values()[i] == 0);
  for (std::ptrdiff_t i = 0; i < 4; ++i) CHECK(p.covers(i));
}

TEST_CASE("rows are covered one by one") {
  auto p = CrossFitting::empty<Real>(3, 1);
  p.set_covered(1, false);
  p.values()(2, 0) = 5;
  CHECK((p.covers(0) && !p.covers(1) && p.covers(2)));
  CHECK(std::as_const(p).values()(2, 0) == 5);
}

TEST_CASE("in-sample predictions are the model's own on the rows it learnt from") {
  const auto data = learners::blobs<3, 2>(70, 3);
  const auto model = learners::Nearest{}.fit(data, Context{});
  const auto p = in_sample(model, data);
  static_assert(std::is_same_v<std::remove_const_t<decltype(p)>, Predictions<InSample, Label<2>>>);
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(p.values()(i, data.y(i).index()) == 1);
}
