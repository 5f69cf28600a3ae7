// SPDX-License-Identifier: Apache-2.0
// No prediction that teaches a meta-learner comes from a model that knew the row: at any depth, under any plan.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/stack_fit.hpp>

#include "combine/spies.hpp"
#include "thrown_by.hpp"

using namespace tutti;
using namespace spies;

namespace {

template <class... M>
Bag<M...> bag_of(int members, M... m) {
  return Bag{m..., {.members = members}};
}

/// Three levels: every kind of form with every kind of form in it.
auto deep(Journal& j) {
  const Spy s{&j};
  return Stack{Vote{Stack{Average{s, s}, s}, bag_of(2, s), Cascade{s, s}}, s};
}

struct Case {
  std::string name;
  int group;
  FitOptions options;
};
std::vector<Case> cases() {
  FitOptions plain;
  plain.folds.k = 3;
  FitOptions forward = plain, keep = plain, nested = plain, both = plain, unstratified = plain;
  forward.folds.forward = true;
  forward.folds.k = 4;
  keep.keep_folds = true;
  nested.nested = true;
  nested.folds.k = 5;  // every stack inside a stack uses up a fold
  both = nested;
  both.keep_folds = true;
  unstratified.folds.stratified = false;
  return {{"plain", 1, plain}, {"groups", 3, plain}, {"forward", 1, forward}, {"kept folds", 1, keep}, {"nested", 1, nested}, {"nested, kept folds, groups", 2, both}, {"not stratified", 1, unstratified}};
}

void expect_no_leak(const Journal& journal) {
  CHECK(journal.leaks == 0);
  CHECK(journal.confused == 0);
  CHECK(journal.predictions > 0);
}

}  // namespace

TEST_CASE("no out-of-fold prediction comes from a model that was fitted on the row or its group") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    Journal journal{.group = c.group, .forward = c.options.folds.forward};
    (void)fit(deep(journal), rows(40, c.group), c.options);
    expect_no_leak(journal);
  }
}

TEST_CASE("the out-of-fold predictions of a whole are as clean as those of its parts") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    Journal journal{.group = c.group, .forward = c.options.folds.forward};
    const auto data = rows(40, c.group);
    const auto p = out_of_fold(deep(journal), data, c.options);
    expect_no_leak(journal);
    int covered = 0;
    for (std::ptrdiff_t i = 0; i < data.rows(); ++i)
      if (p.covers(i)) {
        ++covered;
        const auto row = p.values().row(i);
        CHECK(std::max_element(row.begin(), row.end()) - row.begin() == i);  // and stands where it belongs
      }
    if (c.options.folds.forward) CHECK((covered > 0 && covered < 40));
    else CHECK(covered == 40);
  }
}

TEST_CASE("rows that occur more than once never stand on both sides") {
  std::vector<RowIndex> repeated;
  for (RowIndex i = 0; i < 24; ++i)
    for (RowIndex n = 0; n <= i % 3; ++n) repeated.push_back((i * 7) % 24);
  Journal journal;
  (void)fit(deep(journal), rows(24).subset(repeated), {.folds = {.k = 3}});
  expect_no_leak(journal);

  Journal of_bag;  // a bootstrap repeats rows by itself
  const Spy b{&of_bag};
  (void)fit(bag_of(4, Stack{Average{b, Cascade{b, b}}, b}), rows(30), {.folds = {.k = 3}});
  expect_no_leak(of_bag);
}

TEST_CASE("a plan of one's own speaks of the rows that were given, below a bootstrap as well") {
  FitOptions options;
  for (int i = 0; i < 30; ++i) options.folds.assignment.push_back(i / 10);
  Journal journal{.group = 10};  // a fold is a block of ten rows: one of them seen is all of them seen
  const Spy s{&journal};
  (void)fit(bag_of(3, Stack{Average{s, Cascade{s, s}}, s}), rows(30), options);
  expect_no_leak(journal);
}

TEST_CASE("nested plans keep even the teachers of a head from the row; the cheap ones do not") {
  const auto inherited = [](bool nested) {
    Journal journal;
    const Spy s{&journal};
    (void)fit(Stack{Average{Stack{Average{s, s}, s}, Cascade{s, s}}, s}, rows(24), {.folds = {.k = 3}, .nested = nested});
    CHECK(journal.leaks == 0);
    return journal.inherited.load();
  };
  CHECK(inherited(true) == 0);
  CHECK(inherited(false) > 0);
}

TEST_CASE("a regressor as meta-learner on labels is cross-fitted for its calibration, and as cleanly") {
  Journal journal;
  const Spy s{&journal};
  const NumberSpy meta{&journal};
  (void)fit(Stack{Average{s, Stack{s, meta}}, meta}, rows(24), {.folds = {.k = 3}});
  expect_no_leak(journal);
}

TEST_CASE("repeats of the plan keep every row from its own prediction, below a bootstrap and another head as well") {
  for (const int group : {1, 3}) {
    Journal journal{.group = group};
    const Spy s{&journal};
    const auto repeated = [&](auto members) { return Stack{members, s, {.repeats = 3}}; };
    (void)fit(repeated(Average{repeated(Average{s, s}), bag_of(2, s), Cascade{s, s}}), rows(36, group), {.folds = {.k = 3}});
    (void)fit(bag_of(2, repeated(Average{s, s})), rows(36, group), {.folds = {.k = 3}});
    const auto p = out_of_fold(repeated(Average{s, repeated(Average{s, s})}), rows(36, group), {.folds = {.k = 3}});
    expect_no_leak(journal);
    for (std::ptrdiff_t i = 0; i < 36; ++i) CHECK((p.covers(i) && p.values()(i, i) == 1));
  }
}

TEST_CASE("nested plans without a fold left to learn from say where") {
  Journal journal;
  FitOptions options{.folds = {.k = 3}, .nested = true};
  CHECK(thrown_by<FitError>([&] { out_of_fold(deep(journal), rows(24), options); }).starts_with("Stack (fold 0)[0]/Vote[0]/Stack (fold 1): expected out-of-fold predictions for at least one row"));
}

TEST_CASE("the spies notice: a plan that leaks is found") {
  Journal journal;
  const Spy s{&journal};
  const auto data = rows(12);
  const auto model = fit(s, data);
  (void)in_sample(model, data);
  CHECK(journal.leaks == 12);
}
