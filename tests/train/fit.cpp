// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <tutti/combine/bag_fit.hpp>
#include <tutti/combine/stack_fit.hpp>
#include <tutti/combine/vote.hpp>
#include <tutti/train/fit.hpp>

#include "combine/learners.hpp"

using namespace tutti;
using namespace learners;

namespace {

const FitOptions three{.folds = {.k = 3}};
const Dataset<Row<2>, Label<2>>& data() {
  static const auto d = blobs<2, 2>(20, 1);
  return d;
}
template <class Spec, class X, class Y>
std::string message(const Spec& spec, const Dataset<X, Y>& rows, const FitOptions& options = three) {
  return thrown_by<FitError>([&] { fit(spec, rows, options); });
}
struct Throws {  // something that is no tutti::Error
  struct Model {
    Label<2> predict(const auto&) const { return {}; }
  };
  template <class X, class Y>
  Model fit(const Dataset<X, Y>&, Context) const {
    throw std::out_of_range("vector::at");
  }
};
Dataset<Row<2>, Label<2>> with_value(float odd, Schema schema = {}) {
  std::vector<float> x(40, 1.0f);
  x[2 * 7 + 1] = odd;
  std::vector<std::int32_t> y(20);
  for (std::size_t i = 0; i < 20; ++i) y[i] = static_cast<std::int32_t>(i % 2);
  return table<Row<2>, Label<2>>(2, x, y, {}, 2, std::move(schema));
}

}  // namespace

TEST_CASE("a member that cannot be fitted is named by its path, and the error knows the path") {
  CHECK(message(Unlucky{}, data()) == "Unlucky: out of luck");
  CHECK(message(Vote{Nearest{}, Unlucky{}}, data()) == "Vote[1]/Unlucky: out of luck");
  CHECK(message(Throws{}, data()) == "Throws: vector::at");
  CHECK(message(Stack{Average{Nearest{}, Bag{Unlucky{}, {.members = 2}}}, Nearest{}}, data()) == "Stack[0]/Average[1]/Bag (fold 0)[0]/Unlucky: out of luck");
  CHECK(message(Stack{Average{Nearest{}}, Unlucky{"no meta"}}, data()) == "Stack[1]/Unlucky: no meta");
  try {
    fit(Vote{Nearest{}, Vote{Unlucky{}}}, data());
    FAIL("expected an error");
  } catch (const FitError& e) {
    CHECK(e.path() == "Vote[1]/Vote[0]/Unlucky");
  }
}

TEST_CASE("of several members that fail the first one is named, on any number of threads") {
  for (const int threads : {1, 2, 7})
    for (int round = 0; round < 10; ++round) {
      FitOptions options;
      options.threads = threads;
      REQUIRE(message(Vote{Nearest{}, Unlucky{"first"}, Unlucky{"second"}, Throws{}}, data(), options) == "Vote[1]/Unlucky: first");
    }
}

TEST_CASE("weights are refused by the member that cannot honour them") {
  SideColumns side;
  side.weight.assign(20, 1);
  const auto weighted = blobs<2, 2>(20, 1, side);
  CHECK(message(Vote{Says{1}, Nearest{}}, weighted) == "Vote[1]/Nearest: the data have weights, which this member cannot honour");
  CHECK(message(Stack{Average{Says{1}, Nearest{}}, Says{0}}, weighted) == "Stack[0]/Average[1]/Nearest: the data have weights, which this member cannot honour");
  CHECK(message(Stack{Average{Says{1}}, Nearest{}}, weighted) == "Stack[1]/Nearest: the data have weights, which this member cannot honour");
  CHECK(message(Bag{Nearest{}}, weighted) == "Bag: the data have weights, which this member cannot honour");
  CHECK_NOTHROW(fit(Vote{Says{1}, Says{0}}, weighted));
}

TEST_CASE("a value that is not finite is refused with row and column by a member that takes none") {
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  CHECK(message(Vote{Says{1}, Nearest{}}, with_value(nan)) == "Vote[1]/Nearest: row 7, column 1 is nan, and this member takes finite values only");
  const Schema named{{{"age", ColumnKind::numeric, {}}, {"income", ColumnKind::numeric, {}}}, "y", {"no", "yes"}};
  CHECK(message(Nearest{}, with_value(-infinity, named)) == "Nearest: row 7, column \"income\" is -inf, and this member takes finite values only");
  CHECK(message(Stack{Average{Nearest{}}, Says{1}}, with_value(nan)) == "Stack[0]/Average[0]/Nearest: row 7, column 1 is nan, and this member takes finite values only");
  CHECK_NOTHROW(fit(Vote{Says{1}, Says{0}}, with_value(nan)));
}

