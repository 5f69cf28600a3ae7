// SPDX-License-Identifier: Apache-2.0
#include <tutti/tune/suspect_labels.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

Dataset<Row<1>, Label<3>> labels(Buffer<std::int32_t> y, Buffer<float> weight = {}) {
  Buffer<float> x(y.size());
  return {DenseStorage<float>(1, std::move(x)), std::move(y), SideColumns{std::move(weight), {}, {}, {}}};
}
Predictions<OutOfFold, Label<3>> predictions(std::initializer_list<float> p) {
  auto out = CrossFitting::empty<Label<3>>(static_cast<std::ptrdiff_t>(p.size() / 3), 3);
  std::copy(p.begin(), p.end(), out.values().data());
  return out;
}

}  // namespace

TEST_CASE("a label is doubtful where its class is below its mean and another reaches its own") {
  // means of the labels: 0: (0.8 + 0.1) / 2, 1: (0.6 + 0.5) / 2, 2: 0.9
  const auto found = suspect_labels(
      predictions({0.8f, 0.1f, 0.1f, 0.1f, 0.6f, 0.3f, 0.2f, 0.6f, 0.2f, 0.1f, 0.5f, 0.4f, 0, 0.1f, 0.9f}),
      labels({0, 0, 1, 1, 2}));
  REQUIRE(found.size() == 1);  // row 3 is below its mean, but no other class is sure of it
  CHECK(found[0].row == 1);
  CHECK(found[0].given == 0);
  CHECK(found[0].likely == 1);
  CHECK(found[0].probability_of_given == 0.1f);
  CHECK(found[0].probability_of_likely == 0.6f);
}

TEST_CASE(
    "weights count in the means, classes without rows are never likely, uncovered rows are not judged") {
  const std::initializer_list<float> p{0.9f, 0.1f, 0, 0.5f, 0.5f, 0, 0, 0.6f, 0.4f};
  CHECK(suspect_labels(predictions(p), labels({0, 0, 1})).empty());
  const auto heavy = suspect_labels(predictions({0.9f, 0.1f, 0, 0.5f, 0.5f, 0, 0, 0.6f, 0.4f, 0, 0.3f, 0.7f}),
                                    labels({0, 0, 1, 1}, {1, 1, 1, 9}));
  REQUIRE(heavy.size() == 1);  // the mean of class 1 is 0.33 now
  CHECK(heavy[0].row == 1);
  auto some = predictions({0.9f, 0.1f, 0, 0.1f, 0.9f, 0, 0.1f, 0.9f, 0});
  CHECK(suspect_labels(some, labels({0, 0, 1})).size() == 1);
  some.set_covered(1, false);
  CHECK(suspect_labels(some, labels({0, 0, 1})).empty());
}

TEST_CASE("predictions of other rows are refused") {
  CHECK_THROWS_WITH_AS(suspect_labels(predictions({1, 0, 0}), labels({0, 1})),
                       "expected predictions of 2 rows, got 1", ShapeError);
}
