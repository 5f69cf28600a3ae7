// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/member_columns.hpp>
#include <tutti/combine/greedy_selection.hpp>
#include <tutti/core/file.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {
/// Two members on three rows of three classes.
const Dataset<Row<6>, Label<3>>& six() {
  static const auto d = table<Row<6>, Label<3>>(6, {0.5f, 0.3f, 0.2f, 0, 1, 0, 0.1f, 0.1f, 0.8f, 0.2f, 0.2f, 0.6f, 0.4f, 0.4f, 0.2f, 0.1f, 0.9f, 0}, {0, 2, 1});
  return d;
}
}  // namespace

TEST_CASE("columns are averaged and voted on as the forms do it") {
  const MemberColumns columns(six());
  CHECK(columns.size() == 2);
  const auto said = columns.outputs();
  const auto mean = average_of(said), weighted = average_of(said, {3, 1}), votes = vote_of(said);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) {
      const float a = six().x(static_cast<std::ptrdiff_t>(i))[static_cast<int>(k)], b = six().x(static_cast<std::ptrdiff_t>(i))[static_cast<int>(k) + 3];
      CHECK(mean[i * 3 + k] == doctest::Approx((a + b) / 2));
      CHECK(weighted[i * 3 + k] == doctest::Approx((3 * a + b) / 4));
    }
  CHECK(votes == std::vector<float>{0.5f, 0.5f, 0, 0, 0, 1, 0.5f, 0.5f, 0});
  CHECK(vote_of(said, {0, 2}) == std::vector<float>{0, 1, 0, 0, 0, 1, 0, 1, 0});
}

TEST_CASE("weights and selections are learnt from plain columns") {
  const MemberColumns columns(six());
  const auto said = columns.outputs();
  const auto w = learnt_weights(AccuracyWeights{}, said);
  CHECK(w[0] == doctest::Approx(0.5));  // both are right in two of three rows
  CHECK(greedy_selection(said, {.rounds = 5}).weights.size() == 2);
  const auto numbers = table<Row<2>, Real>(2, {1, 9, 2, -9, 3, 9}, {1, 2, 3});
  const MemberColumns of_numbers(numbers);
  CHECK(learnt_weights(LeastSquaresWeights{}, of_numbers.outputs())[0] == doctest::Approx(1));
  CHECK(greedy_selection(of_numbers.outputs()).weights == Buffer<double>{1, 0});
}

TEST_CASE("with two classes a column may be the probability of the second") {
  const auto data = table<Row<2>, Label<2>>(2, {0.25f, 0.75f, 1, 0}, {0, 1});
  const MemberColumns columns(data, 1);
  CHECK(columns.size() == 2);
  CHECK(average_of(columns.outputs()) == std::vector<float>{0.5f, 0.5f, 0.5f, 0.5f});
  CHECK(average_of(columns.outputs(), {1, 0}) == std::vector<float>{0.75f, 0.25f, 0, 1});
}

TEST_CASE("row weights come with the data") {
  SideColumns side;
  side.weight = {1, 0, 0};
  const auto data = table<Row<2>, Real>(2, {1, 9, 9, 2, 9, 3}, {1, 2, 3}, side);
  CHECK(learnt_weights(InverseErrorWeights{}, MemberColumns(data).outputs()) == Buffer<double>{1, 0});
}

TEST_CASE("columns that mean nothing are refused") {
  CHECK(thrown_by<ShapeError>([&] { MemberColumns(six(), 2); }) == "expected 3 columns for each member, got 2");
  const auto odd = table<Row<4>, Label<3>>(4, {0, 0, 0, 1}, {0});
  CHECK(thrown_by<ShapeError>([&] { MemberColumns c(odd); }) == "expected rows of predictions, 3 columns for each member, got 4");
  const MemberColumns columns(six());
  CHECK(thrown_by<DataError>([&] { average_of(columns.outputs(), {1}); }) == "expected a weight for each of 2 members, got 1");
  CHECK(thrown_by<DataError>([&] { average_of({}); }) == "expected at least one member to combine, got 0");
  CHECK(thrown_by<DataError>([&] { average_of(columns.outputs(), {1, -1}); }) == "expected weights that are finite and not negative, got -1");
  const auto holes = table<Row<1>, Real>(1, {std::numeric_limits<float>::quiet_NaN()}, {1});
  CHECK(thrown_by<DataError>([&] { learnt_weights(InverseErrorWeights{}, MemberColumns(holes).outputs()); }) == "member 0, row 0: expected finite outputs to learn weights from, got nan");
  CHECK(std::isnan(average_of(MemberColumns(holes).outputs())[0]));
}
