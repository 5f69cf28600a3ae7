// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/meta_des_fit.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>

#include "combine/one_sided.hpp"

#include <cmath>

using namespace tutti;
using namespace learners;

namespace {

const Select spec{MetaDes{Logistic{}, {.k = 5}}, OneSided{-1}, OneSided{1}};

}  // namespace

TEST_CASE("META-DES by hand: five kinds of evidence for each member") {
  // three training rows at 0, 1 and 2, two members, two classes; the query stands at 0.9
  detail::JudgedMembers judged;
  judged.rows = 3;
  judged.members = 2;
  judged.loss = {0, 0, 0, 0, 0, 0};
  judged.right = {1, 0, 0, 1, 1, 1};
  judged.chance = {0.9f, 0.4f, 0.3f, 0.8f, 0.7f, 0.6f};
  judged.weight = {1, 1, 1};
  judged.profile = {0.9f, 0.1f, 0.4f, 0.6f, /* */ 0.3f, 0.7f, 0.8f, 0.2f, /* */ 0.7f, 0.3f, 0.6f, 0.4f};
  const auto data = table<Row<1>, Label<2>>(1, {0, 1, 2}, {0, 0, 0});
  const Buffer<RowIndex> all{0, 1, 2};
  const MetaRegions known =
      detail::meta_regions(detail::fit_regions(row_source(data), all, judged, {1}, 2, 2, "here"), all, judged, {.k = 2, .profiles = 1});
  CHECK(known.evidence() == 7);
  float x[1] = {0.9f}, z[14];
  const float profile[4] = {0.72f, 0.28f, 0.45f, 0.55f};  // most like the third row: 0.15^2 2 + 0.02^2 2; the first: 0.18^2 2 + 0.05^2 2
  Neighbour found[3];
  known.gather(x, profile, found, Rows<float>(z, 2, 7));
  CHECK(found[0].row == 1);  // at 0.1
  CHECK(found[1].row == 0);  // at 0.9, the third at 1.1
  CHECK(found[2].row == 2);
  const float first[7] = {0, 1, 0.3f, 0.9f, 0.5f, 1, 0.72f}, second[7] = {1, 0, 0.8f, 0.4f, 0.5f, 1, 0.55f};
  for (int j = 0; j < 7; ++j) {
    CHECK(z[j] == first[j]);
    CHECK(z[7 + j] == second[j]);
  }
  CHECK(!known.agreed(profile));
  const float same[4] = {0.7f, 0.3f, 0.6f, 0.4f};
  CHECK(known.agreed(same));
}

TEST_CASE("META-DES finds who is right where") {
  const auto train = sides<Plane, Label<2>>(400, 1), test = sides<Plane, Label<2>>(200, 2);
  const auto model = fit(spec, train);
  CHECK(model.model().report().gated);
  int right = 0;
  for (std::ptrdiff_t i = 0; i < 200; ++i) right += model.predict(test.x(i)) == test.y(i) ? 1 : 0;
  CHECK(right > 180);
  const auto p = out_of_fold(spec, train);
  right = 0;
  for (std::ptrdiff_t i = 0; i < 400; ++i) right += Label<2>::decide(p.values().row(i), nullptr) == train.y(i) ? 1 : 0;
  CHECK(right > 360);
}

TEST_CASE("META-DES saves and loads itself, is the same on any number of threads, in blocks and of kept folds") {
  const auto data = sides<Row<Dynamic>, Label<Dynamic>>(200, 5), test = sides<Row<Dynamic>, Label<Dynamic>>(90, 6);
  const auto one = fit(spec, data, {.threads = 1}), seven = fit(spec, data, {.threads = 7});
  CHECK(to_bytes(one) == to_bytes(seven));
  const auto again = from_bytes<std::remove_const_t<decltype(one)>>(to_bytes(one));
  const auto all = all_outputs(one, test);
  CHECK(all_outputs(again, test) == all);
  for (std::ptrdiff_t i = 0; i < 90; ++i) CHECK(one.probabilities(test.x(i))[1] == all[static_cast<std::size_t>(2 * i + 1)]);
  CHECK(fit(Select{MetaDes{Logistic{}}, spec, OneSided{1}}, data, {.keep_folds = true}).outputs() == 2);
}

