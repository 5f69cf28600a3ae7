// SPDX-License-Identifier: Apache-2.0
#include <tutti/core/dataset.hpp>

#include <doctest/doctest.h>

#include <sstream>

using namespace tutti;

namespace {

template <class X> DenseStorage<float> rows(int width, std::vector<float> values) {
  return DenseStorage<float>(width, std::span<const float>(values));
}
DenseStorage<float> column(int n) {
  std::vector<float> values;
  for (int i = 0; i < n; ++i) values.push_back(static_cast<float>(i));
  return DenseStorage<float>(1, std::span<const float>(values));
}
Dataset<Row<1>, Label<3>> sample() {
  return {column(5),
          {0, 1, 2, 1, 0},
          {{1, 2, 3, 4, 5}, {10, 10, 20, 20, 30}, {5, 4, 3, 2, 1}, {100, 101, 102, 103, 104}},
          Schema{{{"a"}}, "kind", {"x", "y", "z"}}};
}
template <class Call> std::string refused(Call&& call) {
  try {
    call();
  } catch (const DataError& error) { return error.what(); }
  return "no error";
}

struct Endless {  // an input whose storage claims more rows than can be counted
  static constexpr Shape shape = tutti::shape(1);
  using Element = float;
  using View = DenseView<float, 1>;
  struct Storage {
    std::ptrdiff_t size() const { return std::ptrdiff_t{1} << 32; }
    int width() const { return 1; }
    template <class V> V view(std::ptrdiff_t) const { return {}; }
  };
};

}  // namespace

TEST_CASE("a dataset shows rows, targets, names and side columns") {
  const auto data = sample();
  CHECK(data.rows() == 5);
  CHECK(data.width() == 1);
  CHECK(data.classes() == 3);
  CHECK(data.x(3)[0] == 3);
  CHECK(data.y(2).name() == "z");
  CHECK(data.target(2)[0] == 2);
  CHECK(data.weight(1) == 2);
  CHECK(data.group(2) == 20);
  CHECK(data.time(0) == 5);
  CHECK(data.id(4) == 104);
  CHECK((data.has_weights() && data.has_groups() && data.has_times() && data.has_ids()));
  std::ostringstream out;
  out << data.y(1);
  CHECK(out.str() == "y");
}

TEST_CASE("what is not given has a neutral value") {
  const Dataset<Row<1>, Label<3>> data(column(3), {0, 1, 2});
  CHECK(data.weight(1) == 1);
  CHECK(data.group(1) == 1);
  CHECK(data.time(2) == 2);
  CHECK(data.id(2) == 2);
  CHECK(data.y(2).name() == "2");
  CHECK_FALSE((data.has_weights() || data.has_groups() || data.has_times() || data.has_ids()));
}

TEST_CASE("an empty dataset has no rows") {
  const Dataset<Row<4>, Real> none;
  CHECK(none.empty());
  CHECK(none.width() == 0);
  CHECK(none.outputs() == 1);
  CHECK(none.schema() == Schema{});
  CHECK(none.first(3).empty());
  CHECK_FALSE(none.has_weights());
}

TEST_CASE("a subset shares the storage and keeps everything of its rows") {
  const auto data = sample();
  const auto some = data.subset(std::vector<RowIndex>{4, 1, 1});
  CHECK(some.rows() == 3);
  CHECK(some.storage() == data.storage());
  CHECK(some.x(0)[0] == 4);
  CHECK(some.y(1).name() == "y");
  CHECK(some.weight(2) == 2);
  CHECK(some.group(0) == 30);
  CHECK(some.time(1) == 4);
  CHECK(some.id(2) == 101);
  CHECK(some.origin(0) == 4);
  const auto fewer = some.subset(std::vector<RowIndex>{2, 0});
  CHECK(fewer.origin(0) == 1);
  CHECK(fewer.origin(1) == 4);
}

TEST_CASE("the first rows are at most all rows, at least none") {
  CHECK(sample().first(2).rows() == 2);
  CHECK(sample().first(99).rows() == 5);
  CHECK(sample().first(-1).rows() == 0);
}

