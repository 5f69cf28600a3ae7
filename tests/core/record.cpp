// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/record.hpp>

#include <doctest/doctest.h>

using namespace tutti;
using Pair = Record<Field<"picture", Image<1, 1, 2>>, Field<"facts", Row<Dynamic>>>;

static_assert(Input<Pair>);
static_assert(Pair::shape.size() == Dynamic);
static_assert(Record<Field<"a", Row<2>>, Field<"b", Image<3, 2, 2>>>::shape == shape(14));
static_assert(Pair::has<"facts"> && !Pair::has<"sound"> && Pair::index_of<"facts"> == 1);
static_assert(std::is_same_v<Pair::FieldType<"picture">, Image<1, 1, 2>>);
static_assert(is_record<Pair> && !is_record<Row<2>>);

namespace {

const std::uint8_t pixels[] = {1, 2, 3, 4};
const float facts[] = {10, 20, 30, 40, 50, 60};
const auto images =
    std::make_shared<const DenseStorage<std::uint8_t>>(2, std::span<const std::uint8_t>(pixels));
const auto numbers = std::make_shared<const DenseStorage<float>>(3, std::span<const float>(facts));

}  // namespace

TEST_CASE("a record is read by field or as one long row") {
  const RecordStorage<Field<"picture", Image<1, 1, 2>>, Field<"facts", Row<Dynamic>>> storage(images,
                                                                                              numbers);
  CHECK(storage.size() == 2);
  CHECK(storage.width() == 5);
  const auto row = storage.view<Pair::View>(1);
  CHECK(row.size() == 5);
  CHECK(row.get<"picture">()[1] == 4);
  CHECK(row.get<"facts">()[0] == 40);
  const float expected[] = {3, 4, 40, 50, 60};
  double copied[5];
  row.copy_to(copied);
  for (int j = 0; j < 5; ++j) {
    CHECK(row[j] == expected[j]);
    CHECK(copied[j] == expected[j]);
  }
}

TEST_CASE("storages are shared, not copied") {
  const Pair::Storage storage(images, numbers);
  CHECK(storage.field<0>() == images);
  CHECK(storage.field<1>().get() == numbers.get());
  CHECK(Pair::Storage{}.size() == 0);
}

TEST_CASE("fields with different numbers of rows are refused") {
  const auto longer = std::make_shared<const DenseStorage<float>>(1, std::span<const float>(facts));
  CHECK_THROWS_WITH_AS(Pair::Storage(images, longer), "expected every field to have 2 rows, got 6",
                       DataError);
}

TEST_CASE("a record spells its fields") {
  CHECK(type_name<Pair>() == "Record<Field<\"picture\", Image<1, 1, 2>>, Field<\"facts\", Row<Dynamic>>>");
}
