// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/histogram.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE("marks name the codes that were set, one after the other") {
  numbers::Stream stream(6);
  for (const unsigned sparse : {1u, 3u, 60u, 1000u}) {
    Marks marks;
    bool set[256] = {};
    for (int code = 0; code < 256; ++code)
      if (stream.next() % sparse == 0) {
        marks.set(code);
        set[code] = true;
      }
    int listed = -1, wrong = 0;
    for (int code = 0; code < 256; ++code) {
      wrong += marks.has(code) != set[code];
      if (!set[code]) continue;
      wrong += marks.next(listed + 1) != code;
      listed = code;
    }
    CHECK(wrong == 0);
    CHECK(marks.next(listed + 1) == 256);
    CHECK(marks.next(256) == 256);
  }
}