TEST_CASE("other inputs keep targets, side columns and the memory of where rows came from") {
  const auto some = sample().subset(std::vector<RowIndex>{3, 3, 0});
  const auto wide = some.with_inputs<Row<2>>(
      std::make_shared<const DenseStorage<float>>(rows<Row<2>>(2, {1, 2, 3, 4, 5, 6})), {{"p"}, {"q"}});
  CHECK(wide.rows() == 3);
  CHECK(wide.x(2)[1] == 6);
  CHECK(wide.y(0).name() == "y");
  CHECK(wide.weight(1) == 4);
  CHECK(wide.group(2) == 10);
  CHECK(wide.time(0) == 2);
  CHECK(wide.id(2) == 100);
  CHECK(wide.origin(1) == 3);
  CHECK(wide.origin(2) == 0);
  CHECK(wide.schema().columns[1].name == "q");
  CHECK(wide.schema().classes == ClassNames{"x", "y", "z"});
  CHECK(wide.subset(std::vector<RowIndex>{2}).origin(0) == 0);
}

TEST_CASE("other targets stand beside the same rows, of a subset too") {
  const auto all = sample().with_targets<Real>({1, 2, 3, 4, 5}, 1);
  CHECK(float(all.y(4)) == 5);
  CHECK(all.weight(4) == 5);
  const auto some = sample().subset(std::vector<RowIndex>{3, 0}).with_targets<Reals<2>>({1, 2, 3, 4}, 2);
  CHECK(some.target(0)[1] == 2);
  CHECK(some.target(1)[0] == 3);
  CHECK(some.x(0)[0] == 3);
  CHECK(some.origin(0) == 3);
}

TEST_CASE("other weights stand beside the same rows, of a subset too, or none") {
  const auto all = sample().with_weights({5, 4, 3, 2, 1});
  CHECK(all.weight(4) == 1);
  CHECK(all.y(4) == sample().y(4));
  CHECK(all.group(1) == sample().group(1));
  const auto some = sample().subset(std::vector<RowIndex>{3, 0, 3}).with_weights({7, 8, 7});
  CHECK(some.weight(0) == 7);
  CHECK(some.weight(1) == 8);
  CHECK(some.weight(2) == 7);
  CHECK(some.origin(0) == 3);
  CHECK(!sample().with_weights({}).has_weights());
}

TEST_CASE("class names stay beside other targets where they are as many") {
  const Dataset<Row<1>, Label<2>> data(column(2), {0, 1}, {}, Schema{{}, "t", {"no", "yes"}});
  CHECK(data.with_targets<Label<2>>({1, 0}, 2).schema().classes.size() == 2);
  const auto three = data.with_targets<Label<3>>({2, 0}, 3);
  CHECK(three.schema().classes.empty());
  CHECK(three.schema().target == "t");
  CHECK(data.first(1).with_targets<Label<3>>({2}, 3).schema().classes.empty());
}

TEST_CASE("a field of a record is a dataset with its own columns") {
  using Pair = Record<Field<"a", Row<1>>, Field<"b", Row<2>>>;
  const auto a = std::make_shared<const DenseStorage<float>>(column(2)),
             b = std::make_shared<const DenseStorage<float>>(rows<Row<2>>(2, {5, 6, 7, 8}));
  const Dataset<Pair, Label<2>> data(std::make_shared<const Pair::Storage>(a, b), {0, 1},
                                     {{1, 9}, {}, {}, {}}, Schema{{{"p"}, {"q"}, {"r"}}, "t", {"no", "yes"}});
  const auto field = data.subset(std::vector<RowIndex>{1}).field<"b">();
  CHECK(field.rows() == 1);
  CHECK(field.x(0)[1] == 8);
  CHECK(field.y(0).name() == "yes");
  CHECK(field.weight(0) == 9);
  CHECK(field.storage() == b);
  REQUIRE(field.schema().columns.size() == 2);
  CHECK(field.schema().columns[0].name == "q");
  CHECK(data.field<"a">().schema().columns[0].name == "p");
}

