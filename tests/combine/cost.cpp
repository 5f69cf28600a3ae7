// SPDX-License-Identifier: Apache-2.0
// What a composition costs: how often its members are fitted.
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/cascade_fit.hpp>
#include <tutti/combine/replicate_fit.hpp>
#include <tutti/combine/stack_fit.hpp>

#include "combine/spies.hpp"

using namespace tutti;
using namespace spies;

TEST_CASE("members x (k + 1) fits, at any depth") {
  const auto fits = [](auto make, const FitOptions& options) {
    Journal journal;
    (void)fit(make(Spy{&journal}), rows(24), options);
    return journal.fits.load();
  };
  const FitOptions three{.folds = {.k = 3}};
  const auto alone = [](Spy s) { return s; };
  const auto stack = [](Spy s) { return Stack{Average{s, s}, s}; };
  const auto four_deep = [](Spy s) { return Stack{Vote{Stack{Stack{Cascade{s, s}, s}, s}, s}, s}; };
  CHECK(fits(alone, three) == 1);
  CHECK(fits(stack, three) == 2 * 4 + 1);
  CHECK(fits(four_deep, three) == 5 * 4 + 1);
  FitOptions keep = three;
  keep.keep_folds = true;
  CHECK(fits(stack, keep) == 2 * 3 + 1);  // nobody is fitted again on all rows
  const auto several = [](Spy s) { return Stack{Average{Bag{s, {.members = 4}}, Replicate<Spy, 2>{s}}, s}; };
  CHECK(fits(several, three) == (4 + 2) * 4 + 1);
}
