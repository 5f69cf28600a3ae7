// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/column_choice.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace tutti;

namespace {
const Buffer<std::int32_t> columns{0, 2, 3, 5, 8, 9};

Buffer<std::int32_t> chosen(ColumnChoice& choice, int depth, std::uint64_t sets = ~std::uint64_t{0}) {
  Random random(1);
  const std::size_t n = choice.choose(depth, sets);
  const auto all = choice.draw(0, n, random);
  return Buffer<std::int32_t>(all.begin(), all.end());
}
}  // namespace

TEST_CASE("all columns are chosen where nothing is said") {
  ColumnChoice choice(nullptr, 1);
  choice.use(columns, Random(1));
  CHECK(chosen(choice, 0) == columns);
  CHECK(chosen(choice, 7) == columns);
}

TEST_CASE("a depth keeps its columns, another has others, a tree draws anew") {
  ColumnChoice choice(nullptr, 0.5f);
  choice.use(columns, Random(1));
  const auto first = chosen(choice, 0), third = chosen(choice, 2);
  CHECK(first.size() == 3);
  CHECK(std::is_sorted(first.begin(), first.end()));
  CHECK(chosen(choice, 0) == first);
  CHECK(chosen(choice, 2) == third);
  bool differ = false;
  for (int depth = 1; depth < 8; ++depth) differ |= chosen(choice, depth) != first;
  CHECK(differ);
  bool anew = false;
  for (std::uint64_t seed = 2; seed < 8; ++seed) {
    choice.use(columns, Random(seed));
    anew |= chosen(choice, 0) != first;
  }
  CHECK(anew);
  ColumnChoice few(nullptr, 0.01f);
  few.use(columns, Random(1));
  CHECK(chosen(few, 0).size() == 1);
}

TEST_CASE("columns stay within the sets of the path") {
  ColumnRules rules;
  rules.sets = {1, 3, 3, 2, 2, 4, 4, 4, 4, 1};
  ColumnChoice choice(&rules, 1);
  choice.use(columns, Random(1));
  CHECK(chosen(choice, 0) == columns);
  CHECK(chosen(choice, 1, 1) == Buffer<std::int32_t>{0, 2, 9});
  CHECK(chosen(choice, 1, 2) == Buffer<std::int32_t>{2, 3});
  CHECK(chosen(choice, 1, 8).empty());
}

TEST_CASE("tries take other columns of a random order until all were taken") {
  ColumnChoice choice(nullptr, 1);
  choice.use(columns, Random(1));
  Random random(3);
  Buffer<std::int32_t> taken;
  const std::size_t n = choice.choose(0, 1);
  for (std::size_t first = 0; first < n; first += 2) {
    const auto group = choice.draw(first, 2, random);
    CHECK(group[0] < group[1]);
    taken.append(Buffer<std::int32_t>(group.begin(), group.end()));
  }
  std::sort(taken.begin(), taken.end());
  CHECK(taken == columns);
}
