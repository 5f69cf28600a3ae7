// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/target.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <sstream>
#include <thread>

using namespace tutti;

static_assert(Target<Label<3>> && Target<Label<Dynamic>> && Target<Real> && Target<Reals<2>> &&
              Target<Reals<Dynamic>> && Target<Nothing>);
static_assert(Label<3>(2) == Label<3>(2) && !(Label<3>(2) == Label<3>(1)));

TEST_CASE("a label prints as its class name, or as its number") {
  const ClassNames names{"no", "yes"};
  std::ostringstream out;
  out << Label<2>(1, &names) << ' ' << Label<2>(1) << ' ' << Label<3>(2, &names) << ' '
      << Label<2>(-1, &names);
  CHECK(out.str() == "yes 1 2 -1");
}

TEST_CASE("the most probable class is chosen, ties go to the lowest") {
  const auto choice = [](std::vector<float> p) { return Label<Dynamic>::decide(p, nullptr).index(); };
  CHECK(choice({0.1f, 0.7f, 0.2f}) == 1);
  CHECK(choice({0.4f, 0.2f, 0.4f}) == 0);
  CHECK(choice({0.2f, 0.4f, 0.4f}) == 1);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(choice({nan, nan}) == 0);
  CHECK(choice({0.5f, nan, 0.2f}) == 0);
}

TEST_CASE("a label is written as a one-hot row") {
  float row[3] = {9, 9, 9};
  Label<3>(1).write(row);
  CHECK((row[0] == 0 && row[1] == 1 && row[2] == 0));
  Label<3>(7).write(row);
  CHECK((row[0] == 0 && row[1] == 0 && row[2] == 0));
}

TEST_CASE("numbers are read, decided and written") {
  const float two[] = {2, 3};
  CHECK(Real::read(two, nullptr) == 2.0f);
  CHECK(Real::decide(two, nullptr) == 2.0f);
  float out[2] = {};
  Reals<2>::decide(two, nullptr).write(out);
  CHECK((out[0] == 2 && out[1] == 3));
  CHECK(Reals<Dynamic>::decide(two, nullptr)[1] == 3);
}

TEST_CASE("equal lists of names are kept once, for every thread") {
  CHECK(intern({}) == nullptr);
  const ClassNames* one = intern({"a", "b"});
  CHECK(one == intern({"a", "b"}));
  CHECK(one != intern({"b", "a"}));
  CHECK((*one)[1] == "b");
  std::vector<std::vector<const ClassNames*>> seen(4, std::vector<const ClassNames*>(50));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&seen, t] {
      for (std::size_t i = 0; i < 50; ++i) seen[t][i] = intern({"thread test", std::to_string(i)});
    });
  for (auto& thread : threads) thread.join();
  for (std::size_t t = 1; t < 4; ++t) CHECK(seen[t] == seen[0]);
}
