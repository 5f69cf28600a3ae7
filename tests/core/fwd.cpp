// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/fwd.hpp>
// before everything else: the definitions must agree with it
#include <tutti/tutti.hpp>

#include <doctest/doctest.h>

TEST_CASE("a type that is only named is the type that is defined") {
  using Named = tutti::Stack<tutti::Vote<tutti::Forest, tutti::Boost<tutti::Tree>>, tutti::Ridge>;
  CHECK(tutti::type_name<Named>() == "Stack<Vote<Forest, Boost<Tree>>, Ridge>");
  CHECK(sizeof(tutti::Conv<16, 3, 1, 0, 1, 1, 1>) == sizeof(tutti::Conv<>));
}
