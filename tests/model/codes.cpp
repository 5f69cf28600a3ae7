// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/codes.hpp>

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("codes take a byte each up to 256 of them, two bytes above, and read as they were set") {
  for (const int count : {2, 255, 256, 257, 1000, 65'536}) {
    CAPTURE(count);
    Codes codes(7, count);
    CHECK((codes.words() == nullptr) == (count <= 256));
    CHECK((codes.bytes() == nullptr) == (count > 256));
    CHECK(codes[6] == 0);
    codes.set(0, count - 1);
    codes.set(5, count / 2);
    CHECK(codes[0] == count - 1);
    CHECK(codes[5] == count / 2);
    CHECK_FALSE(codes.empty());
    CHECK_FALSE(codes == Codes(7, count));
  }
  CHECK(Codes(3, 300) == Codes(3, 65'536));
  CHECK_FALSE(Codes(3, 300) == Codes(3, 200));
  CHECK(Codes(0, 300).empty());
  CHECK(Codes().empty());
}
