// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dataset_columns.hpp>

#include "thrown_by.hpp"

using namespace tutti;
using Stored = detail::DatasetColumns<Row<1>, Label<Dynamic>>;

namespace {
Stored of_labels(Buffer<std::int32_t> labels, Schema schema, int outputs, Buffer<RowIndex> origin = {}) {
  return {std::make_shared<const DenseStorage<float>>(1, Buffer<float>{1, 2, 3}), std::move(labels), {},
          std::make_shared<const Schema>(std::move(schema)), outputs, std::move(origin)};
}
}  // namespace

TEST_CASE("there are as many classes as have a name, where nobody says how many") {
  CHECK(of_labels({0, 1, 1}, {{}, "", {"a", "b"}}, Dynamic).outputs == 2);
  CHECK(of_labels({0, 1, 1}, {}, 5).outputs == 5);
}

TEST_CASE("columns that do not belong to the same rows are refused") {
  CHECK(thrown_by<DataError>([] { of_labels({0, 1}, {}, 2); }).find("target values for 3 rows") != std::string::npos);
  CHECK(thrown_by<DataError>([] { of_labels({0, 1, 2}, {}, 2); }).find("row 2: expected a class below 2") != std::string::npos);
  CHECK(thrown_by<DataError>([] { of_labels({0, 1, 1}, {}, 2, {7}); }).find("original rows") != std::string::npos);
}

TEST_CASE("what is gathered from rows goes back to where it was, and rows that were not selected have nothing") {
  const Buffer<int> column{10, 11, 12, 13};
  const Buffer<RowIndex> selected{3, 1, 3};
  CHECK(detail::gathered(column, &selected) == Buffer<int>{13, 11, 13});
  CHECK(detail::gathered(column, nullptr) == column);
  CHECK(detail::gathered(Buffer<int>{}, &selected).empty());
  CHECK(detail::scattered(Buffer<int>{1, 2, 3, 4, 1, 2}, 2, &selected, 4) == Buffer<int>{0, 0, 3, 4, 0, 0, 1, 2});
  CHECK(detail::scattered(column, 1, nullptr, 4) == column);
}
