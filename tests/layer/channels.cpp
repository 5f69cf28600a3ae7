// SPDX-License-Identifier: Apache-2.0
#include <tutti/layer/channels.hpp>

#include <doctest/doctest.h>

using namespace tutti;

TEST_CASE("a row has the channels of its image, the features of its sequence, or its numbers") {
  constexpr auto image = channels_of(shape(4, 3, 5)), sequence = channels_of(shape(9, 6)), vector = channels_of(shape(7));
  static_assert(image.rows == 1 && image.channels == 4 && image.plane == 15 && image.row_stride == 60);
  static_assert(sequence.rows == 9 && sequence.channels == 6 && sequence.plane == 1 && sequence.row_stride == 6);
  static_assert(vector.rows == 1 && vector.channels == 7 && vector.plane == 1 && vector.row_stride == 7);
  CHECK(image.count() == 15);
  CHECK(sequence.count() == 9);
}
