// SPDX-License-Identifier: Apache-2.0
// What every form (tests/grammar/every_form.hpp) makes of weights, rare classes, constant columns and too few rows.
#include "grammar/every_form.hpp"

#include <doctest/doctest.h>

using namespace tutti;
using every_form::Plain;
using learners::all_outputs;
using learners::table;

namespace {

using X = Row<2>;
using Y = Label<3>;
const FitOptions options{.seed = 2, .folds = {.k = 3}};

/// f(name, whether it is a head, spec) for every form, of labels or of numbers.
template <class Target, class F>
void each_spec(F&& f) {
  every_form::each([&](const auto& form) {
    if constexpr (Target::is_label || std::remove_cvref_t<decltype(form)>::numbers) f(form.name, form.learns, form.make(Plain{}));
  });
}

/// Rows that can be learnt, with the label or number that `target(i)` says.
template <class Target, class F>
Dataset<X, Target> rows(int n, F&& target, SideColumns side = {}, float odd = 0, int usual = 0) {
  Random random(7);
  std::vector<float> x;
  std::vector<typename Target::Element> y;
  for (int i = 0; i < n; ++i) {
    y.push_back(static_cast<typename Target::Element>(target(i)));
    for (int j = 0; j < 2; ++j) x.push_back(usual > 0 && i >= usual ? odd : static_cast<float>(random.normal()) + static_cast<float>(y.back()) * static_cast<float>(j));
  }
  return table<X, Target>(2, std::move(x), std::move(y), std::move(side));
}
const auto thirds = [](int i) { return i % 3; };

/// Outputs that are numbers; probabilities that add up to 1.
template <class Target>
void expect_sound(const std::vector<float>& outputs, std::size_t width) {
  for (std::size_t i = 0; i < outputs.size(); i += width) {
    float sum = 0;
    for (std::size_t k = 0; k < width; ++k) {
      REQUIRE(std::isfinite(outputs[i + k]));
      sum += outputs[i + k];
    }
    if (Target::is_label) CHECK(sum == doctest::Approx(1).epsilon(1e-4));
  }
}
template <class Target>
void expect_fit(const auto& spec, const Dataset<X, Target>& data, const FitOptions& how = options) {
  expect_sound<Target>(all_outputs(fit(spec, data, how), data), static_cast<std::size_t>(data.outputs()));
}

template <class Target>
void weights_pass(const auto& spec) {
  SideColumns plain, twice, some, none;
  for (int i = 0; i < 36; ++i) {
    plain.weight.push_back(1);
    twice.weight.push_back(2);
    some.weight.push_back(i % 3 == 1 ? 5.0f : 1.0f);
    none.weight.push_back(i < 30 ? 1.0f : 0.0f);
  }
  const auto outputs = [&](const SideColumns& side, float odd = 0, int usual = 0) {
    auto all = all_outputs(fit(spec, rows<Target>(36, thirds, side, odd, usual), options), rows<Target>(36, thirds));
    return all;
  };
  const auto once = outputs(plain);
  CHECK(outputs(twice) == once);                                  // twice as much of everything is the same
  CHECK(outputs(some) != once);
  CHECK(outputs(none, 100.0f, 30) == outputs(none, -70.0f, 30));  // what has no weight teaches nothing, wherever it lies
}

/// What a fit throws; empty: it fits, soundly.
template <class Target>
std::string refusal(const auto& spec, const Dataset<X, Target>& data, const FitOptions& how = options) {
  return thrown_by<FitError>([&] { expect_fit(spec, data, how); });
}

}  // namespace

TEST_CASE("weights reach the members of every form, and what has no weight teaches nothing; Conformal alone refuses them") {
  each_spec<Y>([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    if constexpr (capabilities_of<std::remove_cvref_t<decltype(spec)>>.weights) weights_pass<Y>(spec);
    else CHECK(name == "Conformal");  // tests/grammar/refusals.cpp hears what it says
  });
  each_spec<Real>([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    if constexpr (capabilities_of<std::remove_cvref_t<decltype(spec)>>.weights) weights_pass<Real>(spec);
    else CHECK(name == "Conformal");
  });
}

TEST_CASE("a class of one row, which a fold must do without, and a class of none leave probabilities") {
  each_spec<Y>([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    expect_fit(spec, rows<Y>(30, [](int i) { return i == 7 ? 2 : i % 2; }));
    expect_fit(spec, rows<Y>(30, [](int i) { return i % 2; }));
  });
}

TEST_CASE("where there is one class every form says that class") {
  each_spec<Y>([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    const auto data = rows<Y>(12, [](int) { return 1; });
    const auto model = fit(spec, data, options);
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i) CHECK(model.predict(data.x(i)).index() == 1);
  });
}

TEST_CASE("columns and targets that never change are learnt by every form") {
  const std::vector<float> ones(40, 1.0f);
  each_spec<Y>([&](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    std::vector<std::int32_t> y;
    for (int i = 0; i < 20; ++i) y.push_back(i % 3);
    expect_fit(spec, table<X, Y>(2, ones, y));
  });
  each_spec<Real>([&](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    const auto data = table<X, Real>(2, ones, std::vector<float>(20, 4.0f));
    for (const float v : all_outputs(fit(spec, data, options), data)) CHECK(v == doctest::Approx(4));
  });
}

TEST_CASE("one row is learnt, or refused by the head that needs folds of it") {
  const auto one = [](const std::string& name, bool learns, const auto& spec, const auto& data) {
    CAPTURE(name);
    const std::string said = refusal(spec, data);
    CAPTURE(said);
    if (learns) CHECK(said == name + ": folds: expected at least 3 rows (or groups) for as many folds, got 1");
    else CHECK((said.empty() || said == name + ": hold-out: expected at least 2 rows, got 1"));
  };
  each_spec<Y>([&](const std::string& name, bool learns, const auto& spec) { one(name, learns, spec, rows<Y>(1, thirds)); });
  each_spec<Real>([&](const std::string& name, bool learns, const auto& spec) { one(name, learns, spec, rows<Real>(1, thirds)); });
}

TEST_CASE("more folds than rows, or than groups, are refused by every head and do not concern others") {
  SideColumns groups;
  for (int i = 0; i < 12; ++i) groups.group.push_back(i / 6);
  const auto data = rows<Y>(12, thirds), grouped = rows<Y>(12, thirds, groups);
  const FitOptions many{.folds = {.k = 20}};
  each_spec<Y>([&](const std::string& name, bool learns, const auto& spec) {
    CAPTURE(name);
    const std::string of_rows = refusal(spec, data, many), of_groups = refusal(spec, grouped);
    if (learns) {
      CHECK(of_rows == name + ": folds: expected at least 20 rows (or groups) for as many folds, got 12");
      CHECK(of_groups == name + ": folds: expected at least 3 rows (or groups) for as many folds, got 2");
    } else {
      CHECK(of_rows.empty());
      CHECK(of_groups.empty());
    }
    // as many folds as rows are fine
    if (learns) CHECK(refusal(spec, data, {.folds = {.k = 12}}).empty());
  });
}

TEST_CASE("no rows are refused by every form") {
  each_spec<Y>([](const std::string& name, bool, const auto& spec) {
    CAPTURE(name);
    CHECK(thrown_by<DataError>([&] { (void)fit(spec, rows<Y>(3, thirds).first(0), options); }) == "fit: expected data with at least one row, got 0");
  });
}
