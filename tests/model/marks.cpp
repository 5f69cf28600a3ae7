// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/random.hpp>
#include <tutti/model/marks.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace tutti;

TEST_CASE("marks name the codes that were set, few or many, and no others") {
  Random random(6);
  for (const int codes : {1, 256, 257, 1000, 65'536})
    for (const unsigned sparse : {1u, 3u, 60u, 5000u}) {
      CAPTURE(codes);
      CAPTURE(sparse);
      Marks marks;
      std::vector<bool> set(static_cast<std::size_t>(codes));
      for (int code = codes; code-- > 0;)
        if (random.below(sparse) == 0) {
          marks.set(code);
          set[static_cast<std::size_t>(code)] = true;
        }
      const Marks copy = marks;
      int wrong = 0;
      for (int code = 0; code < codes; ++code) wrong += copy.has(code) != set[static_cast<std::size_t>(code)];
      for (int code = codes; code < 70'000; ++code) wrong += copy.has(code);
      CHECK(wrong == 0);
    }
}

TEST_CASE("a set that is emptied has no codes") {
  Marks marks;
  marks.set(3);
  marks.set(3000);
  marks = {};
  CHECK_FALSE(marks.has(3));
  CHECK_FALSE(marks.has(3000));
}
