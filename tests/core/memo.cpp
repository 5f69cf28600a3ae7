// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/core/memo.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace tutti;

TEST_CASE("what is asked for twice is made once") {
  Memo memo;
  int made = 0;
  const auto make = [&] { return std::string(static_cast<std::size_t>(++made), 'x'); };
  const auto first = memo.get<std::string>(7, make);
  const auto again = memo.get<std::string>(7, make);
  CHECK(first == again);
  CHECK(made == 1);
}

TEST_CASE("who asks does not matter: callers with functions of their own share the result") {
  Memo memo;
  const auto first = memo.get<int>(1, [] { return 10; });
  const auto again = memo.get<int>(1, [] { return 20; });
  CHECK(first == again);
  CHECK(*again == 10);
}

TEST_CASE("numbers and types are keys of their own") {
  Memo memo;
  CHECK(*memo.get<int>(1, [] { return 10; }) == 10);
  CHECK(*memo.get<int>(2, [] { return 20; }) == 20);
  CHECK(*memo.get<long>(1, [] { return 30L; }) == 30);
  CHECK(*memo.get<int>(1, [] { return 40; }) == 10);
}

TEST_CASE("results outlive the memo for whoever holds them") {
  std::shared_ptr<const std::string> kept;
  {
    Memo memo;
    kept = memo.get<std::string>(0, [] { return std::string("kept"); });
  }
  CHECK(*kept == "kept");
}

TEST_CASE("a result that could not be made is not remembered") {
  Memo memo;
  CHECK_THROWS_AS(memo.get<int>(0, []() -> int { throw std::runtime_error("no"); }), std::runtime_error);
  CHECK(*memo.get<int>(0, [] { return 5; }) == 5);
}

TEST_CASE("a result may be made out of others of the same memo") {
  Memo memo;
  const auto sum = memo.get<int>(3, [&] { return *memo.get<int>(1, [] { return 1; }) + *memo.get<int>(2, [] { return 2; }); });
  CHECK(*sum == 3);
}

TEST_CASE("threads that ask at the same moment all get one and the same object") {
  for (int round = 0; round < 20; ++round) {
    Memo memo;
    std::vector<std::vector<std::shared_ptr<const std::uint64_t>>> got(4);
    std::vector<std::thread> threads;
    for (auto& mine : got)
      threads.emplace_back([&memo, &mine] {
        for (std::uint64_t key = 0; key < 50; ++key) mine.push_back(memo.get<std::uint64_t>(key, [key] { return key * key; }));
      });
    for (auto& t : threads) t.join();
    for (std::size_t key = 0; key < 50; ++key)
      for (const auto& one : got) {
        REQUIRE(one[key] == got[0][key]);
        REQUIRE(*one[key] == key * key);
      }
  }
}
