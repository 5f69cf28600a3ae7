// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/make.hpp>
#include <tutti/data/split.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace tutti;

namespace {

/// Row i holds the number i; class i % classes.
Dataset<Row<1>, Label<Dynamic>> counting(int rows, int classes, SideColumns side = {}) {
  std::vector<float> x;
  std::vector<std::int32_t> y;
  for (int i = 0; i < rows; ++i) {
    x.push_back(static_cast<float>(i));
    y.push_back(i % classes);
  }
  return dataset<Row<1>, Label<Dynamic>>(x, y, std::move(side));
}
std::set<int> rows_of(const auto& data) {
  std::set<int> rows;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) rows.insert(static_cast<int>(data.x(i)[0]));
  return rows;
}
std::ptrdiff_t count(const auto& data, int label) {
  std::ptrdiff_t n = 0;
  for (std::ptrdiff_t i = 0; i < data.rows(); ++i) n += data.y(i).index() == label;
  return n;
}

}  // namespace

TEST_CASE("a hold-out split is a partition with the share and the classes of the whole") {
  const auto data = counting(200, 4);
  const auto [train, test] = split(data, Holdout{.test = 0.25f, .seed = 1});
  CHECK(train.rows() == 150);
  CHECK(test.rows() == 50);
  std::set<int> all = rows_of(train);
  all.merge(rows_of(test));
  CHECK(all.size() == 200);
  for (int k = 0; k < 4; ++k) CHECK((count(test, k) == 12 || count(test, k) == 13));
  CHECK(test.schema() == data.schema());
}

TEST_CASE("the split depends on the seed and on nothing else") {
  const auto data = counting(100, 2);
  CHECK(rows_of(split(data, Holdout{.seed = 3}).second) == rows_of(split(data, Holdout{.seed = 3}).second));
  CHECK(rows_of(split(data, Holdout{.seed = 3}).second) != rows_of(split(data, Holdout{.seed = 4}).second));
  CHECK(rows_of(split(data).second) == rows_of(split(data, Holdout{}).second));
}

TEST_CASE("three parts are a partition with their shares and classes") {
  const auto [train, valid, test] =
      split(counting(1000, 5), Parts{.train = 0.7f, .valid = 0.1f, .test = 0.2f, .seed = 1});
  CHECK(std::abs(train.rows() - 700) <= 3);
  CHECK(std::abs(valid.rows() - 100) <= 3);
  CHECK(std::abs(test.rows() - 200) <= 3);
  std::set<int> all = rows_of(train);
  all.merge(rows_of(valid));
  all.merge(rows_of(test));
  CHECK(all.size() == 1000);
  for (int k = 0; k < 5; ++k) {
    CHECK(std::abs(count(valid, k) - 20) <= 1);
    CHECK(std::abs(count(test, k) - 40) <= 1);
  }
}

TEST_CASE("forward splits keep the latest rows for judging") {
  std::vector<double> time(100);
  for (std::size_t i = 0; i < time.size(); ++i) time[i] = static_cast<double>((i * 37) % 100);
  const auto data = counting(100, 2, {.time = time});
  const auto [train, test] = split(data, Holdout{.test = 0.2f, .forward = true});
  CHECK(test.rows() == 20);
  for (std::ptrdiff_t i = 0; i < train.rows(); ++i) CHECK(train.time(i) < 80);
  const auto [a, b, c] = split(data, Parts{.train = 0.5f, .valid = 0.3f, .test = 0.2f, .forward = true});
  for (std::ptrdiff_t i = 0; i < b.rows(); ++i) CHECK((b.time(i) >= 50 && b.time(i) < 80));
  CHECK(a.rows() == 50);
  CHECK(c.rows() == 20);
}

TEST_CASE("without a time column the order of the rows is their time") {
  CHECK(*rows_of(split(counting(10, 2), Holdout{.test = 0.3f, .forward = true}).second).begin() == 7);
}

TEST_CASE("groups and ids are never split") {
  for (const bool forward : {false, true})
    for (const bool ids : {false, true}) {
      std::vector<std::int64_t> key(90);
      for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::int64_t>(i * i % 23);
      const auto data = ids ? counting(90, 3, {.id = key}) : counting(90, 3, {.group = key});
      const auto [train, valid, test] =
          split(data, Parts{.train = 0.5f, .valid = 0.25f, .test = 0.25f, .forward = forward, .seed = 2});
      std::set<std::int64_t> seen[3];
      for (std::ptrdiff_t i = 0; i < train.rows(); ++i) seen[0].insert(train.group(i));
      for (std::ptrdiff_t i = 0; i < valid.rows(); ++i) seen[1].insert(valid.group(i));
      for (std::ptrdiff_t i = 0; i < test.rows(); ++i) seen[2].insert(test.group(i));
      for (const std::int64_t g : seen[0]) CHECK((seen[1].count(g) + seen[2].count(g)) == 0);
      for (const std::int64_t g : seen[1]) CHECK(seen[2].count(g) == 0);
    }
}

TEST_CASE("a target that is a number is split by rows") {
  std::vector<float> x(40), y(40);
  CHECK(split(dataset<Row<1>, Real>(x, y), Holdout{.test = 0.25f}).second.rows() == 10);
  CHECK(split(dataset<Row<1>>(x), Holdout{.test = 0.25f}).second.rows() == 10);
}

TEST_CASE("shares that make no sense are refused") {
  const auto data = counting(10, 2);
  for (const float share : {0.0f, 1.0f, -0.5f, 2.0f})
    CHECK(refusal<DataError>([&] {
            split(data, Holdout{.test = share});
          }).starts_with("hold-out: expected a fraction between 0 and 1, got "));
  CHECK(refusal<DataError>([&] { split(data, Parts{.train = 1.0f}); }) ==
        "split: expected shares between 0 and 1, got 1");
  CHECK(refusal<DataError>([&] { split(data, Parts{.train = 0.5f, .valid = 0.25f, .test = 0.5f}); }) ==
        "split: expected shares that add up to 1, got 1.25");
}

TEST_CASE("too few rows for the parts are refused") {
  CHECK(refusal<DataError>([] { split(counting(1, 1), Holdout{}); }) ==
        "hold-out: expected at least 2 rows, got 1");
  CHECK(refusal<DataError>([] { split(counting(2, 2), Parts{}); }) ==
        "split: expected rows for the part test, got 2 rows in all");
  CHECK(split(counting(2, 1), Holdout{.test = 0.01f}).second.rows() == 1);
  CHECK(refusal<DataError>([] {
          split(counting(10, 2, {.time = std::vector<double>(10, 1.0)}), Holdout{.forward = true});
        }) == "hold-out: expected rows on both sides, got 0");
  CHECK(refusal<DataError>([] {
          split(counting(10, 2, {.group = std::vector<std::int64_t>(10, 1)}), Holdout{});
        }) == "hold-out: expected rows on both sides, got 0");
}
