// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/assemble.hpp>
#include <tutti/combine/committee_fit.hpp>
#include <tutti/combine/finish_fit.hpp>
#include <tutti/combine/output_steps.hpp>
#include <tutti/combine/threshold.hpp>
#include <tutti/core/file.hpp>
#include <tutti/model/logistic_fit.hpp>
#include <tutti/model/ridge_fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
struct Always {
  Label<3> predict(const auto&) const noexcept { return Label<3>(1); }
  static void visit(auto&, auto&) {}
};
}  // namespace

TEST_CASE("frozen members are put together as fit would, without data") {
  const auto data = blobs<3, 3>(60, 1);
  const auto a = fit(Logistic{}, data);
  const auto b = fit(Nearest{}, data);
  const auto same = [&](const auto& spec) {
    const auto assembled = assemble(spec);
    const auto fitted = fit(spec, data);
    static_assert(std::is_same_v<decltype(assembled), decltype(fitted)>);
    CHECK(to_bytes(assembled) == to_bytes(fitted));
    CHECK(all_outputs(assembled, data) == all_outputs(fitted, data));
  };
  same(Average{Frozen{a}, Frozen{b}});
  same(Average{Weights{2, 1}, Frozen{a}, Frozen{b}});
  same(Vote{Frozen{a}, Average{Frozen{b}, Frozen{a}}});
  same(Frozen{a});
}

TEST_CASE("steps that are given stand behind frozen members, those that learn need rows") {
  const auto data = line<2>(40, 1);
  const auto a = fit(Ridge{}, data);
  const auto clipped = assemble(Finish{Average{Frozen{a}, Frozen{a}}, ClipOutput{.low = 0}});
  for (std::ptrdiff_t i = 0; i < 40; ++i) CHECK(clipped.predict(data.x(i)).value == std::max(0.0f, a.predict(data.x(i)).value));
  const auto two = fit(Logistic{}, blobs<2, 2>(30, 1));
  CHECK(assemble(Finish{Frozen{two}, Threshold{.at = 0.3f}}).model().step.at == 0.3f);
  CHECK(thrown_by<FitError>([&] { assemble(Vote{Finish{Frozen{two}, Threshold{}}}); }).starts_with("Vote[0]/Finish"));
}

TEST_CASE("frozen members that do not fit each other are refused by number") {
  const auto of = [](int width, int classes) {
    std::vector<float> x;
    std::vector<std::int32_t> y;
    for (int i = 0; i < 12; ++i) {
      for (int j = 0; j < width; ++j) x.push_back(static_cast<float>((i * 7 + j * 3) % 5));
      y.push_back(i % classes);
    }
    Schema schema;
    for (int k = 0; k < classes; ++k) schema.classes.push_back(std::string(1, static_cast<char>('a' + k + width - 2)));
    return fit(Nearest{}, table<Row<Dynamic>, Label<Dynamic>>(width, x, y, {}, classes, schema));
  };
  const auto message = [](const auto& a, const auto& b) { return thrown_by<ShapeError>([&] { assemble(Average{Frozen{a}, Frozen{b}}); }); };
  const auto first = of(2, 2);
  CHECK(message(first, of(3, 2)) == "frozen member 1: expected rows of 2 numbers, as the first has, got 3");
  CHECK(message(first, of(2, 3)) == "frozen member 1: expected 2 outputs, as the first has, got 3");
  CHECK(thrown_by<FitError>([&] { assemble(Average{Weights{0, 0}, Frozen{first}, Frozen{first}}); }) == "Average: expected weights with a sum above 0, got 0");
}

TEST_CASE("a struct that predicts may stand beside a fitted model") {
  const auto data = blobs<3, 3>(30, 1);
  const auto model = assemble(Average{Weights{1, 3}, Frozen{fit(Nearest{}, data)}, Frozen{Always{}}});
  CHECK(model.predict(data.x(0)).index() == 1);
  CHECK(model.width() == 3);
}
