// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/judged.hpp>

#include <doctest/doctest.h>
#include <measure/judging.hpp>

using namespace tutti;

TEST_CASE("the predicted class is the most probable one, ties go to the lowest") {
  const Case c{3, {0.2f, 0.5f, 0.3f, 0.4f, 0.2f, 0.4f, 0.1f, 0.45f, 0.45f}, {0, 0, 0}};
  const Judged j = c.judged();
  CHECK(j.predicted(0) == 1);
  CHECK(j.predicted(1) == 0);
  CHECK(j.predicted(2) == 1);
}

TEST_CASE("a row weighs 1 unless weights are given") {
  CHECK(checked_weight(Case{1, {1, 2, 3}, {}, {1, 2, 3}}.judged()) == 3);
  const Case c = weighted_numbers();
  CHECK(checked_weight(c.judged()) == 6);
  CHECK(c.judged().weight_of(2) == 3);
}

TEST_CASE("what cannot be judged is refused by name") {
  const auto said = [](Case c) { return message_of<DataError>([&] { checked_weight(c.judged()); }); };
  CHECK(said({}) == "expected at least one row to judge, got 0");
  CHECK(said({1, {1, 2}, {}, {1, 2}, {1}}) == "expected 2 weights, got 1");
  CHECK(said({1, {1, 2}, {}, {1, 2}, {1, -0.5f}}) ==
        "row 1: expected a weight that is finite and not negative, got -0.5");
  CHECK(said({1, {1, 2}, {}, {1, 2}, {NAN, 1}}).find("row 0: expected a weight that is finite") == 0);
  CHECK(said({1, {1, 2}, {}, {1, 2}, {0, 0}}) ==
        "expected a row to judge whose weight is above 0; the sum of all weights is, got 0");
}

TEST_CASE("labels are refused unless there is one below the class count for each row") {
  const std::vector<float> outputs{0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<std::int32_t> one{0}, two{0, 1}, high{0, 2}, low{-1, 0};
  const auto said = [&](const std::vector<std::int32_t>& labels, int classes) {
    return message_of([&] { checked_labels(Judged{{outputs.data(), 2, 2}, labels, {}, {}, classes}); });
  };
  CHECK(said(two, 2) == "");
  CHECK(said(one, 2) == "expected 2 labels to judge, got 1");
  CHECK(said(two, 3) == "expected 3 probabilities in a row, got 2");
  CHECK(said(two, 0) == "expected 0 probabilities in a row, got 2");
  CHECK(said(high, 2) == "row 1: expected a class below 2, got 2");
  CHECK(said(low, 2) == "row 0: expected a class below 2, got -1");
}

TEST_CASE("numbers are refused unless there is one for each output") {
  CHECK(message_of<ShapeError>([] {
          checked_numbers(Case{2, {1, 2, 3, 4}, {}, {1, 2, 3}}.judged());
        }) == "expected 4 numbers to judge, got 3");
}

TEST_CASE("NaN counts only in rows that count") {
  CHECK(has_nan(Case{1, {1, NAN}, {}, {1, 2}, {1, 1}}.judged()));
  CHECK_FALSE(has_nan(Case{1, {1, NAN}, {}, {1, 2}, {1, 0}}.judged()));
  CHECK_FALSE(has_nan(Case{1, {1, INFINITY}, {}, {1, 2}}.judged()));
}
