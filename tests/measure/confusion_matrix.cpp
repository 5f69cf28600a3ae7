// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/confusion_matrix.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>
#include <sstream>

using namespace tutti;

TEST_CASE("a confusion matrix has true classes in rows and predicted ones in columns, in weights") {
  const ConfusionMatrix m(Case{2, {1, 0, 0, 1, 0, 1}, {0, 0, 1}, {}, {1, 0.5f, 2}}.judged());
  CHECK(m(0, 0) == 1);
  CHECK(m(0, 1) == 0.5);
  CHECK(m(1, 0) == 0);
  CHECK(m(1, 1) == 2);
  CHECK(m.of_true(0) == 1.5);
  CHECK(m.of_predicted(1) == 2.5);
}

TEST_CASE("a confusion matrix prints aligned under its class names") {
  ConfusionMatrix m(3, {"cat", "Bär", "a long name"});
  m.add(0, 0, 12);
  m.add(1, 0);
  m.add(1, 1, 3);
  m.add(2, 2, 100);
  std::ostringstream out;
  out << m;
  CHECK(out.str() ==
        "true \\ predicted  cat  Bär  a long name\n"
        "cat                12    0            0\n"
        "Bär                 1    3            0\n"
        "a long name         0    0          100");
}

TEST_CASE("weights that are not whole print with two decimals, classes without names by number") {
  ConfusionMatrix m(2);
  m.add(0, 1, 0.25);
  m.add(1, 1, 10);
  CHECK(to_string(m) ==
        "true \\ predicted     0      1\n"
        "0                 0.00   0.25\n"
        "1                 0.00  10.00");
}

TEST_CASE("a confusion matrix needs classes and one name for each") {
  CHECK(message_of<DataError>([] { ConfusionMatrix(0); }) == "expected at least one class, got 0");
  CHECK(message_of<DataError>([] { ConfusionMatrix(2, {"one"}); }) == "expected 2 class names, got 1");
  CHECK_THROWS_AS(ConfusionMatrix(Case{2}.judged()), DataError);
}
