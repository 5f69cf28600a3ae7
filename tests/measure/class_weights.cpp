// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/class_weights.hpp>

#include <doctest/doctest.h>

using namespace tutti;

constexpr ClassWeights none;  // options with it stay constant expressions
static_assert(!none && std::is_trivially_copyable_v<ClassWeights>);

TEST_CASE("class weights outlive the list that they were made of") {
  ClassWeights kept;
  {
    std::vector<float> weights(300, 2.0f);
    weights[7] = 0.5f;
    kept = ClassWeights(weights);
  }
  CHECK(kept);
  CHECK(kept[7] == 0.5);
  CHECK(kept[299] == 2);
  CHECK(none[12] == 1);
}