TEST_CASE("a row is named by its number in the data that were read, not in the subset") {
  const std::vector<RowIndex> some{3, 4, 7, 9};
  CHECK(message(Nearest{}, with_value(std::numeric_limits<float>::quiet_NaN()).subset(some)).starts_with("Nearest: row 7, column 1 is nan"));
}

TEST_CASE("nothing can be learnt from nothing") {
  CHECK(thrown_by<DataError>([] { fit(Nearest{}, data().first(0)); }) == "fit: expected data with at least one row, got 0");
  CHECK(thrown_by<DataError>([] { fit(Nearest{}, Dataset<Row<2>, Label<2>>()); }) == "fit: expected data with at least one row, got 0");
  CHECK(thrown_by<DataError>([] { out_of_fold(Nearest{}, data().first(0)); }).find("at least one row") != std::string::npos);
  const auto no_classes = Dataset<Row<2>, Label<Dynamic>>(DenseStorage<float>(2, Buffer<float>{}), {});
  CHECK_FALSE(thrown_by([&] { fit(Says{}, no_classes); }).empty());
}

TEST_CASE("one row is enough for a member, and too few for folds") {
  const auto one = data().first(1);
  CHECK(fit(Vote{Nearest{}, Nearest{}}, one).predict(data().x(5)) == one.y(0));
  CHECK(message(Stack{Average{Nearest{}}, Nearest{}}, one) == "Stack: folds: expected at least 3 rows (or groups) for as many folds, got 1");
}

TEST_CASE("more folds than rows, or than groups, are refused") {
  CHECK(message(Stack{Average{Nearest{}}, Nearest{}}, data(), {.folds = {.k = 21}}) == "Stack: folds: expected at least 21 rows (or groups) for as many folds, got 20");
  CHECK_NOTHROW(fit(Stack{Average{Nearest{}}, Nearest{}}, data(), {.folds = {.k = 20}}));
  SideColumns side;
  for (int i = 0; i < 20; ++i) side.group.push_back(i / 10);
  CHECK(message(Stack{Average{Nearest{}}, Nearest{}}, blobs<2, 2>(20, 1, side)).find("expected at least 3 rows (or groups)") != std::string::npos);
  CHECK(message(Stack{Average{Nearest{}}, Nearest{}}, data(), {.folds = {.k = 1}}).find("expected at least 2 folds, got 1") != std::string::npos);
}

TEST_CASE("an assignment of another length is refused before anything is fitted") {
  std::atomic<int> fits{0};
  FitOptions options;
  options.folds.assignment = {0, 1, 2};
  CHECK(message(Nearest{&fits}, data(), options) == "Nearest: folds: expected an assignment for each of 20 rows, got 3");
  CHECK(fits == 0);
}

TEST_CASE("one class alone can be learnt, and a class that a fold lacks is no harm") {
  const auto one_class = table<Row<1>, Label<2>>(1, {1, 2, 3, 4, 5, 6}, {1, 1, 1, 1, 1, 1});
  CHECK(fit(Stack{Average{Nearest{}, Nearest{}}, Nearest{}}, one_class, three).predict(one_class.x(0)).index() == 1);
  const auto rare = table<Row<1>, Label<3>>(1, {1, 2, 3, 4, 5, 6}, {0, 0, 1, 1, 0, 2});  // class 2 has one row
  const auto p = fit(Stack{Average{Nearest{}, Nearest{}}, Nearest{}}, rare, three).probabilities(rare.x(5));
  CHECK(p[0] + p[1] + p[2] == doctest::Approx(1));
}

TEST_CASE("a failed fit leaves data and options as they were, and the next one succeeds") {
  const auto before = all_outputs(fit(Nearest{}, data()), data());
  CHECK_FALSE(message(Stack{Average{Nearest{}}, Unlucky{}}, data()).empty());
  CHECK(all_outputs(fit(Nearest{}, data()), data()) == before);
}
