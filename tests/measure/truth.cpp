// SPDX-License-Identifier: Apache-2.0
#include <tutti/measure/classification.hpp>
#include <tutti/measure/regression.hpp>
#include <tutti/measure/truth.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {
DenseStorage<float> inputs(std::ptrdiff_t rows) { return {1, Buffer<float>(static_cast<std::size_t>(rows))}; }
}  // namespace

TEST_CASE("the truth of a dataset is judged with its weights") {
  const Dataset<Row<1>, Label<2>> data(inputs(3), {0, 1, 1}, {.weight = {1, 2, 3}});
  const Truth truth(data);
  const std::vector<float> outputs{0.9f, 0.1f, 0.2f, 0.8f, 0.7f, 0.3f};
  const Judged j = truth.judge({outputs.data(), 3, 2});
  CHECK(j.classes == 2);
  CHECK(j.weight_of(2) == 3);
  CHECK(Accuracy{}(j) == 0.5);
}

TEST_CASE("the truth of a subset has the subset's rows in its order") {
  const Dataset<Row<1>, Label<Dynamic>> data(inputs(3), {0, 1, 2}, {}, {.classes = {"a", "b", "c"}});
  const RowIndex rows[] = {2, 0, 2};
  const Truth truth(data.subset(rows));
  CHECK(truth.labels == std::vector<std::int32_t>{2, 0, 2});
  CHECK(truth.weight.empty());
  CHECK(truth.classes == 3);
}

TEST_CASE("the truth of numbers is row-major") {
  const Dataset<Row<1>, Reals<2>> data(inputs(2), {1, 2, 3, 4});
  const Truth truth(data);
  const std::vector<float> outputs{1, 2, 3, 6};
  CHECK(truth.numbers == std::vector<float>{1, 2, 3, 4});
  CHECK(truth.judge({outputs.data(), 2, 2}).number(1, 0) == 3);
  CHECK(MAE{}(truth.judge({outputs.data(), 2, 2})) == doctest::Approx(0.5));
}

TEST_CASE("the truth has groups where the data has") {
  const Dataset<Row<1>, Label<2>> data(inputs(3), {0, 1, 1}, {.group = {5, -1, 5}});
  const RowIndex rows[] = {1, 0};
  CHECK(Truth(data.subset(rows)).group == std::vector<std::int64_t>{-1, 5});
  CHECK(Truth(Dataset<Row<1>, Label<2>>(inputs(1), {0})).group.empty());
}
