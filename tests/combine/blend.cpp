// SPDX-License-Identifier: Apache-2.0
#include <tutti/combine/blend_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/identity.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>
#include <tutti/model/standardize_fit.hpp>
#include <doctest/doctest.h>

#include "combine/learners.hpp"
#include "combine/spies.hpp"

using namespace tutti;
using namespace learners;

namespace {
template <class C, class M> auto blend(C committee, M meta, float holdout, bool refit = false) {
  return Blend{committee, meta, {.holdout = holdout, .refit = refit}};
}
}  // namespace

TEST_CASE("members learn from the other rows, the meta-learner from what they say about the hold-out") {
  const auto data = line<3>(60, 4);
  const Ridge weak{.lambda = 1}, strong{.lambda = 500}, meta{.lambda = 0.5f};
  const auto model = fit(blend(Average{weak, strong}, meta, 0.3f), data, {.seed = 5});

  const auto sides = hold_out(data, static_cast<double>(0.3f), true, false,
                              Context({.seed = 5}, "Blend").random("hold-out"));
  CHECK((sides.second.size() == 18 && sides.first.size() == 42));
  const auto rest = data.subset(sides.first), held = data.subset(sides.second);
  const auto a = fit(weak, rest), b = fit(strong, rest);
  std::vector<float> z, y;
  for (std::ptrdiff_t i = 0; i < held.rows(); ++i) {
    z.push_back(a.predict(held.x(i)));
    z.push_back(b.predict(held.x(i)));
    y.push_back(held.y(i));
  }
  const auto head = fit(meta, table<Row<2>, Real>(2, z, y));
  const auto refitted = fit(blend(Average{weak, strong}, meta, 0.3f, true), data, {.seed = 5});
  const auto all_a = fit(weak, data), all_b = fit(strong, data);
  int moved = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) {
    const float own[2] = {a.predict(data.x(i)), b.predict(data.x(i))},
                again[2] = {all_a.predict(data.x(i)), all_b.predict(data.x(i))};
    CHECK(model.predict(data.x(i)).value == head.predict(own).value);
    CHECK(refitted.predict(data.x(i)).value == head.predict(again).value);
    moved += model.predict(data.x(i)).value != refitted.predict(data.x(i)).value;
  }
  CHECK(moved > 50);
}

TEST_CASE("nobody sees a row of the hold-out, nor of its group, that teaches the meta-learner") {
  for (const int group : {1, 3})
    for (const bool refit : {false, true}) {
      spies::Journal journal{.group = group};
      const spies::Spy s{&journal};
      (void)fit(blend(Average{s, blend(s, s, 0.4f)}, s, 0.25f, refit), spies::rows(36, group));
      CHECK(journal.leaks == 0);
      CHECK(journal.predictions > 0);
      CHECK(journal.confused == 0);
    }
}

TEST_CASE("inside a head a blend is fitted without the fold, its meta-learner as well") {
  for (const bool refit : {false, true}) {
    spies::Journal journal;
    const spies::Spy s{&journal};
    const auto inner = blend(Average{s, s}, s, 0.3f, refit);
    (void)fit(Stack{Average{inner, s}, s}, spies::rows(36), {.folds = {.k = 3}});
    const auto p = out_of_fold(inner, spies::rows(36), {.folds = {.k = 3}});
    CHECK(journal.leaks == 0);
    CHECK(journal.inherited == 0);
    for (std::ptrdiff_t i = 0; i < 36; ++i) CHECK((p.covers(i) && p.values()(i, i) == 1));
  }
}

TEST_CASE("rows with times hold out the latest") {
  SideColumns side;
  for (int i = 0; i < 40; ++i) side.time.push_back(40.0 - i);
  spies::Journal journal;
  const spies::Spy s{&journal};
  auto data = spies::rows(40);
  Buffer<std::int32_t> y;
  Buffer<float> x;
  for (int i = 0; i < 40; ++i) x.push_back(static_cast<float>(i)), y.push_back(i);
  const Dataset<spies::X, spies::Y> timed(DenseStorage<float>(1, std::move(x)), std::move(y), side,
                                          data.schema());
  const auto model = fit(blend(s, s, 0.25f), timed);
  const auto& member = std::get<0>(model.model().members).models.front();
  for (std::size_t i = 0; i < 40; ++i) CHECK(member.fitted_on[i] == (i >= 10));  // row 0 is the latest
}

