// SPDX-License-Identifier: Apache-2.0
#include <tutti/data/make.hpp>

#include "files.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace tutti;
using Numbers = std::vector<float>;
using Indices = std::vector<std::int32_t>;

TEST_CASE("numbers and targets in memory become a dataset") {
  const auto data = dataset<Row<2>, Label<3>>(Numbers{1, 2, 3, 4}, Indices{2, 0});
  CHECK(data.rows() == 2);
  CHECK(data.x(1)[1] == 4);
  CHECK(data.y(0).index() == 2);
  CHECK(data.schema().classes == ClassNames{"0", "1", "2"});
  const std::uint8_t pixels[] = {7, 8, 9};
  const float heights[] = {0.5f, 1, 2};
  const auto images = dataset<Image<1, 1, 1>, Real>(pixels, heights);
  CHECK(images.x(2)[0] == 9);
  CHECK(float(images.y(0)) == 0.5f);
}

TEST_CASE("a width and a number of classes that are left open follow from the data") {
  const auto data = dataset<Row<Dynamic>, Label<Dynamic>>(Numbers{1, 2, 3, 4, 5, 6}, Indices{0, 4});
  CHECK(data.width() == 3);
  CHECK(data.classes() == 5);
}

TEST_CASE("sequences are rows of steps, whose number follows from the data where it is left open") {
  const Numbers values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const auto fixed = dataset<Sequence<float, 3, 2>, Label<2>>(values, Indices{0, 1});
  CHECK(fixed.x(1)[4] == 11);
  const auto open = dataset<Sequence<float, Dynamic, 2>, Label<2>>(values, Indices{0, 1});
  CHECK(open.width() == 6);
  CHECK(refusal<DataError>([&] { dataset<Sequence<float, Dynamic, 4>, Label<2>>(values, Indices{0, 1}); }) ==
        "dataset: expected a multiple of 4 numbers in each row, got 6");
  const double seconds[] = {0.25, 0.5};
  CHECK(dataset<Sequence<double, 1, 1>, Label<2>>(seconds, Indices{0, 1}).x(1)[0] == 0.5f);
}

TEST_CASE("several numbers for a row, or none") {
  const auto pairs = dataset<Row<1>, Reals<2>>(Numbers{1, 2}, Numbers{1, 2, 3, 4});
  CHECK(pairs.rows() == 2);
  CHECK(pairs.target(1)[0] == 3);
  CHECK(dataset<Row<2>>(Numbers{1, 2, 3, 4}).rows() == 2);
  CHECK(dataset<Row<Dynamic>>(Numbers{1, 2, 3, 4}, {}, {.columns = {{"a"}, {"b"}}}).width() == 2);
}

TEST_CASE("side columns and class names are kept") {
  const auto data =
      dataset<Row<1>, Label<2>>(Numbers{1, 2}, Indices{0, 1}, {.weight = {1, 3}}, {.classes = {"no", "yes"}});
  CHECK(data.weight(1) == 3);
  CHECK(data.y(1).name() == "yes");
}

TEST_CASE("what does not make rows is refused") {
  CHECK(refusal<DataError>([] {
          dataset<Row<2>, Label<2>>(Numbers{1, 2, 3}, Indices{0, 1});
        }) == "dataset: expected as many numbers in each of 2 rows, got 3");
  CHECK(refusal<DataError>([] {
          dataset<Row<Dynamic>, Label<2>>(Numbers{}, Indices{0, 1});
        }) == "dataset: expected as many numbers in each of 2 rows, got 0");
  CHECK(refusal<DataError>([] {
          dataset<Row<2>, Label<2>>(Numbers{1, 2, 3}, Indices{0});
        }) == "expected rows of 2 numbers, got 3");
  CHECK(refusal<DataError>([] { dataset<Row<2>, Label<2>>(Numbers{}, Indices{}); }) ==
        "dataset: expected a multiple of 1 targets, got 0");
  CHECK(refusal<DataError>([] {
          dataset<Row<2>, Reals<2>>(Numbers{1, 2}, Numbers{1, 2, 3});
        }) == "dataset: expected a multiple of 2 targets, got 3");
  CHECK(refusal<DataError>([] {
          dataset<Row<2>>(Numbers{1, 2, 3});
        }) == "expected a multiple of the width 2, got 3");
  CHECK(refusal<DataError>([] {
          dataset<Row<Dynamic>>(Numbers{1, 2, 3});
        }) == "dataset: expected a schema that names the columns of Row<Dynamic>, got 0");
}

TEST_CASE("labels that are no class and numbers that are not finite are refused with their row") {
  CHECK(refusal<DataError>([] {
          dataset<Row<1>, Label<2>>(Numbers{1, 2}, Indices{0, 2});
        }) == "row 1: expected a class below 2, got 2");
  CHECK(refusal<DataError>([] {
          dataset<Row<1>, Label<Dynamic>>(Numbers{1, 2}, Indices{0, -1});
        }) == "row 1: expected a class below 1, got -1");
  CHECK(refusal<DataError>([] {
          dataset<Row<1>, Label<Dynamic>>(Numbers{1, 2}, Indices{0, 2000000000});
        }) == "row 1: expected a class below 65536, got 2000000000");
  CHECK(refusal<DataError>([] {
          dataset<Row<1>, Real>(Numbers{1, 2}, Numbers{0, std::numeric_limits<float>::quiet_NaN()});
        }) == "row 1: expected a finite target, got nan");
  CHECK(refusal<DataError>([] {
          dataset<Row<1>, Reals<2>>(Numbers{1, 2}, Numbers{0, 1, 2, INFINITY});
        }) == "row 1: expected a finite target, got inf");
}
