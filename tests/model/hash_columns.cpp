// SPDX-License-Identifier: Apache-2.0
#include <tutti/model/hash_columns.hpp>

#include "transform_data.hpp"

using namespace transforms;

static_assert(Transform<HashColumns>);

namespace {
Buffer<Column> people() {
  return {{"town", ColumnKind::categorical, {"Aix", "Bonn", "Cork", "Düren", "Essen and more"}},
          {"age"},
          {"sex", ColumnKind::categorical, {"f", "m"}}};
}
Numbers all_people() {
  std::vector<float> x;
  for (int town = 0; town < 5; ++town)
    for (int sex = 0; sex < 2; ++sex)
      x.insert(x.end(), {static_cast<float>(town), 30, static_cast<float>(sex)});
  return table(3, x, {}, people());
}
std::vector<double> hashes(const HashColumns& spec) {
  std::vector<double> all, made = fitted_to(spec, all_people());
  for (std::size_t i = 0; i < made.size(); ++i)
    if (i % 6 != 0) all.push_back(made[i]);  // the age stands in front
    else CHECK(made[i] == 30);
  return all;
}
}  // namespace

TEST_CASE("hashes are scikit-learn's, with and without signs") {
  check_close(hashes({.outputs = 5}), reference::hashed_signed);
  check_close(hashes({.outputs = 5, .alternate_sign = false}), reference::hashed);
}

TEST_CASE("a missing category adds nothing, nor does a code that the schema does not have") {
  const float x[] = {reference::none, 7, reference::none, 9, 7, -1};
  const auto model = HashColumns{.outputs = 2}.fit(all_people(), Context{});
  CHECK(made_of<float>(model, table(3, x)) == std::vector<float>{7, 0, 0, 7, 0, 0});
  const auto columns = model.columns(people());
  CHECK(columns[0].name == "age");
  CHECK(columns[2].name == "hash 1");
}

TEST_CASE("HashColumns says what it cannot be fitted to") {
  const float x[] = {1};
  CHECK(thrown_by<FitError>([&] { HashColumns{}.fit(table(1, x), Context{}); }) ==
        "HashColumns: expected data whose schema says which columns are categorical");
  CHECK(thrown_by<FitError>([&] { HashColumns{.outputs = 0}.fit(all_people(), Context{}); }) ==
        "HashColumns: expected at least one output, got 0");
}

TEST_CASE("HashColumns that were saved are the same; damaged ones are refused") {
  check_kept(HashColumns{}, all_people());
  auto model = HashColumns{}.fit(all_people(), Context{});
  model.to[0] = 17;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected one of 16 outputs, got 17", FileError);
  model.to[0] = 1;
  model.kept[1] = 5;
  CHECK_THROWS_WITH_AS(model.loaded(), "expected kept columns in order, got 5", FileError);
}