TEST_CASE(
    "a fit of each member, and one more where it is refitted; a regressor on labels gives probabilities") {
  const auto data = blobs<3, 3>(90, 1);
  std::atomic<int> fits = 0;
  const auto model = fit(blend(Average{Nearest{&fits}, Says{1}}, Ridge{}, 0.5f), data);
  CHECK(fits == 1);
  (void)fit(blend(Average{Nearest{&fits}, Says{1}}, Ridge{}, 0.5f, true), data);
  CHECK(fits == 3);
  const auto p = model.probabilities(data.x(0));
  CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
  const auto test = blobs<3, 3>(90, 2);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 90; ++i) right += model.predict(test.x(i)) == test.y(i);
  CHECK(right > 55);
}

TEST_CASE("a blend of a Fuse sees what its branches make of the hold-out") {
  const auto data = line<3>(60, 4);
  const Ridge weak{.lambda = 1}, strong{.lambda = 500};
  for (const bool refit : {false, true}) {
    const auto plain = fit(blend(Average{weak, strong}, Ridge{}, 0.3f, refit), data);
    const auto fused = fit(blend(Fuse{weak, strong}, Ridge{}, 0.3f, refit), data);
    CHECK(all_outputs(fused, data) == all_outputs(plain, data));
  }
  const auto beside =
      fit(blend(Fuse{Cascade{Standardize{}, Identity{}}, strong}, Ridge{}, 0.3f, true), data, {.threads = 1});
  CHECK(to_bytes(beside) ==
        to_bytes(fit(blend(Fuse{Cascade{Standardize{}, Identity{}}, strong}, Ridge{}, 0.3f, true), data,
                     {.threads = 7})));
  double error = 0;
  for (std::ptrdiff_t i = 0; i < 60; ++i)
    error += std::abs(static_cast<double>(beside.predict(data.x(i)).value - data.y(i).value)) / 60;
  CHECK(error < 1);
  CHECK(thrown_by<FitError>([&] {
          fit(blend(Fuse{Identity{}, Unlucky{}}, Ridge{}, 0.3f), data);
        }) == "Blend[0]/Fuse[1]/Unlucky: out of luck");
}

TEST_CASE("labels that are noise stay noise") {
  Random random(3);
  const auto data = blobs<2, 2>(400, 9);
  Buffer<std::int32_t> y;
  for (int i = 0; i < 400; ++i) y.push_back(static_cast<std::int32_t>(random.below(2)));
  const auto noise = data.with_targets<Label<2>>(std::move(y), 2);
  const auto p = out_of_fold(blend(Average{Nearest{}, Logistic{}}, Logistic{}, 0.3f), noise);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 400; ++i)
    right += (p.values()(i, 1) > p.values()(i, 0)) == (noise.y(i).index() == 1);
  CHECK(right < 200 + 3 * 10);
  CHECK(right > 200 - 3 * 10);
}

TEST_CASE("a blend has the same bits on any number of threads, and stays itself when it is saved") {
  const auto data = blobs<3, 3>(60, 7);
  const auto spec = blend(Vote{Nearest{}, Logistic{}, Says{2}}, Average{Ridge{}, Logistic{}}, 0.4f, true);
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
    CHECK(again.probabilities(data.x(i)) == one.probabilities(data.x(i)));
}

TEST_CASE("what cannot be held out is refused by name") {
  CHECK(thrown_by<FitError>([] { fit(blend(Ridge{}, Ridge{}, 1.0f), line<2>(20, 1)); }) ==
        "Blend: hold-out: expected a fraction between 0 and 1, got 1");
  CHECK(thrown_by<FitError>([] { fit(blend(Ridge{}, Ridge{}, 0.5f), line<2>(1, 1)); }) ==
        "Blend: hold-out: expected at least 2 rows, got 1");
  CHECK(thrown_by<FitError>([] {
          fit(blend(Average{Says{}, Unlucky{}}, Logistic{}, 0.5f), blobs<2, 2>(20, 1));
        }) == "Blend[0]/Average[1]/Unlucky: out of luck");
  CHECK(fit(blend(Ridge{}, Ridge{}, 0.5f), line<2>(2, 1)).width() == 2);  // a row for each
}
