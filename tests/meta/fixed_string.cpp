// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/meta/fixed_string.hpp>

#include <type_traits>

using namespace tutti;

template <meta::FixedString Name>
struct Named {
  static constexpr std::string_view name = Name.view();
};

static_assert(Named<"age">::name == "age");
static_assert(Named<"">::name.empty());
static_assert(std::is_same_v<Named<"age">, Named<"age">>);
static_assert(!std::is_same_v<Named<"age">, Named<"ages">>);
static_assert(meta::FixedString("age") == meta::FixedString("age"));
static_assert(!(meta::FixedString("age") == meta::FixedString("ape")));
static_assert(!(meta::FixedString("age") == meta::FixedString("ages")));  // a prefix is another name

TEST_CASE("a fixed string is its literal without the final zero, inner zeros included") {
  CHECK(meta::FixedString("a\0b").view() == std::string_view("a\0b", 3));
  CHECK(meta::FixedString("größe").view() == "größe");
}
