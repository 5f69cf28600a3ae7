// SPDX-License-Identifier: Apache-2.0
#include "grammar/nestings.hpp"

TEST_CASE("of numbers too a stack takes every form that learns them, and they take a stack") {
  const auto data = learners::line<2>(24, 1);
  every_form::each_of_numbers([&](const auto& form) {
    CAPTURE(form.name);
    nestings::fits(tutti::Stack{tutti::Average{form.make(nestings::Plain{}), nestings::Plain{}}, nestings::Plain{}}, data);
    nestings::fits(form.make(tutti::Stack{nestings::Plain{}, nestings::Plain{}}), data);
  });
}
