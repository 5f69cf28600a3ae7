// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/csv_names.hpp>

#include <doctest/doctest.h>

#include <random>
#include <set>

using tutti::detail::CsvNames;
using Names = tutti::Buffer<std::string>;

namespace {

struct Classes {
  Names names;
  tutti::Buffer<int> rank;
};
Classes classes(const Names& seen, int most) {
  CsvNames all;
  all.add_all(seen);
  Classes c;
  all.sort_classes(most, c.names, c.rank);
  return c;
}

}  // namespace

TEST_CASE("names are numbered as they come and found again") {
  CsvNames names;
  Names kept;
  for (int i = 0; i < 5000; ++i) kept.push_back("name " + std::to_string(i * 7919 % 5000));
  for (int i = 0; i < 5000; ++i) REQUIRE(names.add(kept[static_cast<std::size_t>(i)]) == i);
  for (int i = 0; i < 5000; ++i) REQUIRE(names.add(kept[static_cast<std::size_t>(i)]) == i);
  CHECK(names.size() == 5000);
  CHECK(names.find("name 17") >= 0);
  CHECK(names.find("name 5000") == -1);
  CHECK(CsvNames{}.find("x") == -1);
}

TEST_CASE("names are sorted by value where all are numbers, else by their bytes") {
  const auto sorted = [](const Names& seen) { return classes(seen, 2).names; };
  CHECK(sorted({"10", "9", "-1.5"}) == Names{"-1.5", "9", "10"});
  CHECK(sorted({"10", "9", "x"}) == Names{"10", "9", "x"});
  CHECK(sorted({"b", "a", "\xC3\xA4"}) == Names{"a", "b", "\xC3\xA4"});
}

TEST_CASE("rank leads from the order of appearance to the sorted order") {
  CHECK(classes({"c", "a", "b"}, 3).rank == tutti::Buffer<int>{2, 0, 1});
}

TEST_CASE("whole numbers below K are their own index") {
  const Classes c = classes({"3", "1"}, 5);
  CHECK(c.names == Names{"0", "1", "2", "3", "4"});
  CHECK(c.rank == tutti::Buffer<int>{3, 1});
  CHECK(classes({"1.0", "0"}, 2).rank == tutti::Buffer<int>{1, 0});
}

TEST_CASE("whole numbers that do not fit below K are names") {
  CHECK(classes({"1", "2", "3"}, 3).names == Names{"1", "2", "3"});
  CHECK(classes({"1", "-1"}, 2).names == Names{"-1", "1"});
  CHECK(classes({"1", "-1"}, 2).rank == tutti::Buffer<int>{1, 0});
}

TEST_CASE("an open number of classes is as many as there are") {
  CHECK(classes({"2", "0", "1"}, -1).names == Names{"0", "1", "2"});
  CHECK(classes({"2", "0", "1"}, -1).rank == tutti::Buffer<int>{2, 0, 1});
  CHECK(classes({"1", "7", "2"}, -1).names == Names{"1", "2", "7"});
  CHECK(classes({"0", "0.0", "1"}, -1).names == Names{"0", "1"});
  CHECK(classes({"0", "1000000000000"}, -1).names == Names{"0", "1000000000000"});
}

TEST_CASE("a class is found under other spellings of its number") {
  CsvNames names;
  const Names kept{"0", "1", "3"};
  names.add_all(kept);
  CHECK(names.find_class("3.0") == 2);
  CHECK(names.find_class("03") == 2);
  CHECK(names.find_class("3.5") == -1);
  CHECK(names.find_class("x") == -1);
}
