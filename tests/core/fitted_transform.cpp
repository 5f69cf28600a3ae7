// SPDX-License-Identifier: Apache-2.0
#include "../thrown_by.hpp"

#include <tutti/core/file.hpp>
#include <tutti/core/fitted_transform.hpp>

#include <doctest/doctest.h>

using namespace tutti;

namespace {

/// Adds a number to each column, and says so in the names.
struct Raise {
  static constexpr Shape infer(Shape in) { return in; }
  template <class X> struct Model {
    Buffer<float> by{};
    int width() const noexcept { return static_cast<int>(by.size()); }
    void transform(const ViewOf<X>& x, float* out) const noexcept {
      for (std::size_t j = 0; j < by.size(); ++j) out[j] = x[static_cast<std::ptrdiff_t>(j)] + by[j];
    }
    Buffer<Column> columns(Buffer<Column> in) const {
      for (Column& c : in) c.name += "+";
      return in;
    }
    static void visit(auto& self, auto& archive) { archive("by", self.by); }
    void check_extents(int columns, int) const {
      check<FileError>(width() == columns, {"expected ", columns, " columns"}, width());
    }
  };
  template <class X, class Y> Model<X> fit(const Dataset<X, Y>&, Context) const { return {}; }
  static void visit(auto&, auto&) {}
};

template <class X> FittedTransform<Raise, X, Nothing> raise() {
  Schema schema;
  schema.columns = {Column{"a"}, Column{"b"}};
  return {Raise::Model<X>{Buffer<float>{1, 2}}, {std::make_shared<const Schema>(std::move(schema)), 2}};
}

}  // namespace

static_assert(std::is_same_v<FittedTransform<Raise, Row<2>, Nothing>::Numbers, std::array<float, 2>>);
static_assert(std::is_same_v<FittedTransform<Raise, Row<Dynamic>, Nothing>::Numbers, std::vector<float>>);

TEST_CASE("a fitted transform turns a row into numbers, and a data set into one with the same targets") {
  const auto t = raise<Row<2>>();
  CHECK(t.transform({{10, 20}}) == std::array<float, 2>{11, 22});
  Schema schema;
  schema.columns = {Column{"a"}, Column{"b"}};
  const Dataset<Row<2>, Real> data(Row<2>::Storage(2, {1.0f, 2, 3, 4}), {5, 6}, {{1, 7}, {}, {}, {}}, schema);
  const auto z = t.transform(data);
  static_assert(std::is_same_v<decltype(z), const Dataset<Row<2>, Real>>);
  CHECK(z.x(1)[0] == 4);
  CHECK(z.x(1)[1] == 6);
  CHECK(z.y(1).value == 6);
  CHECK(z.weight(1) == 7);
  CHECK(z.schema().columns[1].name == "b+");
}

TEST_CASE("a row of another width, or no room for the result, is refused") {
  const auto t = raise<Row<Dynamic>>();
  const float three[] = {1, 2, 3};
  float out[3];
  CHECK(thrown_by<ShapeError>([&] { t.transform(three); }) == "expected a row of 2 numbers, got 3");
  CHECK(thrown_by<ShapeError>([&] { t.transform({three, 2}, out); }) == "expected room for 2 numbers, got 3");
}

TEST_CASE("a fitted transform that was saved is the same; one of other extents is refused") {
  const auto t = raise<Row<Dynamic>>();
  const auto again = from_bytes<FittedTransform<Raise, Row<Dynamic>, Nothing>>(to_bytes(t));
  const float row[] = {5, 6};
  CHECK(again.transform(row) == t.transform(row));
  CHECK(again.schema().columns[1].name == "b");
  const FittedTransform<Raise, Row<Dynamic>, Nothing> wrong(t.model(), {std::make_shared<const Schema>(), 3});
  CHECK(thrown_by<FileError>([&] { from_bytes<FittedTransform<Raise, Row<Dynamic>, Nothing>>(to_bytes(wrong)); }) ==
        "expected 3 columns, got 2");
}
