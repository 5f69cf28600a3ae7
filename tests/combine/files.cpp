// SPDX-License-Identifier: Apache-2.0
// Saved compositions whose sizes are known at run time only: whatever a file claims about its sizes, nothing is read or written beyond them.
#include <doctest/doctest.h>
#include <tutti/combine/adaboost_fit.hpp>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/boost_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/one_vs_one_fit.hpp>
#include <tutti/combine/one_vs_rest_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>

#include "combine/crafted.hpp"
#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

using Spec = Stack<Average<Cascade<Standardize, Nearest>, Bag<Nearest>, Cascade<Nearest, Nearest>>, Ridge>;
using X = Row<Dynamic>;
using Y = Label<Dynamic>;
using Model = Fitted<Spec, X, Y>;

Dataset<X, Y> rows() {
  const auto d = blobs<3, 3>(18, 2);
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (std::ptrdiff_t i = 0; i < d.rows(); ++i) {
    for (int j = 0; j < 3; ++j) x.push_back(d.x(i)[j]);
    y.push_back(d.y(i).index());
  }
  return table<X, Y>(3, x, y, {}, Y::outputs, Schema{{}, "kind", {"a", "b", "c"}});
}

}  // namespace

TEST_CASE("a crafted file of dynamic extents is an error or a model that predicts") {
  Spec spec;
  std::get<1>(spec.committee.members).options.members = 2;
  const auto data = rows();
  const Model model = fit(spec, data);
  const auto file = to_bytes(model);
  CHECK(all_outputs(from_bytes<Model>(file), data) == all_outputs(model, data));

  const CraftedFiles seen = crafted_files<Model>(file);
  CHECK(seen.refused > 100);
  CHECK(seen.accepted > 100);
}

TEST_CASE("crafted files of boosting, and of one class against others, are errors or models that predict") {
  const auto data = rows();
  const auto expect_safe = [&](const auto& spec) {
    using Whole = std::remove_const_t<decltype(fit(spec, data))>;
    const CraftedFiles seen = crafted_files<Whole>(to_bytes(fit(spec, data)), 2);
    CHECK(seen.refused > 100);
    CHECK(seen.accepted > 100);
  };
  expect_safe(AdaBoost{Nearest{}, {.members = 2}});
  expect_safe(Boost{Nearest{}, {.rounds = 2}});
  expect_safe(OneVsOne{Nearest{}});
  expect_safe(OneVsRest{Nearest{}});
}