TEST_CASE("an open number of classes is that of the schema") {
  const Dataset<Row<1>, Label<Dynamic>> data(column(2), {0, 1}, {}, Schema{{}, "t", {"a", "b", "c"}});
  CHECK(data.classes() == 3);
  CHECK(refused([] {
          Dataset<Row<1>, Label<Dynamic>>(column(2), {0, 1});
        }) == "row 0: expected a class below 0, got 0");
}

TEST_CASE("views show the rows one after another") {
  const auto data = sample();
  DenseView<float, 1> views[2];
  data.views(3, views);
  CHECK(views[1][0] == 4);
}

TEST_CASE("what is shared is computed once, and again in a new session") {
  const auto data = sample();
  int calls = 0;
  const auto make = [&] { return ++calls; };
  CHECK(*data.shared<int>(1, make) == 1);
  CHECK(*Dataset(data).shared<int>(1, make) == 1);
  CHECK(*data.session().shared<int>(1, make) == 2);
  CHECK(*data.first(2).shared<int>(1, make) == 3);
}

TEST_CASE("what is made of the inputs alone is shared by rows with other targets or weights, not by other rows") {
  const auto data = sample();
  int calls = 0;
  const auto make = [&] { return ++calls; };
  CHECK(*data.shared_of_inputs<int>(1, make) == 1);
  CHECK(*data.with_weights({1, 2, 3, 4, 5}).shared_of_inputs<int>(1, make) == 1);
  CHECK(*data.with_targets<Real>({1, 2, 3, 4, 5}, 1).shared_of_inputs<int>(1, make) == 1);
  CHECK(*data.with_weights({1, 2, 3, 4, 5}).shared<int>(1, make) == 2);
  CHECK(*data.session().shared_of_inputs<int>(1, make) == 3);
  CHECK(*data.first(2).shared_of_inputs<int>(1, make) == 4);
}

TEST_CASE("columns of different lengths are refused") {
  CHECK(refused([] {
          Dataset<Row<1>, Label<3>>(column(3), {0, 1});
        }) == "expected 3 target values for 3 rows, got 2");
  CHECK(refused([] {
          Dataset<Row<1>, Reals<2>>(column(3), {0, 1});
        }) == "expected 6 target values for 3 rows, got 2");
  CHECK(refused([] { Dataset<Row<1>>(column(3), {}, {.weight = {1}}); }) ==
        "expected 3 weights for 3 rows, got 1");
  CHECK(refused([] { Dataset<Row<1>>(column(3), {}, {.group = {1}}); }) ==
        "expected 3 groups for 3 rows, got 1");
  CHECK(refused([] { Dataset<Row<1>>(column(3), {}, {.time = {1}}); }) ==
        "expected 3 times for 3 rows, got 1");
  CHECK(refused([] { Dataset<Row<1>>(column(3), {}, {.id = {1}}); }) == "expected 3 ids for 3 rows, got 1");
  CHECK(refused([] {
          sample().with_inputs<Row<1>>(std::make_shared<const DenseStorage<float>>(column(4)));
        }) == "expected a row of inputs for each of 5 rows, got 4");
  CHECK(refused([] { sample().with_targets<Real>({1}, 1); }) == "expected 5 target values for 5 rows, got 1");
  CHECK(refused([] { sample().with_weights({1}); }) == "expected 5 weights for 5 rows, got 1");
  CHECK(refused([] { sample().first(2).with_targets<Real>({1}, 1); }) ==
        "expected 2 target values for 2 rows, got 1");
}

TEST_CASE("labels that are no class and widths of another type are refused") {
  CHECK(refused([] {
          Dataset<Row<1>, Label<2>>(column(2), {0, 2});
        }) == "row 1: expected a class below 2, got 2");
  CHECK(refused([] {
          Dataset<Row<1>, Label<2>>(column(2), {-1, 0});
        }) == "row 0: expected a class below 2, got -1");
  CHECK(refused([] { Dataset<Row<3>>(column(2), {}); }) == "expected rows of 3 numbers, got 1");
  CHECK(refused([] { sample().subset(std::vector<RowIndex>{0, 5}); }) == "expected a row below 5, got 5");
  CHECK(refused([] { Dataset<Endless>(Endless::Storage{}, {}); }) ==
        "expected at most 4294967295 rows, got 4294967296");
}
