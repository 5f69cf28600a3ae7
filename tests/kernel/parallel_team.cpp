// SPDX-License-Identifier: Apache-2.0
#include "teams.hpp"

#include <doctest/doctest.h>

using tutti::parallel::Team;

TEST_CASE("a team of one needs nobody to run its parts") {
  int calls = 0;
  Team().each(1, [&](std::ptrdiff_t part) { calls += part == 0 ? 1 : 100; });
  CHECK(calls == 1);
  CHECK(Team().parts(1 << 30) == 1);
}

TEST_CASE("work is cut into no more parts than pay, and never into none") {
  const Team team{4, &teams::backwards};
  CHECK(team.parts(0) == 1);
  CHECK(team.parts(2 * Team::worth - 1) == 1);
  CHECK(team.parts(3 * Team::worth) == 3);
  CHECK(team.parts(100 * Team::worth) == 4);
}

TEST_CASE("every part has scratch of its own, the first that of the caller") {
  float own = 0;
  std::vector<float> memory(4);
  const Team team{3, &teams::backwards, reinterpret_cast<std::byte*>(memory.data()), 2 * sizeof(float)};
  CHECK(team.scratch(0, &own) == &own);
  CHECK(team.scratch(1, &own) == memory.data());
  CHECK(team.scratch(2, &own) == memory.data() + 2);
}

TEST_CASE("every part runs once") {
  for (const std::ptrdiff_t parts : {0, 1, 2, 5}) {
    std::vector<int> times(5);
    const auto count = [&](std::ptrdiff_t part) { ++times[static_cast<std::size_t>(part)]; };
    Team{2, &teams::backwards}.each(parts, count);
    for (std::ptrdiff_t i = 0; i < 5; ++i) CHECK(times[static_cast<std::size_t>(i)] == (i < parts ? 1 : 0));
  }
}
