// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <tutti/kernel/tree_keys.hpp>

#include <doctest/doctest.h>

using namespace tutti::kernel;

TEST_CASE("keys are in the order of floats, both zeros are one, and NaN is what is asked for") {
  constexpr float inf = numbers::infinity<float>;
  const float ascending[] = {-inf, -1e30f, -1.5f, -1.0f, -1e-45f, 0.0f, 1e-45f, 1.0f, 1.5f, 1e30f, inf};
  for (const float a : ascending)
    for (const float b : ascending) CHECK((a < b) == (tree_key(a, 0) < tree_key(b, 0)));
  CHECK(tree_key(-0.0f, 1) == tree_key(0.0f, 2));
  CHECK(tree_key(numbers::nan<float>, 77) == 77);
  CHECK(tree_key(-numbers::nan<float>, 77) == 77);
  CHECK(tree_key(inf, 0) < std::numeric_limits<std::int32_t>::max() - 1);
  CHECK(tree_key(-inf, 0) > std::numeric_limits<std::int32_t>::min());
}

TEST_CASE_TEMPLATE("eight walks by keys end in the leaf of each, NaN on either side", T, float, double) {
  // 0: x0 > 1 ? 2 : 1 (NaN right);  2: x1 > -2 ? 4 : 3 (NaN left); leaves 1, 3, 4 stand for 10, 30, 40
  const KeyNode nodes[] = {{tree_key(1, 0), 0, 1}, {10, 4, 0}, {tree_key(-2, 0), 3, 1}, {30, 4, 0}, {40, 4, 0}};
  constexpr T nan = numbers::nan<T>;
  const T rows[tree_lanes][2] = {{1, 0}, {T(1.5), 0}, {T(1.5), -2}, {nan, nan}, {nan, 5}, {-1, nan}, {numbers::infinity<T>, -3}, {-0.0, 7}};
  const int expected[] = {10, 40, 30, 30, 40, 10, 30, 10};
  std::int32_t keys[tree_lanes * 5];
  for (int i = 0; i < tree_lanes; ++i) tree_keys(2, rows[i], keys + 5 * i);
  const KeyNode* node[tree_lanes];
  for (const KeyNode*& n : node) n = nodes;
  key_leaves(keys, std::ptrdiff_t{5}, node);
  for (int i = 0; i < tree_lanes; ++i) CHECK(node[i]->threshold == expected[i]);
  for (int i = 0; i < tree_lanes; ++i) node[i] = nodes + i % 5;  // one row from several nodes
  key_leaves(keys + 5, std::integral_constant<std::ptrdiff_t, 0>{}, node);
  const int from[] = {40, 10, 40, 30, 40};
  for (int i = 0; i < tree_lanes; ++i) CHECK(node[i]->threshold == from[i % 5]);
}