TEST_CASE("where members never disagree there is nothing to learn") {
  const auto data = sides<Plane, Label<2>>(60, 7);
  const auto model = fit(Select{MetaDes{Logistic{}, {.guard = false}}, OneSided{1}, OneSided{1}}, data);
  CHECK(!model.model().gate.has_value());
  const auto few = fit(Select{MetaDes{Logistic{}, {.k = 50, .profiles = 50, .guard = false}}, OneSided{-1}, OneSided{1}}, data);
  CHECK(few.model().gate->known.evidence() == 152);  // more than a fold's 48 rows: the farthest stands in
}

TEST_CASE("labels that are noise stay at chance under META-DES; with members that remember rows, if it is nested") {
  int right = 0, remembered = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    std::vector<float> x;
    std::vector<std::int32_t> y;
    for (int i = 0; i < 100; ++i) {
      x.push_back(static_cast<float>(random.normal()));
      y.push_back(random.uniform() < 0.5);
    }
    const auto data = table<Row<1>, Label<2>>(1, x, y);
    const auto count = [&](const auto& p) {
      int n = 0;
      for (std::ptrdiff_t i = 0; i < 100; ++i) n += Label<2>::decide(p.values().row(i), nullptr) == data.y(i) ? 1 : 0;
      return n;
    };
    const MetaDes gate{Logistic{}, {.guard = false}};
    const Shows no{{0.51f, 0.49f}}, yes{{0.49f, 0.51f}};
    right += count(out_of_fold(Select{gate, no, yes}, data, {.seed = seed}));
    remembered += count(out_of_fold(Select{gate, Nearest{}, no, yes}, data, {.seed = seed, .nested = true}));
  }
  for (const int n : {right, remembered}) CHECK(std::abs(n / 1000.0 - 0.5) < 3 * 0.5 / std::sqrt(1000.0));
}

TEST_CASE("options that cannot be are refused, and so is damaged evidence") {
  const auto data = sides<Plane, Label<2>>(60, 8);
  CHECK(thrown_by<FitError>([&] { fit(Select{MetaDes{Logistic{}, {.k = 0}}, OneSided{-1}, OneSided{1}}, data); }) == "Select: expected at least one neighbour, got 0");
  CHECK(thrown_by<FitError>([&] { fit(Select{MetaDes{Logistic{}, {.profiles = 0}}, OneSided{-1}, OneSided{1}}, data); }) == "Select: expected at least one similar row, got 0");
  const auto gate = *fit(Select{MetaDes{Logistic{}, {.guard = false}}, OneSided{-1}, OneSided{1}}, data).model().gate;
  const auto refusal = [&](auto&& damage) {
    auto damaged = gate;
    damage(damaged.known);
    return thrown_by<FileError>([&] {
      damaged.known.loaded();
      damaged.check_extents(2, 2);
    });
  };
  CHECK(refusal([](MetaRegions&) {}).empty());
  CHECK(refusal([](MetaRegions& r) { r.chance.pop_back(); }) == "expected 120 probabilities, got 119");
  CHECK(refusal([](MetaRegions& r) { r.alike = 0; }) == "expected 1 to 60 similar rows, got 0");
  CHECK(refusal([](MetaRegions& r) { r.wanted = 3; }) == "expected evidence of all neighbours, got 3");
  CHECK(refusal([](MetaRegions& r) { r.profiles.rows = 2; }) == "expected the profiles of 60 rows, got 2");
  CHECK(refusal([](MetaRegions& r) { r.profiles.width = 3; }) == "expected profiles of 4 numbers, got 3");
}
