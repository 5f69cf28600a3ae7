// SPDX-License-Identifier: Apache-2.0
#include "transform_data.hpp"

#include <tutti/model/one_hot_fit.hpp>

using namespace transforms;
using Names = std::vector<std::string>;

static_assert(Transform<OneHot>);

namespace {

const Buffer<int> two_columns{0, 1};
Numbers codes() { return table(2, reference::codes); }

/// All rows of the training data, and three with values that are not there.
std::vector<double> with_unseen(const OneHot& spec) {
  const auto model = spec.fit(codes(), Context{});
  auto made = made_of(model, codes());
  const auto rest = made_of(model, table(2, reference::unseen_codes));
  made.insert(made.end(), rest.begin(), rest.end());
  return made;
}
Buffer<Column> people() {
  return {{"age"},
          {"sex", ColumnKind::categorical, {"f", "m", "x"}},
          {"town", ColumnKind::categorical, {"Aix", "Bonn"}}};
}
Names names(const OneHot& spec, const Numbers& data) {
  Names all;
  for (const Column& c : spec.fit(data, Context{}).columns(data.schema().columns)) all.push_back(c.name);
  return all;
}

}  // namespace

TEST_CASE("OneHot agrees with scikit-learn, for values of training and others") {
  check_close(with_unseen({.columns = two_columns}), reference::one_hot_plain);
  check_close(with_unseen({.columns = two_columns, .drop = Drop::first}), reference::one_hot_first);
  check_close(with_unseen({.columns = two_columns, .drop = Drop::if_binary}), reference::one_hot_binary);
}

TEST_CASE("rare values share a column, as in scikit-learn") {
  check_close(with_unseen({.columns = two_columns, .min_frequency = 10}), reference::one_hot_rare);
  check_close(with_unseen({.columns = two_columns, .min_frequency = 0.1f}), reference::one_hot_share);
  check_close(with_unseen({.columns = two_columns, .max_categories = 3}), reference::one_hot_most);
  check_close(with_unseen({.columns = two_columns, .drop = Drop::first, .max_categories = 2}),
              reference::one_hot_most_first);
  check_close(
      with_unseen({.columns = two_columns, .drop = Drop::if_binary, .min_frequency = 5, .max_categories = 4}),
      reference::one_hot_both);
}

TEST_CASE("OneHot encodes what the schema calls categorical, in its place, and names what it makes") {
  const float n = reference::none;
  const float x[] = {30, 0, 1, 40, 1, n, 50, 0, 0};
  const auto data = table(3, x, {}, people());
  CHECK(names({}, data) == Names{"age", "sex=f", "sex=m", "town=Aix", "town=Bonn"});
  CHECK(fitted_to<float>(OneHot{}, data) ==
        std::vector<float>{30, 1, 0, 0, 1, 40, 0, 1, 0, 0, 50, 1, 0, 1, 0});
  CHECK(names({.drop = Drop::first}, data) == Names{"age", "sex=m", "town=Bonn"});
  CHECK(names({.columns = {1}, .own = true}, data) == Names{"age", "sex=f", "sex=m", "sex=?", "town"});
  CHECK(names({.columns = {1}, .min_frequency = 2}, data) == Names{"age", "sex=f", "sex=infrequent", "town"});
  CHECK(names({.columns = {0, 2}, .drop = Drop::if_binary}, data) ==
        Names{"age=30", "age=40", "age=50", "sex", "town=Bonn"});
}

TEST_CASE("what is missing or unseen has a column of its own where that is asked for") {
  const float n = reference::none;
  const float x[] = {0, 1, 0};
  const auto model = OneHot{.columns = {0}, .own = true}.fit(table(1, x), Context{});
  const float others[] = {n, 5, 0.5f, 1};
  CHECK(made_of<float>(model, table(1, others)) == std::vector<float>{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0});
}

TEST_CASE("weights count as copies, and values of weight 0 are unseen") {
  const float x[] = {0, 1, 2, 3};
  const auto model = OneHot{.columns = {0}, .min_frequency = 3}.fit(table(1, x, {3, 2, 5, 0}), Context{});
  CHECK(made_of<float>(model, table(1, x)) == std::vector<float>{1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1});
}

TEST_CASE("a column whose values are all dropped disappears") {
  const float x[] = {5, 1, 6, 1};
  const auto data = table(2, x);
  CHECK(fitted_to<float>(OneHot{.columns = {1}, .drop = Drop::first}, data) == std::vector<float>{5, 6});
}

TEST_CASE("where nobody says which columns are categorical, an optional OneHot leaves all as they are") {
  const float x[] = {30, 0, 1, 40, 1, 0, 50, 0, 0};
  const auto kept = OneHot{.own = true, .optional = true}.fit(table(3, x), Context{});
  CHECK(kept.width() == 3);
  CHECK(fitted_to<float>(OneHot{.optional = true}, table(3, x)) == std::vector<float>(x, x + 9));
  CHECK(names({.optional = true}, table(3, x, {}, people())) == Names{"age", "sex=f", "sex=m", "town=Aix", "town=Bonn"});
  CHECK(names({.columns = {1}, .optional = true}, table(3, x, {}, people())) == Names{"age", "sex=f", "sex=m", "town"});
}

TEST_CASE("OneHot says what it cannot be fitted to") {
  const float x[] = {1, INFINITY};
  const auto refused = [&](const OneHot& spec, const Numbers& data) {
    return thrown_by<FitError>([&] { spec.fit(data, Context{}); });
  };
  CHECK(refused({}, table(1, x)) ==
        "OneHot: expected .columns, or data whose schema says which columns are categorical");
  CHECK(refused({.columns = {2}}, table(2, x)) == "OneHot: expected columns below 2, got 2");
  CHECK(refused({.columns = {0}, .max_categories = 1}, table(1, x)) ==
        "OneHot: expected max_categories of 2 or more, or 0, got 1");
  CHECK(refused({.columns = {0}}, table(1, x, {}, {{"AGE"}})) ==
        "OneHot: expected finite numbers, got infinity in column \"AGE\"");
  const float same[] = {1, 1};
  CHECK(refused({.columns = {0}, .drop = Drop::first}, table(1, same)) ==
        "OneHot: expected at least one column to be left, got none of 1");
}

TEST_CASE(
    "a OneHot that was saved is the same, fits on any number of threads too; one that was tampered with is "
    "refused") {
  check_kept(OneHot{.columns = two_columns, .own = true, .min_frequency = 0.1f}, codes());
  auto model = OneHot{.columns = two_columns}.fit(codes(), Context{});
  model.to[0] = 99;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected an output below 7, got 99", FileError);
  model.begin[1] = -1;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected lists of values in order, got -1", FileError);
}
