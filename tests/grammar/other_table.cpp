// SPDX-License-Identifier: Apache-2.0
// A model of a table, and tables of other columns: wherever they meet, it is said.
#include <tutti/combine.hpp>
#include <tutti/core/file.hpp>
#include <tutti/data/aligned.hpp>
#include <tutti/data/make.hpp>
#include <tutti/data/table_columns.hpp>
#include <tutti/data/write_predictions.hpp>
#include <tutti/data/zip.hpp>
#include <tutti/measure/evaluate.hpp>
#include <tutti/model/impute_fit.hpp>
#include <tutti/model/naive_bayes_fit.hpp>
#include <tutti/model/one_hot_fit.hpp>
#include <tutti/train/fit_transform.hpp>

#include <doctest/doctest.h>

#include <filesystem>

using namespace tutti;

namespace {

Dataset<Table, Label<2>> visits(const Buffer<std::string>& cities) {
  Buffer<double> ages;
  Buffer<std::int32_t> labels;
  for (std::size_t i = 0; i < cities.size(); ++i) {
    ages.push_back(20 + static_cast<double>(i));
    labels.push_back(cities[i] == "Bern" ? 1 : 0);
  }
  return {Table{numeric_column("age", ages), categorical_column("city", cities)}, labels, {}, {{}, "kind", {"no", "yes"}}};
}
const auto known = visits({"Bern", "Genf", "Bern", "Genf", "Genf", "Bern"});
const auto other = visits({"Bern", "Aarau", "Bern", "Aarau"});  // here Bern is 1

}  // namespace

TEST_CASE("rows of a table with other categories are refused by everything that predicts") {
  const auto model = fit(Cascade{Impute{}, OneHot{}, NaiveBayes{}}, known);
  const std::string path = (std::filesystem::temp_directory_path() / "tutti_other_table.csv").string();
  CHECK_THROWS_AS(model.predict(other.x(0)), ShapeError);
  CHECK_THROWS_AS(model.predict(other), ShapeError);
  CHECK_THROWS_AS(evaluate(model, other), ShapeError);
  CHECK_THROWS_AS(judge(model, other), ShapeError);
  CHECK_THROWS_AS(write_predictions(path, model, other), ShapeError);
  CHECK(!std::filesystem::exists(path));
  CHECK_THROWS_AS(fit(OneHot{}, known).transform(other), ShapeError);
  CHECK(evaluate(model, known).score("accuracy") == 1);
}

TEST_CASE("aligned with the model they are welcome") {
  const auto model = fit(Cascade{Impute{}, OneHot{}, NaiveBayes{}}, known);
  const Table same = aligned(*other.storage(), model.schema());
  CHECK(model.predict(same.row(0)).name() == "yes");
  CHECK(model.probabilities(same.row(0)) == model.probabilities(known.x(0)));
}

TEST_CASE("a table in a record is held against that of the model as well, before and after it was saved") {
  using Visit = Record<Field<"rooms", Row<1>>, Field<"facts", Table>>;
  const auto record = [](const Dataset<Table, Label<2>>& facts) {
    return zip<Visit>(dataset<Row<1>>(Buffer<float>(static_cast<std::size_t>(facts.rows()), 2.0f)), facts);
  };
  const auto ours = record(known), theirs = record(other);
  const auto model = fit(On<"facts", Cascade<Impute, OneHot, NaiveBayes<>>>{}, ours);
  const auto again = from_bytes<std::remove_const_t<decltype(model)>>(to_bytes(model));
  for (const auto& m : {model, again}) {
    CHECK_NOTHROW(m.predict(ours));
    CHECK_THROWS_WITH_AS(m.predict(theirs.x(0)),
                         "the field \"facts\": the column \"city\" has other categories than the model knows; read the file with the "
                         "model's schema, or say aligned(table, schema) with the columns of this field",
                         ShapeError);
    CHECK_THROWS_AS(m.predict(theirs), ShapeError);
    CHECK_THROWS_AS(m.probabilities(theirs.x(0)), ShapeError);
    CHECK_THROWS_AS(evaluate(m, theirs), ShapeError);
    CHECK_THROWS_AS(judge(m, theirs), ShapeError);
    const auto same = record({aligned(*other.storage(), Schema{known.schema().columns, {}, {}}), {1, 0, 1, 0}});
    CHECK_NOTHROW(m.predict(same));
  }
  CHECK(evaluate(again, ours).score("accuracy") == 1);
}
