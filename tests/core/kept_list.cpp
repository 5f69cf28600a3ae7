// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/kept_list.hpp>

#include <doctest/doctest.h>

using namespace tutti;

constexpr KeptList nothing;  // options with it stay constant expressions
static_assert(!nothing && std::is_trivially_copyable_v<KeptList>);

TEST_CASE("a kept list outlives the vector that it was made of") {
  KeptList kept;
  {
    std::vector<float> numbers(300, 2.0f);
    numbers[7] = 0.5f;
    kept = KeptList(numbers);
  }
  CHECK(kept);
  CHECK(kept[7] == 0.5);
  CHECK(kept[299] == 2);
  CHECK(kept[300] == 1);
  CHECK(nothing[12] == 1);
  CHECK(nothing.numbers().empty());
}
